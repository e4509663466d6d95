"""The database servers that can be run on this machine: looked for when somebody asks, since it takes programs to run.

Most sandboxes hold no database, and their start should not wait for `mariadbd --version`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tapstack.sandbox.folder import SandboxFolder
from tapstack.sandbox.server.databases.binaries import (
    MariadbBinaries,
    PostgresBinaries,
    find_mariadb,
    find_postgres,
)
from tapstack.sandbox.server.databases.mariadb import MariadbServer
from tapstack.sandbox.server.databases.postgresql import PostgresServer
from tapstack.sandbox.server.databases.server import DatabaseServer
from tapstack.sandbox.server.databases.unprivileged import ServerUser, server_user
from tapstack.sandbox.settings import SandboxSettings

NO_MARIADB = (
    "Aurora MySQL, MySQL and MariaDB have a control plane only: no MariaDB server was found on PATH or in the usual "
    "places. Install one (Debian: mariadb-server) to connect to them."
)
NO_POSTGRES = "PostgreSQL has a control plane only: neither TapStack's own nor an installed server was found."


@dataclass(frozen=True)
class _Found:
    postgres: PostgresBinaries | None
    mariadb: MariadbBinaries | None
    user: ServerUser | str


class AvailableServers:
    """Makes database servers of the families that MiniStack's engines belong to."""

    def __init__(self, settings: SandboxSettings, folder: Path) -> None:
        """`folder` is where the servers' data will be."""
        self._sandbox = settings.name
        self._folder = folder
        files = SandboxFolder(settings.folder)
        self._certificate = (files.certificate, files.certificate_key)

    @cached_property
    def _found(self) -> _Found:
        postgres = find_postgres()
        programs = [postgres.folder] if postgres else []
        return _Found(postgres, find_mariadb(), server_user(self._folder, *programs))

    def make(self, family: str, place: Path) -> DatabaseServer | str:
        """A server of the family with its data at that place, or why there can be none."""
        found = self._found
        match family, found.postgres, found.mariadb, found.user:
            case "postgresql", PostgresBinaries() as programs, _, ServerUser() as user:
                return PostgresServer(programs, user, place, self._sandbox)
            case "mysql", _, MariadbBinaries() as programs, ServerUser() as user:
                return MariadbServer(programs, user, place, self._sandbox, self._certificate)
            case _:
                return self.report()[family]

    def report(self) -> dict[str, str]:
        """For each family the server that is run, or why none is."""
        found = self._found
        postgres, mariadb = NO_POSTGRES, NO_MARIADB
        if found.postgres is not None:
            version = f"PostgreSQL {found.postgres.version} from {found.postgres.folder}"
            postgres = found.user if isinstance(found.user, str) else version
        if found.mariadb is not None:
            version = f"MariaDB {found.mariadb.version} from {found.mariadb.server}"
            mariadb = found.user if isinstance(found.user, str) else version
        return {"postgresql": postgres, "mysql": mariadb}
