"""A runtime out of support gets no security patches, and one day cannot be created any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tapstack.catalog.runtimes import DEPRECATED_ON, SUGGESTED
from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject

NOTICE = timedelta(days=180)


def check(subject: Subject) -> Iterator[Problem]:
    """Compare each runtime's last day with today."""
    for name, function in subject.fleet.functions.items():
        last = DEPRECATED_ON.get(function.runtime)
        if last is None or last > subject.today + NOTICE:
            continue
        gone = last <= subject.today
        language = "python" if function.runtime.startswith("python") else "nodejs"
        yield Problem(
            ("functions", name, "runtime"),
            f"{function.runtime} has been out of support since {last}."
            if gone
            else f"{function.runtime} will be out of support on {last}.",
            f"Use {SUGGESTED[language]}.",
            Severity.ERROR if gone else Severity.WARNING,
        )


RULE = Rule(
    id="deprecated-runtime",
    severity=Severity.ERROR,
    summary="The runtime is no longer supported.",
    fix="Move to the suggested runtime.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    check=check,
)
