"""The runbook in the report: each way from region to region is opened when it is needed, each block can be copied."""

from __future__ import annotations

from collections.abc import Sequence

from tapstack.failover.instructions import Instruction
from tapstack.failover.runbook import Runbook
from tapstack.views.report.markup import Markup, prose, tag, text
from tapstack.views.report.tables import note, section


def runbook_part(runbook: Runbook) -> Markup:
    """Failing over and back by hand."""
    ways = [
        _folded(scenario.title, text(note(prose(scenario.when)), _steps(scenario.instructions, f"way-{number}")))
        for number, scenario in enumerate(runbook.scenarios)
    ]
    return section(
        "runbook",
        "Runbook",
        note(
            "For a person with the console and the AWS CLI alone; ",
            tag("code", "tapstack failover"),
            " and ",
            tag("code", "tapstack failback"),
            " do the same and wait by themselves. Go in the order of the steps; do not begin one before the one above "
            "shows what it should.",
        ),
        tag("h3", "First: what AWS has named"),
        note("Run this while all is well, and keep what it says: a region that is lost does not tell it any more."),
        _block(runbook.variables, "variables", "what AWS has named"),
        _folded("Where everything is now", _steps(runbook.looking, "looking")),
        *ways,
    )


def _folded(title: str, inner: Markup) -> Markup:
    return tag("details", tag("summary", title), inner)


def _steps(instructions: Sequence[Instruction], identity: str) -> Markup:
    return tag("ol", (_step(one, f"{identity}-{number}") for number, one in enumerate(instructions)), class_="steps")


def _step(one: Instruction, identity: str) -> Markup:
    return tag(
        "li",
        tag("strong", prose(one.title)),
        _block(one.commands, identity, one.title) if one.commands else None,
        note("See: ", prose(one.expect)) if one.expect else None,
        note("Console: ", prose(one.console)) if one.console else None,
    )


def _block(commands: Sequence[str], identity: str, what: str) -> Markup:
    return text(
        tag("button", "Copy", type="button", data_copies=f"commands-{identity}", aria_label=f"Copy: {what}"),
        tag("pre", "\n".join(commands), id=f"commands-{identity}", class_="wraps", tabindex=0),
    )
