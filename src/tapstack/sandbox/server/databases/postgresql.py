"""A PostgreSQL server: made, cloned from another as its standby, promoted, and told new passwords."""

from __future__ import annotations

import secrets
import signal
from pathlib import Path

from tapstack.sandbox.server.databases.binaries import PostgresBinaries
from tapstack.sandbox.server.databases.local_server import ADMINISTRATOR, START_TIMEOUT_SECONDS, LocalServer
from tapstack.sandbox.server.databases.process import (
    DatabaseServerError,
    ServerProcess,
    end_orphan,
    free_port,
    run_tool,
)
from tapstack.sandbox.server.databases.unprivileged import ServerUser

# What a long outage of the standby's region may leave to catch up.
KEPT_LOG = "256MB"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "wal_level": "replica",
    "max_wal_senders": "10",
    "max_connections": "100",
    "hot_standby": "on",
    "wal_keep_size": KEPT_LOG,
    "wal_sender_timeout": "0",
    "wal_receiver_timeout": "0",
    "wal_retrieve_retry_interval": "200ms",
    "wal_receiver_status_interval": "1s",
    "shared_buffers": "16MB",
    # A file in the data folder rather than a segment in /dev/shm: nothing stays behind after a kill.
    "dynamic_shared_memory_type": "mmap",
    # A crash of the laptop may lose data, a crash of the server does not; the latter is what is measured here.
    "fsync": "off",
    "jit": "off",
    "max_logical_replication_workers": "0",
    # Statements may hold passwords.
    "log_min_error_statement": "panic",
    "password_encryption": "scram-sha-256",
}

ACCESS = f"""\
host all all 127.0.0.1/32 scram-sha-256
host replication {ADMINISTRATOR} 127.0.0.1/32 scram-sha-256
"""


def literal(text: str) -> str:
    """Quote text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


class PostgresServer(LocalServer):
    """One server and its folder. Every method blocks until it is done, or raises `DatabaseServerError`."""

    orderly_stop = signal.SIGINT
    sudden_stop = signal.SIGQUIT

    def __init__(self, binaries: PostgresBinaries, user: ServerUser, folder: Path, sandbox: str) -> None:
        """Nothing is started yet."""
        super().__init__(user, folder, sandbox)
        self._binaries = binaries

    @property
    def is_standby(self) -> bool:
        """Tell whether it follows another server."""
        return (self._data / "standby.signal").exists()

    def create(self, master: str, password: str, database: str) -> None:
        """Make an empty server with a master user and a first database, and start it."""
        self._prepare_folder()
        secret = secrets.token_urlsafe(24)
        self._write("administrator", secret)
        self._tool(
            "initdb", "--pgdata", self._data, "--username", ADMINISTRATOR, "--pwfile", self._folder / "administrator",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--wal-segsize=4",
        )  # fmt: skip
        self.start()
        self._sql(
            "CREATE ROLE rds_superuser;"
            "GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO rds_superuser WITH ADMIN OPTION;"
            if self._binaries.major >= 15
            else "CREATE ROLE rds_superuser; GRANT pg_monitor, pg_signal_backend TO rds_superuser WITH ADMIN OPTION;"
        )
        self._sql(
            f"CREATE ROLE {identifier(master)} LOGIN CREATEDB CREATEROLE PASSWORD {literal(password)};"
            f"GRANT rds_superuser TO {identifier(master)};"
        )
        if database != "postgres":
            # CREATE DATABASE does not go together with other statements.
            self._sql(f"CREATE DATABASE {identifier(database)} OWNER {identifier(master)}")
        else:
            self._sql(f"ALTER DATABASE postgres OWNER TO {identifier(master)}")
        self._complete()

    def clone(self, source_folder: Path, source_port: int, link_port: int) -> None:
        """Copy a running server and start as its standby, fed through the link on that port."""
        self._prepare_folder()
        self._write("administrator", (source_folder / "administrator").read_text())
        self._tool(
            "pg_basebackup", "--pgdata", self._data, "--host=127.0.0.1", f"--port={source_port}",
            f"--username={ADMINISTRATOR}", "--wal-method=stream", "--checkpoint=fast", "--no-sync",
            with_password=True,
        )  # fmt: skip
        self._write("data/standby.signal", "")
        self._complete()
        self.start(link_port)

    def start(self, link_port: int = 0, force_tls: bool = False) -> None:  # noqa: ARG002 (the gate does TLS)
        """Start it; a standby follows what the link on that port leads to."""
        self.port = free_port()
        settings = {**SETTINGS, "port": str(self.port)}
        if self.is_standby:
            settings["primary_conninfo"] = (
                f"host=127.0.0.1 port={link_port} user={ADMINISTRATOR} password={self._administrator_password()} "
                "application_name=replica connect_timeout=5"
            )
        if self._binaries.major >= 18:
            settings["io_method"] = "sync"  # spares three processes per server
        self._write(
            "data/postgresql.auto.conf", "".join(f"{key} = {literal(value)}\n" for key, value in settings.items())
        )
        self._write("data/pg_hba.conf", ACCESS)
        pid_file = self._data / "postmaster.pid"
        end_orphan(pid_file, self._sandbox)
        pid_file.unlink(missing_ok=True)
        command = self._user.command([self._binaries.folder / "postgres", "-D", self._data])
        self._process = ServerProcess(command, self._environment, self._folder)
        self._process.wait_until(self._accepts_connections, START_TIMEOUT_SECONDS)

    def promote(self) -> None:
        """Make a standby a server of its own."""
        self._sql("SELECT pg_promote(true, 30)")

    def set_password(self, master: str, password: str) -> None:
        """Give the master user another password."""
        self._sql(f"ALTER ROLE {identifier(master)} PASSWORD {literal(password)}")

    def set_read_only(self, wanted: bool) -> None:
        """Make transactions read-only that do not ask for more, or no longer."""
        self._sql(f"ALTER SYSTEM SET default_transaction_read_only = {'on' if wanted else 'off'}")
        self._sql("SELECT pg_reload_conf()")

    def log_position(self) -> int:
        """How many bytes of log a server has written, or a standby received."""
        said = self._sql(
            "SELECT pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()"
            " ELSE pg_current_wal_flush_lsn() END, '0/0')"
        )
        return int(float(said or 0))

    def begins_replication(self, chunk: bytes) -> bool:
        """Tell whether a standby asks for the stream with these bytes."""
        return b"START_REPLICATION" in chunk

    def _accepts_connections(self) -> bool:
        # The eighth line is the state that `pg_ctl --wait` reads, too.
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _tool(self, name: str, *arguments: str | Path, with_password: bool = False) -> None:
        environment = dict(self._environment)
        if with_password:
            environment["PGPASSWORD"] = self._administrator_password()
        command = self._user.command([self._binaries.folder / name, *arguments])
        run_tool(command, environment, self._folder, START_TIMEOUT_SECONDS)

    def _sql(self, statement: str) -> str:
        if not self.runs():
            raise DatabaseServerError("the server does not run")
        command = [
            str(self._binaries.folder / "psql"), "--no-psqlrc", "--quiet", "--no-align", "--tuples-only",
            "--set=ON_ERROR_STOP=1", "--host=127.0.0.1", f"--port={self.port}", f"--username={ADMINISTRATOR}",
            "--dbname=postgres", "--file=-",
        ]  # fmt: skip
        environment = {
            **self._environment,
            "PGPASSWORD": self._administrator_password(),
            "PGCONNECT_TIMEOUT": "5",
            # RDS itself goes on writing where its customer's transactions are read-only.
            "PGOPTIONS": "-c default_transaction_read_only=off",
        }
        return run_tool(command, environment, self._folder, START_TIMEOUT_SECONDS, given=statement + ";\n")
