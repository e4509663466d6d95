"""What a sandbox is started with: written once by the parent, read by the child process, shown by `status`.

Plain dataclasses: loading a validation library would take a fifth of the time that the child has to get ready.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from tapstack.catalog.regions import REGIONS, nearest
from tapstack.errors import SandboxError


@dataclass(frozen=True)
class Ports:
    """The loopback ports of one sandbox."""

    http: int
    https: int
    dns: int


@dataclass(frozen=True)
class SandboxSettings:
    """Everything the child process needs to know; kept as `settings.json` in the sandbox's folder."""

    name: str
    folder: Path
    ports: Ports
    account: str = "000000000000"
    default_region: str = "us-east-1"
    regions: tuple[str, ...] = ()
    """Named in `status`; every region answers."""
    clock_factor: float = 1.0
    """How much faster checks, TTLs and lags run."""
    replication_lag_seconds: float = 1.0
    enforce_iam: bool = True

    def __post_init__(self) -> None:
        """Refuse what would be misunderstood further down."""
        _check(1 <= self.clock_factor <= 100, "clock_factor", self.clock_factor, "from 1 to 100")
        for region in (self.default_region, *self.regions):
            hint = f"; did you mean '{near}'" if (near := nearest(region)) else ""
            _check(region in REGIONS, "a region", region, f"one of AWS{hint}")
        lag = self.replication_lag_seconds
        _check(0 <= lag <= 3600, "replication_lag_seconds", lag, "from 0 to 3600")
        _check(len(self.account) == 12 and self.account.isdigit(), "account", self.account, "twelve digits")

    def as_mapping(self) -> dict[str, object]:
        """Plain values for a file or an answer."""
        return {**asdict(self), "folder": str(self.folder), "regions": list(self.regions)}

    def as_json(self) -> str:
        """The settings as text."""
        return json.dumps(self.as_mapping(), indent=2)

    @classmethod
    def from_json(cls, text: str) -> SandboxSettings:
        """Read back what `as_json` wrote; a ValueError when something else, or another release, did."""
        content = json.loads(text)
        if not isinstance(content, Mapping) or set(content) != {field.name for field in fields(cls)}:
            raise ValueError("these are not the settings of a sandbox of this release")
        try:
            plain = {name: value for name, value in content.items() if name not in ("folder", "ports", "regions")}
            return cls(
                folder=Path(content["folder"]),
                ports=Ports(**content["ports"]),
                regions=tuple(content["regions"]),
                **plain,
            )
        except (TypeError, SandboxError) as error:
            raise ValueError(str(error)) from error


def _check(is_allowed: bool, name: str, value: object, allowed: str) -> None:
    if not is_allowed:
        raise SandboxError("A sandbox cannot be started with this", f"{name} is {value}; it must be {allowed}.")
