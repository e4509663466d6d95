"""What is watched, who is told, and what the dashboards show."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from cloudformation_templates import Template, regional, templates

from tapstack.errors import InvalidFleetError

ALARM = "CloudWatch::Alarm"
EVERYTHING = """
network: {zones: 2, nat: none}
buckets:
  files: {replication: both-ways, replication_time_control: true}
  copies: {replication: from-home, replication_time_control: true}
  own: {}
tables:
  items: {partition_key: pk, indexes: {by-owner: {partition_key: owner}}}
  ledger: {partition_key: pk, scope: regional}
databases:
  wide: {engine: aurora-mysql}
  fixed: {engine: aurora-mysql, instance_class: db.r6g.large, cross_region: false, password_rotation: null}
  deep: {engine: postgres, storage_gib: 100}
functions:
  hello: {inline: "def handler(event, context): pass"}
  quiet: {inline: "def handler(event, context): pass", dead_letter: false}
apis:
  rest: {routes: {GET /: {function: hello, authorization: none}}}
  http: {kind: http, stage: v1, routes: {GET /: {function: hello, authorization: none}}}
load_balancers:
  web:
    default: hello
    rules:
      servers: {priority: 1, paths: ["/servers*"], to: {addresses: [10.64.0.10], port: 8080}}
dns:
  zone: shop.example
  names:
    app: {load_balancer: web}
    api: {api: rest}
    "@": {api: http}
    unchecked: {api: rest, health_check: null}
observability:
  notify: [on-call@shop.example, boss.of-all@shop.example]
"""


@pytest.fixture(scope="module")
def everything() -> Template:
    return regional(EVERYTHING)


def alarm(template: Template, name: str) -> dict[str, Any]:
    (found,) = (each for each in template.of(ALARM).values() if each["AlarmName"] == f"shop-test-{name}")
    return found


def metrics(found: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The metrics of an alarm, with their dimensions."""
    several = [query["MetricStat"]["Metric"] for query in found.get("Metrics", ()) if "MetricStat" in query] or [found]
    return [(each["MetricName"], {d["Name"]: d["Value"] for d in each["Dimensions"]}) for each in several]


def test_every_alarm_tells_the_topic_when_it_goes_off_and_when_it_is_over(everything: Template) -> None:
    found = everything.of(ALARM)
    assert len(found) >= 40
    for each in found.values():
        assert each["AlarmActions"] == each["OKActions"] == [{"Ref": "AlarmTopic"}]
        assert each["AlarmDescription"].endswith(".")
        assert each["TreatMissingData"] in ("notBreaching", "breaching")


def test_no_two_alarms_share_a_name(everything: Template) -> None:
    names = [each["AlarmName"] for each in everything.of(ALARM).values()]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 255 for name in names)


def test_the_topic_is_encrypted_and_takes_messages_by_tls_from_alarms_and_events_of_this_account(
    everything: Template,
) -> None:
    assert everything.one("SNS::Topic")["KmsMasterKeyId"] == {"Fn::ImportValue": "shop-test-key-logs-arn"}
    deny, alarms, events = everything.one("SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert events["Principal"] == {"Service": "events.amazonaws.com"}
    assert "Condition" not in events, "EventBridge says nothing by which a condition could be met"


def test_everybody_to_notify_is_subscribed(everything: Template) -> None:
    subscriptions = everything.of("SNS::Subscription")
    assert {each["Endpoint"] for each in subscriptions.values()} == {"on-call@shop.example", "boss.of-all@shop.example"}
    assert {each["Protocol"] for each in subscriptions.values()} == {"email"}


def test_a_function_has_alarms_on_errors_throttles_and_dead_letters(everything: Template) -> None:
    assert metrics(alarm(everything, "function-hello-errors")) == [("Errors", {"FunctionName": "shop-test-hello"})]
    assert metrics(alarm(everything, "function-hello-throttles")) == [
        ("Throttles", {"FunctionName": "shop-test-hello"})
    ]
    queue = {"QueueName": "shop-test-hello-dead-letters"}
    assert metrics(alarm(everything, "function-hello-dead-letters")) == [("ApproximateNumberOfMessagesVisible", queue)]
    assert not any("quiet-dead-letters" in each["AlarmName"] for each in everything.of(ALARM).values())


def test_a_rest_api_is_known_by_its_name_and_an_http_api_by_its_id(everything: Template) -> None:
    assert metrics(alarm(everything, "api-rest-server-errors")) == [
        ("5XXError", {"ApiName": "shop-test-rest", "Stage": "prod"})
    ]
    assert metrics(alarm(everything, "api-http-server-errors")) == [
        ("5xx", {"ApiId": {"Ref": "ApiHttp"}, "Stage": "v1"})
    ]
    latency = alarm(everything, "api-rest-latency")
    assert (latency["ExtendedStatistic"], latency["Threshold"]) == ("p99", 3000)


def test_a_load_balancer_has_alarms_on_its_own_errors_its_targets_errors_and_unhealthy_addresses(
    everything: Template,
) -> None:
    for what, metric in (("server-errors", "HTTPCode_ELB_5XX_Count"), ("target-errors", "HTTPCode_Target_5XX_Count")):
        ((name, dimensions),) = metrics(alarm(everything, f"load-balancer-web-{what}"))
        assert name == metric
        assert dimensions == {"LoadBalancer": {"Fn::GetAtt": ["LoadBalancerWeb", "LoadBalancerFullName"]}}
    ((name, dimensions),) = metrics(alarm(everything, "load-balancer-web-servers-unhealthy"))
    assert name == "UnHealthyHostCount"
    group = dimensions["TargetGroup"]["Fn::GetAtt"][0]
    assert everything.resources[group]["Properties"]["TargetType"] == "ip"


def test_databases_are_watched_as_clusters_or_as_instances(everything: Template) -> None:
    for what, metric in (("cpu", "CPUUtilization"), ("connections", "DatabaseConnections")):
        assert metrics(alarm(everything, f"database-wide-{what}")) == [
            (metric, {"DBClusterIdentifier": "shop-test-wide"})
        ]
        assert metrics(alarm(everything, f"database-deep-{what}")) == [
            (metric, {"DBInstanceIdentifier": "shop-test-deep"})
        ]
    assert alarm(everything, "database-wide-capacity")["MetricName"] == "ACUUtilization"
    assert alarm(everything, "database-deep-storage")["Threshold"] == 10 * 1024**3
    names = {each["AlarmName"] for each in everything.of(ALARM).values()}
    assert not names & {"shop-test-database-fixed-capacity", "shop-test-database-fixed-replication-lag"}
    assert "shop-test-database-deep-rotation" in names
    assert "shop-test-database-fixed-rotation" not in names


def test_lag_counts_in_milliseconds_for_aurora_and_allows_for_idleness_in_postgres(everything: Template) -> None:
    aurora = alarm(everything, "database-wide-replication-lag")
    assert (aurora["MetricName"], aurora["Threshold"]) == ("AuroraGlobalDBReplicationLag", 5000)
    postgres = alarm(everything, "database-deep-replication-lag")
    assert (postgres["MetricName"], postgres["Statistic"], postgres["Threshold"]) == ("ReplicaLag", "Minimum", 65)
    assert postgres["Period"] == 300


def test_throttles_of_a_table_count_reads_and_writes_and_each_index(everything: Template) -> None:
    found = alarm(everything, "table-items-throttles")
    assert [name for name, _ in metrics(found)] == ["ReadThrottleEvents", "WriteThrottleEvents"]
    assert found["Metrics"][0]["Expression"] == "FILL(m1, 0) + FILL(m2, 0)"
    index = alarm(everything, "table-items-index-by-owner-throttles")
    assert metrics(index)[0][1] == {"TableName": "shop-test-items", "GlobalSecondaryIndexName": "by-owner"}


def test_a_global_table_is_watched_on_its_way_to_every_other_region(everything: Template) -> None:
    for region, condition in (("us-east-1", "IsNotUsEast1"), ("eu-west-1", "IsNotEuWest1")):
        logical, found = next(
            (name, each)
            for name, each in everything.of(ALARM).items()
            if each["AlarmName"] == f"shop-test-table-items-replication-to-{region}"
        )
        assert metrics(found) == [("ReplicationLatency", {"TableName": "shop-test-items", "ReceivingRegion": region})]
        assert everything.resources[logical]["Condition"] == condition
        assert everything.data["Conditions"][condition] == {"Fn::Not": [{"Condition": condition.replace("Not", "")}]}


def test_what_stays_in_its_region_has_no_alarm_on_replication(everything: Template) -> None:
    names = [each["AlarmName"] for each in everything.of(ALARM).values()]
    assert not [name for name in names if "ledger-replication" in name or "own-replication" in name]


def test_failed_copies_of_objects_are_seen_where_they_start(everything: Template) -> None:
    found = alarm(everything, "bucket-files-replication-to-eu-west-1")
    ((name, dimensions),) = metrics(found)
    assert name == "OperationsFailedReplication"
    assert dimensions["RuleId"] == "to-eu-west-1"
    assert dimensions["DestinationBucket"] == {"Fn::Sub": "shop-test-files-${AWS::AccountId}-eu-west-1"}
    names = [each["AlarmName"] for each in everything.of(ALARM).values()]
    assert "shop-test-bucket-copies-replication-to-eu-west-1" in names
    assert "shop-test-bucket-copies-replication-to-us-east-1" not in names


def test_late_copies_of_objects_are_seen_where_they_arrive(everything: Template) -> None:
    found = alarm(everything, "bucket-files-replication-time-from-eu-west-1")
    ((name, dimensions),) = metrics(found)
    assert (name, found["Threshold"]) == ("ReplicationLatency", 900)
    assert dimensions["SourceBucket"] == {"Fn::Sub": "shop-test-files-${AWS::AccountId}-eu-west-1"}
    assert dimensions["DestinationBucket"] == {"Fn::Sub": "shop-test-files-${AWS::AccountId}-${AWS::Region}"}
    assert dimensions["RuleId"] == {"Fn::Sub": "to-${AWS::Region}"}
    late = {
        each["AlarmName"]: each for each in everything.of(ALARM).values() if "replication-time" in each["AlarmName"]
    }
    assert "shop-test-bucket-copies-replication-time-from-us-east-1" in late
    assert "shop-test-bucket-copies-replication-time-from-eu-west-1" not in late


def test_a_region_without_good_answers_says_so_itself(everything: Template) -> None:
    by_api = alarm(everything, "name-api-unanswered")
    assert by_api["Metrics"][0]["Expression"] == "m1 - m2 - m3"
    assert [name for name, _ in metrics(by_api)] == ["Count", "4XXError", "5XXError"]
    assert (by_api["ComparisonOperator"], by_api["Threshold"]) == ("LessThanThreshold", 1)
    assert by_api["TreatMissingData"] == "breaching"
    assert [name for name, _ in metrics(alarm(everything, "name-zone-unanswered"))] == ["Count", "4xx", "5xx"]
    by_balancer = alarm(everything, "name-app-unanswered")
    assert [name for name, _ in metrics(by_balancer)] == ["HTTPCode_Target_2XX_Count", "HTTPCode_Target_3XX_Count"]
    assert not [each for each in everything.of(ALARM).values() if "unchecked" in each["AlarmName"]]


def test_route_53s_verdict_is_watched_in_the_one_region_that_has_it(everything: Template) -> None:
    logical = "AlarmNameAppUnhealthy"
    assert everything.resources[logical]["Condition"] == "IsUsEast1"
    assert everything.resources[logical]["Properties"]["MetricName"] == "HealthCheckStatus"
    elsewhere = "regions: {eu-west-1: {}, eu-central-1: {}}\nobservability: {}\n"
    service = EVERYTHING.split("observability:")[0] + elsewhere
    without = templates(f"\n{service}", home="eu-west-1")["regional"]
    assert "AlarmNameAppUnanswered" in without.resources
    assert logical not in without.resources


def test_thresholds_period_and_evaluations_are_the_fleets() -> None:
    text = """
functions: {hello: {inline: "pass"}}
observability: {thresholds: {function_errors: 7, period: 60s, evaluations: 3}}
"""
    found = alarm(regional(text), "function-hello-errors")
    assert (found["Threshold"], found["Period"], found["EvaluationPeriods"], found["DatapointsToAlarm"]) == (
        7,
        60,
        3,
        3,
    )


def test_one_region_alone_replicates_nothing() -> None:
    text = """
regions: {us-east-1: {}}
buckets: {files: {replication: both-ways}}
tables: {items: {partition_key: pk}}
"""
    names = [each["AlarmName"] for each in regional(text).of(ALARM).values()]
    assert names == ["shop-test-table-items-throttles"]


def test_alarms_and_dashboards_can_be_turned_off() -> None:
    made = templates("""
functions: {hello: {inline: "pass"}}
observability: {alarms: false, dashboards: false}
""")
    kinds = {each["Type"] for template in made.values() for each in template.resources.values()}
    assert not {kind for kind in kinds if "CloudWatch" in kind or "SNS" in kind}


def test_a_unit_of_nothing_is_a_template_still() -> None:
    made = regional("observability: {alarms: false, dashboards: false}")
    assert made.of("CloudFormation::WaitConditionHandle") == {"Nothing": {}}


def body(template: Template) -> tuple[str, dict[str, Any]]:
    """A dashboard's text and what fills its gaps."""
    written = template.one("CloudWatch::Dashboard")["DashboardBody"]
    if isinstance(written, str):
        return written, {}
    text = written["Fn::Sub"]
    return (text, {}) if isinstance(text, str) else (text[0], text[1])


def test_the_regions_dashboard_is_json_and_all_its_gaps_are_filled(everything: Template) -> None:
    text, filled = body(everything)
    gaps = set(re.findall(r"\$\{([^}]+)\}", text))
    assert {gap for gap in gaps if not gap.startswith("AWS::")} == set(filled)
    widgets = json.loads(text)["widgets"]
    assert {widget["type"] for widget in widgets} == {"text", "alarm", "metric"}
    titles = " ".join(widget["properties"].get("title", "") for widget in widgets)
    for title in ("Function hello", "API rest", "API http", "Load balancer web", "Database wide", "Table items"):
        assert title in titles


def test_widgets_do_not_overlap(everything: Template) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in json.loads(body(everything)[0])["widgets"]:
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken
        taken |= cells


def test_the_fleets_dashboard_shows_every_region_by_planned_names() -> None:
    text, filled = body(templates(EVERYTHING)["global"])
    assert filled == {}
    charts = [widget for widget in json.loads(text)["widgets"] if widget["type"] == "metric"]
    assert charts
    for chart in charts:
        assert [line[-1]["region"] for line in chart["properties"]["metrics"]] == ["us-east-1", "eu-west-1"]
    assert "shop-test-region-eu-west-1" in text
    assert "LoadBalancer" not in text


def test_names_that_would_collide_are_refused() -> None:
    text = """
functions:
  a-1: {inline: "pass"}
  a1: {inline: "pass"}
"""
    with pytest.raises(InvalidFleetError, match="share the logical ID"):
        regional(text)


def test_two_addresses_that_differ_by_a_sign_are_refused() -> None:
    text = "observability: {notify: [a.b@shop.example, a-b@shop.example]}"
    with pytest.raises(InvalidFleetError, match="share the logical ID"):
        regional(text)
