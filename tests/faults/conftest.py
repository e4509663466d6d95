"""One running sandbox per worker, emptied for each test; and what an undisturbed deployment comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from aftermath import ENVIRONMENT, Undisturbed
from disturbing import HOME, STANDBY, Deployer, Stage, fleet_text, write_fleet
from inventory import Inventory, inventory
from rollouts import HELLO, Ran, tapstack
from terraform import configuration, is_installed

from tapstack.cli.options import ready
from tapstack.rollout.gates import probe
from tapstack.sandbox.control import Sandbox
from tapstack.targets.sandbox import SandboxTarget

BY_TERRAFORM = (
    pytest.mark.slow,
    pytest.mark.skipif(not is_installed(), reason="there is no `terraform` on PATH to deploy with"),
)
"""Minutes for each case, nearly all of them Terraform's."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of the random cases Terraform gets two of each kind: it takes minutes for what CloudFormation does in seconds.

    One that disturbs a creation, and the first one that disturbs an update or a removal.
    """
    seen: set[tuple[str, bool]] = set()

    def is_wanted(item: pytest.Item) -> bool:
        params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        if params.get("engine") != "terraform" or "case" not in params:
            return True
        case = params["case"]
        one_of = (case.kind, case.stage is Stage.CREATE)
        is_first = one_of not in seen
        seen.add(one_of)
        return is_first

    unwanted = [item for item in items if not is_wanted(item)]
    config.hook.pytest_deselected(items=unwanted)
    items[:] = [item for item in items if item not in unwanted]


@pytest.fixture(scope="session")
def state_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAPSTACK_STATE_HOME", str(home))
        if is_installed():
            patch.setenv("TF_CLI_CONFIG_FILE", configuration())
        yield str(home)


@pytest.fixture(scope="session")
def running(state_home: str) -> Iterator[Sandbox]:
    with Sandbox.run("faults") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """An empty one."""
    running.restore()
    running.reset()
    return running


@pytest.fixture(scope="session", params=["cloudformation", pytest.param("terraform", marks=BY_TERRAFORM)])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def undisturbed(running: Sandbox, engine: str, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed(running, engine, tmp_path_factory.mktemp("undisturbed"))


@dataclass(frozen=True)
class Bench:
    """A fleet's folder, a sandbox and an engine: what every command here is run with."""

    file: Path
    sandbox: Sandbox
    engine: str

    def describe(self, text: str, code: str = HELLO) -> None:
        """Write the fleet anew."""
        write_fleet(self.file.parent, text, code)

    def run(self, verb: str, *arguments: str, expect: Sequence[int] = (0,)) -> Ran:
        """Run a verb to its end."""
        chosen = (verb, "--engine", self.engine, *arguments)
        return tapstack(*chosen, file=self.file, sandbox=self.sandbox.name, expect=expect)

    def start(self, verb: str, *arguments: str) -> Deployer:
        """Start a verb."""
        return Deployer.start(verb, "--engine", self.engine, *arguments, file=self.file, sandbox=self.sandbox.name)

    def inventory(self) -> Inventory:
        """What stands."""
        return inventory(self.sandbox, (HOME, STANDBY))

    def problems(self) -> dict[str, str]:
        """What is wrong with each region that has an answer of its own; empty for those that are well."""
        fleet, plan = ready(self.file, ENVIRONMENT, None)
        return {endpoint.region: problem for endpoint, problem in probe(fleet, plan, SandboxTarget(self.sandbox))}

    def units(self, region: str) -> int:
        """How many units of a region are there."""
        if self.engine == "cloudformation":
            return len(self.stacks(region))
        s3 = self.sandbox.client("s3", region)
        names = (bucket["Name"] for bucket in s3.list_buckets()["Buckets"])
        found = (name for name in names if name.startswith("terraform-state-") and name.endswith(region))
        keys = [each["Key"] for name in found for each in s3.list_objects_v2(Bucket=name).get("Contents", ())]
        return sum(key.endswith(".tfstate") for key in keys)

    def stacks(self, region: str) -> dict[str, str]:
        """The stacks of a region that are there, with their status."""
        found = self.sandbox.client("cloudformation", region).describe_stacks()["Stacks"]
        return {stack["StackName"]: stack["StackStatus"] for stack in found}


@pytest.fixture
def bench(sandbox: Sandbox, engine: str, tmp_path: Path) -> Bench:
    """An empty sandbox, and the small fleet in two regions."""
    return Bench(write_fleet(tmp_path, fleet_text(2)), sandbox, engine)


@pytest.fixture
def standing(bench: Bench, undisturbed: Undisturbed) -> Bench:
    """The small fleet, deployed."""
    undisturbed.of(fleet_text(2), (HOME, STANDBY)).lend(bench.file.parent, bench.sandbox)
    bench.run("deploy", "--yes")
    return bench
