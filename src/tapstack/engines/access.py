"""What functions may do with what they use: actions by name, the same whichever engine writes them down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from tapstack.fleet.fleet import Fleet
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


@dataclass(frozen=True)
class Thing:
    """Something that a statement names: one thing, never a whole kind."""

    kind: Literal["bucket", "objects", "table", "index", "secret"]
    component: str
    part: str = ""


@dataclass(frozen=True)
class Grant:
    """Actions on things."""

    actions: tuple[str, ...]
    on: tuple[Thing, ...]


@dataclass(frozen=True)
class KeyGrant:
    """Use of a key, only by way of the service whose data it protects."""

    actions: tuple[str, ...]
    service: str
    purpose: str


def grants(fleet: Fleet, use: Use) -> Iterator[Grant | KeyGrant]:
    """What a function is allowed on one thing that it uses, and on the key behind that."""
    if use.bucket is not None:
        yield Grant((*(BUCKET_READ if _reads(use) else ()), *(BUCKET_WRITE if _writes(use) else ())),
                    (Thing("objects", use.bucket),))  # fmt: skip
        if _reads(use):
            # Without it S3 answers "denied" for an object that is not there.
            yield Grant(("s3:ListBucket",), (Thing("bucket", use.bucket),))
        if fleet.buckets[use.bucket].encryption == "customer-key":
            # Uploads in parts are read again when they are put together.
            with_key = ("kms:Decrypt", "kms:GenerateDataKey") if _writes(use) else ("kms:Decrypt",)
            yield KeyGrant(with_key, "s3", f"bucket-{use.bucket}")
    elif use.table is not None:
        table = fleet.tables[use.table]
        actions = {*(TABLE_READ if _reads(use) else ()), *(TABLE_WRITE if _writes(use) else ())}
        indexes = table.indexes if _reads(use) else ()
        yield Grant(
            tuple(sorted(actions)), (Thing("table", use.table), *(Thing("index", use.table, each) for each in indexes))
        )
        if table.encryption == "customer-key":
            yield KeyGrant(TABLE_KEY_WRITE if _writes(use) else TABLE_KEY_READ, "dynamodb", "data")
    else:
        yield Grant(SECRET_READ, (Thing("secret", use.database or ""),))
        yield KeyGrant(("kms:Decrypt",), "secretsmanager", "secrets")


def _reads(use: Use) -> bool:
    return "read" in use.access


def _writes(use: Use) -> bool:
    return "write" in use.access
