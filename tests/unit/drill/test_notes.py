"""The note that a drill leaves while something is broken."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tapstack.drill.notes import Note, Notes, Switches
from tapstack.errors import LockedError
from tapstack.rollout.stores import LocalStore

NOTE = Note("20261121T120000Z-region-outage", "region-outage", "2026-11-21T12:00:00+00:00")


def test_a_note_is_read_by_whoever_comes_after(tmp_path: Path) -> None:
    notes = Notes(LocalStore(tmp_path))
    notes.leave(NOTE)
    broken = dataclasses.replace(NOTE, regions=("us-east-1",), checks={"abc": Switches(disabled=False, inverted=True)})
    notes.leave(broken)
    found = Notes(LocalStore(tmp_path)).read()
    assert found == broken
    assert "an outage in us-east-1 and health check abc" in broken.in_words()
    notes.take_away()
    assert Notes(LocalStore(tmp_path)).read() is None


def test_two_drills_cannot_go_on_at_a_time(tmp_path: Path) -> None:
    Notes(LocalStore(tmp_path)).leave(NOTE)
    with pytest.raises(LockedError):
        Notes(LocalStore(tmp_path)).leave(NOTE)


def test_taking_away_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    Notes(LocalStore(tmp_path)).take_away()


def test_a_process_that_is_gone_is_not_alive() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert not dataclasses.replace(NOTE, process=gone.pid).may_be_alive
    assert dataclasses.replace(NOTE, process=os.getppid()).may_be_alive
    assert dataclasses.replace(NOTE, process=gone.pid, machine="elsewhere").may_be_alive
