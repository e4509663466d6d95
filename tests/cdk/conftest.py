"""The real CDK CLI as a fixture."""

from __future__ import annotations

import pytest
from cdk_cli import CLI

from tapstack.engines.cloudformation import node


@pytest.fixture(scope="session")
def cdk() -> tuple[str, ...]:
    assert CLI.is_file(), "the CDK CLI is missing: run `make tools`"
    return (str(node.find()), str(CLI))
