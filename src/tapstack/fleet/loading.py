"""The door of this package: a file in, one `Fleet` per environment or findings out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from tapstack.errors import UnknownEnvironmentError
from tapstack.findings import Finding, Location, Severity
from tapstack.findings import Path as FleetPath
from tapstack.fleet.base import EnvironmentName
from tapstack.fleet.fleet import Fleet
from tapstack.fleet.overrides import KEY, Described, environment_names, for_environment
from tapstack.fleet.references import Unresolved, unresolved
from tapstack.fleet.source import Source, parse, read
from tapstack.fleet.wording import in_words, shortened

DEFAULT_ENVIRONMENT = "dev"


@dataclass(frozen=True)
class Description:
    """One environment of a file: the fleet, if it could be read, and what was found on the way."""

    environment: str
    source: Source
    described: Described
    fleet: Fleet | None
    findings: tuple[Finding, ...]

    def place(self, path: FleetPath) -> tuple[FleetPath, Location]:
        """Where in the file something about this path was said."""
        return self.described.place(self.source, path)


@dataclass(frozen=True)
class FleetFile:
    """A file, read once; ask it for environments."""

    source: Source
    _described: dict[str, Description] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> FleetFile:
        """Read a file; only a file that cannot be opened raises, everything else is a finding."""
        return cls(read(file))

    @classmethod
    def parse(cls, content: bytes, file: str = "fleet.yaml") -> FleetFile:
        """The same from bytes."""
        return cls(parse(content, file))

    @cached_property
    def environments(self) -> tuple[str, ...]:
        """The environments named in the file; a file that names none has one, `dev`."""
        return environment_names(self.source) or (DEFAULT_ENVIRONMENT,)

    def choose(self, environment: str | None) -> str:
        """The environment asked for, or the file's first; what a broken file describes cannot be known."""
        if environment is None:
            return self.environments[0]
        if environment not in self.environments and not self.source.findings:
            near = get_close_matches(environment, self.environments, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise UnknownEnvironmentError(
                f"The fleet has no environment '{environment}'.{hint}",
                f"{self.source.file} describes: {', '.join(self.environments)}.",
            )
        return environment

    def describe(self, environment: str) -> Description:
        """The fleet for one environment."""
        if environment not in self._described:
            self._described[environment] = self._describe(environment)
        return self._described[environment]

    def _describe(self, environment: str) -> Description:
        described = for_environment(self.source, environment)
        findings = list(self.source.findings)
        fleet: Fleet | None = None
        if not findings:
            findings += _bad_environments(self.source)
            try:
                fleet = Fleet.model_validate(described.data)
            except ValidationError as error:
                findings += [_finding(detail, described, self.source) for detail in error.errors(include_url=False)]
            except RecursionError:
                self.source.refuse("The file is nested too deeply.", "A fleet has a dozen levels at the most.")
                findings = list(self.source.findings)
        if fleet is not None:
            findings += [
                Finding(
                    "unknown-reference",
                    Severity.ERROR,
                    problem.summary,
                    problem.detail,
                    *described.place(self.source, problem.path),
                    fix=problem.fix,
                )
                for problem in (*unresolved(fleet), *_missing_code(fleet, self.source.folder))
            ]
        return Description(environment, self.source, described, fleet, tuple(findings))


def _missing_code(fleet: Fleet, folder: Path | None) -> Iterable[Unresolved]:
    """See that every function's code lies where it is said to; a description without a file has no folder."""
    for name, function in fleet.functions.items():
        if folder is None or function.code is None:
            continue
        code = folder / function.code
        module = code / (
            function.handler.rsplit(".", 1)[0] + (".py" if function.runtime.startswith("python") else ".js")
        )
        path = ("functions", name, "code")
        if not _is(Path.is_dir, code):
            yield Unresolved(path, f"There is no folder '{shortened(function.code)}'.", f"It would be in {folder}.")
        elif not _is(Path.is_file, module) and not _is(Path.is_file, module.with_suffix(".mjs")):
            yield Unresolved(
                ("functions", name, "handler" if "handler" in function.model_fields_set else "code"),
                f"There is no {shortened(module.name)} in '{function.code}'.",
                f"The handler {shortened(function.handler)} is looked for in {code}.",
            )


def _is(question: Callable[[Path], bool], path: Path) -> bool:
    """Ask the file system, which has no answer for names longer than it can hold."""
    try:
        return question(path)
    except OSError:
        return False


ENVIRONMENT_NAME: TypeAdapter[str] = TypeAdapter(EnvironmentName)


def _bad_environments(source: Source) -> Iterable[Finding]:
    environments = source.data.get(KEY, {})
    if not isinstance(environments, dict):
        yield Finding(
            "invalid-fleet",
            Severity.ERROR,
            "`environments` must be a mapping.",
            "Write each environment's name, and under it what is different there.",
            (KEY,),
            source.where((KEY,)),
        )
        return
    for name, overrides in environments.items():
        path = (KEY, name)
        try:
            ENVIRONMENT_NAME.validate_python(name)
        except ValidationError:
            yield Finding(
                "invalid-fleet",
                Severity.ERROR,
                f"'{shortened(name)}' cannot be an environment's name.",
                "Lower-case letters and digits, starting with a letter, 16 at the most; no hyphens, so that fleet, "
                "environment and component can be told apart in every physical name.",
                path,
                source.where(path),
            )
        if overrides is not None and not isinstance(overrides, dict):
            yield Finding(
                "invalid-fleet",
                Severity.ERROR,
                f"The environment '{name}' must be a mapping.",
                "Write under it what is different there, or {} if nothing is.",
                path,
                source.where(path),
            )


def _finding(error: ErrorDetails, described: Described, source: Source) -> Finding:
    path = _real_path(error["loc"], described.data)
    summary, detail, fix = in_words(error, path)
    written, where = described.place(source, path)
    return Finding("invalid-fleet", Severity.ERROR, summary, detail, written, where, fix)


def _real_path(location: tuple[int | str, ...], data: object) -> FleetPath:
    """Drop what pydantic adds to a location: names of union members and the marks of mapping keys."""
    path: list[int | str] = []
    for index, part in enumerate(location):
        last = index == len(location) - 1
        if isinstance(data, Mapping):
            if part in data:
                path.append(part)
                data = data[part]
            elif last and part != "[key]":
                path.append(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            path.append(part)
            data = data[part]
    return tuple(path)
