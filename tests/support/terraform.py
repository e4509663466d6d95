"""Deploys a fleet by the `terraform` on PATH, unit by unit in the order of its waves, and takes it down again.

Run as a script it does so once, in a sandbox of its own, and says what a second plan would change:

    python tests/support/terraform.py examples/data-platform/fleet.yaml dev --only foundation links
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tapstack.engines.terraform.assembly import Synthesis, synthesise
from tapstack.engines.terraform.leaving import is_left_behind
from tapstack.engines.terraform.manifest import STACKS
from tapstack.engines.terraform.state import state_of
from tapstack.fleet.fleet import Fleet
from tapstack.fleet.loading import FleetFile
from tapstack.plan.model import Plan, Unit, UnitKind, Wave
from tapstack.plan.planning import make
from tapstack.sandbox.control import Sandbox
from tapstack.sandbox.shell import variables

PROVIDER = "registry.terraform.io/hashicorp/aws"
PLACES = ("/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins", "~/.terraform.d/plugins", "/opt")
SIDE_BY_SIDE = 2
NO_CHANGES, CHANGES = 0, 2


class TerraformError(AssertionError):
    """Terraform did not do what it was asked to; the message is its own."""


def is_installed() -> bool:
    """Tell whether there is a `terraform` to test with."""
    return shutil.which("terraform") is not None


def mirror() -> Path | None:
    """A folder on this machine that holds the provider, laid out as a mirror; None means the registry."""
    named = os.environ.get("TAPSTACK_TERRAFORM_MIRROR")
    for place in (named,) if named else PLACES:
        root = Path(place).expanduser()
        for folder in (root, *sorted(root.glob("*"))) if root.is_dir() else ():
            if (folder / PROVIDER).is_dir():
                return folder
    return None


@cache
def configuration() -> str:
    """Terraform's own configuration: the one that the environment names, or one that knows the mirror."""
    named = os.environ.get("TF_CLI_CONFIG_FILE", "")
    if named and Path(named).is_file():
        return named
    folder = Path(tempfile.mkdtemp(prefix="terraform-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "terraform.rc"
    found = mirror()
    file.write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{found}"\n  }}\n}}\n' if found else "",
        encoding="utf-8",
    )
    return str(file)


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What Terraform runs in: nobody's AWS configuration but what is given."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TF_"))}
    return {
        **kept,
        "TF_CLI_CONFIG_FILE": configuration(),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        **(more or {}),
    }


def run(
    folder: Path, *arguments: str, allowed: tuple[int, ...] = (0,), variables: Mapping[str, str] | None = None
) -> Any:
    """Run `terraform` in a folder."""
    done = subprocess.run(
        ["terraform", *arguments], cwd=folder, env=environment(variables), capture_output=True, text=True, check=False
    )
    if done.returncode not in allowed:
        raise TerraformError(f"terraform {' '.join(arguments)} in {folder.name}:\n{done.stdout[-6000:]}{done.stderr}")
    return done


@dataclass
class TerraformDeployment:
    """A fleet in one environment, in a sandbox; `only` names the kinds of unit that are wanted."""

    sandbox: Sandbox
    file: Path
    environment: str
    folder: Path
    only: tuple[UnitKind, ...] = tuple(UnitKind)
    started: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        description = FleetFile.read(self.file).describe(self.environment)
        assert description.fleet is not None, description.findings
        self.use(description.fleet)

    def use(self, fleet: Fleet) -> None:
        """Deploy another version of the fleet from now on."""
        self.fleet: Fleet = fleet
        self.plan: Plan = make(fleet, self.environment)
        self.made: Synthesis = synthesise(fleet, self.plan, source=self.file.parent, output=self.folder)

    def deploy(self) -> None:
        """Create or update every unit, wave by wave, the units of a wave side by side."""
        for wave in self.plan.waves:
            self._side_by_side(wave, self.apply)

    def destroy(self) -> None:
        """Destroy everything, backwards."""
        for wave in self.plan.destroy_waves:
            self._side_by_side(wave, self.remove)

    def changes(self) -> list[str]:
        """What another plan of every unit would change: empty once everything stands as it should."""
        return [change for wave in self.plan.waves for change in self._side_by_side(wave, self._changes_of)]

    def output(self, region: str, name: str) -> str:
        """An output of a region's unit."""
        return self.outputs(self.plan.unit(f"{UnitKind.REGIONAL}/{region}"))[name]

    def outputs(self, unit: Unit) -> dict[str, str]:
        """All outputs of a unit."""
        told = json.loads(self.terraform(unit, "output", "-json").stdout)
        return {name: each["value"] for name, each in told.items()}

    def apply(self, unit: Unit) -> list[str]:
        """Apply one unit."""
        self.terraform(unit, "apply", "-auto-approve", "-no-color")
        return []

    def remove(self, unit: Unit) -> list[str]:
        """Destroy one unit, but for what it leaves behind."""
        made = self.terraform(unit, "state", "list").stdout.splitlines()
        stays = [address for address in made if is_left_behind(address)]
        if stays:
            self.terraform(unit, "state", "rm", *stays)
        self.terraform(unit, "destroy", "-auto-approve", "-no-color")
        return []

    def state(self, unit: Unit) -> Any:
        """What Terraform knows of a unit."""
        return json.loads(self.terraform(unit, "show", "-json").stdout)

    def terraform(self, unit: Unit, *arguments: str, allowed: tuple[int, ...] = (0,)) -> Any:
        """Run `terraform` for a unit, initialised before the first time."""
        folder = self.folder / STACKS / self.made.units[unit.id]
        if unit.id not in self.started:
            state = state_of(self.fleet, self.plan, unit).at(self._account())
            self._state_bucket(unit, state.bucket)
            where = [f"-backend-config=bucket={state.bucket}", f"-backend-config=key={state.key}"]
            run(folder, "init", "-no-color", "-reconfigure", *where, variables=variables(self.sandbox))
            self.started.add(unit.id)
        return run(folder, *arguments, allowed=allowed, variables=variables(self.sandbox))

    def _changes_of(self, unit: Unit) -> Iterator[str]:
        done = self.terraform(unit, "plan", "-detailed-exitcode", "-json", "-lock=false", allowed=(NO_CHANGES, CHANGES))
        messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        for message in messages:
            # Not `resource_drift`: that tells what one resource shows of another, too, as a bucket of its policy.
            if message["type"] == "planned_change":
                yield f"{unit.id}: {message['change']['action']} {message['change']['resource']['addr']}"
        if done.returncode == CHANGES:
            yield f"{unit.id}: not as it should be"

    def _account(self) -> str:
        return str(self.sandbox.client("sts", self.plan.home).get_caller_identity()["Account"])

    def _state_bucket(self, unit: Unit, bucket: str) -> None:
        client = self.sandbox.client("s3", unit.region)
        location = (
            {} if unit.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": unit.region}}
        )
        if bucket not in {each["Name"] for each in client.list_buckets()["Buckets"]}:
            client.create_bucket(Bucket=bucket, **location)

    def _side_by_side(self, wave: Wave, work: Any) -> list[str]:
        units = [unit for unit in map(self.plan.unit, wave.units) if unit.kind in self.only]
        with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
            return [
                told
                for future in [pool.submit(lambda u=unit: list(work(u))) for unit in units]
                for told in future.result()
            ]


def main() -> None:
    """Deploy, plan again, destroy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("environment")
    parser.add_argument("--only", nargs="*", default=list(UnitKind), type=UnitKind, help="kinds of unit")
    parser.add_argument("--name", default="terraform", help="the sandbox's name")
    parser.add_argument("--keep", action="store_true", help="leave everything standing, and say where")
    chosen = parser.parse_args()
    with Sandbox.run(chosen.name) as sandbox:
        folder = Path(tempfile.mkdtemp(prefix="cdktf.out-"))
        deployment = TerraformDeployment(sandbox, chosen.file, chosen.environment, folder, tuple(chosen.only))
        deployment.deploy()
        print("applied; a second plan:", *(deployment.changes() or ["nothing to change"]), sep="\n  ")  # noqa: T201 - a script
        if chosen.keep:
            input(f"{folder} stands at {sandbox.tls_endpoint}; press return to destroy it")
        deployment.destroy()
        print("destroyed")  # noqa: T201 - a script


if __name__ == "__main__":
    main()
