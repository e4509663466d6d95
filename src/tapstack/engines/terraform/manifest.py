"""The folder's own files in the format of CDKTF: which stacks there are and where they lie.

No stack names those that it needs: `cdktn deploy tap-stack-us-east-1` would then refuse to go without deploying them,
too. The order of waves is what `tapstack deploy` knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tapstack.engines.terraform.module import Value
from tapstack.plan.model import Plan, Unit, UnitKind

VERSION = "0.24.0"
"""Of CDKTF's format, as its successor `cdktn` reads it."""
MANIFEST = "manifest.json"
STACKS = "stacks"
MODULE = "cdk.tf.json"
PREFIXES: Mapping[UnitKind, str] = {
    UnitKind.FOUNDATION: "tap-foundation",
    UnitKind.LINKS: "tap-links",
    UnitKind.GLOBAL: "tap-global",
    UnitKind.REGIONAL: "tap-stack",
}


def stack_name(unit: Unit) -> str:
    """The name under which `cdktn` lists a unit."""
    return f"{PREFIXES[unit.kind]}-{unit.region}"


def manifest(plan: Plan) -> dict[str, Value]:
    """List every unit."""
    return {"version": VERSION, "stacks": {stack_name(unit): _stack(stack_name(unit)) for unit in plan.units}}


def metadata(shape: str, outputs: Iterable[str]) -> dict[str, Value]:
    """What `cdktn` wants to find in a module; it names the shape, so that it is the same in every region."""
    told = {name: name for name in outputs}
    return {
        "metadata": {"backend": "s3", "stackName": shape, "version": VERSION},
        "outputs": {shape: told} if told else {},
    }


def _stack(name: str) -> dict[str, Value]:
    folder = f"{STACKS}/{name}"
    return {
        "annotations": [],
        "constructPath": name,
        "dependencies": [],
        "name": name,
        "synthesizedStackPath": f"{folder}/{MODULE}",
        "workingDirectory": folder,
    }
