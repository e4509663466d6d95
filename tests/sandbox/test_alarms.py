"""Alarms that evaluate by themselves, and the metrics that traffic leaves behind."""

from __future__ import annotations

import io
import itertools
import json
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tapstack.sandbox.control import Sandbox

# A period of ten deployed seconds is half a real one.
SANDBOX_OPTIONS = {"clock_factor": 20}
REGION = "eu-west-1"
SPACE = "Shop"

_number = itertools.count()


@pytest.fixture(scope="module")
def cloudwatch(sandbox: Sandbox) -> Any:
    return sandbox.client("cloudwatch", REGION)


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this did not come true in time"
        time.sleep(0.1)


def put_alarm(cloudwatch: Any, **settings: object) -> str:
    name = f"alarm-{next(_number)}"
    arguments: dict[str, object] = {
        "AlarmName": name,
        "Threshold": 10,
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        **settings,
    }
    if "Metrics" not in settings:
        defaults: dict[str, object] = {"Namespace": SPACE, "MetricName": name, "Statistic": "Maximum", "Period": 60}
        arguments = {**defaults, **arguments}
    cloudwatch.put_metric_alarm(**arguments)
    return name


def put(cloudwatch: Any, metric: str, value: float, **dimensions: str) -> None:
    cloudwatch.put_metric_data(
        Namespace=SPACE,
        MetricData=[
            {
                "MetricName": metric,
                "Value": value,
                "Dimensions": [{"Name": name, "Value": text} for name, text in dimensions.items()],
            }
        ],
    )


def state(cloudwatch: Any, name: str) -> str:
    alarms = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    (alarm,) = [*alarms["MetricAlarms"], *alarms["CompositeAlarms"]]
    return alarm["StateValue"]


def test_a_breach_alarms_at_once_and_ends_when_the_data_is_fine_again(cloudwatch):
    name = put_alarm(cloudwatch, Period=30)
    assert state(cloudwatch, name) == "INSUFFICIENT_DATA"

    put(cloudwatch, name, 11)
    assert state(cloudwatch, name) == "ALARM"

    def recovered() -> bool:
        put(cloudwatch, name, 1)
        return state(cloudwatch, name) == "OK"

    until(recovered)


def test_a_metric_of_other_dimensions_is_another_metric(cloudwatch):
    name = put_alarm(cloudwatch, Dimensions=[{"Name": "Function", "Value": "mine"}])

    put(cloudwatch, name, 11, Function="another")
    assert state(cloudwatch, name) == "INSUFFICIENT_DATA"

    put(cloudwatch, name, 11, Function="mine")
    assert state(cloudwatch, name) == "ALARM"


def test_no_data_is_what_the_alarm_says_it_is(cloudwatch):
    names = {
        treatment: put_alarm(cloudwatch, Period=10, TreatMissingData=treatment)
        for treatment in ("breaching", "notBreaching", "missing", "ignore")
    }

    until(lambda: state(cloudwatch, names["breaching"]) == "ALARM")

    assert state(cloudwatch, names["notBreaching"]) == "OK"
    assert state(cloudwatch, names["missing"]) == state(cloudwatch, names["ignore"]) == "INSUFFICIENT_DATA"


def test_an_alarm_ends_by_the_clock_when_no_more_data_comes(cloudwatch):
    fine = put_alarm(cloudwatch, Period=20, TreatMissingData="notBreaching")
    missing = put_alarm(cloudwatch, Period=20)
    kept = put_alarm(cloudwatch, Period=20, TreatMissingData="ignore")
    for name in (fine, missing, kept):
        put(cloudwatch, name, 11)
    assert {state(cloudwatch, name) for name in (fine, missing, kept)} == {"ALARM"}

    until(lambda: state(cloudwatch, fine) == "OK" and state(cloudwatch, missing) == "INSUFFICIENT_DATA")

    assert state(cloudwatch, kept) == "ALARM"


def test_two_of_three_data_points_are_needed(cloudwatch):
    name = put_alarm(cloudwatch, Period=20, EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData="notBreaching")

    put(cloudwatch, name, 11)
    assert state(cloudwatch, name) != "ALARM"

    time.sleep(1.05)  # one period: the second point has to be another one
    put(cloudwatch, name, 11)
    assert state(cloudwatch, name) == "ALARM"


def test_metric_math_is_evaluated_and_read_back(cloudwatch):
    def stat(identifier: str, metric: str) -> dict[str, object]:
        metric_stat = {"Metric": {"Namespace": SPACE, "MetricName": metric}, "Period": 300, "Stat": "Sum"}
        return {"Id": identifier, "ReturnData": False, "MetricStat": metric_stat}

    rate = {"Id": "rate", "Expression": "IF(calls > 0, 100 * errors / calls, 0)", "ReturnData": True}
    name = put_alarm(cloudwatch, Metrics=[stat("errors", "MathErrors"), stat("calls", "MathCalls"), rate])
    put(cloudwatch, "MathCalls", 50)
    put(cloudwatch, "MathErrors", 5)
    assert state(cloudwatch, name) == "OK"

    put(cloudwatch, "MathErrors", 1)

    assert state(cloudwatch, name) == "ALARM"
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert alarm["Metrics"][2]["Expression"] == rate["Expression"]
    assert "MetricName" not in alarm


def test_metric_math_that_is_not_evaluated_is_refused(cloudwatch):
    query = {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)", "ReturnData": True}

    with pytest.raises(ClientError, match="ANOMALY_DETECTION_BAND"):
        put_alarm(cloudwatch, Metrics=[query])


def test_metric_math_in_a_template_is_evaluated(sandbox, cloudwatch):
    template = {
        "Resources": {
            "Alarm": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "AlarmName": "from-template",
                    "ComparisonOperator": "GreaterThanThreshold",
                    "EvaluationPeriods": 1,
                    "Threshold": 1,
                    "Metrics": [
                        {"Id": "total", "Expression": "a + a"},
                        {
                            "Id": "a",
                            "ReturnData": False,
                            "MetricStat": {
                                "Metric": {"Namespace": SPACE, "MetricName": "Templated"},
                                "Period": 60,
                                "Stat": "Sum",
                            },
                        },
                    ],
                },
            }
        }
    }
    stacks = sandbox.client("cloudformation", REGION)
    stacks.create_stack(StackName="math", TemplateBody=json.dumps(template))
    stacks.get_waiter("stack_create_complete").wait(StackName="math", WaiterConfig={"Delay": 1})

    put(cloudwatch, "Templated", 1)

    assert state(cloudwatch, "from-template") == "ALARM"


@pytest.fixture(scope="module")
def mailbox(sandbox: Sandbox) -> tuple[str, Callable[[], list[dict[str, Any]]]]:
    """A topic, and what arrives in the queue that subscribes to it."""
    queues, topics = sandbox.client("sqs", REGION), sandbox.client("sns", REGION)
    queue = queues.create_queue(QueueName="alarms")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = topics.create_topic(Name="alarms")["TopicArn"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
            }
        ],
    }
    queues.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def receive() -> list[dict[str, Any]]:
        messages = queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            queues.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(json.loads(message["Body"])["Message"]) for message in messages]

    return topic, receive


def test_each_new_state_is_told_to_the_topic_of_its_actions(cloudwatch, mailbox):
    topic, receive = mailbox
    name = put_alarm(
        cloudwatch,
        Period=10,
        TreatMissingData="notBreaching",
        AlarmActions=[topic],
        OKActions=[topic],
        InsufficientDataActions=[topic],
    )
    told: list[tuple[str, str]] = []

    def is_told(*states: str) -> bool:
        told.extend((each["AlarmName"], each["NewStateValue"]) for each in receive())
        return [told_state for told_name, told_state in told if told_name == name][-len(states) :] == list(states)

    until(lambda: is_told("OK"))
    put(cloudwatch, name, 11)
    until(lambda: is_told("OK", "ALARM"))
    until(lambda: is_told("OK", "ALARM", "OK"))


def test_a_composite_alarm_follows_its_children_and_acts(cloudwatch, mailbox):
    topic, receive = mailbox
    one, other = put_alarm(cloudwatch), put_alarm(cloudwatch)
    cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule=f"ALARM({one}) AND ALARM({other})", AlarmActions=[topic])
    put(cloudwatch, one, 11)
    assert state(cloudwatch, "both") == "OK"

    put(cloudwatch, other, 11)

    assert state(cloudwatch, "both") == "ALARM"
    until(lambda: any(each["AlarmName"] == "both" for each in receive()))


HANDLER = """
def handler(event, context):
    if "alarmData" in event:
        print("called by", event["alarmData"]["alarmName"])
        return None
    path = event.get("rawPath") or event.get("path") or ""
    if path.endswith("/fail"):
        raise RuntimeError("as asked")
    print('{"level": "ERROR", "took": 7}' if path.endswith("/log") else "fine")
    return {"statusCode": 503 if path.endswith("/busy") else 200, "body": "hello"}
"""


@pytest.fixture(scope="module")
def function(sandbox: Sandbox) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", HANDLER)
    role = sandbox.client("iam").create_role(
        RoleName="function",
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            }
        ),
    )["Role"]["Arn"]
    functions = sandbox.client("lambda", REGION)
    arn: str = functions.create_function(
        FunctionName="hello",
        Runtime="python3.12",
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    for principal in ("apigateway", "elasticloadbalancing", "lambda.alarms.cloudwatch"):
        functions.add_permission(
            FunctionName="hello",
            StatementId=principal.replace(".", "-"),
            Action="lambda:InvokeFunction",
            Principal=f"{principal}.amazonaws.com",
        )
    return arn


@pytest.fixture(scope="module")
def api(sandbox: Sandbox, function: str) -> str:
    apis = sandbox.client("apigatewayv2", REGION)
    api = apis.create_api(Name="hello", ProtocolType="HTTP")["ApiId"]
    integration = apis.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    apis.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
    apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return api


def get(sandbox: Sandbox, host: str, path: str) -> int:
    request = urllib.request.Request(sandbox.endpoint + path, headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def total(cloudwatch: Any, namespace: str, metric: str, **dimensions: str) -> float:
    now = time.time()
    response = cloudwatch.get_metric_statistics(
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=now - 600,
        EndTime=now + 60,
        Period=3600,
        Statistics=["Sum"],
    )
    return sum(point["Sum"] for point in response["Datapoints"])


def test_a_function_that_fails_behind_an_api_raises_the_alarms_on_both(sandbox, cloudwatch, api):
    on_function = put_alarm(
        cloudwatch,
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Sum",
        Threshold=0,
        Dimensions=[{"Name": "FunctionName", "Value": "hello"}],
    )
    on_api = put_alarm(
        cloudwatch,
        Namespace="AWS/ApiGateway",
        MetricName="5xx",
        Statistic="Sum",
        Threshold=0,
        Dimensions=[{"Name": "ApiId", "Value": api}],
    )
    host = f"{api}.execute-api.localhost"
    assert get(sandbox, host, "/fine") == 200
    until(lambda: state(cloudwatch, on_function) == "OK")

    assert get(sandbox, host, "/fail") >= 500

    until(lambda: {state(cloudwatch, on_function), state(cloudwatch, on_api)} == {"ALARM"})
    assert total(cloudwatch, "AWS/Lambda", "Invocations", FunctionName="hello") == 2
    assert total(cloudwatch, "AWS/Lambda", "Errors", FunctionName="hello") == 1
    assert total(cloudwatch, "AWS/Lambda", "Duration", FunctionName="hello") > 0
    assert total(cloudwatch, "AWS/ApiGateway", "Count", ApiId=api) == 2


def test_a_throttled_call_is_counted_as_such_and_not_as_an_invocation(sandbox, cloudwatch, function):
    functions = sandbox.client("lambda", REGION)
    before = total(cloudwatch, "AWS/Lambda", "Invocations", FunctionName="hello")
    functions.put_function_concurrency(FunctionName="hello", ReservedConcurrentExecutions=0)
    try:
        with pytest.raises(ClientError, match="TooManyRequests"):
            functions.invoke(FunctionName="hello")
    finally:
        functions.delete_function_concurrency(FunctionName="hello")

    assert total(cloudwatch, "AWS/Lambda", "Throttles", FunctionName="hello") >= 1
    assert total(cloudwatch, "AWS/Lambda", "Invocations", FunctionName="hello") == before


def test_a_load_balancer_counts_its_own_errors_apart_from_its_targets(sandbox, cloudwatch, function):
    balancing = sandbox.client("elbv2", REGION)
    balancer = balancing.create_load_balancer(Name="counting", Subnets=["subnet-1"])["LoadBalancers"][0]
    group = balancing.create_target_group(Name="counting", TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    balancing.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    host, name = balancer["DNSName"], balancer["LoadBalancerArn"].split("loadbalancer/")[1]
    assert get(sandbox, host, "/") == 503  # no target yet: the load balancer's own answer
    balancing.register_targets(TargetGroupArn=group, Targets=[{"Id": function}])

    assert [get(sandbox, host, path) for path in ("/", "/busy", "/fail")] == [200, 503, 502]

    assert total(cloudwatch, "AWS/ApplicationELB", "RequestCount", LoadBalancer=name) == 4
    assert total(cloudwatch, "AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", LoadBalancer=name) == 1
    assert total(cloudwatch, "AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", LoadBalancer=name) == 2
    group_name = group.split(":", 5)[5]
    assert total(cloudwatch, "AWS/ApplicationELB", "RequestCount", LoadBalancer=name, TargetGroup=group_name) == 2


def test_log_lines_become_metrics(sandbox, cloudwatch, api):
    logs = sandbox.client("logs", REGION)
    get(sandbox, f"{api}.execute-api.localhost", "/fine")  # makes the log group
    for name, pattern, value in (
        ("words", "ERROR", "1"),
        ("fields", '{ $.level = "ERROR" && $.took > 5 }', "$.took"),
        ("never", '{ $.level = "DEBUG" }', "1"),
    ):
        logs.put_metric_filter(
            logGroupName="/aws/lambda/hello",
            filterName=name,
            filterPattern=pattern,
            metricTransformations=[{"metricName": name, "metricNamespace": "Logs", "metricValue": value}],
        )

    get(sandbox, f"{api}.execute-api.localhost", "/log")

    until(lambda: total(cloudwatch, "Logs", "words") == 1)
    assert total(cloudwatch, "Logs", "fields") == 7
    assert total(cloudwatch, "Logs", "never") == 0


def test_an_alarm_invokes_a_function(sandbox, cloudwatch, function):
    name = put_alarm(cloudwatch, AlarmActions=[function])

    put(cloudwatch, name, 11)

    logs = sandbox.client("logs", REGION)

    def is_called() -> bool:
        if not logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/hello")["logGroups"]:
            return False
        events = logs.filter_log_events(logGroupName="/aws/lambda/hello", filterPattern=f'"{name}"')["events"]
        return any(f"called by {name}" in event["message"] for event in events)

    until(is_called)


def test_the_alarms_of_a_region_that_is_out_tell_nobody(sandbox, cloudwatch, mailbox):
    topic, receive = mailbox
    name = put_alarm(cloudwatch, Period=20, TreatMissingData="breaching", AlarmActions=[topic])
    sandbox.outage(REGION)
    time.sleep(2)  # the alarm would have been due
    restored = int(time.time())
    sandbox.restore(REGION)

    until(lambda: any(each["AlarmName"] == name for each in receive()))
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert alarm["StateUpdatedTimestamp"].timestamp() >= restored


def test_status_says_how_fast_periods_run(sandbox):
    assert sandbox.status()["parts"]["alarms"]["periods"] == "20 times as fast as deployed"
