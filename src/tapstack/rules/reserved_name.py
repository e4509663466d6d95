"""Words that services keep for themselves, and components whose names would meet."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.plan.names import RULES, NameKind, PlannedName
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Look for words that a service keeps for itself, and for the same name twice."""
    seen: dict[tuple[NameKind, str], PlannedName] = {}
    for name in subject.plan.names:
        rule = RULES[name.kind]
        text = name.text
        if text.startswith(rule.reserved_prefixes or ("\0",)) or text.endswith(rule.reserved_suffixes or ("\0",)):
            yield Problem(name.path, f"The {name.kind} would be called {text}, which AWS keeps for itself.")
        first = seen.setdefault((name.kind, text), name)
        if first is not name:
            yield Problem(
                name.path, f"The {name.kind} of '{first.component}' and of '{name.component}' would both be {text}."
            )


RULE = Rule(
    id="reserved-name",
    severity=Severity.ERROR,
    summary="A physical name is reserved, or two things would share one.",
    fix="Choose another name for the fleet or the component.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
    check=check,
)
