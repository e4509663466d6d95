"""What writers and the auditor know of a table or a database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

TIME_TO_LIVE_SECONDS = 86_400
"""What a killed drill leaves behind in a table that forgets, ends by itself after a day."""


@dataclass(frozen=True)
class Landed:
    """A write that was acknowledged."""

    region: str
    replaced: int | None
    """The sequence number that stood there before."""


class Store(Protocol):
    """One table, or one database, of the fleet. Anything but success raises."""

    @property
    def name(self) -> str:
        """`tables.NAME` or `databases.NAME`."""

    @property
    def kind(self) -> Literal["table", "database"]:
        """Which of the two."""

    @property
    def follows_dns(self) -> bool:
        """Whether one writes in the region to which DNS leads, or where the writer is."""

    @property
    def regions(self) -> tuple[str, ...]:
        """Where it should be found."""

    def prepare(self) -> None:
        """Make ready to be written to."""

    def write(self, key: str, sequence: int, region: str) -> Landed:
        """Write a sequence number under a key; writing it twice is the same as once."""

    def read(self, keys: Collection[str], region: str) -> Mapping[str, int]:
        """The sequence number under each key that is there."""

    def remove(self, keys: Collection[str]) -> None:
        """Take away what the drill wrote, in every region."""
