"""What Terraform wrote down of a unit, and what we wrote down beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from tapstack.errors import DeploymentError

TAINTED = "tainted"
FORMAT = 4
"""Of state files, as every Terraform since 0.12 and every OpenTofu writes them."""
TAKEN_WITHIN = timedelta(seconds=90)
"""How long a run of ours may take until it holds its lock: it waits for another one for a minute."""


@dataclass(frozen=True)
class Instance:
    """One thing that Terraform made."""

    address: str
    kind: str
    values: Mapping[str, Any]
    needs: tuple[str, ...]
    """Addresses of resources, without an index."""
    is_tainted: bool = False
    """Its creation failed half-way: Terraform would make it anew."""

    @property
    def resource(self) -> str:
        """The address of its resource: what it is one of, where there are several."""
        return self.address.partition("[")[0]

    @property
    def identity(self) -> str:
        """What AWS calls it."""
        return str(self.values.get("arn") or self.values.get("id") or self.address)


@dataclass(frozen=True)
class State:
    """The state of one unit."""

    serial: int
    lineage: str
    outputs: Mapping[str, Any]
    instances: tuple[Instance, ...]


def parse(content: bytes, where: str) -> State:
    """Read a state; `where` is told when it cannot be read."""
    try:
        data = json.loads(content)
        version = int(data["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise DeploymentError(
            f"The state at {where} is damaged.",
            "It is no state file any more. Its bucket keeps every former version: look for the last one that is "
            "whole, and copy it back.",
            command=_versions(where),
        ) from error
    if version > FORMAT:
        raise DeploymentError(
            f"The state at {where} is newer than this TapStack understands.",
            f"Terraform {data.get('terraform_version', '?')} wrote it in format {version}; this is made for format "
            f"{FORMAT}. Update TapStack and Terraform here, or bring back the version from before.",
            command=_versions(where),
        )
    if version < FORMAT:
        raise DeploymentError(
            f"The state at {where} is older than Terraform 0.12.",
            "Let `terraform apply` of that time's releases bring it up to date first.",
        )
    return State(
        serial=int(data.get("serial", 0)),
        lineage=str(data.get("lineage", "")),
        outputs=data.get("outputs") or {},
        instances=tuple(_instances(data.get("resources") or ())),
    )


def told(state: State) -> Mapping[str, str]:
    """The outputs that are no secret, as texts."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, output in state.outputs.items()
        if not output.get("sensitive") and (value := output.get("value")) is not None
    }


class Stage(StrEnum):
    """How far the last change of a unit came."""

    APPLYING = "applying"
    APPLIED = "applied"
    REMOVING = "removing"


@dataclass(frozen=True)
class Mark:
    """What lies beside a state: whose it is, what was applied last, and whether that came to its end."""

    fleet: str
    environment: str
    unit: str
    stage: Stage
    digest: str
    """Of the module that was applied last, whole or not."""
    resources: int = 0
    retained: Sequence[Mapping[str, str]] = ()
    """What a removal has left behind so far."""

    def as_bytes(self) -> bytes:
        """As it is kept."""
        return json.dumps(
            {
                "fleet": self.fleet,
                "environment": self.environment,
                "unit": self.unit,
                "stage": self.stage,
                "digest": self.digest,
                "resources": self.resources,
                "retained": list(self.retained),
            }
        ).encode()

    @classmethod
    def of(cls, content: bytes) -> Mark | None:
        """As it was kept; None when it cannot be read: it is only a help."""
        try:
            data = json.loads(content)
            return cls(
                fleet=data["fleet"],
                environment=data["environment"],
                unit=data["unit"],
                stage=Stage(data["stage"]),
                digest=data["digest"],
                resources=data["resources"],
                retained=tuple(data["retained"]),
            )
        except (ValueError, KeyError, TypeError):
            return None


@dataclass(frozen=True)
class Lock:
    """Who holds a state, in Terraform's own words."""

    id: str
    who: str
    operation: str
    created: str

    @classmethod
    def of(cls, content: str | bytes) -> Lock:
        """Read it; a lock that says nothing still is one."""
        try:
            data = json.loads(content)
        except ValueError:
            data = {}
        return cls(
            id=str(data.get("ID", "")),
            who=str(data.get("Who", "somebody")),
            operation=str(data.get("Operation", "a change")).removeprefix("OperationType").lower(),
            created=str(data.get("Created", "an unknown time")),
        )

    def was_taken_by_run(self, began: datetime, ended: datetime | None) -> bool:
        """Tell whether a run of that time took it, as it does first of all; what says no time was not."""
        try:
            created = datetime.fromisoformat(self.created)
        except ValueError:
            return False
        if created.tzinfo is None:
            return False
        latest = began + TAKEN_WITHIN
        return began < created < (latest if ended is None else min(latest, ended))


def _instances(resources: Sequence[Mapping[str, Any]]) -> Iterator[Instance]:
    for resource in resources:
        if resource.get("mode") != "managed":
            continue
        for instance in resource.get("instances", ()):
            key = instance.get("index_key")
            index = "" if key is None else f"[{json.dumps(key)}]"
            yield Instance(
                address=f"{resource['type']}.{resource['name']}{index}",
                kind=resource["type"],
                values=instance.get("attributes") or {},
                needs=tuple(instance.get("dependencies") or ()),
                is_tainted=instance.get("status") == TAINTED,
            )


def _versions(where: str) -> str:
    bucket, _, key = where.removeprefix("s3://").partition("/")
    return f"aws s3api list-object-versions --bucket {bucket} --prefix {key}"
