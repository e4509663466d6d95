"""The door of this package: a file in, one `Fleet` per environment or findings out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from tapstack.errors import UnknownEnvironmentError
from tapstack.findings import Finding, Location, Severity
from tapstack.findings import Path as FleetPath
from tapstack.fleet.base import EnvironmentName
from tapstack.fleet.fleet import Fleet
from tapstack.fleet.overrides import KEY, Described, environment_names, for_environment
from tapstack.fleet.patterns import IN_WORDS
from tapstack.fleet.references import Unresolved, unresolved
from tapstack.fleet.source import Source, parse, read

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
        """The environment asked for, or the file's first."""
        if environment is None:
            return self.environments[0]
        if environment not in self.environments:
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
    """See that every function's code lies where it is said to; a description without a file has no folder to look in."""
    for name, function in fleet.functions.items():
        if folder is None or function.code is None:
            continue
        code = folder / function.code
        module = code / (
            function.handler.rsplit(".", 1)[0] + (".py" if function.runtime.startswith("python") else ".js")
        )
        path = ("functions", name, "code")
        if not code.is_dir():
            yield Unresolved(path, f"There is no folder '{function.code}'.", f"It would be {code}.")
        elif not module.is_file() and not module.with_suffix(".mjs").is_file():
            yield Unresolved(
                ("functions", name, "handler" if "handler" in function.model_fields_set else "code"),
                f"There is no {module.name} in '{function.code}'.",
                f"The handler {function.handler} is looked for in {module}.",
            )


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
                f"'{name}' cannot be an environment's name.",
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
    summary, detail, fix = _words(error, path)
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


def _words(error: ErrorDetails, path: FleetPath) -> tuple[str, str, str]:
    """Say a pydantic error in the words of the description."""
    name = str(path[-1]) if path else "the fleet"
    value = error.get("input")
    shown = f"'{value}'" if isinstance(value, str | int | float) else "this"
    message = error["msg"]
    match error["type"]:
        case "extra_forbidden":
            known = _known_keys(path[:-1])
            near = get_close_matches(name, known, n=1, cutoff=0.6)
            fix = f"Did you mean '{near[0]}'?" if near else ""
            detail = f"Possible here: {', '.join(sorted(known))}." if known else ""
            return f"There is no key '{name}' here.", detail, fix
        case "missing":
            return f"`{name}` is missing.", "It has no default: say it.", ""
        case "literal_error":
            expected = str(error.get("ctx", {}).get("expected", ""))
            options = [option.strip(" '") for option in expected.replace(" or ", ",").split(",")]
            near = get_close_matches(str(value), options, n=1)
            fix = f"Did you mean '{near[0]}'?" if near else ""
            return f"{shown} is not possible for `{name}`.", f"It must be {expected}.", fix
        case "string_pattern_mismatch" if path and value == path[-1]:
            return f"'{value}' is not a possible name here.", _pattern_words(error), ""
        case "string_pattern_mismatch":
            return f"{shown} does not fit `{name}`.", _pattern_words(error), ""
        case "value_error":
            text = str(error.get("ctx", {}).get("error", message))
            verb = "hold together" if isinstance(value, Mapping) else "fit"
            return f"`{name}` does not {verb}.", f"{text[:1].upper()}{text[1:]}.", ""
        case "string_type" if isinstance(value, int | float):
            return f"`{name}` must be text.", "YAML takes it for a number.", f"Write it in quotes: '{value}'"
        case "model_type" | "dict_type" | "mapping_type":
            return (
                f"`{name}` must be a mapping.",
                "Write its keys under it; {} if there is nothing to say.",
                "",
            )
        case "union_tag_not_found":
            return f"`{name}` does not say its `engine`.", "It must be aurora-mysql or postgres.", ""
        case "union_tag_invalid":
            expected = str(error.get("ctx", {}).get("expected_tags", ""))
            tag = str(error.get("ctx", {}).get("tag", ""))
            near = get_close_matches(tag, ["aurora-mysql", "postgres"], n=1, cutoff=0.4)
            return (
                f"'{tag}' is no engine for `{name}`.",
                f"It must be one of {expected}.",
                f"Did you mean '{near[0]}'?" if near else "",
            )
        case _:
            return f"{shown} does not fit `{name}`.", f"{message.replace('Input', 'It', 1)}.", ""


def _pattern_words(error: ErrorDetails) -> str:
    pattern = str(error.get("ctx", {}).get("pattern", ""))
    words = IN_WORDS.get(pattern)
    return f"Allowed: {words}." if words else f"It must match {pattern}."


def _known_keys(path: FleetPath) -> set[str]:
    """The keys that the model at a path knows."""
    annotation: object = Fleet
    for part in path:
        annotation = _step(annotation, part)
    keys: set[str] = set()
    for model in _models(annotation):
        keys |= {field.alias or name for name, field in model.model_fields.items()}
    return keys


def _step(annotation: object, part: str | int) -> object:
    for model in _models(annotation):
        for name, field_info in model.model_fields.items():
            if part in (name, field_info.alias):
                return field_info.annotation
    # A mapping's value or a list's item: what stands inside the brackets.
    return annotation


def _models(annotation: object) -> list[type[BaseModel]]:
    """Every model that an annotation mentions directly, through unions, mappings and lists."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found: list[type[BaseModel]] = []
    for argument in get_args(annotation):
        found += _models(argument)
    return found
