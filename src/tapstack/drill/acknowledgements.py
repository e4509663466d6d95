"""Files of what was acknowledged, written as it happens: the auditor believes them, and no writer's memory.

One file per writer; a line is there before the writer goes on, so that a killed drill can be audited and cleaned, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from tapstack.drill.observations import Write


class Acknowledgements:
    """One writer's file."""

    def __init__(self, folder: Path, writer: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = (folder / f"{writer}.jsonl").open("a", encoding="utf-8")

    def intend(self, store: str, key: str) -> None:
        """Write down what is about to be written: it may land although no answer ever comes."""
        self._line({"intended": key, "store": store})

    def add(self, write: Write) -> None:
        """Write down what was acknowledged."""
        self._line(asdict(write))

    def close(self) -> None:
        """No more."""
        self._file.close()

    def _line(self, content: object) -> None:
        self._file.write(json.dumps(content) + "\n")
        self._file.flush()


def acknowledged(folder: Path) -> list[Write]:
    """All writes that were acknowledged, of all writers, in the order of their acknowledgement."""
    found = [Write(**line) for line in _lines(folder) if "intended" not in line]
    return sorted(found, key=lambda write: write.acknowledged or 0.0)


def intended(folder: Path) -> dict[str, set[str]]:
    """All keys that may have been written, by store."""
    keys: dict[str, set[str]] = {}
    for line in _lines(folder):
        if "intended" in line:
            keys.setdefault(line["store"], set()).add(line["intended"])
    return keys


def _lines(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                # The last line of a writer that was killed.
                continue
