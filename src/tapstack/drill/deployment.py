"""A deployment beside the outage: a real one, by a process of its own, with a change that touches everything.

It deploys a copy of the fleet that has one more tag; afterwards the fleet itself is deployed, which takes it away.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tapstack.drill.record import Criterion

TAG = "TapStackDrill"
UNDER_WAY_SECONDS = 30.0
_LONGEST_SECONDS = 900.0
_BEGUN = "wave "
"""What a deployment prints once it changes something."""


class ProcessDeployment:
    """`tapstack deploy` in a process; `arguments` are what the drill itself was given."""

    def __init__(self, file: Path, arguments: Sequence[str], log: Path) -> None:
        self._file, self._arguments, self._log = file, arguments, log
        self._copy = file.with_name(f".{file.stem}-drill{file.suffix}")
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start it, and wait until it changes something, or has ended."""
        write_tagged(self._file, self._copy)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command(self._copy), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + UNDER_WAY_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None and _BEGUN not in self._said():
            time.sleep(0.1)

    def finish(self) -> Criterion:
        """Wait for its end, then deploy the fleet as it is described."""
        if self._process is None:
            return _criterion(0, ok=True, said="")
        try:
            during = self._process.wait(_LONGEST_SECONDS)
            afterwards = subprocess.run(
                self._command(self._file), stdin=subprocess.DEVNULL, capture_output=True, timeout=_LONGEST_SECONDS,
                check=False,
            )  # fmt: skip
        finally:
            self.stop()
        return _criterion(during, ok=afterwards.returncode == 0, said=afterwards.stderr.decode(errors="replace"))

    def stop(self) -> None:
        """End it if it still goes on; safe to call again."""
        if self._process is not None and self._process.poll() is None:
            # As by Ctrl-C: what has begun ends first.
            self._process.terminate()
            try:
                self._process.wait(_LONGEST_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._copy.unlink(missing_ok=True)

    def _command(self, file: Path) -> list[str]:
        return [sys.executable, "-m", "tapstack", "deploy", "--file", str(file), *self._arguments, "--yes"]

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")


def write_tagged(file: Path, copy: Path) -> None:
    """Write the fleet with one more tag."""
    from ruamel.yaml import YAML

    yaml = YAML()
    content = yaml.load(file.read_text(encoding="utf-8"))
    content.setdefault("tags", {})[TAG] = "yes"
    with copy.open("w", encoding="utf-8") as out:
        yaml.dump(content, out)


def _criterion(during: int, *, ok: bool, said: str) -> Criterion:
    ended = "went through all the same" if during == 0 else f"ended with exit code {during}"
    last = said.strip().splitlines()[-1] if said.strip() else "it said nothing"
    after = "afterwards the same one went through." if ok else f"afterwards the same one did not go through: {last}"
    return Criterion(
        name="deploy", subject="", text=f"The deployment during the outage {ended}; {after}", unit="", ok=ok
    )
