"""What a function is allowed and told about the things it uses: actions by name, on one thing and not on its kind."""

from __future__ import annotations

from tapstack.engines.cloudformation import databases
from tapstack.engines.cloudformation.template import Value, sub
from tapstack.engines.cloudformation.unit import UnitTemplate, allow
from tapstack.fleet.functions import Function, Use
from tapstack.plan.names import NameKind

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
NETWORK = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)


def of_use(unit: UnitTemplate, use: Use) -> list[Value]:
    """The statements for one thing that a function uses."""
    if use.bucket is not None:
        return _bucket(unit, use.bucket, use)
    if use.table is not None:
        return _table(unit, use.table, use)
    return _database(unit, use.database or "")


def variables(unit: UnitTemplate, function: Function) -> dict[str, Value]:
    """The function's environment: the fleet's variables, and the names of what it uses."""
    told: dict[str, Value] = dict(function.environment)
    for use in function.uses:
        told |= dict(zip(use.variables, _values(unit, use), strict=False))
    return told


def of_network(function_arn: Value) -> list[Value]:
    """What Lambda needs to bring a function into the network. The function's own code is denied the same."""
    return [
        # EC2 cannot limit these to interfaces that do not exist yet; Lambda asks for exactly this.
        allow(NETWORK, "*"),
        {
            "Effect": "Deny",
            "Action": list(NETWORK),
            "Resource": "*",
            "Condition": {"ArnEquals": {"lambda:SourceFunctionArn": function_arn}},
        },
    ]


def through(unit: UnitTemplate, service: str, actions: tuple[str, ...], purpose: str) -> Value:
    """Use of a key, only by way of the service whose data it protects."""
    via = {"kms:ViaService": sub(f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}")}
    return allow(actions, unit.key_arn(purpose), StringEquals=via)


def _values(unit: UnitTemplate, use: Use) -> list[Value]:
    """What goes into the variables of a use, in the order of `Use.variables`."""
    if use.bucket is not None:
        return [unit.name(NameKind.BUCKET, use.bucket)]
    if use.table is not None:
        return [unit.name(NameKind.TABLE, use.table)]
    name = use.database or ""
    return [
        databases.secret_name(unit, name),
        databases.endpoint(unit, name),
        databases.reader_endpoint(unit, name),
        databases.port(unit, name),
    ]


def _bucket(unit: UnitTemplate, name: str, use: Use) -> list[Value]:
    reads, writes = "read" in use.access, "write" in use.access
    actions = (BUCKET_READ if reads else ()) + (BUCKET_WRITE if writes else ())
    statements = [allow(actions, unit.bucket_arn(name, objects="/*"))]
    if reads:
        # Without it S3 answers "denied" for an object that is not there.
        statements.append(allow(["s3:ListBucket"], unit.bucket_arn(name)))
    if unit.fleet.buckets[name].encryption == "customer-key":
        # Uploads in parts are read again when they are put together.
        key_actions = ("kms:Decrypt", "kms:GenerateDataKey") if writes else ("kms:Decrypt",)
        statements.append(through(unit, "s3", key_actions, f"bucket-{name}"))
    return statements


def _table(unit: UnitTemplate, name: str, use: Use) -> list[Value]:
    table = unit.fleet.tables[name]
    reads, writes = "read" in use.access, "write" in use.access
    actions = sorted({*(TABLE_READ if reads else ()), *(TABLE_WRITE if writes else ())})
    planned = f"table/{unit.text_name(NameKind.TABLE, name)}"
    arns = [unit.arn("dynamodb", planned)]
    if reads:
        arns += [unit.arn("dynamodb", f"{planned}/index/{index}") for index in table.indexes]
    statements = [allow(actions, arns)]
    if table.encryption == "customer-key":
        statements.append(through(unit, "dynamodb", TABLE_KEY_WRITE if writes else TABLE_KEY_READ, "data"))
    return statements


def _database(unit: UnitTemplate, name: str) -> list[Value]:
    return [
        allow(["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], databases.secret_arn(unit, name)),
        through(unit, "secretsmanager", ("kms:Decrypt",), "secrets"),
    ]
