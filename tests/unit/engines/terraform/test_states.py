"""Which lock is a run's own is told by when each began."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tapstack.engines.terraform import running
from tapstack.engines.terraform.states import Lock

BEGAN = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("created", "seconds", "is_its_own"),
    [
        ("2026-03-01T12:00:00.123456789Z", None, False),
        ("2026-03-01T12:00:00.253456789Z", None, True),
        ("2026-03-01T12:00:01", None, False),
        ("2026-03-01T12:00:02.9Z", None, True),
        ("2026-03-01T12:00:02.9Z", 5, True),
        ("2026-03-01T12:01:04Z", None, True),
        ("2026-03-01T12:01:04Z", 5, False),
        ("2026-03-01T11:59:58Z", None, False),
        ("2026-03-01T12:10:00Z", None, False),
        ("2026-03-01T12:10:00Z", 3600, False),
        ("an unknown time", None, False),
        ("", None, False),
    ],
)
def test_a_lock_is_a_runs_own_if_it_was_taken_just_after_the_run_began(
    created: str, seconds: float | None, is_its_own: bool
) -> None:
    lock = Lock.of(json.dumps({"ID": "1", "Who": "me@here", "Created": created}))
    ended = None if seconds is None else BEGAN + timedelta(seconds=seconds)
    assert lock.was_taken_by_run(BEGAN, ended) is is_its_own


def _began(notes: Path, **more: object) -> None:
    (notes / running.STARTED).write_text(json.dumps({"pid": 1, "began": "never", **more}))


def test_a_run_that_left_its_notes_and_is_no_more_failed(tmp_path: Path) -> None:
    assert running.failed(tmp_path) is None
    _began(tmp_path, at=BEGAN.isoformat())
    assert running.failed(tmp_path) == running.Failed(BEGAN, None)
    running.forget(tmp_path)
    assert running.failed(tmp_path) is None


def test_a_run_that_is_at_work_has_not_failed(tmp_path: Path) -> None:
    _began(tmp_path, pid=1, began=running.birth(1), at=BEGAN.isoformat())
    assert running.failed(tmp_path) is None


@pytest.mark.parametrize("at", [None, "yesterday"])
def test_notes_that_tell_no_time_tell_of_no_failed_run(tmp_path: Path, at: object) -> None:
    _began(tmp_path, at=at)
    assert running.failed(tmp_path) is None


@pytest.mark.parametrize(("ending", "is_remembered"), [("exit 0", False), ("exit 1", True), ("kill -KILL $$", True)])
def test_only_a_run_that_failed_is_remembered(tmp_path: Path, ending: str, is_remembered: bool) -> None:
    before = datetime.now(UTC)
    running.run(["/bin/sh", "-c", ending], folder=tmp_path, variables={}, notes=tmp_path / "notes")
    failed = running.failed(tmp_path / "notes")
    assert (failed is not None) is is_remembered
    if failed is not None:
        assert failed.ended is not None
        assert before <= failed.began <= failed.ended <= datetime.now(UTC)
