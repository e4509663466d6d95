"""Who may call a function: a statement of the function's policy, with a name of its own.

Without one the provider would invent it, and a run that was killed could not be found out to have made it already.
"""

from __future__ import annotations

from typing import Any

from tapstack.engines.terraform.expressions import Expression
from tapstack.engines.terraform.module import Resource
from tapstack.engines.terraform.unit import UnitModule


def let_call(
    unit: UnitModule,
    name: str,
    function: Resource[Any],
    principal: str,
    *,
    source_arn: str | None = None,
    source_account: str | None = None,
    count: Expression | None = None,
) -> Resource[Any]:
    """Let a service call a function, for one of its things or in one account."""
    return unit.resource.aws_lambda_permission(
        name,
        statement_id=name,
        action="lambda:InvokeFunction",
        function_name=function.ref("function_name"),
        principal=principal,
        source_arn=source_arn,
        source_account=source_account,
        count=count,
    )
