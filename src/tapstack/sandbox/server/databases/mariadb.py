"""A MariaDB server in the place of Aurora MySQL, MySQL or MariaDB: made, replicated by its binary log, promoted.

A standby starts empty and replays the source's log from its beginning: the log is never thrown away here.
"""

from __future__ import annotations

import secrets
import signal
import socket
from pathlib import Path

from tapstack.sandbox.server.databases.binaries import MariadbBinaries
from tapstack.sandbox.server.databases.local_server import ADMINISTRATOR, START_TIMEOUT_SECONDS, LocalServer
from tapstack.sandbox.server.databases.process import (
    DatabaseServerError,
    ServerProcess,
    end_orphan,
    free_port,
    run_tool,
)
from tapstack.sandbox.server.databases.unprivileged import ServerUser

# The first bytes of a request for the binary log: packet number 0 with the command COM_BINLOG_DUMP.
_DUMP_COMMAND = b"\x00\x12"

OPTIONS = (
    "--bind-address=127.0.0.1",
    "--socket=server.sock",  # relative to the data folder: an absolute path may be too long for a socket
    "--skip-name-resolve",
    "--skip-log-error",
    "--performance-schema=off",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=16M",
    # A crash of the server loses nothing, a crash of the laptop may: the former is what is measured here.
    "--innodb-flush-log-at-trx-commit=2",
    "--sync-binlog=0",
    "--log-bin=binlog",
    "--binlog-format=ROW",
    "--log-slave-updates=on",
    "--slave-net-timeout=3600",
    "--character-set-server=utf8mb4",
)


def literal(text: str) -> str:
    """Quote text as an SQL string."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote a name for SQL."""
    return "`" + name.replace("`", "``") + "`"


class MariadbServer(LocalServer):
    """One server and its folder. Every method blocks until it is done, or raises `DatabaseServerError`."""

    orderly_stop = signal.SIGTERM
    sudden_stop = signal.SIGKILL

    def __init__(
        self, binaries: MariadbBinaries, user: ServerUser, folder: Path, sandbox: str, certificate: tuple[Path, Path]
    ) -> None:
        """Nothing is started yet."""
        super().__init__(user, folder, sandbox)
        self._binaries = binaries
        self._certificate = certificate

    @property
    def is_standby(self) -> bool:
        """Tell whether it follows another server."""
        return (self._folder / "standby").exists()

    def create(self, master: str, password: str, database: str) -> None:
        """Make an empty server with a master user and a first database, and start it."""
        self._install(secrets.token_urlsafe(24))
        self.start()
        # As on RDS: everything but what would reach behind the service.
        self._sql(
            f"CREATE DATABASE IF NOT EXISTS {identifier(database)};"
            f"CREATE USER {identifier(master)}@'%' IDENTIFIED BY {literal(password)};"
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER,"
            " SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE,"
            f" ALTER ROUTINE, CREATE USER, EVENT, TRIGGER ON *.* TO {identifier(master)}@'%' WITH GRANT OPTION;"
        )
        self._complete()

    def clone(self, source_folder: Path, source_port: int, link_port: int) -> None:  # noqa: ARG002 (all comes by log)
        """Start empty as another's standby, fed through the link on that port."""
        self._install((source_folder / "administrator").read_text())
        (self._folder / "standby").touch()
        self.start(link_port)
        self._complete()

    def start(self, link_port: int = 0, force_tls: bool = False) -> None:
        """Start it; a standby follows what the link on that port leads to."""
        self.port = free_port()
        pid_file = self._data / "server.pid"
        end_orphan(pid_file, self._sandbox)
        options = [
            *OPTIONS, f"--port={self.port}", f"--server-id={self.port}", f"--pid-file={pid_file}",
            f"--require-secure-transport={'on' if force_tls else 'off'}", *self._tls_options(),
            f"--read-only={'on' if self.is_standby else 'off'}", "--skip-slave-start",
        ]  # fmt: skip
        command: list[str | Path] = [self._binaries.server, "--no-defaults", f"--datadir={self._data}", *options]
        self._process = ServerProcess(self._user.command(command), self._environment, self._folder)
        self._process.wait_until(self._accepts_connections, START_TIMEOUT_SECONDS)
        if self.is_standby:
            self._sql(
                f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={link_port}, MASTER_USER='{ADMINISTRATOR}',"
                f" MASTER_PASSWORD={literal(self._administrator_password())}, MASTER_CONNECT_RETRY=1,"
                " MASTER_HEARTBEAT_PERIOD=0, MASTER_USE_GTID=slave_pos; START SLAVE;"
            )

    def promote(self) -> None:
        """Make a standby a server of its own, with all that has arrived."""
        self._sql(
            "STOP SLAVE IO_THREAD; DO MASTER_GTID_WAIT(@@gtid_slave_pos, 5); STOP SLAVE; RESET SLAVE ALL;"
            " SET GLOBAL read_only = 0;"
        )
        (self._folder / "standby").unlink(missing_ok=True)

    def set_password(self, master: str, password: str) -> None:
        """Give the master user another password."""
        self._sql(f"ALTER USER {identifier(master)}@'%' IDENTIFIED BY {literal(password)}")

    def set_read_only(self, wanted: bool) -> None:
        """Make transactions read-only that do not ask for more, or no longer."""
        self._sql(f"SET GLOBAL tx_read_only = {'ON' if wanted else 'OFF'}")

    def log_position(self) -> int:
        """How many transactions a server has written, or a standby applied."""
        position = self._sql("SELECT IF(@@read_only, @@gtid_slave_pos, @@gtid_binlog_pos)")
        return max((int(one.rsplit("-", 1)[-1]) for one in position.split(",") if one), default=0)

    def begins_replication(self, chunk: bytes) -> bool:
        """Tell whether a standby asks for the log with these bytes."""
        return chunk[3:5] == _DUMP_COMMAND

    def _install(self, secret: str) -> None:
        self._prepare_folder()
        self._write("administrator", secret)
        command: list[str | Path] = [
            self._binaries.install, "--no-defaults", f"--datadir={self._data}", "--skip-test-db",
            "--auth-root-authentication-method=normal", "--skip-name-resolve",
        ]  # fmt: skip
        run_tool(self._user.command(command), self._environment, self._folder, START_TIMEOUT_SECONDS)
        # Not in the log: a standby has its own.
        self._write(
            "first.sql",
            "SET sql_log_bin = 0;\n"
            "DELETE FROM mysql.global_priv WHERE User = '' OR User = 'root';\n"
            "FLUSH PRIVILEGES;\n"
            f"CREATE USER {ADMINISTRATOR}@'127.0.0.1' IDENTIFIED BY {literal(secret)};\n"
            f"GRANT ALL ON *.* TO {ADMINISTRATOR}@'127.0.0.1' WITH GRANT OPTION;\n",
        )
        self.port = free_port()
        server: list[str | Path] = [
            self._binaries.server, "--no-defaults", f"--datadir={self._data}", *OPTIONS, f"--port={self.port}",
            f"--init-file={self._folder / 'first.sql'}", f"--pid-file={self._data / 'server.pid'}",
        ]  # fmt: skip
        self._process = ServerProcess(self._user.command(server), self._environment, self._folder)
        self._process.wait_until(self._accepts_connections, START_TIMEOUT_SECONDS)
        self.stop()
        (self._folder / "first.sql").unlink()

    def _tls_options(self) -> list[str]:
        paths = []
        for name, source in zip(("tls.crt", "tls.key"), self._certificate, strict=True):
            if not source.exists():
                return []
            self._write(name, source.read_text())
            paths.append(self._folder / name)
        return [f"--ssl-cert={paths[0]}", f"--ssl-key={paths[1]}"]

    def _accepts_connections(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                return bool(probe.recv(5))
        except OSError:
            return False

    def _sql(self, statement: str) -> str:
        if not self.runs():
            raise DatabaseServerError("the server does not run")
        command = [
            str(self._binaries.client), "--no-defaults", "--protocol=tcp", "--host=127.0.0.1", f"--port={self.port}",
            f"--user={ADMINISTRATOR}", "--batch", "--skip-column-names", "--connect-timeout=5",
        ]  # fmt: skip
        environment = {**self._environment, "MYSQL_PWD": self._administrator_password()}
        return run_tool(command, environment, self._folder, START_TIMEOUT_SECONDS, given=statement + ";\n")
