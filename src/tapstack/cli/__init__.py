"""The command `tapstack`: one file per verb, each loaded only when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass

import click

from tapstack import __version__
from tapstack.errors import INTERRUPTED, TapStackError

USAGE = 64
"""What the system's own headers call a command line that is not understood."""


@dataclass(frozen=True)
class Verb:
    """Where a verb's code is found, and the line that `--help` shows without loading it."""

    module: str
    summary: str


VERBS: Mapping[str, Verb] = {
    "init": Verb("tapstack.cli.init", "Write a fleet from one of four blueprints."),
    "validate": Verb("tapstack.cli.validate", "Check a fleet against every rule; touch nothing."),
    "schema": Verb("tapstack.cli.schema", "Print the JSON Schema of the description."),
    "rules": Verb("tapstack.cli.rules", "List the rules, or explain one."),
    "plan": Verb("tapstack.cli.plan", "Show what deploying would change, or the plan by itself."),
    "add-region": Verb("tapstack.cli.add_region", "Add a region to the fleet's file, and show the plan."),
    "remove-region": Verb("tapstack.cli.remove_region", "Remove a region from the fleet's file, and show the plan."),
    "synth": Verb("tapstack.cli.synth", "Write the artifacts that an engine deploys."),
    "up": Verb("tapstack.cli.up", "Start the embedded AWS and deploy a fleet in it."),
    "deploy": Verb("tapstack.cli.deploy", "Deploy a fleet, wave by wave through its regions."),
    "outputs": Verb("tapstack.cli.outputs", "Show what each region tells the outside."),
    "drift": Verb("tapstack.cli.drift", "Find what was changed by hand."),
    "failover": Verb("tapstack.cli.failover", "Move the writer and the clients to another region."),
    "failback": Verb("tapstack.cli.failback", "Bring the writer and the clients home again."),
    "runbook": Verb("tapstack.cli.runbook", "Print how a person fails the fleet over by hand."),
    "destroy": Verb("tapstack.cli.destroy", "Take a fleet away, or one region of it."),
    "report": Verb("tapstack.cli.report", "Write topology, plan, findings and drills as one HTML file."),
    "drill": Verb("tapstack.cli.drill", "Lose a region on purpose, and measure what it costs."),
    "sandbox": Verb("tapstack.cli.sandbox", "Run the embedded AWS on this machine."),
}


class LazyGroup(click.Group):
    """A group that lists its verbs from a table and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Keep the order of the table: it is the order of work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - same
        """Import the verb's module and take the command of the verb's name from it."""
        verb = VERBS.get(cmd_name)
        if verb is None:
            return None
        command = getattr(importlib.import_module(verb.module), cmd_name.replace("-", "_"))
        if not isinstance(command, click.Command):
            raise TypeError(f"{verb.module}.{cmd_name} is not a command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest verb for a misspelt one."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], VERBS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise click.UsageError(f"There is no verb '{args[0]}'.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - same
        """Write the list of verbs without loading any of them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, verb.summary) for name, verb in VERBS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="tapstack")
def tapstack() -> None:
    """One short description, many AWS regions: validate, plan, deploy, and prove the failover."""


def main() -> None:
    """Run the command; every error ends as one clear message and its own exit code."""
    import sys

    try:
        sys.exit(tapstack(prog_name="tapstack", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        # Click's own 2 would tell a script that there are changes.
        sys.exit(USAGE if isinstance(error, click.UsageError) else error.exit_code)
    except click.Abort:
        # Ctrl-C before anything was begun, or instead of an answer; a rollout that is under way sees to it by itself.
        click.echo("Stopped.", err=True)
        sys.exit(INTERRUPTED)
    except TapStackError as error:
        from tapstack.cli.problems import show_error

        show_error(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; not an error of ours.
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a person never sees a traceback
        from tapstack.cli.problems import missing_extra, show_error, show_unexpected

        missing = missing_extra(error)
        if missing is not None:
            show_error(missing)
            sys.exit(missing.exit_code)
        show_unexpected(error)
        sys.exit(1)
