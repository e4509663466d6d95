"""The cloud assembly: templates lifted into CDK constructs, synthesised once per shape, named once per region.

CDK sees one stack per shape, without a region. What it writes is then listed in the assembly's manifest as many times
as there are units, each with its region, stack name, tags and parameters. So synthesis costs the same for two regions
and for thirty-two, and that every region of a shape gets the same bytes is not a hope: it is one file.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapstack import __version__
from tapstack.engines.cloudformation import extension, node
from tapstack.engines.cloudformation.archives import Archive, archives
from tapstack.engines.cloudformation.buckets import LINKED
from tapstack.engines.cloudformation.templates import Built, build
from tapstack.engines.cloudformation.unit import Code
from tapstack.errors import FileAccessError, MissingToolError
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, Unit, UnitKind
from tapstack.plan.names import NameKind, name_of

if TYPE_CHECKING:
    import aws_cdk
    from aws_cdk.cloudformation_include import CfnInclude

RECORD = "tapstack.json"
DISTRIBUTION = "aws-cdk-lib"
UNKNOWN_ACCOUNT = "unknown-account"


@dataclass(frozen=True)
class Synthesis:
    """What a synthesis made, or found made already."""

    folder: Path
    templates: Mapping[str, str]
    units: Mapping[str, str]
    reused: bool


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
    read the templates too.
    """
    packed = archives(fleet, source)
    built = build(fleet, plan, {name: Code(archive.key) for name, archive in packed.items()})
    hook = extension.find(fleet, source)
    digest = _digest(built, plan, tags or {}, hook, check=check)
    templates = {shape.shape: f"{shape.shape}.template.json" for shape in built}
    units = {unit.id: artifact_id(plan, unit) for unit in plan.units}
    if _is_current(output, digest):
        return Synthesis(output, templates, units, reused=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".synth-") as temporary:
        made = Path(temporary) / "made"
        _run_cdk(built, hook, made, check=check)
        for shape in built:
            if shape.kind is UnitKind.REGIONAL:
                _add_archives(made, shape.shape, packed)
        _list_units(made, plan, tags or {})
        (made / RECORD).write_text(json.dumps(_record(made, digest), indent=1), encoding="utf-8")
        _replace(output, made)
    return Synthesis(output, templates, units, reused=False)


def artifact_id(plan: Plan, unit: Unit) -> str:
    """The name under which the CDK CLI lists a unit."""
    return f"{plan.fleet}-{plan.environment}-{unit.kind}-{unit.region}"


def stack_name(plan: Plan, unit: Unit) -> str:
    """The CloudFormation stack of a unit; links are a second pass over the foundation's."""
    kind = UnitKind.FOUNDATION if unit.kind is UnitKind.LINKS else unit.kind
    return name_of(NameKind.STACK, plan.fleet, plan.environment, kind).text


def _digest(
    built: Sequence[Built], plan: Plan, tags: Mapping[str, str], hook: extension.Extension | None, *, check: bool
) -> str:
    """Everything that decides what the assembly becomes."""
    inputs: dict[str, Any] = {
        "tapstack": __version__,
        "cdk": _cdk_version(),
        "plan": plan.model_dump(mode="json"),
        "tags": dict(tags),
        "templates": {shape.shape: shape.data for shape in built},
        "exceptions": {
            shape.shape: {key: [vars(e) for e in value] for key, value in shape.exceptions.items()} for shape in built
        },
        "extension": hook.digest if hook else "",
        "check": check,
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def _cdk_version() -> str:
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        raise MissingToolError(
            "The CloudFormation engine is not installed.",
            f"It needs {DISTRIBUTION}, which comes with an extra.",
            command="pip install 'tapstack[cloudformation]'",
        ) from None


def _record(folder: Path, digest: str) -> dict[str, Any]:
    """What to compare with next time: the inputs' digest, and the digest of every file that was written."""
    files = {
        path.relative_to(folder).as_posix(): _file_digest(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }
    return {"digest": digest, "files": files}


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is_current(output: Path, digest: str) -> bool:
    """Tell whether the folder holds just this synthesis, untouched."""
    try:
        record = json.loads((output / RECORD).read_text(encoding="utf-8"))
        return record["digest"] == digest and all(
            _file_digest(output / name) == expected for name, expected in record["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _run_cdk(built: Sequence[Built], hook: extension.Extension | None, output: Path, *, check: bool) -> None:
    node.prepare()
    import aws_cdk as cdk

    app = cdk.App(
        outdir=str(output),
        analytics_reporting=False,
        tree_metadata=False,
        builtin_cloud_formation_validation=check,
        # The same bytes, whoever starts the synthesis: the CDK CLI would ask for more metadata than we do.
        post_cli_context={"aws:cdk:enable-path-metadata": False, "aws:cdk:enable-asset-metadata": False},
    )
    function = hook.load() if hook is not None else None
    for shape in built:
        stack, template = lift(app, shape)
        if hook is not None and function is not None:
            hook.extend(function, stack, template, shape.kind)
    app.synth()


def lift(app: aws_cdk.App, shape: Built) -> tuple[aws_cdk.Stack, CfnInclude]:
    """Make a stack of real CDK constructs from a finished template."""
    import aws_cdk as cdk
    from aws_cdk import cloudformation_include

    stack = cdk.Stack(
        app,
        shape.shape,
        description=shape.data["Description"],
        synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(shape.data, file)
        file.flush()
        template = cloudformation_include.CfnInclude(stack, "Fleet", template_file=file.name)
    return stack, template


def _add_archives(folder: Path, shape: str, packed: Mapping[str, Archive]) -> None:
    """Let the functions' code be published beside the shape's template, to the same bucket.

    An `Asset` construct would do the same, and cost the import of all of `aws_cdk.aws_s3`: a third of a second.
    """
    path = folder / f"{shape}.assets.json"
    assets = json.loads(path.read_text(encoding="utf-8"))
    template = next(file for file in assets["files"].values() if file["source"]["path"] == f"{shape}.template.json")
    for archive in packed.values():
        name = f"asset.{archive.key}"
        (folder / name).write_bytes(archive.content)
        assets["files"][archive.digest] = {
            "displayName": "function code",
            "source": {"path": name, "packaging": "file"},
            "destinations": {
                key: {**destination, "objectKey": archive.key} for key, destination in template["destinations"].items()
            },
        }
    path.write_text(json.dumps(assets, indent=1), encoding="utf-8")


def _list_units(folder: Path, plan: Plan, tags: Mapping[str, str]) -> None:
    """Rewrite the manifest: every unit is a stack of its own, over the artifact of its shape."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    written = manifest["artifacts"]
    listed: dict[str, Any] = {}
    ids = {unit.id: artifact_id(plan, unit) for unit in plan.units}
    for unit in plan.units:
        shape = (
            unit.shape.replace(UnitKind.LINKS, UnitKind.FOUNDATION, 1) if unit.kind is UnitKind.LINKS else unit.shape
        )
        artifact = json.loads(json.dumps(written[shape]))
        properties = artifact["properties"]
        properties["stackName"] = stack_name(plan, unit)
        properties["tags"] = {**plan.region(unit.region).tags, **tags}
        properties["terminationProtection"] = plan.protected
        if unit.kind is UnitKind.LINKS:
            properties["parameters"] = {LINKED: "true"}
        artifact["environment"] = f"aws://{plan.account or UNKNOWN_ACCOUNT}/{unit.region}"
        assets = f"{ids[unit.id]}.assets"
        listed[assets] = _assets_in(folder, shape, unit.region, assets, written[f"{shape}.assets"])
        properties["additionalDependencies"] = [assets]
        artifact["dependencies"] = [assets, *(ids[need] for need in unit.needs)]
        artifact["displayName"] = ids[unit.id]
        # Which construct made which resource: true of one construct tree, and there is one for all regions.
        artifact.pop("additionalMetadataFile", None)
        artifact.pop("metadata", None)
        listed[ids[unit.id]] = artifact
    manifest["artifacts"] = listed
    path.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    for shape in plan.shapes():
        for leftover in (folder / f"{shape}.metadata.json", folder / f"{shape}.assets.json"):
            leftover.unlink(missing_ok=True)


def _assets_in(folder: Path, shape: str, region: str, name: str, artifact: Mapping[str, Any]) -> dict[str, Any]:
    """Write what a unit publishes and where: the same files for every region, each into the region's own bucket."""
    assets = json.loads((folder / f"{shape}.assets.json").read_text(encoding="utf-8"))
    for file in assets["files"].values():
        (anywhere,) = file["destinations"].values()
        file["destinations"] = {region: {**anywhere, "region": region}}
    (folder / f"{name}.json").write_text(json.dumps(assets, indent=1), encoding="utf-8")
    properties = {**artifact["properties"], "file": f"{name}.json"}
    return {**artifact, "properties": properties}


def _replace(output: Path, made: Path) -> None:
    """Put a finished assembly where the old one was; refuse to clear away a folder that is none."""
    if output.exists():
        entries = (
            {entry.name for entry in output.iterdir() if not entry.name.endswith(".lock")} if output.is_dir() else {""}
        )
        if entries and not entries & {"manifest.json", "cdk.out", RECORD}:
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
