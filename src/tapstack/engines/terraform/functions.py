"""Functions: each with a role of its own that allows what it uses and nothing else, its log, and what starts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapstack.engines import access
from tapstack.engines.archives import Archive, pack_text
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform import databases, log_groups, network, permissions, triggers
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.unit import UnitModule, allow, policy
from tapstack.fleet.functions import Function
from tapstack.plan.names import NameKind

if TYPE_CHECKING:
    from tapstack.engines.terraform import arguments

LONGEST_KEPT = 14 * 86400
LATER_RUNTIMES = {"nodejs24.x": (6, 19), "python3.14": (6, 20)}
"""Runtimes that the oldest provider refuses, by the first one that takes them.

https://github.com/hashicorp/terraform-provider-aws/pull/45024
"""


def add(unit: UnitModule) -> None:
    """Add every function of the fleet."""
    for name, function in unit.fleet.functions.items():
        _function(unit, name, function)


def function_of(name: str) -> Resource[str]:
    """A function of the fleet."""
    return Resource("aws_lambda_function", label("function", name))


def dead_letters_of(name: str) -> Resource[str]:
    """The queue of a function's failures, if it has one."""
    return Resource("aws_sqs_queue", label("function", name, "dead-letters"))


def arn(unit: UnitModule, name: str) -> str:
    """A function's planned ARN in the module's own region."""
    return unit.arn("lambda", f"function:{unit.name(NameKind.FUNCTION, name)}")


def _function(unit: UnitModule, name: str, function: Function) -> None:
    log = log_groups.add(unit, label("function", name), unit.name(NameKind.LOG_GROUP, f"functions/{name}"))
    queue = _dead_letters(unit, name) if function.dead_letter else None
    variables = permissions.variables(unit, function)
    role = _role(unit, name, function, log=log, queue=queue, has_variables=bool(variables))
    code = _code(unit, name, function)
    _need_provider(unit, function)
    resource = unit.resource.aws_lambda_function(
        function_of(name).label,
        function_name=unit.name(NameKind.FUNCTION, name),
        runtime=function.runtime,
        architectures=[function.architecture],
        handler=function.handler,
        filename=unit.module.asset(code),
        source_code_hash=code.fingerprint,
        role=role.ref("arn"),
        memory_size=function.memory,
        timeout=function.timeout,
        environment={"variables": variables} if variables else None,
        kms_key_arn=unit.key_arn("secrets") if variables else None,
        dead_letter_config={"target_arn": queue.ref("arn")} if queue else None,
        reserved_concurrent_executions=function.reserved_concurrency,
        logging_config={"log_format": "Text", "log_group": log.ref("name")},
        tracing_config={"mode": "Active" if function.tracing else "PassThrough"},
        vpc_config=_place(unit, name, function) if function.in_network else None,
        # Lambda asks at once whether the role may do what the function needs.
        depends_on=[Resource("aws_iam_role_policy", role.label)],
        exceptions=_exceptions(function),
    )
    triggers.add(unit, name, function, resource, queue)


def _need_provider(unit: UnitModule, function: Function) -> None:
    if function.runtime in LATER_RUNTIMES:
        unit.module.need_provider(*LATER_RUNTIMES[function.runtime])


def _code(unit: UnitModule, name: str, function: Function) -> Archive:
    """The function's code; what the fleet gives in one text is packed as CloudFormation does."""
    if function.inline is None:
        return unit.code[name]
    return pack_text("index.js" if function.runtime.startswith("nodejs") else "index.py", function.inline)


def _dead_letters(unit: UnitModule, name: str) -> Resource[Any]:
    """Where events go that failed for good; nobody may send or read them without TLS."""
    queue = unit.resource.aws_sqs_queue(
        dead_letters_of(name).label,
        name=unit.name(NameKind.QUEUE, f"{name}-dead-letters"),
        kms_master_key_id=unit.key_arn("secrets"),
        message_retention_seconds=LONGEST_KEPT,
    )
    unit.resource.aws_sqs_queue_policy(
        queue.label,
        queue_url=queue.ref("id"),
        policy=policy(
            [
                {
                    "Sid": "OnlyTls",
                    "Effect": "Deny",
                    "Principal": {"AWS": "*"},
                    "Action": "sqs:*",
                    "Resource": queue.ref("arn"),
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ]
        ),
    )
    return queue


def _role(
    unit: UnitModule,
    name: str,
    function: Function,
    *,
    log: Resource[Any],
    queue: Resource[Any] | None,
    has_variables: bool,
) -> Resource[Any]:
    statements = [allow(access.LOG, log.ref("arn") + ":*")]
    if function.tracing:
        # X-Ray has no resources to name.
        statements.append(allow(access.TRACE, "*"))
    if has_variables:
        own = {"kms:EncryptionContext:aws:lambda:FunctionArn": arn(unit, name)}
        statements.append(allow(["kms:Decrypt"], unit.key_arn("secrets"), StringEquals=own))
    if queue is not None:
        statements.append(allow(["sqs:SendMessage"], queue.ref("arn")))
        statements.append(permissions.through(unit, "sqs", ("kms:Decrypt", "kms:GenerateDataKey"), "secrets"))
    if function.in_network:
        statements += access.of_network(arn(unit, name))
    for use in function.uses:
        statements += [statement for statement in permissions.of_use(unit, use) if statement not in statements]
    statements += triggers.permissions(unit, function)
    return unit.role(
        label("function", name),
        f"{name}-function",
        "lambda.amazonaws.com",
        statements,
        source_account=False,
        exceptions=[LintException("checkov", "CKV_AWS_290", access.NETWORK_REASON)] if function.in_network else (),
    )


def _place(unit: UnitModule, name: str, function: Function) -> arguments.LambdaFunctionVpcConfig:
    """The subnets, and a group that may reach its databases and, as far as the routes lead, AWS's APIs."""
    group = network.security_group(unit, f"{name}-function", f"Function {name}")
    network.let_out(unit, group, network.EVERYWHERE, 443, "The APIs of AWS and of others, as far as the routes lead")
    for database in dict.fromkeys(use.database for use in function.uses if use.database is not None):
        target = databases.security_group(database)
        port = databases.port_number(unit, database)
        network.let_through(unit, group, target, port, f"Function {name} to database {database}")
    return {
        "subnet_ids": network.subnets(unit, "private", "isolated"),
        "security_group_ids": [group.ref("id")],
    }


def _exceptions(function: Function) -> list[LintException]:
    exceptions = []
    if function.reserved_concurrency is None:
        exceptions.append(LintException("checkov", "CKV_AWS_115", access.NO_SHARE))
    if not function.dead_letter:
        exceptions.append(LintException("checkov", "CKV_AWS_116", access.NO_DEAD_LETTERS))
    if not function.in_network:
        exceptions.append(LintException("checkov", "CKV_AWS_117", access.NOT_IN_NETWORK))
    exceptions.append(LintException("checkov", "CKV_AWS_272", access.NOT_SIGNED))
    return exceptions
