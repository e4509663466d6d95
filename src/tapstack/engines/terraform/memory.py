"""How many runs of Terraform go at the same time: each brings a provider that takes hundreds of megabytes."""

from __future__ import annotations

import os
from pathlib import Path

ONE_RUN = 600_000_000
"""Bytes that one run takes at its peak, Terraform and provider together, until the fleet's own runs were measured.

594 MB was the largest of three regions with a network each, by Terraform 1.11 and the provider 5.100.
"""
ROOM = 1.25
"""How much more than the largest run so far is set aside for the next one."""
MEASURED = "largest-run.bytes"
PER_PROCESSOR = 2
"""A run waits for AWS most of the time."""
LIMITS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"), Path("/sys/fs/cgroup/memory/memory.usage_in_bytes")),
)
"""What a container may use, and what it uses."""


def side_by_side(
    parallel: int, *, one_run: int = ONE_RUN, available: int | None = None, processors: int | None = None
) -> int:
    """How many runs fit: never more than the fleet asks for, never less than one."""
    free = available_bytes() if available is None else available
    cores = (os.cpu_count() or 1) if processors is None else processors
    return max(1, min(parallel, cores * PER_PROCESSOR, free // one_run))


def measured(folder: Path) -> int:
    """What one run takes, by the largest one that was measured for this fleet."""
    largest = _number(folder / MEASURED)
    return ONE_RUN if largest is None else max(int(largest * ROOM), 1)


def note(folder: Path, peak: int) -> None:
    """Note what a run took, if it is more than any before."""
    if peak > (_number(folder / MEASURED) or 0):
        (folder / MEASURED).write_text(str(peak), encoding="utf-8")


def available_bytes() -> int:
    """What is free on this machine, or in this container if that is less."""
    room = [_of_machine()]
    for limit, used in LIMITS:
        allowed, taken = _number(limit), _number(used)
        if allowed is not None and taken is not None:
            room.append(max(allowed - taken, 0))
    return min(room)


def resident_bytes(process: int) -> int:
    """What a program and all that it started hold in memory now; 0 where the system does not tell."""
    total, found = 0, [process]
    while found:
        number = found.pop()
        try:
            status = Path(f"/proc/{number}/status").read_text(encoding="utf-8")
            children = Path(f"/proc/{number}/task/{number}/children").read_text(encoding="utf-8")
        except OSError:
            continue
        total += _kilobytes(status, "VmRSS:")
        found += [int(child) for child in children.split()]
    return total


def _of_machine() -> int:
    try:
        free = _kilobytes(Path("/proc/meminfo").read_text(encoding="utf-8"), "MemAvailable:")
    except OSError:
        free = 0
    # Where nobody says what is free, half of all is taken to be.
    return free or os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def _kilobytes(text: str, name: str) -> int:
    for line in text.splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return 0


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # No such limit, or "max".
        return None
