"""What the supervisor does about databases whose steps fail half-way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tapstack.sandbox.server.databases import supervisor as module
from tapstack.sandbox.server.databases.process import DatabaseServerError
from tapstack.sandbox.server.databases.records import Desired
from tapstack.sandbox.server.databases.supervisor import ATTEMPTS, Supervisor


class FakeServer:
    """A server in memory, whose next calls fail as often as it is told."""

    port = 5432
    pid: int | None = 1
    is_standby = False

    def __init__(self, exists: bool) -> None:
        self.exists = exists
        self.running = 0
        self.most_running = 0
        self.failures = {"create": 0, "start": 0, "set_password": 0}
        self.calls: list[str] = []

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.failures.get(name, 0) > 0:
            self.failures[name] -= 1
            raise DatabaseServerError(f"{name} failed")

    def _run(self) -> None:
        self.running += 1
        self.most_running = max(self.most_running, self.running)

    def runs(self) -> bool:
        return self.running > 0

    def last_words(self) -> str:
        return ""

    def create(self, _master: str, _password: str, _database: str) -> None:
        self._run()
        self._call("create")
        self.exists = True

    def start(self, _link_port: int = 0, _force_tls: bool = False) -> None:
        self._run()
        self._call("start")

    def set_password(self, _master: str, _password: str) -> None:
        self._call("set_password")

    def stop(self) -> None:
        self.running = 0

    def ask_to_stop(self) -> None:
        pass

    def begins_replication(self, _chunk: bytes) -> bool:
        return False


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    record: dict[str, Any] = {
        "DBInstanceStatus": "available", "MasterUsername": "owner", "Endpoint": {}, "Engine": "postgres",
    }  # fmt: skip
    desired = Desired("db-1", "home", "000000000000", "us-east-1", "postgresql", record, is_cluster=False)
    monkeypatch.setattr(module, "desired_databases", lambda: {desired.key: desired})
    return record


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[[FakeServer], Supervisor]]:
    made: list[Supervisor] = []

    def begin(server: FakeServer) -> Supervisor:
        made.append(Supervisor(tmp_path, lambda *_: server, lambda _: False, lambda: 0.0, None))  # type: ignore[arg-type,return-value]
        made[-1].compare()
        return made[-1]

    yield begin
    for one in made:
        one.stop()


def wait_for(record: dict[str, Any], status: str) -> None:
    deadline = time.monotonic() + 5
    while record["DBInstanceStatus"] != status:
        assert time.monotonic() < deadline, record["DBInstanceStatus"]
        time.sleep(0.01)


@pytest.mark.parametrize(("exists", "failing"), [(True, "start"), (True, "set_password"), (False, "create")])
def test_a_step_that_fails_once_half_way_is_done_again_and_leaves_one_server(
    record: dict[str, Any], supervise: Callable[[FakeServer], Supervisor], exists: bool, failing: str
) -> None:
    server = FakeServer(exists)
    server.failures[failing] = 1
    supervise(server)
    wait_for(record, "available")
    assert (server.failures[failing], server.most_running) == (0, 1)


def test_what_never_works_is_told_as_failed(
    record: dict[str, Any], supervise: Callable[[FakeServer], Supervisor]
) -> None:
    server = FakeServer(exists=True)
    server.failures["set_password"] = 100
    supervisor = supervise(server)
    wait_for(record, "failed")
    assert server.calls.count("set_password") == ATTEMPTS
    assert supervisor.report()[0]["problem"] == "set_password failed"


def test_a_reboot_beside_the_comparisons_starts_the_server_once(
    record: dict[str, Any], supervise: Callable[[FakeServer], Supervisor]
) -> None:
    server = FakeServer(exists=True)
    supervisor = supervise(server)
    wait_for(record, "available")
    started = server.start

    def start_slowly(link_port: int = 0, force_tls: bool = False) -> None:
        supervisor.compare()
        started(link_port, force_tls)

    server.start = start_slowly  # type: ignore[method-assign]
    supervisor.restart("db-1")
    # The comparison found no server and has a step waiting, which is to find that there is nothing to do any more.
    supervisor._workers.shutdown(wait=True)
    wait_for(record, "available")
    assert server.calls.count("start") == 2
    assert server.most_running == 1
