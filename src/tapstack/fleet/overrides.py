"""Environments: what a file says for one of them, laid over what it says for all."""

from __future__ import annotations

from dataclasses import dataclass, field

from tapstack.findings import Location
from tapstack.findings import Path as FleetPath
from tapstack.fleet.source import Source
from tapstack.fleet.structure import takes_null

KEY = "environments"


@dataclass(frozen=True)
class Described:
    """Plain data for one environment, and where in the file each value of it was said."""

    data: dict[str, object]
    origin: dict[FleetPath, FleetPath] = field(default_factory=dict)

    def place(self, source: Source, path: FleetPath) -> tuple[FleetPath, Location]:
        """The path in the file, and the place, of a path in the data."""
        for end in range(len(path), 0, -1):
            written = self.origin.get(path[:end])
            if written is not None:
                full = (*written, *path[end:])
                return full, source.where(full)
        return path, source.where(path)


def environment_names(source: Source) -> tuple[str, ...]:
    """The environments that a file names, in its order."""
    environments = source.data.get(KEY)
    return tuple(environments) if isinstance(environments, dict) else ()


def for_environment(source: Source, environment: str) -> Described:
    """Lay an environment's overrides over the rest.

    Mappings are merged key by key; anything else replaces what was there; null takes away what was there, unless null
    is a value of its own, as in `password_rotation: null`.
    """
    base = {key: value for key, value in source.data.items() if key != KEY}
    environments = source.data.get(KEY)
    overrides = environments.get(environment) if isinstance(environments, dict) else None
    described = Described(base)
    if isinstance(overrides, dict):
        merged = _merge(base, overrides, (), (KEY, environment), described.origin)
        return Described(merged, described.origin)
    return described


def _merge(
    base: dict[str, object],
    overrides: dict[str, object],
    path: FleetPath,
    written: FleetPath,
    origin: dict[FleetPath, FleetPath],
) -> dict[str, object]:
    result = dict(base)
    for key, value in overrides.items():
        here, there = (*path, key), (*written, key)
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            result[key] = _merge(below, value, here, there, origin)
            continue
        origin[here] = there
        if value is None and key in result and not takes_null(here):
            del result[key]
        else:
            result[key] = value
    return result
