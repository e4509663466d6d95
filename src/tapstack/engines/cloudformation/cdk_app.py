"""Templates as a real CDK app: for a fleet's own constructs, for CDK's validator, and for cdk-nag in the tests."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from tapstack.engines.cloudformation import node
from tapstack.engines.cloudformation.extension import Extension
from tapstack.engines.cloudformation.manifest import Published, ShapeFiles
from tapstack.engines.cloudformation.templates import Built
from tapstack.errors import InvalidFleetError, MissingToolError

if TYPE_CHECKING:
    import aws_cdk
    from aws_cdk.cloudformation_include import CfnInclude


def version() -> str:
    """The installed CDK's version."""
    try:
        return metadata.version("aws-cdk-lib")
    except metadata.PackageNotFoundError:
        raise _not_installed() from None


def run(built: Sequence[Built], hook: Extension | None, output: Path, *, check: bool) -> dict[str, ShapeFiles]:
    """Synthesise the templates through CDK into a folder; tell what CDK wrote for each shape."""
    app = new_app(output, check=check)
    function = hook.load() if hook is not None else None
    for shape in built:
        stack, template = lift(app, shape)
        if hook is not None and function is not None:
            hook.extend(function, stack, template, shape.kind)
    try:
        app.synth()
    except RuntimeError as error:
        # jsii hands over whatever CDK throws as this.
        # It says where its report lies, in a folder that goes with this call.
        said = str(error).split("A copy of this report", 1)[0].strip()
        raise InvalidFleetError("AWS CDK refuses the templates.", said) from error
    return {shape.shape: _written(output, shape.shape) for shape in built}


def new_app(output: Path, *, check: bool = False) -> aws_cdk.App:
    """A CDK app that writes there, and the same bytes whoever starts it: the CDK CLI would ask for more metadata."""
    node.prepare()
    try:
        import aws_cdk as cdk
    except ModuleNotFoundError:
        raise _not_installed() from None
    return cdk.App(
        outdir=str(output),
        analytics_reporting=False,
        tree_metadata=False,
        builtin_cloud_formation_validation=check,
        post_cli_context={
            "aws:cdk:enable-path-metadata": False,
            "aws:cdk:enable-asset-metadata": False,
            "@aws-cdk/core:validateAgainstDefaultRules": check,
        },
    )


def _not_installed() -> MissingToolError:
    return MissingToolError(
        "AWS CDK is not installed.",
        "It is needed for constructs of your own and for --check, and comes with an extra.",
        command="pip install 'tapstack[cloudformation]'",
    )


def lift(app: aws_cdk.App, shape: Built) -> tuple[aws_cdk.Stack, CfnInclude]:
    """Make a stack of real CDK constructs from a finished template."""
    import aws_cdk as cdk
    from aws_cdk import cloudformation_include

    # The template brings its description along.
    synthesizer = cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
    stack = cdk.Stack(app, shape.shape, synthesizer=synthesizer)
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(shape.data, file)
        file.flush()
        template = cloudformation_include.CfnInclude(stack, "Fleet", template_file=file.name)
    for logical, exceptions in shape.exceptions.items():
        acknowledged = [
            cdk.Acknowledgment(id=exception.check, reason=exception.reason)
            for exception in exceptions
            if exception.tool == "cdk"
        ]
        if acknowledged:
            cdk.Validations.of(template.get_resource(logical)).acknowledge(*acknowledged)
    return stack, template


def _written(folder: Path, shape: str) -> ShapeFiles:
    """What CDK lists for publication: the template, and whatever an extension brought along."""
    path = folder / f"{shape}.assets.json"
    assets = json.loads(path.read_text(encoding="utf-8"))["files"]
    template = f"{shape}.template.json"
    published = {}
    for digest, file in assets.items():
        (destination,) = file["destinations"].values()
        published[digest] = Published(
            name=file.get("displayName", digest),
            path=file["source"]["path"],
            key=destination["objectKey"],
            packaging=file["source"]["packaging"],
        )
    key = next(file.key for file in published.values() if file.path == template)
    return ShapeFiles(template, key, published)
