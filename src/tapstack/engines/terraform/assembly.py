"""The folder that `terraform`, `cdktn` and `tapstack` deploy: a root module for each unit, and the functions' code.

Every region of a shape gets the same module, byte for byte. Beside it lies what is the region's own: where its state is
kept (a backend takes no variables) and which region it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tapstack import __version__
from tapstack.engines import record
from tapstack.engines.archives import Archive, archives
from tapstack.engines.synthesis import Synthesis
from tapstack.engines.terraform import folder
from tapstack.engines.terraform.manifest import MANIFEST, MODULE, STACKS, manifest, metadata, stack_name
from tapstack.engines.terraform.module import ASSETS, Value
from tapstack.engines.terraform.modules import Built, build
from tapstack.engines.terraform.state import state_of
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, Unit

BACKEND = "backend.tf.json"
VARIABLES = "region.auto.tfvars.json"


def synthesise(
    fleet: Fleet, plan: Plan, *, source: Path, output: Path, tags: Mapping[str, str] | None = None
) -> Synthesis:
    """Write the root modules of a plan into a folder; if they are there already and nothing changed, do nothing.

    `source` is the folder of the fleet's file, `tags` are added to those of the plan.
    """
    built = build(fleet, plan, archives(fleet, source))
    assets = {key: archive for shape in built for key, archive in shape.assets.items()}
    files = {name: _bytes(content) for name, content in _files(fleet, plan, built, tags or {})}
    digest = _digest(files, assets)
    units = {unit.id: stack_name(unit) for unit in plan.units}
    templates = {unit.shape: f"{STACKS}/{stack_name(unit)}/{MODULE}" for unit in reversed(plan.units)}
    if record.is_current(output, digest):
        return Synthesis(output, templates, units, reused=True)
    folder.write(output, {**files, **dict(_assets(assets))}, digest)
    return Synthesis(output, templates, units, reused=False)


def _files(fleet: Fleet, plan: Plan, built: Sequence[Built], tags: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    shapes = {shape.shape: _bytes(_module(shape)) for shape in built}
    for unit in plan.units:
        here = f"{STACKS}/{stack_name(unit)}"
        yield f"{here}/{MODULE}", shapes[unit.shape]
        yield f"{here}/{BACKEND}", {"terraform": {"backend": {"s3": state_of(fleet, plan, unit).settings()}}}
        yield f"{here}/{VARIABLES}", _variables(plan, unit, tags)
    yield MANIFEST, manifest(plan)


def _module(shape: Built) -> dict[str, Value]:
    return {"//": metadata(shape.shape, shape.data.get("output", {})), **shape.data}


def _variables(plan: Plan, unit: Unit, tags: Mapping[str, str]) -> dict[str, Value]:
    return {"region": unit.region, "tags": {**plan.region(unit.region).tags, **tags}}


def _assets(assets: Mapping[str, Archive]) -> Iterator[tuple[str, bytes]]:
    for archive in assets.values():
        yield f"{ASSETS}/{archive.key}", archive.content


def _bytes(content: Value) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content, indent=1, ensure_ascii=False).encode()


def _digest(files: Mapping[str, bytes], assets: Mapping[str, Archive]) -> str:
    """Everything that decides what the folder becomes."""
    digest = hashlib.sha256(__version__.encode())
    for name, content in files.items():
        digest.update(name.encode() + hashlib.sha256(content).digest())
    for name in assets:
        digest.update(name.encode())
    return digest.hexdigest()
