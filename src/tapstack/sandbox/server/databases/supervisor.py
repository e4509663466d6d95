"""Makes the RDS records true: compares what should run with what runs, and does the next step for each database.

The comparison is quick and happens after every RDS call and a few times a second; the steps (making, cloning,
starting, promoting) block and run on worker threads, one at a time for each database.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tapstack.sandbox.server.databases import observing
from tapstack.sandbox.server.databases.gate import Gate, GateLoop, ReplicationLink
from tapstack.sandbox.server.databases.managed import Managed
from tapstack.sandbox.server.databases.postgresql_tls import PostgresTls
from tapstack.sandbox.server.databases.process import DatabaseServerError
from tapstack.sandbox.server.databases.records import Desired, desired_databases
from tapstack.sandbox.server.databases.server import DatabaseServer

logger = logging.getLogger("tapstack.databases")

WORKERS = 4
ATTEMPTS = 3
STOP_TIMEOUT_SECONDS = 3.0


ServerFactory = Callable[[str, Path], DatabaseServer | str]


class Supervisor:
    """All databases of one sandbox."""

    def __init__(
        self,
        folder: Path,
        make_server: ServerFactory,
        is_out: Callable[[str], bool],
        lag_seconds: Callable[[], float],
        tls: ssl.SSLContext | None,
    ) -> None:
        """Nothing runs until the first comparison."""
        self._folder = folder
        self._make_server = make_server
        self._is_out = is_out
        self._lag = lag_seconds
        self._tls = tls
        self._managed: dict[str, Managed] = {}
        self._given_up: dict[tuple[str, str, str], int] = {}
        """The ports of databases that were renamed, by account, region and the name that they had."""
        self._lock = threading.RLock()
        self._loop: GateLoop | None = None
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="databases")
        self._stopping = False

    def remove_strangers(self) -> None:
        """Remove data whose record was not kept; call it before anything else runs."""
        wanted = desired_databases()
        for folder in self._folder.iterdir():
            if folder.name not in wanted:
                shutil.rmtree(folder, ignore_errors=True)

    def compare(self) -> None:
        """Look at the records once and begin whatever is missing."""
        with self._lock:
            if self._stopping:
                return
            desired = desired_databases()
            for key in [key for key in self._managed if key not in desired]:
                gone = self._managed.pop(key)
                gone.gate.remove()
                gone.link.remove()
                self._workers.submit(gone.server.destroy)
            for one in desired.values():
                self._adopt(one)
            for managed in self._managed.values():
                # First, as it may find that the database is not ready after all.
                step = None if managed.busy else self._next_step(managed)
                self._open_gates(managed)
                self._publish(managed)
                if step is not None:
                    managed.busy = True
                    self._workers.submit(self._run, managed, step)

    def adopt_new(self) -> None:
        """Give new records their endpoints, but begin nothing: the call that makes them may not be done with them.

        A cluster, for instance, joins its global cluster only after its record is there.
        """
        with self._lock:
            if self._stopping:
                return
            for one in desired_databases().values():
                self._adopt(one)
                if (managed := self._managed.get(one.key)) is not None:
                    self._publish(managed)

    def _adopt(self, desired: Desired) -> None:
        managed = self._managed.get(desired.key)
        if managed is None:
            folder = self._folder / desired.key
            server = self._make_server(desired.family, folder)
            if isinstance(server, str):
                # Only the control plane then.
                desired.publish_no_endpoint()
                return
            known_as = (desired.account, desired.region, desired.name)
            gates = self._new_gates(desired, server, self._given_up.pop(known_as, desired.port))
            managed = Managed(desired, server, folder, *gates)
            self._managed[desired.key] = managed
        managed.desired = desired
        desired.publish_endpoint(managed.gate.port)

    def _new_gates(self, desired: Desired, server: DatabaseServer, port: int = 0) -> tuple[Gate, Gate]:
        """The gate for clients, and the one through which a standby reaches its source."""
        key, region = desired.key, desired.region
        loop = self._loop = self._loop or GateLoop()
        greet = None
        if desired.family == "postgresql":
            greet = PostgresTls(self._tls, lambda: self._managed[key].desired.forces_tls)

        def link_is_cut() -> bool:
            managed = self._managed.get(key)
            source = self._managed.get(managed.follows or "") if managed is not None else None
            return source is None or self._is_out(region) or self._is_out(source.desired.region)

        link = ReplicationLink(self._lag, server.begins_replication)
        return (
            Gate(loop, lambda: self._is_out(region), port, greet=greet),
            Gate(loop, link_is_cut, link=link),
        )

    def _open_gates(self, managed: Managed) -> None:
        desired = managed.desired
        target_is_out = self._is_out(desired.region)
        managed.gate.set_open(managed.ready and not managed.fenced and not target_is_out, managed.server.port)
        source = self._managed.get(managed.follows or "")
        linked = source is not None and source.server.runs() and not target_is_out
        linked = linked and source is not None and not self._is_out(source.desired.region)
        managed.link.set_open(linked, source.server.port if source is not None and linked else 0)
        if linked or managed.follows is None:
            managed.paused_since = None
        elif managed.paused_since is None:
            managed.paused_since = time.monotonic()

    def _publish(self, managed: Managed) -> None:
        if managed.attempts >= ATTEMPTS and not managed.ready:
            managed.desired.publish_status(False, "failed")
        else:
            managed.desired.publish_status(managed.ready, "starting" if managed.server.exists else "creating")

    def _next_step(self, managed: Managed) -> Callable[[], None] | None:
        """What brings this database nearer to what it should be; nothing when it is there, or must wait."""
        desired, server = managed.desired, managed.server
        if managed.ready and not server.runs():
            managed.ready, managed.problem = False, f"the server ended by itself: {server.last_words()}"
        if not desired.should_run:
            return (lambda: self._stop(managed)) if server.runs() else None
        if managed.attempts >= ATTEMPTS:
            return None
        if desired.source is not None and (not server.exists or managed.follows not in (None, desired.source)):
            return self._clone_step(managed, desired.source)
        if desired.source is not None and not server.is_standby:
            return self._clone_step(managed, desired.source)
        if not server.exists:
            return lambda: self._create(managed)
        if not managed.ready:
            return lambda: self._bring_up(managed)
        if desired.source is None and server.is_standby:
            return lambda: self._promote(managed)
        if managed.applied_password != desired.master[1] and not server.is_standby:
            return lambda: self._apply_password(managed)
        if managed.read_only != desired.is_read_only and not server.is_standby:
            return lambda: self._apply_read_only(managed)
        return None

    def _clone_step(self, managed: Managed, source_key: str) -> Callable[[], None] | None:
        source = self._managed.get(source_key)
        if source is None or not source.ready or source.server.is_standby:
            return None
        if self._is_out(source.desired.region) or self._is_out(managed.desired.region):
            return None
        # What it holds is to be thrown away: nobody shall take that for the copy.
        managed.ready = False
        return lambda: self._clone(managed, source)

    def _run(self, managed: Managed, step: Callable[[], None]) -> None:
        try:
            with managed.lock:
                step()
            managed.attempts, managed.problem = 0, ""
        except DatabaseServerError as error:
            managed.attempts += 1
            managed.problem = str(error)
            logger.warning("%s %s: %s", managed.desired.region, managed.desired.name, error)
        finally:
            managed.busy = False
            self.compare()

    def _create(self, managed: Managed) -> None:
        master, password = managed.desired.master
        # An attempt that failed half-way may have left it running.
        managed.server.stop()
        managed.server.create(master, password, managed.desired.database)
        managed.applied_password = password
        managed.forces_tls = False
        if managed.desired.forces_tls:
            self._start_again(managed)
        managed.ready = True

    def _clone(self, managed: Managed, source: Managed) -> None:
        managed.ready = False
        managed.server.stop()
        managed.follows = source.desired.key
        with self._lock:
            self._open_gates(managed)
        managed.server.clone(source.folder, source.server.port, managed.link.port)
        managed.ready = True

    def _start(self, managed: Managed) -> None:
        if managed.server.is_standby:
            managed.follows = managed.desired.source
            with self._lock:
                self._open_gates(managed)
        managed.forces_tls = managed.desired.forces_tls
        managed.applied_password = None
        managed.server.start(managed.link.port, managed.forces_tls)
        managed.read_only = False
        self._apply_password(managed)
        self._apply_read_only(managed)
        managed.ready = True

    def _bring_up(self, managed: Managed) -> None:
        # A reboot may have done it meanwhile; a start that failed half-way may have left it running.
        if not managed.ready:
            self._start_again(managed)

    def _start_again(self, managed: Managed) -> None:
        managed.ready = False
        managed.server.stop()
        self._start(managed)

    def _stop(self, managed: Managed) -> None:
        managed.ready = False
        managed.server.stop()

    def _promote(self, managed: Managed) -> None:
        # Nothing of the old source may arrive any more: what is under way is what a failover loses.
        managed.follows = None
        with self._lock:
            self._open_gates(managed)
        managed.server.promote()
        self._apply_password(managed)

    def _apply_password(self, managed: Managed) -> None:
        master, password = managed.desired.master
        if managed.applied_password != password and not managed.server.is_standby:
            managed.server.set_password(master, password)
            managed.applied_password = password

    def _apply_read_only(self, managed: Managed) -> None:
        wanted = managed.desired.is_read_only
        if managed.read_only != wanted and not managed.server.is_standby:
            managed.server.set_read_only(wanted)
            managed.read_only = wanted

    def apply_passwords(self) -> None:
        """Make every changed master password true before the call that changed it returns."""
        with self._lock:
            changed = [
                one for one in self._managed.values()
                if one.ready and not one.server.is_standby and one.applied_password != one.desired.master[1]
            ]  # fmt: skip
        for managed in changed:
            # A worker may be at it already: then this waits for its end.
            with managed.lock, contextlib.suppress(DatabaseServerError):
                self._apply_password(managed)

    def restart(self, key: str) -> None:
        """What a reboot does; parameters that need one take effect."""
        managed = self._managed.get(key)
        if managed is not None:
            with managed.lock:
                self._start_again(managed)
            self.compare()

    def hand_over(self, source_key: str, target_key: str, timeout: float) -> bool:
        """Before a planned switch: refuse new writes to the source and wait until the target has every one of them."""
        source, target = self._managed.get(source_key), self._managed.get(target_key)
        if source is None or target is None:
            return True
        source.fenced = True
        self.compare()
        deadline = time.monotonic() + timeout + self._lag()
        try:
            written = source.server.log_position()
            while target.server.log_position() < written:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.05)
            return True
        except DatabaseServerError:
            return False

    def lift_fence(self, source_key: str) -> None:
        """Let clients in again."""
        if source_key in self._managed:
            self._managed[source_key].fenced = False
            self.compare()

    def stop(self) -> None:
        """Stop every server at once, keeping the data."""
        with self._lock:
            self._stopping = True
            all_managed = list(self._managed.values())
            self._managed.clear()
        for managed in all_managed:
            # A server waits for its standbys to receive everything, unless they are cut off.
            managed.link.remove()
            managed.server.ask_to_stop()
        for managed in all_managed:
            managed.server.stop()
            managed.gate.remove()
        self._workers.shutdown(wait=False, cancel_futures=True)
        if self._loop is not None:
            self._loop.stop()

    def reset(self) -> None:
        """Remove every database at once; the records are gone already."""
        with self._lock:
            all_managed = list(self._managed.values())
            self._managed.clear()
        for managed in all_managed:
            managed.gate.remove()
            managed.link.remove()
            managed.server.destroy()

    def lags(self) -> list[tuple[Desired, float]]:
        """How far each standby is behind, in real seconds."""
        return observing.lags(self._snapshot(), self._lag())

    def unsent(self) -> list[tuple[Desired, int]]:
        """How many bytes of its log each server has not handed to the slowest of its standbys."""
        return observing.unsent(self._snapshot(), self._is_out)

    def report(self) -> list[dict[str, object]]:
        """One line for each database."""
        return observing.report(self._snapshot())

    def _snapshot(self) -> dict[str, Managed]:
        with self._lock:
            return dict(self._managed)

    def rename(self, key: str, known_as: tuple[str, str, str]) -> None:
        """Let a database answer elsewhere: whoever takes its name next gets its port, as the name has its address."""
        with self._lock:
            managed = self._managed.get(key)
            if managed is None:
                return
            self._given_up[known_as] = managed.gate.port
            managed.gate.remove()
            managed.desired.record.pop("_tapstack_endpoint", None)
            managed.gate, unused = self._new_gates(managed.desired, managed.server)
            unused.remove()
