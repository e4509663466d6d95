"""An alarm without an action is a line in a list that nobody reads."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """In production, see that alarms exist and that somebody is told."""
    watch = subject.fleet.observability
    if not subject.plan.production:
        return
    if not watch.alarms:
        yield Problem(("observability", "alarms"), "Production has no alarms.", "Leave `alarms` at true.")
    elif not watch.notify:
        yield Problem(("observability",), "The alarm topics of all regions have no subscriber.")


RULE = Rule(
    id="alarms-reach-nobody",
    severity=Severity.WARNING,
    summary="Alarms go off and nobody hears them.",
    fix="Name somebody under `observability.notify`.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    check=check,
)
