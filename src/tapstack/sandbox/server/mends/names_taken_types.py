"""The types of resources to which a template may give a name of their own, and how a name is found to be taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import (
    alb,
    backup,
    cloudwatch,
    cloudwatch_logs,
    ec2,
    eventbridge,
    iam,
    kms,
    lambda_svc,
    rds,
    scheduler,
    secretsmanager,
    sns,
    sqs,
    waf,
)

Properties = Mapping[str, Any]
_REPEATED = "Resource of type '{type}' with identifier '{name}' already exists."
_SCHEDULED = "You can't create this secret because a secret with this name is already scheduled for deletion."


@dataclass(frozen=True)
class Name:
    """How resources of one type are named."""

    property: str
    #: Whether a resource of the name that these properties give exists.
    is_taken: Callable[[Properties], bool]
    #: What the resource handler says then; {name}, {type} and every property can be named.
    refusal: str = _REPEATED
    #: The properties within whose value a name is unique; none when it is in the whole region or account.
    within: tuple[str, ...] = ()

    def given(self, properties: Properties) -> str:
        """The name that these properties give; empty when CloudFormation is to make one up."""
        return str(properties.get(self.property) or "")

    def place(self, properties: Properties) -> tuple[Any, ...]:
        """What no two resources can have in common."""
        return (self.given(properties), *(properties.get(name) for name in self.within))


def refused(resource_type: str, properties: Properties) -> tuple[str, str]:
    """What the handler of that type says of a name that is taken, and its error code."""
    name = NAMES[resource_type]
    given = name.given(properties)
    if resource_type == "AWS::SecretsManager::Secret" and secretsmanager._secrets[given].get("DeletedDate"):
        return _SCHEDULED, "InvalidRequest"
    values = {"VpcId": ec2._DEFAULT_VPC_ID, **properties, "type": resource_type, "name": given}
    return name.refusal.format_map(values), "AlreadyExists"


def _in(store: Callable[[], Any], property_name: str) -> Callable[[Properties], bool]:
    return lambda properties: str(properties[property_name]) in store()


def _among(store: Callable[[], Any], field: str, property_name: str) -> Callable[[Properties], bool]:
    return lambda properties: any(item.get(field) == properties[property_name] for item in list(store().values()))


def _queue(properties: Properties) -> bool:
    return sqs._queue_url_for_account(get_account_id(), str(properties["QueueName"])) in sqs._queues


def _topic(properties: Properties) -> bool:
    return f"arn:aws:sns:{get_region()}:{get_account_id()}:{properties['TopicName']}" in sns._topics


def _alarm(properties: Properties) -> bool:
    return properties["AlarmName"] in cloudwatch._alarms or properties["AlarmName"] in cloudwatch._composite_alarms


def _rule(properties: Properties) -> bool:
    bus = str(properties.get("EventBusName") or "default").rsplit("/", 1)[-1]
    return eventbridge._rule_key(str(properties["Name"]), bus) in eventbridge._rules


def _web_acl(properties: Properties) -> bool:
    scope = str(properties.get("Scope", "REGIONAL"))
    return any(item["Name"] == properties["Name"] and item["Scope"] == scope for item in list(waf._web_acls.values()))


def _security_group(properties: Properties) -> bool:
    network = properties.get("VpcId") or ec2._DEFAULT_VPC_ID
    return any(
        item["GroupName"] == properties["GroupName"] and item["VpcId"] == network
        for item in list(ec2._security_groups.values())
    )


_ALARM = Name("AlarmName", _alarm)

#: Buckets and tables are not here: MiniStack refuses those itself. Nor are types whose names need not be unique, as
#: APIs', nor those that take over what exists on AWS too, as log resource policies.
NAMES: Mapping[str, Name] = {
    "AWS::Backup::BackupVault": Name("BackupVaultName", _in(lambda: backup._vaults, "BackupVaultName")),
    "AWS::CloudWatch::Alarm": _ALARM,
    "AWS::CloudWatch::CompositeAlarm": _ALARM,
    "AWS::CloudWatch::Dashboard": Name("DashboardName", _in(lambda: cloudwatch._dashboards, "DashboardName")),
    "AWS::EC2::SecurityGroup": Name(
        "GroupName", _security_group, "The security group '{name}' already exists for VPC '{VpcId}'", ("VpcId",)
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Name(
        "Name",
        _among(lambda: alb._lbs, "LoadBalancerName", "Name"),
        "A load balancer with the same name '{name}' exists, but with different settings",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Name(
        "Name",
        _among(lambda: alb._tgs, "TargetGroupName", "Name"),
        "A target group with the same name '{name}' exists, but with different settings",
    ),
    "AWS::Events::Rule": Name("Name", _rule, within=("EventBusName",)),
    "AWS::IAM::ManagedPolicy": Name(
        "ManagedPolicyName",
        _among(lambda: iam._policies, "PolicyName", "ManagedPolicyName"),
        "A policy called {name} already exists. Duplicate names are not allowed.",
    ),
    "AWS::IAM::Role": Name("RoleName", _in(lambda: iam._roles, "RoleName")),
    "AWS::IAM::User": Name("UserName", _in(lambda: iam._users, "UserName")),
    "AWS::KMS::Alias": Name(
        "AliasName",
        lambda properties: kms._alias_arn(str(properties["AliasName"])) in kms._aliases,
        "An alias with the name {name} already exists",
    ),
    "AWS::Lambda::Function": Name("FunctionName", _in(lambda: lambda_svc._functions, "FunctionName")),
    "AWS::Logs::LogGroup": Name(
        "LogGroupName",
        _in(lambda: cloudwatch_logs._log_groups, "LogGroupName"),
        "Resource of type '{type}' with identifier '{{\"/properties/LogGroupName\":\"{name}\"}}' already exists.",
    ),
    "AWS::RDS::DBCluster": Name("DBClusterIdentifier", _in(lambda: rds._clusters, "DBClusterIdentifier")),
    "AWS::RDS::DBClusterParameterGroup": Name(
        "DBClusterParameterGroupName", _in(lambda: rds._db_cluster_param_groups, "DBClusterParameterGroupName")
    ),
    "AWS::RDS::DBInstance": Name("DBInstanceIdentifier", _in(lambda: rds._instances, "DBInstanceIdentifier")),
    "AWS::RDS::DBParameterGroup": Name("DBParameterGroupName", _in(lambda: rds._param_groups, "DBParameterGroupName")),
    "AWS::RDS::DBSubnetGroup": Name("DBSubnetGroupName", _in(lambda: rds._subnet_groups, "DBSubnetGroupName")),
    "AWS::RDS::GlobalCluster": Name(
        "GlobalClusterIdentifier", _in(lambda: rds._global_clusters, "GlobalClusterIdentifier")
    ),
    "AWS::SNS::Topic": Name("TopicName", _topic, "Topic creation failed because the topic already exists"),
    "AWS::SQS::Queue": Name("QueueName", _queue, "Queue creation failed because the queue already exists"),
    "AWS::Scheduler::Schedule": Name(
        "Name",
        lambda given: f"{given.get('GroupName') or 'default'}/{given['Name']}" in scheduler._schedules,
        within=("GroupName",),
    ),
    "AWS::SecretsManager::Secret": Name(
        "Name",
        _in(lambda: secretsmanager._secrets, "Name"),
        "The operation failed because the secret {name} already exists.",
    ),
    "AWS::WAFv2::WebACL": Name(
        "Name",
        _web_acl,
        "AWS WAF couldn\u2019t perform the operation because some resource in your request is a duplicate of an"
        " existing one.",
        ("Scope",),
    ),
}
