"""What PostgreSQL and MariaDB have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class DatabaseServer(Protocol):
    """One server and its folder. Every method blocks until it is done, or raises `DatabaseServerError`."""

    port: int

    @property
    def exists(self) -> bool:
        """Tell whether it has data already."""

    @property
    def is_standby(self) -> bool:
        """Tell whether it follows another server."""

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""

    def runs(self) -> bool:
        """Tell whether its process is there."""

    def last_words(self) -> str:
        """The end of its log."""

    def create(self, master: str, password: str, database: str) -> None:
        """Make an empty server with a master user and a first database, and start it."""

    def clone(self, source_folder: Path, source_port: int, link_port: int) -> None:
        """Become a copy of a running server, and its standby, fed through the link on that port."""

    def start(self, link_port: int = 0, force_tls: bool = False) -> None:
        """Start it; a standby follows what the link on that port leads to."""

    def promote(self) -> None:
        """Make a standby a server of its own."""

    def set_password(self, master: str, password: str) -> None:
        """Give the master user another password."""

    def set_read_only(self, wanted: bool) -> None:
        """Make transactions read-only that do not ask for more, or no longer."""

    def ask_to_stop(self) -> None:
        """Begin an orderly shutdown."""

    def stop(self) -> None:
        """Stop it and wait for its end."""

    def destroy(self) -> None:
        """Stop it without ceremony and remove its data."""

    def log_position(self) -> int:
        """How far a server has written, or a standby received; comparable between the two."""

    def begins_replication(self, chunk: bytes) -> bool:
        """Tell whether a standby asks for the stream of changes with these bytes."""
