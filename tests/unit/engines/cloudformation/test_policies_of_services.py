"""What services are let in by: conditions that the services meet, and none that they are not known to meet."""

from __future__ import annotations

from typing import Any

import cloudformation_templates
import pytest

FLEET = "buckets: {uploads: {replication: both-ways}}\n"


@pytest.fixture(scope="module")
def foundation() -> dict[str, Any]:
    resources: dict[str, Any] = cloudformation_templates.templates(FLEET, "dev")["foundation"].resources
    return resources


def statement(policy: dict[str, Any], sid: str) -> dict[str, Any]:
    (found,) = (each for each in policy["Statement"] if each.get("Sid") == sid)
    return dict(found)


def test_alarms_use_the_logs_key_for_this_account_and_events_for_this_accounts_topics(
    foundation: dict[str, Any],
) -> None:
    policy = foundation["KeyLogs"]["Properties"]["KeyPolicy"]
    alarms, events = statement(policy, "AlarmTopics"), statement(policy, "EventTopics")
    assert alarms["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    topics = {"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:*"}
    assert events["Condition"] == {"ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": topics}}


def test_load_balancers_write_under_this_accounts_path_and_on_no_condition(foundation: dict[str, Any]) -> None:
    policy = foundation["BucketAccessLogsPolicy"]["Properties"]["PolicyDocument"]
    writes = statement(policy, "LoadBalancerLogs")
    assert writes["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert writes["Resource"]["Fn::Sub"].endswith("/load-balancers/*/AWSLogs/${AWS::AccountId}/*")
    assert "Condition" not in writes


def test_s3_may_take_the_replication_role_on_whatever_it_says_of_itself(foundation: dict[str, Any]) -> None:
    role = foundation["BucketUploadsReplicationRole"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "s3.amazonaws.com"}
    assert "Condition" not in trust
