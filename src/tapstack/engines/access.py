"""What functions may do with what they use: actions by name, the same whichever engine writes them down."""

from __future__ import annotations

from typing import Any

from tapstack.fleet.functions import Use

BUCKET_READ = ("s3:GetObject",)
BUCKET_WRITE = ("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload")
TABLE_READ = (
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
)
TABLE_WRITE = (
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
)
TABLE_KEY_READ = ("kms:Decrypt", "kms:DescribeKey")
TABLE_KEY_WRITE = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom",
                   "kms:ReEncryptTo")  # fmt: skip
STREAM_READ = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
SECRET_READ = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")
LOG = ("logs:CreateLogStream", "logs:PutLogEvents")
TRACE = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
NETWORK = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)

NETWORK_REASON = "Lambda puts the function into the network with these; the function's own code is denied them."
NO_SHARE = "The fleet gives this function no share of its own: it takes of the account's what it needs."
NO_DEAD_LETTERS = "The fleet keeps none of this function's failures."
NOT_IN_NETWORK = "It uses nothing in the network; inside, it would only be slower to start."
NOT_SIGNED = "The code's digest is part of the plan; whoever may deploy could as well sign."


def of_network(function_arn: Any) -> list[dict[str, Any]]:
    """What Lambda needs to bring a function into the network. The function's own code is denied the same."""
    return [
        # EC2 cannot limit these to interfaces that do not exist yet; Lambda asks for exactly this.
        {"Effect": "Allow", "Action": list(NETWORK), "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": list(NETWORK),
            "Resource": "*",
            "Condition": {"ArnEquals": {"lambda:SourceFunctionArn": function_arn}},
        },
    ]


def on_objects(use: Use) -> tuple[str, ...]:
    """What a use of a bucket allows on its objects."""
    return (BUCKET_READ if reads(use) else ()) + (BUCKET_WRITE if writes(use) else ())


def with_key_of_objects(use: Use) -> tuple[str, ...]:
    """What it needs of the bucket's key: uploads in parts are read again when they are put together."""
    return ("kms:Decrypt", "kms:GenerateDataKey") if writes(use) else ("kms:Decrypt",)


def on_items(use: Use) -> list[str]:
    """What a use of a table allows on its items."""
    return sorted({*(TABLE_READ if reads(use) else ()), *(TABLE_WRITE if writes(use) else ())})


def with_key_of_items(use: Use) -> tuple[str, ...]:
    """What it needs of the table's key."""
    return TABLE_KEY_WRITE if writes(use) else TABLE_KEY_READ


def reads(use: Use) -> bool:
    """Tell whether the function may read it."""
    return "read" in use.access


def writes(use: Use) -> bool:
    """Tell whether the function may write to it."""
    return "write" in use.access
