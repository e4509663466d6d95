"""Acknowledges the wildcards in a role's permissions: each is there because AWS leaves no narrower way to say it."""

from __future__ import annotations

from collections.abc import Sequence

from tapstack.engines.cloudformation.template import LintException, Value

CHECK = "AwsSolutions-IAM5"


def acknowledged(statements: Sequence[Value]) -> list[LintException]:
    """The exception that these statements need, with the reason for each of their wildcards."""
    reasons = dict.fromkeys(reason for statement in statements if (reason := _reason(statement)))
    return [LintException("cdk-nag", CHECK, " ".join(reasons))] if reasons else []


def _reason(statement: Value) -> str:
    if statement["Effect"] != "Allow":
        return ""
    resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
    actions = ", ".join(statement["Action"])
    if "*" in resources:
        return f"AWS cannot limit {actions} to one resource."
    if any("key/*" in str(resource) for resource in resources):
        return f"{actions}: on keys of other regions, known by their alias alone, which the condition names."
    if any("*" in str(resource) for resource in resources):
        return f"{actions}: on whatever is inside one thing, which is named."
    return ""
