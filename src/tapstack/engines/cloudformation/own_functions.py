"""Functions that TapStack itself brings along, such as closing a default group or changing a password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tapstack.catalog.runtimes import SUGGESTED
from tapstack.engines.cloudformation.template import LintException, Resource, Value, logical_id
from tapstack.engines.cloudformation.unit import UnitTemplate, allow
from tapstack.engines.cloudformation.wildcards import acknowledged
from tapstack.functions import folder
from tapstack.plan.names import NameKind

DAY = 86400
LARGEST_INLINE = 4096


def add(
    unit: UnitTemplate,
    name: str,
    statements: Sequence[Value],
    *,
    source: str = "",
    timeout: int = 30,
    environment: Mapping[str, Value] | None = None,
    condition: str | None = None,
) -> Resource:
    """Add one of our own functions, with its role and log group; its code goes inline, so it needs no archive."""
    code = (folder((source or name).replace("-", "_")) / "index.py").read_text(encoding="utf-8")
    if len(code) > LARGEST_INLINE:
        raise ValueError(f"the code of {name} has {len(code)} characters; inline code may have {LARGEST_INLINE}")
    group = unit.template.add(
        logical_id("function", name, "logs"),
        "AWS::Logs::LogGroup",
        {
            "LogGroupName": unit.name(NameKind.LOG_GROUP, f"functions/{name}"),
            "RetentionInDays": unit.fleet.observability.log_retention // DAY,
            "KmsKeyId": unit.key_arn("logs"),
        },
        condition=condition,
        removal="Delete",
    )
    role = unit.role(
        logical_id("function", name, "role"),
        f"{name}-function",
        "lambda.amazonaws.com",
        [allow(["logs:CreateLogStream", "logs:PutLogEvents"], group.get("Arn")), *statements],
        condition=condition,
        source_account=False,
        exceptions=acknowledged(statements),
    )
    reason = "Runs once in a while on TapStack's own behalf: "
    return unit.template.add(
        logical_id("function", name),
        "AWS::Lambda::Function",
        {
            "FunctionName": unit.name(NameKind.FUNCTION, name),
            "Runtime": SUGGESTED["python"],
            "Architectures": ["arm64"],
            "Handler": "index.handler",
            "Code": {"ZipFile": code},
            "Role": role.get("Arn"),
            "Timeout": timeout,
            "MemorySize": 128,
            "Environment": {"Variables": dict(environment)} if environment else None,
            "LoggingConfig": {"LogGroup": group.ref},
            "TracingConfig": {"Mode": "PassThrough"},
        },
        condition=condition,
        exceptions=[
            LintException("checkov", "CKV_AWS_115", reason + "it needs no share of the account's concurrency."),
            LintException("checkov", "CKV_AWS_116", reason + "CloudFormation or Secrets Manager is told of a failure."),
            LintException("checkov", "CKV_AWS_117", reason + "it talks to AWS's APIs alone, none of them in the VPC."),
            LintException("checkov", "CKV_AWS_173", reason + "its environment holds no secret."),
            LintException(
                "cdk-nag",
                "AwsSolutions-L1",
                "The newest version that Terraform's AWS provider 5 knows, too: both engines make the same.",
            ),
        ],
    )
