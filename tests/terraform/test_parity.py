"""Both engines make the same of every example: nothing differs that nobody meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from terraform import is_installed

from parity.comparing import compare

EXAMPLES = Path(__file__).parents[2] / "examples"
RESOURCES = {"serverless-api": 60, "web-platform": 200, "aurora-failover": 150, "data-platform": 250}
"""At the least: an inventory that misses what stands would find nothing that differs."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_installed(), reason="there is no `terraform` on PATH to deploy with"),
]


@pytest.mark.parametrize("example", RESOURCES)
def test_terraform_makes_what_cloudformation_makes(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAPSTACK_STATE_HOME", str(tmp_path))
    compared = compare(EXAMPLES / example / "fleet.yaml", "dev", ("cloudformation", "terraform"))
    assert min(compared.total) > RESOURCES[example]
    assert "\n".join(map(str, compared.unexplained)) == ""
