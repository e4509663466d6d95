"""What `add-region` and `remove-region` share: hold the edited file against every rule, show it, write it, plan it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tapstack.cli.options import today, write_json
from tapstack.errors import FileAccessError, InvalidFleetError

if TYPE_CHECKING:
    from tapstack.findings import Finding
    from tapstack.fleet.loading import FleetFile


@dataclass(frozen=True)
class Edit:
    """A fleet's file before and after."""

    file: Path
    before: bytes
    after: bytes

    @property
    def diff(self) -> str:
        """What changes, as a unified diff."""
        from difflib import unified_diff

        old, new = (content.decode("utf-8-sig").splitlines() for content in (self.before, self.after))
        return "\n".join(unified_diff(old, new, str(self.file), str(self.file), lineterm=""))


def opened(file: Path) -> tuple[bytes, FleetFile]:
    """A file that can be read as a fleet, whatever the rules say of it."""
    from tapstack.fleet.loading import FleetFile

    fleet_file = FleetFile.read(file)
    if fleet_file.source.findings:
        _refuse(fleet_file.source.findings, fleet_file.environments, "The file cannot be read as a fleet.")
    return file.read_bytes(), fleet_file


def held(edit: Edit) -> FleetFile:
    """The edited file, checked in memory in every environment: an error that was not there before ends the verb."""
    from tapstack.findings import has_errors
    from tapstack.rules.checking import check

    before, after = (_in_memory(content, edit.file) for content in (edit.before, edit.after))
    old = {_said(finding) for finding in check(before, before.environments, today())}
    findings = check(after, after.environments, today())
    if has_errors(finding for finding in findings if _said(finding) not in old):
        _refuse(findings, after.environments, "The fleet would not hold; its file was left as it is.")
    return after


def conclude(
    edit: Edit, environment: str, *, write: bool, as_json: bool, explained: Mapping[str, object], text: Iterable[str]
) -> None:
    """Write the file if it is to be written, show what changed, and plan one environment of it."""
    from rich.console import Console

    from tapstack.plan.planning import make
    from tapstack.views.plan import as_data, show

    after = _in_memory(edit.after, edit.file)
    fleet = after.describe(environment).fleet
    plan = make(fleet, environment) if fleet is not None else None
    if write:
        replace_file(edit)
    if as_json:
        write_json(
            {
                "file": str(edit.file),
                "written": write,
                **explained,
                "diff": edit.diff,
                "plan": as_data(plan) if plan else None,
            }
        )
        return
    click.echo(coloured(edit.diff))
    click.echo("".join(f"\n{line}" for line in text) + "\n")
    if plan is not None:
        show(plan, Console())
    click.echo(f"\n{edit.file} was {'written' if write else 'left as it is (--dry-run)'}.")


def coloured(diff: str) -> str:
    """A diff for the terminal."""
    colours = {"+": "green", "-": "red", "@": "cyan"}
    return "\n".join(click.style(line, fg=colours.get(line[:1])) for line in diff.splitlines())


def replace_file(edit: Edit) -> None:
    """Put the new content in the file's place at once, with its mode; where a link leads, not the link itself."""
    real = edit.file.resolve()
    temporary: Path | None = None
    try:
        if real.read_bytes() != edit.before:
            raise FileAccessError(f"{edit.file} was changed meanwhile.", "It was left as it is: look, and try again.")
        with tempfile.NamedTemporaryFile(dir=real.parent, prefix=f".{real.name}.", delete=False) as stream:
            temporary = Path(stream.name)
            stream.write(edit.after)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(real.stat().st_mode & 0o7777)
        temporary.replace(real)
        temporary = None
    except OSError as error:
        raise FileAccessError(f"{edit.file} cannot be written.", f"The system says: {error.strerror}.") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _in_memory(content: bytes, file: Path) -> FleetFile:
    from tapstack.fleet.loading import FleetFile

    fleet_file = FleetFile.parse(content, str(file))
    fleet_file.source.folder = file.parent
    return fleet_file


def _said(finding: Finding) -> Finding:
    """The finding without its line, which moves when lines above it do."""
    return replace(finding, where=replace(finding.where, line=0, column=0))


def _refuse(findings: Iterable[Finding], environments: tuple[str, ...], summary: str) -> None:
    from tapstack.views.findings import as_text

    click.echo(as_text(tuple(findings), environments), err=True)
    raise InvalidFleetError(summary, "What stands above as an error would have to be mended first.")
