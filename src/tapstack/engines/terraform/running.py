"""Runs Terraform, reads what it tells line by line, and lets it finish its work whatever becomes of us.

What it tells goes to a file and not through a pipe: a pipe that nobody reads any more would kill it in the middle of an
apply, with its state unsaved and its lock held. So whoever comes next reads on where we left off.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tapstack.engines import children
from tapstack.engines.terraform.memory import resident_bytes

Event = Mapping[str, Any]
Listen = Callable[[Event], None]
PAUSE = 0.1
SAMPLE_SECONDS = 0.5
STARTED, TOLD = "process.json", "told-*.jsonl"
UNWANTED = ("TF_WORKSPACE", "TF_CLI_ARGS", "TF_DATA_DIR", "TF_VAR_")
"""Variables of the caller that would send us elsewhere."""
PROFILE = "AWS_PROFILE"
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
"""Of a profile and keys in the environment the provider takes the keys, unlike whoever was told the profile.

https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
"""


@dataclass(frozen=True)
class Ended:
    """How a run ended and what it told."""

    code: int
    events: tuple[Event, ...]
    output: str
    errors: str
    peak: int
    """The most memory that was seen in use, in bytes; 0 where nobody could see."""

    @property
    def diagnostics(self) -> tuple[Mapping[str, Any], ...]:
        """What Terraform has to say about what went wrong."""
        found = (event["diagnostic"] for event in self.events if event.get("type") == "diagnostic")
        return tuple(diagnostic for diagnostic in found if diagnostic.get("severity") == "error")


def environment(variables: Mapping[str, str], *, is_real: bool) -> dict[str, str]:
    """What Terraform runs in: the caller's own environment, and of AWS only what is given unless it is real."""
    unwanted = UNWANTED if is_real else (*UNWANTED, "AWS_")
    if PROFILE in variables:
        unwanted = (*unwanted, *KEYS)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
    return {**kept, "TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1", **variables}


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    variables: Mapping[str, str],
    notes: Path,
    listen: Listen | None = None,
) -> Ended:
    """Run it in a folder until it ends; `notes` is where it leaves what it tells and who it is."""
    notes.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as files:
        # Named by us: a deployer that was taken over may still be at work here.
        told = notes / TOLD.replace("*", str(os.getpid()))
        output, errors = (files.enter_context(file.open("w+b")) for file in (told, told.with_suffix(".errors")))
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            # A group of its own: Ctrl-C reaches us, and we decide.
            start_new_session=True,
        )
        words = [str(part) for part in command[1:]]
        started = {
            "pid": process.pid,
            "began": birth(process.pid),
            "at": datetime.now(UTC).isoformat(),
            "command": words,
            "told": told.name,
        }
        (notes / STARTED).write_text(json.dumps(started), encoding="utf-8")
        events: list[Event] = []
        peak, sampled = 0, 0.0
        with children.known(process):
            # By the open file: whoever took over from us, or we from, clears these notes away when it ends.
            tail = Tail(output.fileno())
            while True:
                has_ended = process.poll() is not None
                for event in tail.read():
                    events.append(event)
                    if listen is not None:
                        listen(event)
                if has_ended:
                    break
                if time.monotonic() - sampled > SAMPLE_SECONDS:
                    peak, sampled = max(peak, resident_bytes(process.pid)), time.monotonic()
                time.sleep(PAUSE)
        if _started(notes).get("pid") == process.pid:
            if process.returncode == 0:
                forget(notes)
            else:
                # It may hold its lock still: whose that is, is known by when the run began and ended.
                ended = {**started, "ended": datetime.now(UTC).isoformat()}
                (notes / STARTED).write_text(json.dumps(ended), encoding="utf-8")
        told.with_suffix(".errors").unlink(missing_ok=True)
        return Ended(process.returncode, tuple(events), _text(output.fileno()), _text(errors.fileno()), peak)


class Tail:
    """A file of JSON lines that is still being written, by its path or open already."""

    def __init__(self, file: Path | int) -> None:
        self._file = file
        self._position = 0

    def read(self) -> Iterator[Event]:
        """The events that are new; a line that is not complete yet waits for the next time."""
        try:
            content = _content(self._file, self._position)
        except OSError:
            return
        complete, newline, _ = content.rpartition(b"\n")
        self._position += len(complete) + len(newline)
        for line in complete.splitlines():
            event = _event(line)
            if event is not None:
                yield event


def alive(notes: Path) -> int | None:
    """The process of a run that has not ended, as its notes tell; None when there is none."""
    started = _started(notes)
    try:
        pid, began = int(started["pid"]), str(started["began"])
    except (ValueError, KeyError, TypeError):
        return None
    return pid if birth(pid) == began and began else None


@dataclass(frozen=True)
class Failed:
    """A run that was killed, or that ended with an error."""

    began: datetime
    ended: datetime | None
    """None where nobody saw it end."""


def failed(notes: Path) -> Failed | None:
    """The last run, if it failed: it may not have given back what it held. None where it goes on or was well."""
    if alive(notes) is not None:
        return None
    started = _started(notes)
    try:
        ended = datetime.fromisoformat(str(started["ended"])) if "ended" in started else None
        return Failed(datetime.fromisoformat(str(started["at"])), ended)
    except (KeyError, ValueError):
        return None


def forget(notes: Path) -> None:
    """A run has ended, and nothing of it is left."""
    (notes / STARTED).unlink(missing_ok=True)


def telling(notes: Path) -> Path:
    """Where the run that was begun last tells what it does."""
    return notes / str(_started(notes).get("told", TOLD))


def _started(notes: Path) -> Mapping[str, Any]:
    try:
        started = json.loads((notes / STARTED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return started if isinstance(started, dict) else {}


def birth(pid: int) -> str:
    """When a process began, in whatever the system counts: a number that is used again begins at another time."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return _birth_by_ps(pid)
    # A zombie has ended, and nobody has asked how.
    return "" if fields[0] == "Z" else fields[19]


def _birth_by_ps(pid: int) -> str:
    if Path("/proc/self/stat").exists():
        return ""
    done = subprocess.run(["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _event(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def _content(file: Path | int, position: int = 0) -> bytes:
    """The rest of a file. The position of an open one is the writer's, too, and stays where it is."""
    if isinstance(file, int):
        return os.pread(file, os.fstat(file).st_size - position, position)
    with file.open("rb") as stream:
        stream.seek(position)
        return stream.read()


def _text(file: int) -> str:
    return _content(file).decode(errors="replace")
