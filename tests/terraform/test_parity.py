"""Both engines make the same: nothing differs that nobody meant. `make parity` asks of every example."""

from __future__ import annotations

from pathlib import Path

import pytest
from terraform import is_installed

from parity.comparing import compare

EXAMPLE = Path(__file__).parents[2] / "examples" / "serverless-api" / "fleet.yaml"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_installed(), reason="there is no `terraform` on PATH to deploy with"),
]


def test_terraform_makes_what_cloudformation_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPSTACK_STATE_HOME", str(tmp_path))
    compared = compare(EXAMPLE, "dev", ("cloudformation", "terraform"))
    assert min(compared.resources) > 60
    assert "\n".join(map(str, compared.unexplained)) == ""
