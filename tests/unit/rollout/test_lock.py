"""One holder at a time, known by name; a dead one's lock is free, a silent one's only for those who insist."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from memory_s3 import MemoryS3

from tapstack.errors import AwsError, LockedError
from tapstack.rollout import lock as locks
from tapstack.rollout.holder import Holder
from tapstack.rollout.lock import LocalLock, Lock, SharedLock, hold
from tapstack.rollout.stores import LocalStore, S3Store


@pytest.fixture
def s3() -> MemoryS3:
    return MemoryS3()


@pytest.fixture(params=["folder", "s3"])
def lock(request: pytest.FixtureRequest, tmp_path: Path, s3: MemoryS3) -> Lock:
    return LocalLock(tmp_path / "lock") if request.param == "folder" else shared(s3)


def shared(s3: MemoryS3, heartbeat: float = 60.0) -> SharedLock:
    return SharedLock(S3Store(s3, "journals", ""), "lock.json", heartbeat=heartbeat)


def somebody(**changes: object) -> Holder:
    """A process of another machine."""
    told = {"who": "kim", "host": "far", "machine": "another", "pid": 4711, "verb": "destroy", **changes}
    return dataclasses.replace(Holder.this_process("destroy"), **told)  # type: ignore[arg-type]


def test_the_second_is_told_who_it_is(lock: Lock) -> None:
    with hold(lock, "destroy"), pytest.raises(LockedError) as caught, hold(lock, "deploy"):
        pytest.fail("two at once")
    assert f"process {os.getpid()}" in caught.value.detail
    assert ": destroy." in caught.value.detail
    assert "--take-over" in caught.value.detail


def test_it_is_free_afterwards(lock: Lock) -> None:
    for _ in range(3):
        said: list[str] = []
        with hold(lock, "deploy", say=said.append) as held:
            held.check()
        assert said == []


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_it_is_given_back_whatever_happens(lock: Lock, error: type[BaseException]) -> None:
    with pytest.raises(error), hold(lock, "deploy"):
        raise error
    with hold(lock, "deploy"):
        pass


def test_whoever_loses_it_notices_and_leaves_the_new_holder_alone(lock: Lock) -> None:
    said: list[str] = []
    with hold(lock, "deploy") as first:
        first.check()
        with hold(lock, "destroy", take_over=True, say=said.append) as second:
            with pytest.raises(LockedError, match="taken over"):
                first.check()
            second.check()
    assert len(said) == 1
    assert said[0].startswith("Taken over from ")


def test_releasing_what_was_taken_over_does_not_free_it(lock: Lock) -> None:
    first = lock.take(somebody(), take_over=False, say=print)
    with hold(lock, "deploy", take_over=True) as second:
        first.release()
        second.check()
        with pytest.raises(LockedError), hold(lock, "deploy"):
            pytest.fail("two at once")


def test_of_many_at_once_one_gets_it(lock: Lock) -> None:
    inside, most, got, refused = 0, 0, 0, 0
    counting = threading.Lock()
    start = threading.Barrier(6)

    def try_it() -> None:
        nonlocal inside, most, got, refused
        start.wait()
        try:
            with hold(lock, "deploy"):
                with counting:
                    inside, got = inside + 1, got + 1
                    most = max(most, inside)
                time.sleep(0.2)
                with counting:
                    inside -= 1
        except LockedError:
            with counting:
                refused += 1

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, got, refused) == (1, 1, 5)


CHILD = """
    import sys, time
    from pathlib import Path
    from tapstack.rollout.lock import LocalLock, SharedLock, hold
    from tapstack.rollout.stores import LocalStore
    folder = Path(sys.argv[2])
    lock = LocalLock(folder / "lock") if sys.argv[1] == "folder" else SharedLock(LocalStore(folder), "lock.json")
    with hold(lock, "deploy"):
        print("held", flush=True)
        time.sleep(60)
"""


@pytest.fixture(params=["folder", "shared"])
def child(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Lock, subprocess.Popen[str]]]:
    """Another process that holds the lock; the shared kind is kept in a folder to be seen from both."""
    command = [sys.executable, "-c", textwrap.dedent(CHILD), request.param, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        lock: Lock = (
            LocalLock(tmp_path / "lock") if request.param == "folder" else SharedLock(LocalStore(tmp_path), "lock.json")
        )
        yield lock, process
        process.kill()


def test_a_killed_holder_leaves_it_free_at_once(child: tuple[Lock, subprocess.Popen[str]]) -> None:
    lock, process = child
    with pytest.raises(LockedError, match="Somebody else"), hold(lock, "deploy"):
        pytest.fail("the child has it")
    process.send_signal(signal.SIGKILL)
    process.wait()
    said: list[str] = []
    with hold(lock, "deploy", say=said.append) as held:
        held.check()
    assert len(said) == 1
    assert f"(process {process.pid})" in said[0]
    assert "without giving its lock back" in said[0]


def test_an_interrupted_holder_gives_it_back(child: tuple[Lock, subprocess.Popen[str]]) -> None:
    lock, process = child
    process.send_signal(signal.SIGINT)
    process.wait()
    said: list[str] = []
    with hold(lock, "deploy", say=said.append):
        pass
    assert said == []


def test_a_silent_one_is_stale_and_taken_only_by_those_who_insist(s3: MemoryS3) -> None:
    s3.put_object(Bucket="journals", Key="lock.json", Body=somebody().as_bytes(), ContentType="")
    s3.pass_time(119)
    with pytest.raises(LockedError, match="Somebody else"), hold(shared(s3), "deploy"):
        pytest.fail("it is held")
    s3.pass_time(2)
    with pytest.raises(LockedError, match="stale") as caught, hold(shared(s3), "deploy"):
        pytest.fail("it is held")
    assert "kim@far" in caught.value.detail
    assert "121 s" in caught.value.detail
    with hold(shared(s3), "deploy", take_over=True) as held:
        held.check()


def test_a_dead_pid_of_another_machine_proves_nothing(s3: MemoryS3) -> None:
    own = Holder.this_process("deploy")
    dead = dataclasses.replace(own, pid=2**22 + 1)
    assert dead.is_certainly_gone
    assert not own.is_certainly_gone
    assert dataclasses.replace(own, started="1").is_certainly_gone, "the pid was given to another process"
    assert not dataclasses.replace(dead, machine="another").is_certainly_gone
    assert not dataclasses.replace(dead, machine="").is_certainly_gone


def test_a_heartbeat_keeps_it_fresh(s3: MemoryS3) -> None:
    with hold(shared(s3, heartbeat=0.02), "deploy"):
        for _ in range(5):
            s3.pass_time(100)
            before = s3.objects["lock.json"][0]
            _until(lambda before=before: s3.objects["lock.json"][0] != before)  # type: ignore[misc]
            with pytest.raises(LockedError, match="Somebody else"), hold(shared(s3), "deploy"):
                pytest.fail("it is held")
    assert s3.objects == {}
    assert not [thread for thread in threading.enumerate() if thread.name == "lock-heartbeat" and thread.is_alive()]


def test_a_renewal_whose_answer_was_lost_is_our_own(s3: MemoryS3) -> None:
    with hold(shared(s3), "deploy") as held:

        def lose(operation: str) -> None:
            s3.after = lambda _: None
            raise s3.error("InternalError", operation, 500)

        s3.after = lose
        held.check()
        held.check()
    assert s3.objects == {}


def test_without_an_answer_it_is_ours_only_for_a_while(s3: MemoryS3, monkeypatch: pytest.MonkeyPatch) -> None:
    elapsed = 1000.0
    monkeypatch.setattr(locks, "_elapsed", lambda: elapsed)
    said: list[str] = []
    with hold(shared(s3), "deploy", say=said.append) as held:

        def refuse(operation: str) -> None:
            raise s3.error("ServiceUnavailable", operation, 503)

        s3.before = refuse
        elapsed += 59
        held.check()
        elapsed += 2
        with pytest.raises(AwsError, match="could not be renewed"):
            held.check()
    assert said[0].startswith("The lock could not be given back")


def test_a_removed_lock_is_a_lost_one(s3: MemoryS3) -> None:
    with hold(shared(s3), "deploy") as held:
        s3.objects.clear()
        with pytest.raises(LockedError, match="taken over"):
            held.check()


def _until(condition: object) -> None:
    deadline = time.monotonic() + 5
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_file_that_was_replaced_between_opening_and_locking_is_not_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = LocalLock(tmp_path / "lock")
    own, others = locks._locked, []

    def overtaken(descriptor: int) -> bool:
        if not others:
            monkeypatch.setattr(locks, "_locked", own)
            others.append(lock._replace(Holder.this_process("destroy")))
        return own(descriptor)

    monkeypatch.setattr(locks, "_locked", overtaken)
    with pytest.raises(LockedError) as caught, hold(lock, "deploy"):
        pytest.fail("it holds a file that nobody looks at")
    assert ": destroy." in caught.value.detail
    others[0].release()
