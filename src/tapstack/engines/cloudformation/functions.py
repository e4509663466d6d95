"""Functions: each with a role of its own that allows what it uses and nothing else, its log, and what starts it."""

from __future__ import annotations

from tapstack.engines import access
from tapstack.engines.cloudformation import code, databases, network, permissions, triggers
from tapstack.engines.cloudformation.template import LintException, Resource, Value, logical_id
from tapstack.engines.cloudformation.unit import UnitTemplate, allow
from tapstack.engines.cloudformation.wildcards import acknowledged
from tapstack.fleet.functions import Function
from tapstack.plan.names import NameKind

DAY = 86400
LONGEST_KEPT = 14 * DAY
EVERYWHERE = "0.0.0.0/0"
NEWEST = ("nodejs24.x", "python3.14")
"""What cdk-nag lets pass as a language's newest runtime."""


def add(unit: UnitTemplate) -> None:
    """Add every function of the fleet."""
    for name, function in unit.fleet.functions.items():
        _function(unit, name, function)


def arn(unit: UnitTemplate, name: str) -> Value:
    """A function's planned ARN in the stack's own region."""
    return unit.arn("lambda", f"function:{unit.text_name(NameKind.FUNCTION, name)}")


def _function(unit: UnitTemplate, name: str, function: Function) -> None:
    log = _log(unit, name)
    queue = _dead_letters(unit, name) if function.dead_letter else None
    variables = permissions.variables(unit, function)
    role = _role(unit, name, function, log=log, queue=queue, has_variables=bool(variables))
    resource = unit.template.add(
        logical_id("function", name),
        "AWS::Lambda::Function",
        {
            "FunctionName": unit.name(NameKind.FUNCTION, name),
            "Runtime": function.runtime,
            "Architectures": [function.architecture],
            "Handler": function.handler,
            "Code": {"ZipFile": function.inline} if function.inline is not None else code.location(unit, name),
            "Role": role.get("Arn"),
            "MemorySize": function.memory,
            "Timeout": function.timeout,
            "Environment": {"Variables": variables} if variables else None,
            "KmsKeyArn": unit.key_arn("secrets") if variables else None,
            "DeadLetterConfig": {"TargetArn": queue.get("Arn")} if queue else None,
            "ReservedConcurrentExecutions": function.reserved_concurrency,
            "LoggingConfig": {"LogGroup": log.ref},
            "TracingConfig": {"Mode": "Active" if function.tracing else "PassThrough"},
            "VpcConfig": _place(unit, name, function) if function.in_network else None,
        },
        exceptions=_exceptions(function),
    )
    triggers.add(unit, name, function, resource, queue)


def _log(unit: UnitTemplate, name: str) -> Resource:
    return unit.template.add(
        logical_id("function", name, "logs"),
        "AWS::Logs::LogGroup",
        {
            "LogGroupName": unit.name(NameKind.LOG_GROUP, f"functions/{name}"),
            "RetentionInDays": unit.fleet.observability.log_retention // DAY,
            "KmsKeyId": unit.key_arn("logs"),
        },
        removal="Delete",
    )


def _dead_letters(unit: UnitTemplate, name: str) -> Resource:
    """Where events go that failed for good; nobody may send or read them without TLS."""
    queue = unit.template.add(
        logical_id("function", name, "dead-letters"),
        "AWS::SQS::Queue",
        {
            "QueueName": unit.name(NameKind.QUEUE, f"{name}-dead-letters"),
            "KmsMasterKeyId": unit.key_arn("secrets"),
            "MessageRetentionPeriod": LONGEST_KEPT,
        },
        removal="Delete",
    )
    unit.template.add(
        logical_id("function", name, "dead-letters-policy"),
        "AWS::SQS::QueuePolicy",
        {
            "Queues": [queue.ref],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "OnlyTls",
                        "Effect": "Deny",
                        "Principal": {"AWS": "*"},
                        "Action": "sqs:*",
                        "Resource": queue.get("Arn"),
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            },
        },
    )
    return queue


def _role(
    unit: UnitTemplate, name: str, function: Function, *, log: Resource, queue: Resource | None, has_variables: bool
) -> Resource:
    statements = [allow(access.LOG, log.get("Arn"))]
    if function.tracing:
        # X-Ray has no resources to name.
        statements.append(allow(access.TRACE, "*"))
    if has_variables:
        own = {"kms:EncryptionContext:aws:lambda:FunctionArn": arn(unit, name)}
        statements.append(allow(["kms:Decrypt"], unit.key_arn("secrets"), StringEquals=own))
    if queue is not None:
        statements.append(allow(["sqs:SendMessage"], queue.get("Arn")))
        statements.append(permissions.through(unit, "sqs", ("kms:Decrypt", "kms:GenerateDataKey"), "secrets"))
    if function.in_network:
        statements += access.of_network(arn(unit, name))
    for use in function.uses:
        statements += [statement for statement in permissions.of_use(unit, use) if statement not in statements]
    statements += triggers.permissions(unit, function)
    exceptions = acknowledged(statements)
    if function.in_network:
        exceptions.append(LintException("checkov", "CKV_AWS_111", access.NETWORK_REASON))
    return unit.role(
        logical_id("function", name, "role"),
        f"{name}-function",
        "lambda.amazonaws.com",
        statements,
        source_account=False,
        exceptions=exceptions,
    )


def _place(unit: UnitTemplate, name: str, function: Function) -> Value:
    """The subnets, and a group that may reach its databases and, as far as the routes lead, AWS's APIs."""
    group = network.security_group(unit, f"{name}-function", f"Function {name}")
    network.let_out(unit, group, EVERYWHERE, 443, "The APIs of AWS and of others, as far as the routes lead")
    for database in dict.fromkeys(use.database for use in function.uses if use.database is not None):
        target = databases.security_group(database)
        port = databases.port_number(unit, database)
        network.let_through(unit, group, target, port, f"Function {name} to database {database}")
    return {
        "SubnetIds": network.subnets(unit, "private", "isolated"),
        "SecurityGroupIds": [group.get("GroupId")],
    }


def _exceptions(function: Function) -> list[LintException]:
    exceptions = []
    if function.runtime not in NEWEST:
        reason = "The fleet names the runtime; `validate` tells when its end comes near."
        exceptions.append(LintException("cdk-nag", "AwsSolutions-L1", reason))
    if function.reserved_concurrency is None:
        exceptions.append(LintException("checkov", "CKV_AWS_115", access.NO_SHARE))
    if not function.dead_letter:
        exceptions.append(LintException("checkov", "CKV_AWS_116", access.NO_DEAD_LETTERS))
    if not function.in_network:
        exceptions.append(LintException("checkov", "CKV_AWS_117", access.NOT_IN_NETWORK))
    return exceptions
