"""Kinds that carry a planned name: CloudFormation refuses to replace one while the old one has the name.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tapstack.engines.engine import Action, ResourceChange

NAMES: Mapping[str, str] = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::RDS::DBCluster": "DBClusterIdentifier",
    "AWS::RDS::DBInstance": "DBInstanceIdentifier",
    "AWS::RDS::GlobalCluster": "GlobalClusterIdentifier",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::WAFv2::WebACL": "Name",
}


def warnings(changes: Sequence[ResourceChange], template: Mapping[str, Any]) -> tuple[str, ...]:
    """What to say of replacements that AWS will refuse, before it does."""
    return tuple(
        f"AWS will refuse to replace {change.name}, whose name is taken by what it would replace: "
        "give the component another name, or destroy the unit first"
        for change in changes
        if change.action is Action.REPLACE and _keeps_its_name(change, template)
    )


def _keeps_its_name(change: ResourceChange, template: Mapping[str, Any]) -> bool:
    name = NAMES.get(change.kind)
    if name is None or any(property_.path == name for property_ in change.properties):
        return False
    resource = template.get("Resources", {}).get(change.name, {})
    return name in resource.get("Properties", {})
