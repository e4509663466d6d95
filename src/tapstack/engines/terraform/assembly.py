"""The folder that `terraform`, `cdktn` and `tapstack` deploy: a root module for each unit, and the functions' code.

Every region of a shape gets the same module, byte for byte. Beside it lies what is the region's own: where its state is
kept (a backend takes no variables) and which region it is.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tapstack import __version__
from tapstack.engines import record
from tapstack.engines.archives import Archive, archives
from tapstack.engines.synthesis import Synthesis
from tapstack.engines.terraform.manifest import MANIFEST, MODULE, STACKS, manifest, metadata, stack_name
from tapstack.engines.terraform.module import ASSETS, Value
from tapstack.engines.terraform.modules import Built, build
from tapstack.engines.terraform.state import state_of
from tapstack.errors import FileAccessError
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
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".synth-") as temporary:
        made = Path(temporary)
        for name, content in [*files.items(), *_assets(assets)]:
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
        record.leave(made, digest)
        _replace(output, made)
    return Synthesis(output, templates, units, reused=False)


def _files(fleet: Fleet, plan: Plan, built: Sequence[Built], tags: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    shapes = {shape.shape: _bytes(_module(shape)) for shape in built}
    for unit in plan.units:
        folder = f"{STACKS}/{stack_name(unit)}"
        yield f"{folder}/{MODULE}", shapes[unit.shape]
        yield f"{folder}/{BACKEND}", {"terraform": {"backend": {"s3": state_of(fleet, plan, unit).settings()}}}
        yield f"{folder}/{VARIABLES}", _variables(plan, unit, tags)
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


def _replace(output: Path, made: Path) -> None:
    """Put what was made where the old synthesis was; refuse to write into a folder that holds none.

    Only what a synthesis wrote is taken away: Terraform keeps its plugins there, and a state that could not be saved.
    """
    if output.exists() and (not output.is_dir() or (any(output.iterdir()) and not (output / MANIFEST).exists())):
        raise FileAccessError(
            f"{output} holds no Terraform modules of ours.",
            "It holds other files, which would be lost; choose another --output.",
        )
    try:
        output.mkdir(exist_ok=True)
        for name in record.written(output):
            (output / name).unlink(missing_ok=True)
        for path in sorted(made.rglob("*")):
            target = output / path.relative_to(made)
            if path.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            else:
                path.replace(target)
        _drop_empty(output)
    except OSError as error:
        raise FileAccessError(f"{output} cannot be written.", f"The system says: {error.strerror}.") from error


def _drop_empty(output: Path) -> None:
    """Drop the folders of regions that are no more, with what `terraform init` can fetch again."""
    for folder in (output / STACKS).iterdir():
        left = {entry.name for entry in folder.iterdir()} if folder.is_dir() else {""}
        if left <= {".terraform", ".terraform.lock.hcl"}:
            shutil.rmtree(folder)
