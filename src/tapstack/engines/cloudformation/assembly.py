"""The cloud assembly: one template per shape, listed once per region, as the CDK CLI and `tapstack` deploy it.

That every region of a shape gets the same bytes is not a hope: it is one file. Components write templates in plain
Python, so an assembly needs neither Node nor CDK; only a fleet with constructs of its own, or `check`, goes through a
CDK app.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tapstack import __version__
from tapstack.engines import record
from tapstack.engines.archives import Archive, archives
from tapstack.engines.cloudformation import cdk_app, extension, manifest
from tapstack.engines.cloudformation.manifest import Published, ShapeFiles
from tapstack.engines.cloudformation.templates import Built, build
from tapstack.engines.cloudformation.unit import Code
from tapstack.engines.synthesis import Synthesis
from tapstack.errors import FileAccessError
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, UnitKind


def synthesise(
    fleet: Fleet,
    plan: Plan,
    *,
    source: Path,
    output: Path,
    tags: Mapping[str, str] | None = None,
    check: bool = False,
) -> Synthesis:
    """Write the cloud assembly of a plan into a folder; if it is there already and nothing changed, do nothing.

    `source` is the folder of the fleet's file, `tags` are added to those of the plan, `check` has CDK's own validator
    read each template too.
    """
    packed = archives(fleet, source)
    built = build(fleet, plan, {name: Code(archive.key) for name, archive in packed.items()})
    hook = extension.find(fleet, source)
    digest = _digest(built, plan, tags or {}, hook, check=check)
    templates = {shape.shape: f"{shape.shape}.template.json" for shape in built}
    units = {unit.id: manifest.artifact_id(plan, unit) for unit in plan.units}
    if record.is_current(output, digest):
        return Synthesis(output, templates, units, reused=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".synth-") as temporary:
        made = Path(temporary) / "made"
        made.mkdir()
        if hook is not None or check:
            shapes = _through_cdk(built, hook, Path(temporary) / "cdk", made, check=check)
        else:
            shapes = {shape.shape: _write_template(made, shape) for shape in built}
        regional = [shape.shape for shape in built if shape.kind is UnitKind.REGIONAL]
        code = _write_archives(made, packed)
        shapes |= {name: _with(shapes[name], code) for name in regional}
        manifest.write(made, plan, shapes, tags or {})
        record.leave(made, digest)
        _replace(output, made)
    return Synthesis(output, templates, units, reused=False)


def _write_template(folder: Path, shape: Built) -> ShapeFiles:
    content = json.dumps(shape.data, indent=1, ensure_ascii=False).encode()
    digest = hashlib.sha256(content).hexdigest()
    template = f"{shape.shape}.template.json"
    (folder / template).write_bytes(content)
    return ShapeFiles(
        template, f"{digest}.json", {digest: Published(f"{shape.shape} Template", template, f"{digest}.json")}
    )


def _through_cdk(
    built: Sequence[Built], hook: extension.Extension | None, folder: Path, made: Path, *, check: bool
) -> dict[str, ShapeFiles]:
    """Synthesise by CDK, and take over what has to be published: templates, and an extension's own files."""
    shapes = cdk_app.run(built, hook, folder, check=check)
    for files in shapes.values():
        for file in files.published.values():
            target = made / file.path
            if not target.exists():
                (folder / file.path).replace(target)
    return shapes


def _write_archives(folder: Path, packed: Mapping[str, Archive]) -> dict[str, Published]:
    for archive in packed.values():
        (folder / f"asset.{archive.key}").write_bytes(archive.content)
    return {
        archive.digest: Published("function code", f"asset.{archive.key}", archive.key) for archive in packed.values()
    }


def _with(files: ShapeFiles, more: Mapping[str, Published]) -> ShapeFiles:
    return ShapeFiles(files.template, files.template_key, {**files.published, **more})


def _digest(
    built: Sequence[Built], plan: Plan, tags: Mapping[str, str], hook: extension.Extension | None, *, check: bool
) -> str:
    """Everything that decides what the assembly becomes."""
    inputs: dict[str, Any] = {
        "tapstack": __version__,
        "plan": plan.model_dump(mode="json"),
        "tags": dict(tags),
        "templates": {shape.shape: shape.data for shape in built},
        "extension": (hook.digest, cdk_app.version()) if hook else "",
        "check": check,
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def _replace(output: Path, made: Path) -> None:
    """Put a finished assembly where the old one was; refuse to clear away a folder that is none."""
    if output.exists():
        entries = (
            {entry.name for entry in output.iterdir() if not entry.name.endswith(".lock")} if output.is_dir() else {""}
        )
        if entries and not entries & {"manifest.json", "cdk.out", record.RECORD}:
            raise FileAccessError(
                f"{output} is no cloud assembly.", "It holds other files, which would be lost; choose another --output."
            )
    try:
        output.mkdir(parents=True, exist_ok=True)
        # The folder itself stays, since the CDK CLI holds a lock in it; its lock files stay too.
        for entry in output.iterdir():
            if not entry.name.endswith(".lock"):
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        for entry in made.iterdir():
            entry.replace(output / entry.name)
    except OSError as error:
        raise FileAccessError(f"{output} cannot be written.", f"The system says: {error.strerror}.") from error
