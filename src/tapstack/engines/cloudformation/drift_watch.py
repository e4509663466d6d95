"""The watch for drift: each region asks CloudFormation, now and then, whether its stacks are still as described.

Without any code of our own: EventBridge Scheduler calls `DetectStackDrift`, and CloudFormation tells what it found by
an event. CloudFormation reads every resource with the rights of whoever asks, so the schedule's role may read the
settings of all that the engine makes. It may not read secrets or data: whether a password was changed is not drift.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from tapstack.engines.cloudformation.template import LintException, Resource, logical_id, sub
from tapstack.engines.cloudformation.unit import IS_HOME, UnitTemplate, allow
from tapstack.plan.model import UnitKind
from tapstack.plan.names import NameKind

MINUTE, HOUR, DAY = 60, 3600, 86400
WATCHED = (UnitKind.FOUNDATION, UnitKind.GLOBAL, UnitKind.REGIONAL)
DETECT = "arn:${AWS::Partition}:scheduler:::aws-sdk:cloudformation:detectStackDrift"

READS: Mapping[str, tuple[str, ...]] = {
    "apigateway": ("GET",),
    "acm": ("DescribeCertificate", "ListTagsForCertificate"),
    "cloudwatch": ("DescribeAlarms", "GetDashboard", "ListTagsForResource"),
    "dynamodb": (
        "DescribeContinuousBackups",
        "DescribeContributorInsights",
        "DescribeKinesisStreamingDestination",
        "DescribeTable",
        "DescribeTableReplicaAutoScaling",
        "DescribeTimeToLive",
        "GetResourcePolicy",
        "ListTagsOfResource",
    ),
    "ec2": (
        "DescribeAddresses",
        "DescribeFlowLogs",
        "DescribeInternetGateways",
        "DescribeNatGateways",
        "DescribeNetworkAcls",
        "DescribeRouteTables",
        "DescribeSecurityGroupRules",
        "DescribeSecurityGroups",
        "DescribeSubnets",
        "DescribeVpcAttribute",
        "DescribeVpcEndpoints",
        "DescribeVpcs",
        "DescribeVpnGateways",
    ),
    "elasticloadbalancing": (
        "DescribeCapacityReservation",
        "DescribeListenerAttributes",
        "DescribeListeners",
        "DescribeLoadBalancerAttributes",
        "DescribeLoadBalancers",
        "DescribeRules",
        "DescribeTags",
        "DescribeTargetGroupAttributes",
        "DescribeTargetGroups",
        "DescribeTargetHealth",
    ),
    "events": ("DescribeRule", "ListTagsForResource", "ListTargetsByRule"),
    "iam": ("GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListRolePolicies"),
    "kms": ("DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListAliases", "ListResourceTags"),
    "lambda": (
        "GetEventSourceMapping",
        "GetFunction",
        "GetFunctionCodeSigningConfig",
        "GetFunctionEventInvokeConfig",
        "GetFunctionRecursionConfig",
        "GetFunctionScalingConfig",
        "GetPolicy",
        "GetRuntimeManagementConfig",
        "ListTags",
    ),
    "logs": (
        "DescribeIndexPolicies",
        "DescribeLogGroups",
        "DescribeResourcePolicies",
        "GetDataProtectionPolicy",
        "ListTagsForResource",
    ),
    "rds": (
        "DescribeDBClusterParameterGroups",
        "DescribeDBClusterParameters",
        "DescribeDBClusters",
        "DescribeDBInstances",
        "DescribeDBParameterGroups",
        "DescribeDBParameters",
        "DescribeDBSubnetGroups",
        "DescribeGlobalClusters",
        "ListTagsForResource",
    ),
    "route53": (
        "GetHealthCheck",
        "GetHostedZone",
        "ListHostedZones",
        "ListQueryLoggingConfigs",
        "ListResourceRecordSets",
        "ListTagsForResource",
    ),
    "s3": (
        "GetAccelerateConfiguration",
        "GetAnalyticsConfiguration",
        "GetBucketCORS",
        "GetBucketLogging",
        "GetBucketNotification",
        "GetBucketObjectLockConfiguration",
        "GetBucketOwnershipControls",
        "GetBucketPolicy",
        "GetBucketPublicAccessBlock",
        "GetBucketTagging",
        "GetBucketVersioning",
        "GetBucketWebsite",
        "GetEncryptionConfiguration",
        "GetIntelligentTieringConfiguration",
        "GetInventoryConfiguration",
        "GetLifecycleConfiguration",
        "GetMetricsConfiguration",
        "GetReplicationConfiguration",
        "ListTagsForResource",
    ),
    "scheduler": ("GetSchedule",),
    "secretsmanager": ("DescribeSecret", "GetResourcePolicy"),
    "sns": (
        "GetDataProtectionPolicy",
        "GetSubscriptionAttributes",
        "GetTopicAttributes",
        "ListSubscriptionsByTopic",
        "ListTagsForResource",
    ),
    "sqs": ("GetQueueAttributes", "ListQueueTags"),
    "wafv2": ("GetLoggingConfiguration", "GetWebACL", "GetWebACLForResource", "ListTagsForResource"),
}
"""What CloudFormation asks of whoever has it read the resources that this engine makes."""


def add(unit: UnitTemplate, topic: Resource) -> None:
    """Add a schedule for each of the region's stacks, and a rule that passes on what was found."""
    every = unit.fleet.observability.drift_watch
    if every is None:
        return
    kinds = {planned.kind for planned in unit.plan.units}
    if _seems_drifted(unit):
        kinds.discard(UnitKind.GLOBAL)
    stacks = {kind: unit.text_name(NameKind.STACK, kind) for kind in WATCHED if kind in kinds}
    arns = [_stack_arn(stack) for stack in stacks.values()]
    role = _role(unit, arns)
    for kind, stack in stacks.items():
        unit.template.add(
            logical_id("drift-schedule", kind),
            "AWS::Scheduler::Schedule",
            {
                "Name": unit.name(NameKind.SCHEDULE, f"drift-{kind}"),
                "Description": f"Asks whether the {kind} stack was changed by hand",
                "ScheduleExpression": rate(every),
                "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
                "KmsKeyArn": unit.key_arn("logs"),
                "Target": {
                    "Arn": sub(DETECT),
                    "RoleArn": role.get("Arn"),
                    "Input": json.dumps({"StackName": stack}),
                    "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": HOUR},
                },
            },
            condition=IS_HOME if kind is UnitKind.GLOBAL else None,
        )
    _tell(unit, arns, topic)


def _seems_drifted(unit: UnitTemplate) -> bool:
    """Tell whether the global stack seems to have drifted while nobody has touched it: a false alarm every time.

    Replicas name other regions' keys by alias, and CloudFormation holds that against the keys' ids. The stack can be
    watched again once it does not: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1802
    """
    return any(table.scope == "global" and table.encryption == "customer-key" for table in unit.fleet.tables.values())


def rate(seconds: int) -> str:
    """Write a period as EventBridge does, in the largest unit that it fits."""
    for unit, size in (("day", DAY), ("hour", HOUR), ("minute", MINUTE)):
        if seconds % size == 0:
            amount = seconds // size
            return f"rate({amount} {unit}{'' if amount == 1 else 's'})"
    return f"rate({seconds // MINUTE} minutes)"


def _stack_arn(stack: str) -> str:
    return f"arn:${{AWS::Partition}}:cloudformation:${{AWS::Region}}:${{AWS::AccountId}}:stack/{stack}/"


def _role(unit: UnitTemplate, arns: list[str]) -> Resource:
    logs_key = unit.key_arn("logs")
    statements = [
        allow(
            ["cloudformation:DetectStackDrift", "cloudformation:DetectStackResourceDrift"],
            [sub(f"{arn}*") for arn in arns],
        ),
        allow([f"{service}:{action}" for service, actions in READS.items() for action in actions], "*"),
        # The scheduler decrypts its own input as the role.
        allow(
            ["kms:Decrypt"],
            logs_key,
            StringEquals={"kms:ViaService": sub("scheduler.${AWS::Region}.${AWS::URLSuffix}")},
        ),
    ]
    if unit.fleet.functions or unit.fleet.databases:
        # Functions' variables are encrypted; no other service lets the role decrypt anything.
        statements.append(
            allow(
                ["kms:Decrypt"],
                unit.key_arn("secrets"),
                StringEquals={"kms:ViaService": sub("lambda.${AWS::Region}.${AWS::URLSuffix}")},
            )
        )
    return unit.role(
        "DriftWatchRole",
        "drift-watch",
        "scheduler.amazonaws.com",
        statements,
        exceptions=[
            LintException(
                "cdk-nag",
                "AwsSolutions-IAM5",
                "Reads settings of whatever stands in the stacks, which most services cannot narrow down; stacks are "
                "named up to the id that CloudFormation adds.",
            ),
        ],
    )


def _tell(unit: UnitTemplate, arns: list[str], topic: Resource) -> None:
    unit.template.add(
        "DriftFound",
        "AWS::Events::Rule",
        {
            "Description": "A stack of this region was changed by hand",
            "EventPattern": {
                "source": ["aws.cloudformation"],
                "detail-type": ["CloudFormation Drift Detection Status Change"],
                "detail": {
                    "stack-id": [{"prefix": sub(arn)} for arn in arns],
                    "status-details": {"stack-drift-status": ["DRIFTED"]},
                },
            },
            "Targets": [
                {
                    "Id": "topic",
                    "Arn": topic.ref,
                    "InputTransformer": {
                        "InputPathsMap": {
                            "stack": "$.detail.stack-id",
                            "resources": "$.detail.drift-detection-details.drifted-stack-resource-count",
                        },
                        "InputTemplate": '"<resources> resources of the stack <stack> are not as described. '
                        'See `tapstack drift`."',
                    },
                }
            ],
        },
    )
