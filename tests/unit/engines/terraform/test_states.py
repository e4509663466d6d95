"""Which lock is a run's own is told by when each began."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tapstack.engines.terraform import running
from tapstack.engines.terraform.states import Lock

BEGAN = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("created", "is_its_own"),
    [
        ("2026-03-01T12:00:00.123456789Z", True),
        ("2026-03-01T12:00:02.9Z", True),
        ("2026-03-01T12:01:04Z", True),
        ("2026-03-01T11:59:58Z", False),
        ("2026-03-01T12:10:00Z", False),
        ("an unknown time", False),
        ("", False),
    ],
)
def test_a_lock_is_a_runs_own_if_it_was_taken_just_after_the_run_began(created: str, is_its_own: bool) -> None:
    lock = Lock.of(json.dumps({"ID": "1", "Who": "me@here", "Created": created}))
    assert lock.was_taken_by_run(BEGAN) is is_its_own


def _began(notes: Path, **more: object) -> None:
    (notes / running.STARTED).write_text(json.dumps({"pid": 1, "began": "never", **more}))


def test_a_run_that_left_its_notes_and_is_no_more_was_killed(tmp_path: Path) -> None:
    assert running.killed(tmp_path) is None
    _began(tmp_path, at=BEGAN.isoformat())
    assert running.killed(tmp_path) == BEGAN
    running.forget(tmp_path)
    assert running.killed(tmp_path) is None


def test_a_run_that_is_at_work_was_not_killed(tmp_path: Path) -> None:
    _began(tmp_path, pid=1, began=running.birth(1), at=BEGAN.isoformat())
    assert running.killed(tmp_path) is None


@pytest.mark.parametrize("at", [None, "yesterday"])
def test_notes_that_tell_no_time_tell_of_no_killed_run(tmp_path: Path, at: object) -> None:
    _began(tmp_path, at=at)
    assert running.killed(tmp_path) is None


@pytest.mark.parametrize(("ending", "is_remembered"), [("exit 3", False), ("kill -KILL $$", True)])
def test_only_a_run_that_was_killed_is_remembered(tmp_path: Path, ending: str, is_remembered: bool) -> None:
    before = datetime.now(UTC)
    ended = running.run(["/bin/sh", "-c", ending], folder=tmp_path, variables={}, notes=tmp_path / "notes")
    assert ended.code != 0
    killed = running.killed(tmp_path / "notes")
    assert (killed is not None) is is_remembered
    assert killed is None or before <= killed <= datetime.now(UTC)
