"""The blueprints that `init` writes: the project's own examples, comments included."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tapstack.errors import FileAccessError, TapStackError
from tapstack.fleet.base import Name

SCHEMA_LINE = "# yaml-language-server: $schema=fleet.schema.json\n"


class UnknownBlueprintError(TapStackError):
    """There is no blueprint of that name, or it cannot be named so."""

    exit_code = 9


def folder() -> Path:
    """Where the blueprints lie: in the package, or beside it in a checkout."""
    installed = Path(__file__).parent / "blueprints"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "examples"


def blueprints() -> Mapping[str, str]:
    """Every blueprint with the first sentence of its comment."""
    return {path.parent.name: _first_sentence(path) for path in sorted(folder().glob("*/fleet.yaml"))}


def write(blueprint: str, target: Path, *, name: str | None = None, force: bool = False) -> tuple[Path, ...]:
    """Write a blueprint's files and the schema that editors complete by; refuse to overwrite unless told to."""
    available = blueprints()
    if blueprint not in available:
        near = get_close_matches(blueprint, available, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise UnknownBlueprintError(
            f"There is no blueprint '{blueprint}'.{hint}", f"There are: {', '.join(available)}."
        )
    if name is not None:
        _check_name(name)
    source = folder() / blueprint
    contents = {target / path.relative_to(source): path.read_text(encoding="utf-8") for path in _files(source)}
    fleet = target / "fleet.yaml"
    contents[fleet] = SCHEMA_LINE + _renamed(contents[fleet], blueprint, name or blueprint)
    contents[target / "fleet.schema.json"] = _schema()
    taken = [str(path) for path in contents if path.exists()]
    if taken and not force:
        raise FileAccessError(
            f"{taken[0]} is there already.", f"Nothing was written; in the way: {', '.join(taken)}. --force overwrites."
        )
    try:
        for path, text in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileAccessError(f"{error.filename} cannot be written.", f"The system says: {error.strerror}.") from error
    return tuple(contents)


def _check_name(name: str) -> None:
    try:
        TypeAdapter(Name).validate_python(name)
    except ValidationError:
        raise UnknownBlueprintError(
            f"'{name}' cannot be a fleet's name.",
            "Lower-case letters, digits and single hyphens, starting with a letter, 30 at the most.",
        ) from None


def _files(source: Path) -> list[Path]:
    return [path for path in sorted(source.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]


def _first_sentence(fleet: Path) -> str:
    comment = fleet.read_text(encoding="utf-8").split("\n#\n", 1)[0]
    return " ".join(line.lstrip("# ").strip() for line in comment.splitlines())


def _renamed(text: str, blueprint: str, name: str) -> str:
    return re.sub(rf"(?m)^fleet: {re.escape(blueprint)}$", f"fleet: {name}", text, count=1)


def _schema() -> str:
    import json

    from tapstack.fleet.schema import file_schema

    return json.dumps(file_schema(), indent=2) + "\n"
