"""What is wrong, or worth knowing: data that is collected, then shown as text, JSON or SARIF."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum


class Severity(IntEnum):
    """How much it matters: an error stops every verb that changes something."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The word that people and JSON see."""
        return self.name.lower()


Path = tuple[str | int, ...]
"""Where in the description: the keys and list positions that lead there."""


def dotted(path: Path) -> str:
    """Write a path as people do: `functions.worker.uses[0].bucket`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


@dataclass(frozen=True, order=True)
class Location:
    """A place in a file; lines and columns count from 1, and 0 says that there is none."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Write the place so that terminals and editors can jump to it."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or worth knowing."""

    rule: str
    severity: Severity
    summary: str
    detail: str
    path: Path = ()
    where: Location = field(default_factory=Location)
    fix: str = ""
    source: str = ""
    environments: tuple[str, ...] = ()
    acknowledged: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has acknowledged it."""
        return not self.acknowledged


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether any unacknowledged finding is an error."""
    return any(finding.is_open and finding.severity is Severity.ERROR for finding in findings)
