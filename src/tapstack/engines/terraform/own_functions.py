"""Functions that TapStack itself brings along, such as the one that changes a password."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from tapstack.catalog.runtimes import SUGGESTED
from tapstack.engines.archives import pack_text
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform import log_groups
from tapstack.engines.terraform.expressions import Expression
from tapstack.engines.terraform.module import Resource, Value, label
from tapstack.engines.terraform.unit import UnitModule, allow
from tapstack.functions import folder
from tapstack.plan.names import NameKind

FILE = "index.py"


def add(
    unit: UnitModule,
    name: str,
    statements: Sequence[Value],
    *,
    source: str,
    timeout: int = 30,
    count: Expression | None = None,
) -> Resource[Any]:
    """Add one of our own functions, with its role and log group; `source` is the folder of its code."""
    archive = pack_text(FILE, (folder(source) / FILE).read_text(encoding="utf-8"))
    group = log_groups.add(
        unit, label("function", name), unit.name(NameKind.LOG_GROUP, f"functions/{name}"), count=count
    )
    role = unit.role(
        label("function", name),
        f"{name}-function",
        "lambda.amazonaws.com",
        [allow(["logs:CreateLogStream", "logs:PutLogEvents"], group.ref("arn") + ":*"), *statements],
        count=count,
        source_account=False,
    )
    reason = "Runs once in a while on TapStack's own behalf: "
    return unit.resource.aws_lambda_function(
        label("function", name),
        function_name=unit.name(NameKind.FUNCTION, name),
        runtime=SUGGESTED["python"],
        architectures=["arm64"],
        handler="index.handler",
        filename=unit.module.asset(archive),
        source_code_hash=base64.b64encode(bytes.fromhex(archive.digest)).decode(),
        role=role.ref("arn"),
        timeout=timeout,
        memory_size=128,
        logging_config={"log_format": "Text", "log_group": group.ref("name")},
        tracing_config={"mode": "PassThrough"},
        count=count,
        # Without its permissions it could not do what it may be called for at once.
        depends_on=[Resource("aws_iam_role_policy", label("function", name))],
        exceptions=[
            LintException("checkov", "CKV_AWS_115", reason + "it needs no share of the account's concurrency."),
            LintException("checkov", "CKV_AWS_116", reason + "Secrets Manager is told of a failure."),
            LintException("checkov", "CKV_AWS_117", reason + "it talks to AWS's APIs alone, none of them in the VPC."),
            LintException("checkov", "CKV_AWS_272", reason + "its code comes with the module, named by its content."),
        ],
    )
