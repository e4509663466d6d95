"""Ctrl-C once starts nothing new, twice leaves at once, and the journal is right after both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from tapstack.errors import INTERRUPTED
from tapstack.rollout.stopping import Stopping, on_signals


def test_a_failure_is_no_word_of_a_person() -> None:
    stopping = Stopping()
    assert not stopping.is_asked
    stopping.ask()
    assert stopping.is_asked
    assert not stopping.by_person
    stopping.ask(by_person=True)
    stopping.ask()
    assert stopping.by_person


def test_a_pause_ends_as_soon_as_somebody_asks() -> None:
    stopping = Stopping()
    assert not stopping.pause(0)
    threading.Timer(0.05, stopping.ask).start()
    began = time.monotonic()
    assert stopping.pause(30)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_only_asks_and_handlers_are_given_back(number: signal.Signals) -> None:
    said: list[str] = []
    before = signal.getsignal(number)
    stopping = Stopping()
    with on_signals(stopping, first=lambda: said.append("first"), second=lambda: said.append("second")):
        os.kill(os.getpid(), number)
        assert stopping.pause(5)
    assert said == ["first"]
    assert stopping.by_person
    assert signal.getsignal(number) is before


def test_after_a_failure_the_first_signal_is_still_the_first() -> None:
    said: list[str] = []
    stopping = Stopping()
    stopping.ask()
    with on_signals(stopping, first=lambda: said.append("first"), second=lambda: said.append("second")):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)
    assert said == ["first"]


def test_the_second_signal_leaves_at_once_even_while_threads_work(tmp_path: Path) -> None:
    program = textwrap.dedent(
        f"""
        import pathlib, threading, time
        from tapstack.rollout.stopping import Stopping, on_signals
        last = pathlib.Path({str(tmp_path / "last")!r})
        with on_signals(Stopping(), first=lambda: print("first", flush=True), second=lambda: last.write_text("word")):
            threading.Thread(target=time.sleep, args=(60,)).start()
            print("ready", flush=True)
            time.sleep(60)
        """
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "first\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == INTERRUPTED
    assert (tmp_path / "last").read_text() == "word"


def test_who_stops_a_command_before_anything_is_begun_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    os.mkfifo(file)
    command = [sys.executable, "-m", "tapstack", "plan", "--offline", "-f", str(file)]
    # Opening waits until somebody reads the fleet: then the command is at work.
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process, file.open("w"):
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said.strip()) == (INTERRUPTED, "Stopped.")
