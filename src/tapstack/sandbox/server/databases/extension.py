"""Puts the databases behind MiniStack's RDS: watches its records, and answers what it cannot."""

# ruff: noqa: SLF001 - MiniStack's modules are its only interface

from __future__ import annotations

import asyncio
import contextlib
import copy
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack.services import rds
from ministack.services.cloudformation import provisioners, stacks

from tapstack.sandbox.folder import SandboxFolder
from tapstack.sandbox.server.databases.actions import Answer, Parameters, find_instance, new_replica, replaced_actions
from tapstack.sandbox.server.databases.binaries import find_mariadb, find_postgres
from tapstack.sandbox.server.databases.mariadb import MariadbServer
from tapstack.sandbox.server.databases.postgresql import PostgresServer
from tapstack.sandbox.server.databases.process import DatabaseServerError
from tapstack.sandbox.server.databases.server import DatabaseServer
from tapstack.sandbox.server.databases.supervisor import Supervisor
from tapstack.sandbox.server.databases.unprivileged import server_user
from tapstack.sandbox.server.extension import ServerContext, Status
from tapstack.sandbox.server.mends.patch import original, replace

COMPARE_SECONDS = 0.25
STACK_WAIT_SECONDS = 120.0
NO_MARIADB = (
    "Aurora MySQL, MySQL and MariaDB have a control plane only: no MariaDB server was found on PATH or in the usual "
    "places. Install one (Debian: mariadb-server) to connect to them."
)
NO_POSTGRES = "PostgreSQL has a control plane only: neither TapStack's own nor an installed server was found."


class _WatchedRecords(dict[Any, Any]):
    """A store's inner dictionary that tells of new records before the call that makes them answers."""

    def __init__(self, content: dict[Any, Any], tell: Callable[[], None]) -> None:
        super().__init__(content)
        self._tell = tell

    def __setitem__(self, key: Any, record: Any) -> None:
        super().__setitem__(key, record)
        self._tell()

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, Any]:
        # What is saved at the end is a copy: plain records, nobody to tell.
        return copy.deepcopy(dict(self), memo)


class Databases:
    """Real database servers behind the RDS endpoints."""

    name = "databases"

    def __init__(self) -> None:
        self._supervisor: Supervisor | None = None
        self._problems: dict[str, str] = {}
        self._versions: dict[str, str] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def install(self, context: ServerContext) -> None:
        """Find the servers and take the place of MiniStack's calls."""
        folder = context.settings.folder / "databases"
        folder.mkdir(mode=0o700, exist_ok=True)
        self._supervisor = supervisor = Supervisor(
            folder,
            self._server_factory(context, folder),
            lambda region: context.faults.is_out(region, "rds"),
            lambda: context.clock.real_seconds(context.settings.replication_lag_seconds),
            _tls_context(SandboxFolder(context.settings.folder)),
        )
        # No Docker behind our back, even where one runs: MiniStack would start a second database.
        replace(rds, "_get_docker", lambda _: lambda: None)
        for store in (original(rds, "_instances"), original(rds, "_clusters")):
            store._data = _WatchedRecords(store._data, supervisor.compare)
        actions = original(rds, "_ACTION_MAP")
        for name, action in {**actions, **replaced_actions(supervisor)}.items():
            if not name.startswith(("Describe", "List")):
                actions[name] = _followed_by(action, supervisor)
        replace(rds, "_finish_instance_reboot", self._reboot)
        # The supervisor does it, and knows whether it worked.
        replace(rds, "_rotate_instance_password", lambda _: lambda *_arguments: None)
        self._install_in_cloudformation(supervisor)

    def _server_factory(self, context: ServerContext, folder: Path) -> Callable[[str, Path], DatabaseServer | str]:
        postgres, mariadb = find_postgres(), find_mariadb()
        programs = [postgres.folder] if postgres else []
        user = server_user(folder, *programs)
        sandbox = context.settings.name
        files = SandboxFolder(context.settings.folder)
        certificate = (files.certificate, files.certificate_key)
        self._problems = {} if not isinstance(user, str) else {"postgresql": user, "mysql": user}
        if postgres is None:
            self._problems["postgresql"] = NO_POSTGRES
        else:
            self._versions["postgresql"] = f"PostgreSQL {postgres.version} from {postgres.folder}"
        if mariadb is None:
            self._problems["mysql"] = NO_MARIADB
        else:
            self._versions["mysql"] = f"MariaDB {mariadb.version} from {mariadb.server}"

        def make(family: str, place: Path) -> DatabaseServer | str:
            if family in self._problems:
                return self._problems[family]
            if family == "postgresql" and postgres is not None and not isinstance(user, str):
                return PostgresServer(postgres, user, place, sandbox)
            if mariadb is not None and not isinstance(user, str):
                return MariadbServer(mariadb, user, place, sandbox, certificate)
            return NO_MARIADB

        return make

    def _reboot(self, finish: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        def restart_then_finish(instance: Any, cluster: Any) -> None:
            if self._supervisor is not None:
                with contextlib.suppress(DatabaseServerError):
                    self._supervisor.restart((cluster or {}).get("DbClusterResourceId") or instance["DbiResourceId"])
            finish(instance, cluster)

        return restart_then_finish

    def _install_in_cloudformation(self, supervisor: Supervisor) -> None:
        """A stack waits until its databases can be used, and makes read replicas."""
        table = original(provisioners, "_RESOURCE_HANDLERS")
        make_instance, make_cluster = table["AWS::RDS::DBInstance"]["create"], table["AWS::RDS::DBCluster"]["create"]

        def instance(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
            source_name = properties.get("SourceDBInstanceIdentifier")
            source = find_instance(source_name) if source_name else None
            if source_name and source is None:
                raise ValueError(f"DBInstance {source_name} not found.")
            made = make_instance(logical_id, properties, stack)
            record = rds._instances[made[0]]
            if source is not None:
                own = {name: record[name] for name in ("TagList", "DBSubnetGroup", "VpcSecurityGroups", "MultiAZ")}
                own |= {
                    name: record[name] for name in ("DBInstanceClass", "KmsKeyId", "DeletionProtection") if record[name]
                }
                record.update(new_replica(source, made[0], own))
                supervisor.compare()
            self._wait(supervisor, record["DbiResourceId"])
            return made[0], provisioners._rds_db_instance_attrs(record)

        def cluster(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
            made = make_cluster(logical_id, properties, stack)
            record = rds._clusters[made[0]]
            self._wait(supervisor, record["DbClusterResourceId"])
            return made[0], provisioners._rds_db_cluster_attrs(record)

        table["AWS::RDS::DBInstance"]["create"] = instance
        table["AWS::RDS::DBCluster"]["create"] = cluster
        replace(
            stacks,
            "_runs_on_worker_thread",
            lambda on_thread: lambda kind: kind in ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster") or on_thread(kind),
        )

    @staticmethod
    def _wait(supervisor: Supervisor, key: str) -> None:
        if problem := supervisor.wait_available(key, STACK_WAIT_SECONDS):
            raise RuntimeError(f"The database did not become available: {problem}")

    async def start(self, context: ServerContext) -> None:  # noqa: ARG002 (the protocol's)
        """Start what the kept records ask for, and go on comparing."""
        supervisor = self._supervisor
        if supervisor is None:
            return
        supervisor.remove_strangers()

        def go_on() -> None:
            while not self._stop.wait(COMPARE_SECONDS):
                supervisor.compare()

        self._thread = threading.Thread(target=go_on, name="databases-compare", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Shut every server down; the data stays."""
        self._stop.set()
        if self._supervisor is not None:
            await asyncio.to_thread(self._supervisor.stop)

    def reset(self) -> None:
        """Remove every server and its data."""
        if self._supervisor is not None:
            self._supervisor.reset()

    def status(self) -> Status:
        """Which servers can be run here, and what runs."""
        return {
            "servers": {**self._versions, **self._problems},
            "running": self._supervisor.report() if self._supervisor else [],
        }


def _tls_context(files: SandboxFolder) -> ssl.SSLContext | None:
    if not (files.certificate.exists() and files.certificate_key.exists()):
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.certificate_key)
    return context


def _followed_by(action: Callable[[Parameters], Answer], supervisor: Supervisor) -> Callable[[Parameters], Answer]:
    def act(parameters: Parameters) -> Answer:
        answer = action(parameters)
        supervisor.compare()
        supervisor.apply_passwords()
        return answer

    return act
