"""Puts the databases behind MiniStack's RDS: watches its records, and answers what it cannot."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import logging
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, rds

from tapstack.sandbox.folder import SandboxFolder
from tapstack.sandbox.server.databases import managed_passwords
from tapstack.sandbox.server.databases.actions import Answer, Parameters, replaced_actions
from tapstack.sandbox.server.databases.available import AvailableServers
from tapstack.sandbox.server.databases.process import DatabaseServerError
from tapstack.sandbox.server.databases.supervisor import Supervisor
from tapstack.sandbox.server.extension import ServerContext, Status
from tapstack.sandbox.server.mends.patch import original, replace

logger = logging.getLogger("tapstack.databases")

COMPARE_SECONDS = 0.25
METRICS_SECONDS = 60.0


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
        self._servers: AvailableServers | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def install(self, context: ServerContext) -> None:
        """Take the place of MiniStack's calls."""
        folder = context.settings.folder / "databases"
        folder.mkdir(mode=0o700, exist_ok=True)
        self._servers = servers = AvailableServers(context.settings, folder)
        self._supervisor = supervisor = Supervisor(
            folder,
            servers.make,
            lambda region: context.faults.is_out(region, "rds"),
            lambda: context.clock.real_seconds(context.settings.replication_lag_seconds),
            _tls_context(SandboxFolder(context.settings.folder)),
        )
        # No Docker behind our back, even where one runs: MiniStack would start a second database.
        replace(rds, "_get_docker", lambda _: lambda: None)
        # Nor its replication between containers, without which it refuses to switch a global Aurora MySQL as planned.
        replace(rds, "_aurora_mysql_8_replication_enabled", lambda _: lambda _cluster: False)
        for store in (original(rds, "_instances"), original(rds, "_clusters")):
            store._data = _WatchedRecords(store._data, supervisor.adopt_new)
        managed_passwords.install()
        actions = original(rds, "_ACTION_MAP")
        for name, action in {**actions, **replaced_actions(supervisor)}.items():
            if not name.startswith(("Describe", "List")):
                actions[name] = _followed_by(action, supervisor)
        replace(rds, "_finish_instance_reboot", self._reboot)
        # The supervisor does it, and knows whether it worked.
        replace(rds, "_rotate_instance_password", lambda _: lambda *_arguments: None)

    def _reboot(self, finish: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        def restart_then_finish(instance: Any, cluster: Any) -> None:
            if self._supervisor is not None:
                with contextlib.suppress(DatabaseServerError):
                    self._supervisor.restart((cluster or {}).get("DbClusterResourceId") or instance["DbiResourceId"])
            finish(instance, cluster)

        return restart_then_finish

    async def start(self, context: ServerContext) -> None:
        """Start what the kept records ask for, and go on comparing."""
        supervisor = self._supervisor
        if supervisor is None:
            return
        supervisor.remove_strangers()
        # Kept records say "available" still: before anybody can ask they shall say what is true.
        supervisor.compare()

        metrics_at = 0.0

        def go_on() -> None:
            nonlocal metrics_at
            while not self._stop.wait(COMPARE_SECONDS):
                try:
                    supervisor.compare()
                    if time.monotonic() >= metrics_at:
                        metrics_at = time.monotonic() + context.clock.real_seconds(METRICS_SECONDS)
                        _record_lags(supervisor, context)
                except Exception:
                    logger.exception("The databases could not be looked after")

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
            "servers": self._servers.report() if self._servers else {},
            "running": self._supervisor.report() if self._supervisor else [],
        }


def _record_lags(supervisor: Supervisor, context: ServerContext) -> None:
    """Put AWS's metrics of how far standbys are behind, for alarms on them."""
    for desired, behind in supervisor.unsent():
        if not desired.is_cluster and desired.family == "postgresql":
            with request_scope(desired.account, desired.region):
                dimensions = {"DBInstanceIdentifier": desired.name}
                cloudwatch.record_metric("AWS/RDS", "OldestReplicationSlotLag", float(behind), "Bytes", dimensions)
    for desired, real_seconds in supervisor.lags():
        seconds = real_seconds * context.clock.factor
        with request_scope(desired.account, desired.region):
            if desired.is_cluster:
                dimensions = {"DBClusterIdentifier": desired.name}
                cloudwatch.record_metric(
                    "AWS/RDS", "AuroraGlobalDBReplicationLag", seconds * 1000, "Milliseconds", dimensions
                )
            else:
                dimensions = {"DBInstanceIdentifier": desired.name}
                cloudwatch.record_metric("AWS/RDS", "ReplicaLag", seconds, "Seconds", dimensions)


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
