"""One running sandbox per test file, in a state folder of its own."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
from terraform import configuration, is_installed

from tapstack.errors import SandboxError
from tapstack.sandbox.control import Sandbox


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what waits longest: Terraform's provider sleeps by the minute, and others can run beside it."""
    items.sort(key=lambda item: not item.path.name.startswith("test_terraform"))


@pytest.fixture(scope="module")
def state_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAPSTACK_STATE_HOME", str(home))
        yield str(home)


@pytest.fixture(scope="module")
def sandbox(request: pytest.FixtureRequest, state_home: str) -> Iterator[Sandbox]:
    """The file's sandbox; a module-level SANDBOX_OPTIONS adds to how it is started."""
    yield from _running(request)


def _running(request: pytest.FixtureRequest, *words: str) -> Iterator[Sandbox]:
    own = request.module.__name__.rsplit(".", 1)[-1]
    name = re.sub(r"[^a-z0-9]+", "-", "-".join((own, *words))).strip("-")[:40]
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(Sandbox.run(name, **getattr(request.module, "SANDBOX_OPTIONS", {})))
        except SandboxError as error:
            pytest.fail(f"{error.summary}: {error.detail}", pytrace=False)
        yield running


@pytest.fixture(
    scope="module",
    params=[
        "cloudformation",
        pytest.param(
            "terraform",
            # Minutes, nearly all of them the provider's.
            marks=[pytest.mark.slow, pytest.mark.skipif(not is_installed(), reason="there is no `terraform` on PATH")],
        ),
    ],
)
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each engine in turn; a file that asks for it wants a sandbox of its own for each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TF_CLI_CONFIG_FILE", configuration())
        yield request.param


@pytest.fixture(scope="module")
def engine_sandbox(request: pytest.FixtureRequest, state_home: str, engine: str) -> Iterator[Sandbox]:
    """A sandbox of the file's own for each engine."""
    yield from _running(request, engine)
