"""What each unit deploys: a template of the assembly, its files, and the settings that are ours to decide."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from tapstack.engines import archives
from tapstack.engines.cloudformation import assembly, manifest
from tapstack.engines.cloudformation.code import CDK_BUCKET
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, Unit
from tapstack.plan.names import ARTIFACTS, NameKind, name_of


@dataclass(frozen=True)
class File:
    """A file that a region needs before its stacks: its key names its content."""

    key: str
    read: Callable[[], bytes]

    @classmethod
    def of(cls, template: Mapping[str, Any]) -> File:
        """A template that was made on the way."""
        body = json.dumps(template).encode()
        return cls(f"{hashlib.sha256(body).hexdigest()}.json", lambda: body)


@dataclass(frozen=True)
class Artifact:
    """What one unit deploys, the same for every region of its shape but for the tags."""

    stack: str
    body: bytes
    tags: Mapping[str, str]
    files: tuple[File, ...]

    @property
    def key(self) -> str:
        """The template's name in the bucket."""
        return f"{hashlib.sha256(self.body).hexdigest()}.json"

    @property
    def template_file(self) -> File:
        """The template as a file among others."""
        return File(self.key, lambda: self.body)

    @cached_property
    def template(self) -> Mapping[str, Any]:
        """The template as data."""
        loaded: Mapping[str, Any] = json.loads(self.body)
        return loaded

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What the template asks for."""
        declared: Mapping[str, Any] = self.template.get("Parameters", {})
        return declared


def prepare(fleet: Fleet, plan: Plan, *, source: Path, folder: Path) -> Mapping[str, Artifact]:
    """Synthesise, and read what was written for each unit."""
    synthesis = assembly.synthesise(fleet, plan, source=source, output=folder)
    bodies = {
        shape: with_own_bucket((folder / name).read_bytes(), fleet, plan) for shape, name in synthesis.templates.items()
    }
    return {
        unit.id: Artifact(
            stack=manifest.stack_name(plan, unit),
            body=bodies[manifest.shape_of(unit)],
            tags=plan.region(unit.region).tags,
            files=tuple(_files(folder, manifest.artifact_id(plan, unit))),
        )
        for unit in plan.units
    }


def digest(artifact: Artifact, unit: Unit, plan: Plan) -> str:
    """Everything that this unit's deployment is decided by."""
    inputs = [unit.id, artifact.stack, artifact.key, dict(artifact.tags), plan.protected, bucket_pattern(plan)]
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def bucket_pattern(plan: Plan) -> str:
    """The planned name of a region's artifact bucket, with its gaps."""
    return name_of(NameKind.BUCKET, plan.fleet, plan.environment, ARTIFACTS).text


def _files(folder: Path, artifact_id: str) -> Sequence[File]:
    """The files of a unit but for its template, which is uploaded as it is deployed."""
    listed = json.loads((folder / f"{artifact_id}.assets.json").read_text(encoding="utf-8"))["files"]
    return [
        File(destination["objectKey"], partial(_content, folder / file["source"]["path"]))
        for file in listed.values()
        for destination in file["destinations"].values()
        if not file["source"]["path"].endswith(".template.json")
    ]


def _content(path: Path) -> bytes:
    """What is uploaded: a folder is packed."""
    return archives.pack(path).content if path.is_dir() else path.read_bytes()


def with_own_bucket(body: bytes, fleet: Fleet, plan: Plan) -> bytes:
    """A fleet's own constructs name the bucket that `cdk bootstrap` made; their files lie in ours."""
    if fleet.extensions.cloudformation is None:
        return body
    own = bucket_pattern(plan).replace("{account}", "${AWS::AccountId}").replace("{region}", "${AWS::Region}")
    return body.replace(CDK_BUCKET.encode(), own.encode())
