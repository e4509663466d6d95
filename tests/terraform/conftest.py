"""One running sandbox per test file, and a Terraform that finds its provider."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from terraform import configuration, is_installed

from tapstack.sandbox.control import Sandbox


@pytest.fixture(scope="module")
def sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The file's sandbox; a module-level SANDBOX_OPTIONS adds to how it is started."""
    if not is_installed():
        pytest.skip("there is no `terraform` on PATH to deploy with")
    name = re.sub(r"[^a-z0-9]+", "-", request.module.__name__.rsplit(".", 1)[-1]).strip("-")[:40]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAPSTACK_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.setenv("TF_CLI_CONFIG_FILE", configuration())
        with Sandbox.run(name, **getattr(request.module, "SANDBOX_OPTIONS", {})) as running:
            yield running
