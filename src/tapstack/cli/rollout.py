"""What the verbs that work on a target share: their options, and the steps that open one run."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from tapstack.cli.options import ready
from tapstack.errors import RefusedError

if TYPE_CHECKING:
    from rich.console import Console

    from tapstack.rollout.run import Run
    from tapstack.rollout.watch import Watch

Command = TypeVar("Command", bound=Callable[..., Any])
EngineName = Literal["cloudformation", "terraform"]


def engine_option(command: Command) -> Command:
    """By which engine, where it is not the fleet's own."""
    return click.option(
        "--engine", type=click.Choice(["cloudformation", "terraform"]), help="The fleet's own, if not said."
    )(command)


def target_options(command: Command) -> Command:
    """Where to, and by which engine."""
    command = click.option("--profile", help="A profile of the AWS configuration, for --target aws.")(command)
    command = click.option(
        "--target",
        "target_name",
        default="sandbox",
        show_default=True,
        envvar="TAPSTACK_TARGET",
        metavar="sandbox[:NAME]|aws",
        help="Where to: the embedded AWS, or AWS itself.",
    )(command)
    return engine_option(command)


def regions_option(command: Command) -> Command:
    """Only some regions."""
    return click.option("--region", "regions", multiple=True, help="Only this region; may be given several times.")(
        command
    )


def yes_option(command: Command) -> Command:
    """Without asking."""
    return click.option("--yes", "-y", is_flag=True, help="Do not ask.")(command)


def take_over_option(command: Command) -> Command:
    """Another one's lock."""
    return click.option("--take-over", is_flag=True, help="Take over the lock of a rollout that is no more.")(command)


def status_console() -> Console:
    """Where everything goes that is no result."""
    from rich.console import Console

    return Console(stderr=True)


def watch() -> Watch:
    """A live table on a terminal, plain lines anywhere else."""
    from tapstack.views.progress import watching

    return watching(status_console())


@contextlib.contextmanager
def opened(
    file: Path,
    environment: str | None,
    *,
    target_name: str,
    profile: str | None,
    engine: EngineName | None,
    regions: tuple[str, ...] = (),
    watching: bool = False,
) -> Iterator[Run]:
    """Read the fleet, hold it against the rules, and open everything that one run needs."""
    fleet, plan = ready(file, environment, engine)
    from tapstack.engines.choosing import choose as choose_engine
    from tapstack.rollout.places import folder_of, open_journal
    from tapstack.rollout.run import Run
    from tapstack.rollout.watch import SilentWatch
    from tapstack.targets.choosing import choose as choose_target
    from tapstack.targets.problems import mapped

    known = [region.name for region in plan.regions]
    unknown = [region for region in regions if region not in known]
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}: not among the fleet's regions, {', '.join(known)}.")
    with mapped():
        # A region that is not touched may be out: who is asking is asked where the work is.
        target = choose_target(target_name, home=regions[0] if regions else plan.home, profile=profile)
        if plan.account is not None and target.is_real and target.account != plan.account:
            raise RefusedError(
                "This is another account.",
                f"The fleet belongs to {plan.account}; these credentials are of {target.account}. Nothing was touched.",
            )
        folder = folder_of(file, plan.environment, target)
        yield Run(
            fleet=fleet,
            plan=plan,
            target=target,
            engine=choose_engine(fleet, plan, target, source=file.parent, folder=folder / plan.engine / plan.fleet),
            journal=open_journal(fleet.rollout.journal, file, plan, target),
            watch=watch() if watching else SilentWatch(),
        )


def asked(question: str, *, yes: bool) -> None:
    """Ask, and end the verb unless the answer is yes."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise RefusedError("Nobody is here to be asked.", f"{question} Say --yes to go ahead without a question.")
    if not click.confirm(question, err=True):
        raise RefusedError("Nothing was touched.", "The answer was no.")


def asked_for_word(question: str, word: str, *, given: str | None) -> None:
    """Ask for a word to be typed, and end the verb unless it is."""
    if given is None and sys.stdin.isatty():
        given = click.prompt(question, err=True, default="", show_default=False)
    if given != word:
        raise RefusedError(
            "Nothing was touched.",
            f"{question} " + ("Nothing was typed." if not given else f"'{given}' was typed, not '{word}'."),
        )
