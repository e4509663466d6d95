"""A store writes only what nobody else changed, and what it wrote is there after a kill."""

from __future__ import annotations

import random
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from memory_s3 import MemoryS3, MemoryTarget

from tapstack.errors import AwsError, CredentialsError, FileAccessError
from tapstack.rollout import stores
from tapstack.rollout.stores import ConflictError, LocalStore, S3Store, Store, bucket_region


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return LocalStore(tmp_path / "journal")
    return S3Store(MemoryS3(), "journals", "team/")


def test_what_is_written_is_read(store: Store) -> None:
    assert store.read("a/b.json") is None
    written = store.write("a/b.json", b"one", None)
    found = store.read("a/b.json")
    assert found is not None
    assert (found.content, found.version) == (b"one", written.version)


def test_a_first_write_expects_nothing(store: Store) -> None:
    store.write("name", b"one", None)
    with pytest.raises(ConflictError):
        store.write("name", b"two", None)


def test_a_write_expects_what_was_seen(store: Store) -> None:
    first = store.write("name", b"one", None)
    store.write("name", b"two", first.version)
    for attempt in (
        lambda: store.write("name", b"three", first.version),
        lambda: store.extend("name", first, b"!"),
        lambda: store.delete("name", first.version),
    ):
        with pytest.raises(ConflictError):
            attempt()
    found = store.read("name")
    assert found is not None
    assert found.content == b"two"


def test_what_was_removed_meanwhile_is_a_conflict(store: Store) -> None:
    first = store.write("name", b"one", None)
    store.delete("name", first.version)
    with pytest.raises(ConflictError):
        store.write("name", b"two", first.version)
    store.delete("name", first.version)
    assert store.read("name") is None


def test_extending_adds_to_the_end(store: Store) -> None:
    stored = store.write("name", b"one\n", None)
    stored = store.extend("name", stored, b"two\n")
    stored = store.extend("name", stored, b"three\n")
    found = store.read("name")
    assert found is not None
    assert (found.content, found.version) == (b"one\ntwo\nthree\n", stored.version)


def test_names_are_listed_by_prefix_over_several_pages(store: Store) -> None:
    names = [f"deployments/{number:02}" for number in range(8)]
    for name in [*reversed(names), "lock.json"]:
        store.write(name, name.encode(), None)
    assert store.list("deployments/") == names


def test_of_many_writers_one_wins_each_version(store: Store) -> None:
    store.write("counter", b"0", None)

    def count() -> None:
        for _ in range(20):
            while True:
                found = store.read("counter")
                assert found is not None
                try:
                    store.write("counter", str(int(found.content) + 1).encode(), found.version)
                except ConflictError:
                    continue
                break

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store.read("counter")
    assert found is not None
    assert found.content == b"80"


def test_a_folder_is_private(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "journal")
    stored = store.write("deployments/one", b"1", None)
    store.extend("deployments/one", stored, b"2")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "journal").rglob("*")}
    assert {path.name: mode for path, mode in modes.items()} == {
        "deployments": 0o700,
        "one": 0o600,
        ".writing": 0o600,
    }
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o700


def test_an_append_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = LocalStore(tmp_path)
    stored = store.write("name", b"one\n", None)
    own = stores.os.fsync

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stores.os, "fsync", full)
    with pytest.raises(FileAccessError, match="cannot be read or written"):
        store.extend("name", stored, b"two\n")
    monkeypatch.setattr(stores.os, "fsync", own)
    store.extend("name", stored, b"three\n")
    assert (tmp_path / "name").read_bytes() == b"one\nthree\n"


WRITER = """
    import sys
    from pathlib import Path
    from tapstack.rollout.stores import LocalStore
    store = LocalStore(Path(sys.argv[1]))
    whole = store.write("whole", b"0" * 20_000 + b"\\n", None)
    lines = store.write("lines", b"", None)
    print("ready", flush=True)
    number = 0
    while True:
        number += 1
        whole = store.write("whole", str(number % 10).encode() * 20_000 + b"\\n", whole.version)
        lines = store.extend("lines", lines, f"{number:06}\\n".encode())
"""


def test_a_killed_writer_leaves_something_whole(tmp_path: Path) -> None:
    chance = random.Random(20261121)
    for turn in range(6):
        folder = tmp_path / str(turn)
        child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WRITER), str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        with child, child.stdout:
            assert child.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.0, 0.15))
            child.send_signal(signal.SIGKILL)
        store = LocalStore(folder)
        found = store.read("whole")
        assert found is not None
        assert len(found.content) == 20_001
        assert len(set(found.content)) == 2
        lines = (folder / "lines").read_bytes().split(b"\n")[:-1]
        assert lines == [f"{number:06}".encode() for number in range(1, len(lines) + 1)]
        assert set(store.list("")) == {"whole", "lines"}
        store.write("whole", b"next", found.version)


def test_a_lost_answer_is_no_conflict() -> None:
    """A client that tries again runs into the object that it wrote itself."""
    s3 = MemoryS3()
    store = S3Store(s3, "journals", "")
    own = s3.put_object

    def twice(**arguments: object) -> object:
        own(**arguments)  # type: ignore[arg-type]
        return own(**arguments)  # type: ignore[arg-type]

    s3.put_object = twice  # type: ignore[assignment,method-assign]
    stored = store.write("name", b"one", None)
    store.write("name", b"two", stored.version)
    assert s3.objects["name"][0] == b"two"


def test_a_write_that_ran_beside_another_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_PAUSE_SECONDS", 0.0)
    s3 = MemoryS3()
    times = iter([1, 2])

    def busy(operation: str) -> None:
        if operation == "PutObject" and next(times, None):
            raise s3.error("ConditionalRequestConflict", operation, 409)

    s3.before = busy
    S3Store(s3, "journals", "").write("name", b"one", None)
    assert s3.objects["name"][0] == b"one"


def test_age_is_told_by_the_clock_of_s3_alone() -> None:
    s3 = MemoryS3()
    store = S3Store(s3, "journals", "")
    store.write("name", b"one", None)
    s3.pass_time(75)
    found = store.read("name")
    assert found is not None
    assert found.age == 75


def test_a_missing_bucket_comes_with_the_command_that_makes_it() -> None:
    target = MemoryTarget(MemoryS3("another"))
    with pytest.raises(AwsError) as caught:
        bucket_region(target, "journals", "eu-west-1")
    assert caught.value.command == (
        "aws s3api create-bucket --bucket journals --region eu-west-1 "
        "--create-bucket-configuration LocationConstraint=eu-west-1"
    )


def test_a_bucket_tells_its_region_even_to_those_it_refuses() -> None:
    target = MemoryTarget(MemoryS3(region="ap-southeast-2"))
    assert bucket_region(target, "journals", "us-east-1") == "ap-southeast-2"

    def refuse(operation: str) -> None:
        raise target.s3.error("403", operation, 403)

    target.s3.before = refuse
    assert bucket_region(target, "journals", "us-east-1") == "ap-southeast-2"


@pytest.mark.parametrize(
    ("code", "kind", "told"),
    [
        ("AccessDenied", AwsError, "s3:PutObject"),
        ("ExpiredToken", CredentialsError, "ExpiredToken it is"),
        ("PermanentRedirect", AwsError, "is in eu-west-1"),
        ("SignatureDoesNotMatch", CredentialsError, "SignatureDoesNotMatch it is"),
        ("SlowDown", AwsError, "SlowDown"),
    ],
)
def test_what_s3_refuses_is_said_in_words(code: str, kind: type[AwsError], told: str) -> None:
    s3 = MemoryS3()

    def refuse(operation: str) -> None:
        raise s3.error(code, operation, 400)

    s3.before = refuse
    with pytest.raises(kind) as caught:
        S3Store(s3, "journals", "").write("name", b"one", None)
    assert told in caught.value.detail
