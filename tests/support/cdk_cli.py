"""Runs the real CDK CLI, from npm, in a folder that `make tools` fills."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLI = ROOT / ".cache" / "tools" / "cdk" / "node_modules" / "aws-cdk" / "bin" / "cdk"


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the CLI runs in: our own Python first on PATH, and nobody's AWS configuration."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "CDK_"))}
    return {
        **kept,
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "CI": "true",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        **(variables or {}),
    }
