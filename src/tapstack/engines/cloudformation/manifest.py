"""The cloud assembly's own files: which stacks there are, in which region, and what is published for them.

The format is CDK's, and public: `aws-cdk-lib/cloud-assembly-schema`. A test holds what is written here against what CDK
itself writes for the same stacks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tapstack.engines.cloudformation.buckets import LINKED
from tapstack.engines.cloudformation.code import CDK_BUCKET
from tapstack.plan.model import Plan, Unit, UnitKind
from tapstack.plan.names import NameKind, name_of

SCHEMA = "55.0.0"
UNKNOWN_ACCOUNT = "unknown-account"
ROLE = (
    "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/cdk-hnb659fds-{}-role-${{AWS::AccountId}}-${{AWS::Region}}"
)
VERSION = {"bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version"}


@dataclass(frozen=True)
class Published:
    """A file that has to lie in a region's bucket before the stack is deployed."""

    name: str
    path: str
    key: str
    packaging: str = "file"


@dataclass(frozen=True)
class ShapeFiles:
    """What was written for a shape: its template, and everything to be published."""

    template: str
    template_key: str
    published: Mapping[str, Published]


def artifact_id(plan: Plan, unit: Unit) -> str:
    """The name under which the CDK CLI lists a unit."""
    return f"{plan.fleet}-{plan.environment}-{unit.kind}-{unit.region}"


def stack_name(plan: Plan, unit: Unit) -> str:
    """The CloudFormation stack of a unit; links are a second pass over the foundation's."""
    return name_of(NameKind.STACK, plan.fleet, plan.environment, _template_kind(unit)).text


def shape_of(unit: Unit) -> str:
    """The shape whose template the unit deploys."""
    return unit.shape.replace(unit.kind, _template_kind(unit), 1)


def _template_kind(unit: Unit) -> UnitKind:
    return UnitKind.FOUNDATION if unit.kind is UnitKind.LINKS else unit.kind


def write(folder: Path, plan: Plan, shapes: Mapping[str, ShapeFiles], tags: Mapping[str, str]) -> None:
    """List every unit as a stack of its own, over the files of its shape."""
    artifacts: dict[str, Any] = {}
    for unit in plan.units:
        files = shapes[shape_of(unit)]
        assets = f"{artifact_id(plan, unit)}.assets"
        artifacts[assets] = {
            "type": "cdk:asset-manifest",
            "properties": {"file": f"{assets}.json", "requiresBootstrapStackVersion": 6, **VERSION},
        }
        _write(folder / f"{assets}.json", _assets(files, unit.region))
        artifacts[artifact_id(plan, unit)] = _stack(plan, unit, files, tags)
    _write(folder / "manifest.json", {"version": SCHEMA, "artifacts": artifacts})
    _write(folder / "cdk.out", {"version": SCHEMA})


def _stack(plan: Plan, unit: Unit, files: ShapeFiles, tags: Mapping[str, str]) -> dict[str, Any]:
    assets = f"{artifact_id(plan, unit)}.assets"
    properties: dict[str, Any] = {
        "templateFile": files.template,
        "terminationProtection": plan.protected,
        "validateOnSynth": False,
        "assumeRoleArn": ROLE.format("deploy"),
        "cloudFormationExecutionRoleArn": ROLE.format("cfn-exec"),
        "stackTemplateAssetObjectUrl": f"s3://{CDK_BUCKET}/{files.template_key}",
        "requiresBootstrapStackVersion": 6,
        **VERSION,
        "additionalDependencies": [assets],
        "lookupRole": {"arn": ROLE.format("lookup"), "requiresBootstrapStackVersion": 8, **VERSION},
        "stackName": stack_name(plan, unit),
        "tags": {**plan.region(unit.region).tags, **tags},
    }
    if unit.kind is UnitKind.LINKS:
        properties["parameters"] = {LINKED: "true"}
    needs = [artifact_id(plan, plan.unit(need)) for need in unit.needs]
    return {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{plan.account or UNKNOWN_ACCOUNT}/{unit.region}",
        "properties": properties,
        "dependencies": [assets, *needs],
        "displayName": artifact_id(plan, unit),
    }


def _assets(files: ShapeFiles, region: str) -> dict[str, Any]:
    """The same files for every region, each into the region's own bucket."""
    return {
        "version": SCHEMA,
        "files": {
            digest: {
                "displayName": file.name,
                "source": {"path": file.path, "packaging": file.packaging},
                "destinations": {
                    region: {
                        "bucketName": CDK_BUCKET,
                        "objectKey": file.key,
                        "assumeRoleArn": ROLE.format("file-publishing"),
                        "region": region,
                    }
                },
            }
            for digest, file in files.published.items()
        },
        "dockerImages": {},
    }


def _write(path: Path, data: Mapping[str, Any]) -> None:
    # Without indentation json writes by its C encoder, several times as fast: there is a file for each region.
    path.write_text(json.dumps(data), encoding="utf-8")
