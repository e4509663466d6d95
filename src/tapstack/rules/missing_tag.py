"""Without its tags, nobody can tell whose a resource is and who pays for it."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.plan.tags import REGION
from tapstack.rules.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Hold every region's tags against the list."""
    tags = subject.plan.region(subject.plan.home).tags
    for required in subject.fleet.required_tags:
        if not tags.get(required):
            yield Problem(("tags",), f"Nothing would carry the tag {required}.", f"Add {required} under `tags`.")
    if REGION in subject.fleet.tags:
        yield Problem(
            ("tags", REGION),
            f"{REGION} comes by itself and differs in every region; a value of your own would be untrue in all others.",
            "Remove it.",
        )
    lower = {key.lower(): key for key in tags}
    for key in subject.fleet.tags:
        if key.lower().startswith("aws:"):
            yield Problem(("tags", key), f"Tags that begin with aws: belong to AWS; {key} would be refused.")
        elif lower[key.lower()] != key:
            yield Problem(("tags", key), f"{key} and {lower[key.lower()]} differ in case only: IAM takes them for one.")


RULE = Rule(
    id="missing-tag",
    severity=Severity.ERROR,
    summary="A required tag is missing, or a tag cannot be as it is.",
    fix="Mend it under `tags`, or change `required_tags`.",
    source="https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    check=check,
)
