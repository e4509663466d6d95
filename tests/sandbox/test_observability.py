"""A watched fleet: alarms tell their topic in the region they stand in, dashboards are whole, drift is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from clients import until
from deployment import Deployment

from tapstack.sandbox.control import Sandbox

HOME, STANDBY = "us-east-1", "eu-west-1"
SANDBOX_OPTIONS = {"clock_factor": 20}
FLEET = """
fleet: watched
regions: {us-east-1: {}, eu-west-1: {}}
home: us-east-1
tags: {CostCenter: x}
buckets: {files: {replication: both-ways}}
tables: {items: {partition_key: pk, encryption: aws-key}}
functions:
  hello:
    inline: |
      def handler(event, context):
          return {"statusCode": 200, "body": "hello"}
apis:
  service: {authorization: none, routes: {GET /health: hello}}
dns:
  zone: watched.example
  names: {api: {api: service, health_check: {path: /health}}}
observability:
  notify: [on-call@watched.example]
  drift_watch: 1d
  thresholds: {period: 60s}
protection: {deletion: false, when_removed: destroy}
environments: {dev: {}}
"""


@pytest.fixture(scope="module")
def deployed(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    file = tmp_path_factory.mktemp("fleet") / "fleet.yaml"
    file.write_text(FLEET, encoding="utf-8")
    deployment = Deployment(sandbox, file, "dev")
    deployment.deploy()
    yield deployment


def state(deployed: Deployment, region: str, name: str) -> str:
    client = deployed.sandbox.client("cloudwatch", region)
    (alarm,) = client.describe_alarms(AlarmNames=[f"watched-dev-{name}"])["MetricAlarms"]
    return str(alarm["StateValue"])


def test_both_regions_have_the_same_alarms_but_for_those_that_look_at_the_other(deployed: Deployment) -> None:
    found = {}
    for region, other in ((HOME, STANDBY), (STANDBY, HOME)):
        alarms = deployed.sandbox.client("cloudwatch", region).describe_alarms()["MetricAlarms"]
        names = {alarm["AlarmName"].removeprefix("watched-dev-") for alarm in alarms}
        assert {name for name in names if name.endswith(f"-to-{other}")} == {
            f"table-items-replication-to-{other}",
            f"bucket-files-replication-to-{other}",
        }
        found[region] = {name for name in names if "-to-" not in name}
        for alarm in alarms:
            assert alarm["AlarmActions"] == [
                f"arn:aws:sns:{region}:{alarm['AlarmArn'].split(':')[4]}:watched-dev-alarms"
            ]
    # Route 53 publishes what it thinks of a region in us-east-1 alone.
    assert found[HOME] - found[STANDBY] == {"name-api-unhealthy"}
    assert found[STANDBY] < found[HOME]


def test_whoever_is_to_be_notified_is_subscribed_in_every_region(deployed: Deployment) -> None:
    for region in (HOME, STANDBY):
        (subscription,) = deployed.sandbox.client("sns", region).list_subscriptions()["Subscriptions"]
        assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "on-call@watched.example")


@pytest.mark.parametrize(
    "name", [f"watched-dev-region-{HOME}", f"watched-dev-region-{STANDBY}", f"watched-dev-fleet-{HOME}"]
)
def test_a_dashboard_has_no_gap_left(deployed: Deployment, name: str) -> None:
    region = name.split("-", 3)[-1]
    body = deployed.sandbox.client("cloudwatch", region).get_dashboard(DashboardName=name)["DashboardBody"]
    assert "${" not in body
    assert json.loads(body)["widgets"]


def test_a_standby_that_health_checkers_reach_is_well_and_one_that_fails_says_so(deployed: Deployment) -> None:
    until(lambda: state(deployed, STANDBY, "name-api-unanswered") == "OK", seconds=30)
    functions = deployed.sandbox.client("lambda", STANDBY)
    functions.put_function_concurrency(FunctionName="watched-dev-hello", ReservedConcurrentExecutions=0)
    try:
        until(lambda: state(deployed, STANDBY, "name-api-unanswered") == "ALARM", seconds=30)
        assert state(deployed, HOME, "name-api-unanswered") != "ALARM"
    finally:
        functions.delete_function_concurrency(FunctionName="watched-dev-hello")
    until(lambda: state(deployed, STANDBY, "name-api-unanswered") == "OK", seconds=30)


def test_route_53s_verdict_is_told_in_us_east_1(deployed: Deployment) -> None:
    until(lambda: state(deployed, HOME, "name-api-unhealthy") == "OK", seconds=30)


def test_each_region_looks_for_drift_in_its_own_stacks(deployed: Deployment) -> None:
    for region, stacks in ((HOME, {"foundation", "global", "regional"}), (STANDBY, {"foundation", "regional"})):
        scheduler = deployed.sandbox.client("scheduler", region)
        found: dict[str, Any] = {
            each["Name"]: scheduler.get_schedule(Name=each["Name"]) for each in scheduler.list_schedules()["Schedules"]
        }
        assert {json.loads(each["Target"]["Input"])["StackName"] for each in found.values()} == {
            f"watched-dev-{stack}" for stack in stacks
        }
        assert {each["ScheduleExpression"] for each in found.values()} == {"rate(1 day)"}


@pytest.mark.parametrize("kind", ["foundation", "regional"])
def test_a_fleet_just_deployed_has_not_drifted(deployed: Deployment, kind: str) -> None:
    client = deployed.sandbox.client("cloudformation", STANDBY)
    detection = client.detect_stack_drift(StackName=f"watched-dev-{kind}")["StackDriftDetectionId"]
    status = client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    drifts = client.describe_stack_resource_drifts(StackName=f"watched-dev-{kind}")["StackResourceDrifts"]
    drifted = [
        (each["LogicalResourceId"], [p["PropertyPath"] for p in each.get("PropertyDifferences", ())])
        for each in drifts
        if each["StackResourceDriftStatus"] not in ("IN_SYNC", "NOT_CHECKED")
    ]
    assert drifted == []
    assert status["StackDriftStatus"] == "IN_SYNC"


def test_a_change_by_hand_is_told_without_anybody_asking(deployed: Deployment) -> None:
    listened = listen(deployed, STANDBY)
    logs, group = deployed.sandbox.client("logs", STANDBY), "/tapstack/watched-dev-functions/hello"
    before = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["retentionInDays"]
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)
    # A minute of this sandbox's clock passes in 3 s.
    scheduler = deployed.sandbox.client("scheduler", STANDBY)
    schedule = scheduler.get_schedule(Name="watched-dev-drift-regional")
    kept = {key: schedule[key] for key in ("Name", "Target", "FlexibleTimeWindow", "KmsKeyArn")}
    scheduler.update_schedule(**kept, ScheduleExpression="rate(1 minute)")
    try:
        told = until(lambda: next((text for text in listened() if "not as described" in text), None), seconds=40)
        assert "watched-dev-regional" in told
    finally:
        scheduler.update_schedule(**kept, ScheduleExpression=schedule["ScheduleExpression"])
        logs.put_retention_policy(logGroupName=group, retentionInDays=before)


def listen(deployed: Deployment, region: str) -> Callable[[], list[str]]:
    """Subscribe a queue to the region's topic; what comes back gives the messages that have arrived since."""
    sqs, sns = deployed.sandbox.client("sqs", region), deployed.sandbox.client("sns", region)
    (topic,) = sns.list_topics()["Topics"]
    queue = sqs.create_queue(QueueName="listener")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic["TopicArn"], Protocol="sqs", Endpoint=arn)

    def messages() -> list[str]:
        answer = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1, MaxNumberOfMessages=10)
        return [json.loads(message["Body"])["Message"] for message in answer.get("Messages", ())]

    return messages


def test_destroying_leaves_nothing(deployed: Deployment) -> None:
    sqs = deployed.sandbox.client("sqs", STANDBY)
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="listener")["QueueUrl"])
    deployed.destroy()
    for region in (HOME, STANDBY):
        assert deployed.left_over(region) == []
