"""Alarms in the tagging API: their tags are listed, set and taken away there."""

from __future__ import annotations

import pytest

REGION = "eu-west-1"


@pytest.fixture(scope="module")
def alarms(sandbox):
    cloudwatch = sandbox.client("cloudwatch", REGION)
    cloudwatch.put_metric_alarm(
        AlarmName="errors", Namespace="Shop", MetricName="Errors", Statistic="Sum", Period=60, EvaluationPeriods=1,
        Threshold=1, ComparisonOperator="GreaterThanThreshold", Tags=[{"Key": "Team", "Value": "shop"}],
    )  # fmt: skip
    cloudwatch.put_composite_alarm(AlarmName="any", AlarmRule="ALARM(errors)", Tags=[{"Key": "Team", "Value": "ops"}])
    return cloudwatch


@pytest.fixture
def tagging(sandbox, alarms):
    return sandbox.client("resourcegroupstaggingapi", REGION)


def tags_of(tagging, **filters):
    found = tagging.get_resources(**filters)["ResourceTagMappingList"]
    return {
        each["ResourceARN"].rsplit(":", 1)[-1]: {tag["Key"]: tag["Value"] for tag in each["Tags"]} for each in found
    }


def test_alarms_of_both_kinds_are_listed(tagging):
    listed = tags_of(tagging, ResourceTypeFilters=["cloudwatch:alarm"])
    assert {name: tags["Team"] for name, tags in listed.items()} == {"errors": "shop", "any": "ops"}
    assert list(tags_of(tagging, TagFilters=[{"Key": "Team", "Values": ["ops"]}])) == ["any"]


def test_alarms_of_another_region_are_not_listed(sandbox, alarms):
    elsewhere = sandbox.client("resourcegroupstaggingapi", "eu-central-1")
    assert tags_of(elsewhere, ResourceTypeFilters=["cloudwatch"]) == {}


def test_tags_are_set_and_taken_away(tagging, alarms):
    arn = alarms.describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]["AlarmArn"]
    assert tagging.tag_resources(ResourceARNList=[arn], Tags={"Cost": "x"})["FailedResourcesMap"] == {}
    assert {"Key": "Cost", "Value": "x"} in alarms.list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert tagging.untag_resources(ResourceARNList=[arn], TagKeys=["Cost"])["FailedResourcesMap"] == {}
    assert alarms.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "Team", "Value": "shop"}]


def test_an_alarm_that_is_not_there_cannot_be_tagged(tagging, alarms):
    arn = alarms.describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]["AlarmArn"]
    missing = arn.replace(":alarm:errors", ":alarm:nothing")
    failed = tagging.tag_resources(ResourceARNList=[missing], Tags={"Cost": "x"})["FailedResourcesMap"]
    assert failed[missing]["ErrorCode"] == "InvalidParameterException"
