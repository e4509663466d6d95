"""Start, stop, death and survival: what is left behind is nothing, and what is kept is kept."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tapstack.errors import SandboxError, SandboxNotRunningError
from tapstack.sandbox import control, process
from tapstack.sandbox.control import Sandbox
from tapstack.sandbox.folder import SandboxFolder, read_json


@pytest.fixture(autouse=True)
def _own_home(state_home: str) -> None:
    """Every sandbox of this file lives under the module's temporary folder."""


@pytest.fixture
def detached() -> Iterator[Callable[..., Sandbox]]:
    names: list[str] = []

    def start(name: str, **options: Any) -> Sandbox:
        names.append(name)
        return control.start(name, **options)

    yield start
    for name in names:
        control.stop(name)


def _server(name: str) -> process.ServerProcess:
    content = read_json(SandboxFolder.of(name).process)
    assert content is not None
    server = process.ServerProcess.from_mapping(content)
    assert server is not None
    return server


def _descendants_of(run: str) -> list[psutil.Process]:
    """Whoever carries the mark of that run; found independently of the code under test."""
    found = []
    for candidate in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if candidate.status() != psutil.STATUS_ZOMBIE and candidate.environ().get(process.MARKER) == run:
                found.append(candidate)
    return found


def _eventually(condition: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


def _warm_function(sandbox: Sandbox, body: str = "return 'ok'") -> Any:
    """A function that has run, so that the server has a worker process for it."""
    statement = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = sandbox.client("iam").create_role(
        RoleName="worker", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", f"import time\ndef handler(event, context):\n    {body}\n")
    functions = sandbox.client("lambda")
    functions.create_function(
        FunctionName="worker", Runtime="python3.11", Role=role, Handler="index.handler", Timeout=60,
        Code={"ZipFile": code.getvalue()},
    )  # fmt: skip
    return functions


def test_everything_listens_on_loopback_only(detached: Callable[..., Sandbox]) -> None:
    sandbox = detached("loopback")
    _warm_function(sandbox).invoke(FunctionName="worker")
    sandbox.client("sqs").list_queues()

    family = _server("loopback").family()

    addresses = {
        connection.laddr.ip
        for member in family
        for connection in member.net_connections("inet")
        if connection.status in (psutil.CONN_LISTEN, psutil.CONN_NONE) and connection.laddr
    }
    assert len(family) >= 2
    assert addresses
    assert all(address.startswith("127.") or address == "::1" for address in addresses)


def test_addresses_stay_the_same_over_a_restart(detached: Callable[..., Sandbox]) -> None:
    first = detached("same-place").settings.ports
    control.stop("same-place")
    assert detached("same-place").settings.ports == first


def test_a_port_that_is_taken_meanwhile_is_replaced(detached: Callable[..., Sandbox]) -> None:
    import socket

    first = detached("moved").settings.ports
    control.stop("moved")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taker.bind(("127.0.0.1", first.http))
        taker.listen()
        assert detached("moved").settings.ports.http != first.http


def test_state_survives_a_restart_and_a_reset_empties_it(detached: Callable[..., Sandbox]) -> None:
    sandbox = detached("kept")
    key = sandbox.credentials
    sandbox.client("s3").create_bucket(Bucket="kept")
    sandbox.client("s3").put_object(Bucket="kept", Key="a", Body=b"1")
    sandbox.client("sqs", "eu-west-1").create_queue(QueueName="kept")
    control.stop("kept")

    sandbox = detached("kept")
    assert sandbox.credentials == key
    assert sandbox.client("s3").get_object(Bucket="kept", Key="a")["Body"].read() == b"1"
    assert len(sandbox.client("sqs", "eu-west-1").list_queues()["QueueUrls"]) == 1

    sandbox.outage("eu-west-1")
    sandbox.reset()
    assert sandbox.status()["faults"] == {}
    assert sandbox.client("s3").list_buckets()["Buckets"] == []
    assert not sandbox.client("sqs", "eu-west-1").list_queues().get("QueueUrls")
    assert sandbox.credentials == key
    control.stop("kept")
    assert detached("kept").client("s3").list_buckets()["Buckets"] == []


def test_a_second_start_finds_the_running_one(detached: Callable[..., Sandbox]) -> None:
    detached("once")
    pid = _server("once").pid
    detached("once")
    assert _server("once").pid == pid


def test_simultaneous_starts_make_one_server(detached: Callable[..., Sandbox], state_home: str) -> None:
    program = "from tapstack.sandbox import control; print(control.start('race').status()['pid'])"
    starters = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env={**os.environ}) for _ in range(4)
    ]
    pids = {starter.communicate(timeout=60)[0] for starter in starters}
    detached("race")
    assert all(starter.returncode == 0 for starter in starters)
    assert len(pids) == 1
    assert len([member for member in _server("race").family() if "tapstack.sandbox.server" in member.cmdline()]) == 1


def test_an_owned_sandbox_refuses_the_name_of_a_running_one(detached: Callable[..., Sandbox]) -> None:
    detached("taken")
    with pytest.raises(SandboxError, match="runs already"), Sandbox.run("taken"):
        pass


def test_several_sandboxes_run_side_by_side(detached: Callable[..., Sandbox]) -> None:
    left, right = detached("left"), detached("right")
    left.client("sqs").create_queue(QueueName="mine")
    assert not right.client("sqs").list_queues().get("QueueUrls")


def test_a_server_that_dies_at_the_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "_SERVER_MODULE", "tapstack.no_such_module")
    with pytest.raises(SandboxError, match="did not start") as failed:
        control.start("stillborn")
    assert "No module named tapstack.no_such_module" in failed.value.detail
    assert not SandboxFolder.of("stillborn").process.exists()


@pytest.mark.parametrize("name", ["../up", "", "Upper", "a/b", "-a", "x" * 41])
def test_a_name_that_is_no_folder_name_is_refused(name: str) -> None:
    with pytest.raises(SandboxError, match="cannot have this name"):
        SandboxFolder.of(name)


def test_stop_takes_the_functions_workers_along(detached: Callable[..., Sandbox]) -> None:
    sandbox = detached("workers")
    _warm_function(sandbox).invoke(FunctionName="worker")
    server = _server("workers")
    assert len(_descendants_of(server.run)) >= 2

    assert control.stop("workers")

    assert _descendants_of(server.run) == []
    assert control.stop("workers") is False


def test_stop_does_not_wait_for_what_is_stuck(detached: Callable[..., Sandbox]) -> None:
    sandbox = detached("stuck")
    functions = _warm_function(sandbox, "time.sleep(50)")
    server = _server("stuck")
    functions.invoke(FunctionName="worker", InvocationType="Event")
    _eventually(lambda: len(_descendants_of(server.run)) >= 2)

    started = time.monotonic()
    control.stop("stuck")

    assert time.monotonic() - started < 8  # five seconds, and time for the machine
    assert _descendants_of(server.run) == []


def test_stop_does_not_wait_for_a_custom_resource_that_never_answers(detached: Callable[..., Sandbox]) -> None:
    sandbox = detached("silent")
    function = _warm_function(sandbox, "time.sleep(50)").get_function(FunctionName="worker")
    arn = function["Configuration"]["FunctionArn"]
    resource = {"Type": "Custom::Silent", "Properties": {"ServiceToken": arn}}
    sandbox.client("cloudformation").create_stack(
        StackName="silent", TemplateBody=json.dumps({"Resources": {"Silent": resource}})
    )
    server = _server("silent")
    _eventually(lambda: len(_descendants_of(server.run)) >= 2)

    started = time.monotonic()
    control.stop("silent")

    assert time.monotonic() - started < 8
    assert _descendants_of(server.run) == []


def test_stop_is_quick_and_keeps_state_while_clients_hold_connections_open(detached: Callable[..., Sandbox]) -> None:
    sandbox = detached("held")
    clients = [sandbox.client("sqs"), sandbox.client("sqs", endpoint_url=sandbox.endpoint)]
    for number, client in enumerate(clients):
        client.create_queue(QueueName=f"queue-{number}")

    started = time.monotonic()
    control.stop("held")

    assert time.monotonic() - started < 3
    assert len(detached("held").client("sqs").list_queues()["QueueUrls"]) == len(clients)


def test_kill_9_of_the_owner_ends_an_owned_sandbox_with_its_workers(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from tapstack.sandbox.control import Sandbox
        with Sandbox.run("orphaned"):
            print("ready", flush=True)
            time.sleep(600)
        """
    )
    owner = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    try:
        assert owner.stdout.readline() == b"ready\n"
        server = _server("orphaned")
        _warm_function(control.attach("orphaned")).invoke(FunctionName="worker")
        assert len(_descendants_of(server.run)) >= 2
    finally:
        owner.kill()
        owner.communicate()

    _eventually(lambda: not _descendants_of(server.run))
    with pytest.raises(SandboxNotRunningError):
        control.attach("orphaned")
    assert not SandboxFolder.of("orphaned").process.exists()


def test_after_kill_9_of_the_server_the_next_status_leaves_no_process_behind(detached: Callable[..., Sandbox]) -> None:
    sandbox = detached("killed")
    _warm_function(sandbox, "time.sleep(50)").invoke(FunctionName="worker", InvocationType="Event")
    server = _server("killed")
    _eventually(lambda: len(_descendants_of(server.run)) >= 2)
    os.kill(server.pid, signal.SIGKILL)
    _eventually(lambda: server.find() is None)

    with pytest.raises(SandboxNotRunningError):
        control.attach("killed")

    assert _descendants_of(server.run) == []
    detached("killed").client("sqs").list_queues()


def test_after_kill_9_of_the_server_the_next_status_ends_its_databases_too(detached: Callable[..., Sandbox]) -> None:
    import socket

    sandbox = detached("database")
    databases = sandbox.client("rds")
    databases.create_db_instance(
        DBInstanceIdentifier="orders", Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
        MasterUsername="owner", MasterUserPassword="not-so-secret",
    )  # fmt: skip

    def endpoint() -> Any:
        return databases.describe_db_instances(DBInstanceIdentifier="orders")["DBInstances"][0].get("Endpoint")

    _eventually(endpoint, 30)
    address = endpoint()
    server = _server("database")
    _eventually(lambda: any("postgres" in member.name() for member in _descendants_of(server.run)), 30)
    os.kill(server.pid, signal.SIGKILL)
    _eventually(lambda: server.find() is None)
    assert _descendants_of(server.run)  # the database outlived it

    with pytest.raises(SandboxNotRunningError):
        control.attach("database")

    _eventually(lambda: not _descendants_of(server.run), 5)
    with socket.socket() as probe:
        assert probe.connect_ex((address["Address"], address["Port"])) != 0


def test_a_stranger_that_was_given_the_servers_pid_is_left_alone() -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        folder = SandboxFolder.of("reused")
        folder.create()
        record = process.ServerProcess(stranger.pid, time.time() - 1000, "a-run-of-long-ago", owned=False)
        folder.process.write_text(json.dumps(record.as_mapping()))

        with pytest.raises(SandboxNotRunningError):
            control.attach("reused")
        assert control.stop("reused") is False
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_damaged_record_is_no_obstacle(detached: Callable[..., Sandbox]) -> None:
    folder = SandboxFolder.of("damaged")
    folder.create()
    folder.process.write_text("{half of a")
    folder.settings.write_text("not json")
    detached("damaged").client("sqs").list_queues()


def test_the_hosts_environment_stays_outside(detached: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAHOSTHOSTHOST")
    monkeypatch.setenv("SOME_TOKEN", "of-the-host")
    detached("clean")
    environment = psutil.Process(_server("clean").pid).environ()
    assert "SOME_TOKEN" not in environment
    assert "AKIAHOSTHOSTHOST" not in environment.values()


def test_twenty_rounds_leak_no_port_no_file_and_no_process() -> None:
    def measure() -> tuple[int, int, int, set[str]]:
        own = psutil.Process()
        folder = SandboxFolder.of("rounds").path
        files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        return own.num_fds(), len(own.children(recursive=True)), threading.active_count(), files

    runs = []
    with Sandbox.run("rounds") as sandbox:
        sandbox.client("sqs").list_queues()
    first = measure()
    ports = sandbox.settings.ports
    for _ in range(20):
        with Sandbox.run("rounds") as sandbox:
            assert sandbox.settings.ports == ports
            runs.append(_server("rounds").run)

    assert measure() == first
    assert not any(_descendants_of(run) for run in runs)
    listening = {
        connection.laddr.port
        for connection in psutil.net_connections("inet")
        if connection.status in (psutil.CONN_LISTEN, psutil.CONN_NONE) and connection.laddr
    }
    assert listening.isdisjoint({ports.http, ports.https, ports.dns})
