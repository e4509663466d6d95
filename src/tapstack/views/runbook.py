"""The runbook as Markdown, for a wiki, a printer or a person in the night."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.failover.instructions import Instruction
from tapstack.failover.runbook import Runbook


def as_markdown(runbook: Runbook) -> str:
    """Everything in one document."""
    return "\n".join(_lines(runbook)).rstrip() + "\n"


def _lines(runbook: Runbook) -> Iterator[str]:
    yield f"# Runbook: {runbook.fleet} in {runbook.environment}"
    yield ""
    yield (
        f"For somebody with the AWS CLI and the console alone. The fleet's home is {runbook.home}. `tapstack failover` "
        "and `tapstack failback` do the same, wait by themselves, and go on where they were stopped: use them where "
        "you can."
    )
    yield ""
    yield (
        "Go in the order of the steps. Do not begin one before the one above shows what it should. Nothing here "
        "changes a template, and nothing deletes data."
    )
    yield ""
    yield "## First: what AWS has named"
    yield ""
    yield from _block(runbook.variables)
    yield ""
    yield (
        "Run this while all is well and keep what it says: a region that is lost does not tell it any more. "
        "`set | grep -E '^(CHECK|PARAMETERS|SUBNETS|FIREWALL|ZONE)'` shows all of it."
    )
    yield ""
    yield "## Where everything is now"
    yield ""
    yield from _instructions(runbook.looking)
    for scenario in runbook.scenarios:
        yield f"## {scenario.title}"
        yield ""
        yield scenario.when
        yield ""
        yield from _instructions(scenario.instructions)


def _instructions(instructions: tuple[Instruction, ...]) -> Iterator[str]:
    for number, one in enumerate(instructions, 1):
        yield f"### {number}. {one.title}"
        yield ""
        if one.commands:
            yield from _block(one.commands)
            yield ""
        if one.expect:
            yield f"See: {one.expect}"
            yield ""
        if one.console:
            yield f"Console: {one.console}"
            yield ""


def _block(commands: tuple[str, ...]) -> Iterator[str]:
    yield "```sh"
    yield from commands
    yield "```"
