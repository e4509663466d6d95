"""Instances that a failback made anew, under the planned name and behind Terraform's back.

Terraform knows an instance by the id that AWS gave it: after a failback, which puts a new replica in the place of what
was set aside, it would rename the old one back over it. So its state is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tapstack.engines.terraform.module import label
from tapstack.engines.terraform.site import Site
from tapstack.errors import RefusedError
from tapstack.fleet.databases import Postgres
from tapstack.plan.model import UnitKind
from tapstack.plan.names import NameKind, name_of

INSTANCE = "aws_db_instance"


@dataclass(frozen=True)
class Stranger:
    """An instance that has the planned name, but is not the one that the state knows."""

    address: str
    identifier: str
    known: str
    """The id in the state."""
    standing: str
    """The id of what stands."""


def strangers(site: Site) -> tuple[Stranger, ...]:
    """The instances of this unit that were made anew behind Terraform's back."""
    state = site.store.state() if _replicates(site) else None
    known = {instance.address: instance for instance in state.instances} if state is not None else {}
    found = []
    for name in _replicates(site):
        instance = known.get(f"{INSTANCE}.{label('database', name)}")
        if instance is None:
            continue
        standing = _standing(site, _planned(site, name))
        was = str(instance.values.get("resource_id") or "")
        if standing and was and standing != was:
            found.append(Stranger(instance.address, _planned(site, name), was, standing))
    return tuple(found)


def refuse_strangers(site: Site) -> None:
    """Keep Terraform from what it would do to them."""
    for one in strangers(site):
        raise RefusedError(
            f"{one.identifier} in {site.unit.region} is another instance than the one that Terraform made.",
            f"It is {one.standing}, and {one.address} in the state is {one.known}: a failback made it anew and did not "
            "come to its end. Terraform would rename the old one back, over the new one. Let the failback end:",
            command="tapstack failback",
        )


def adopt(site: Site) -> None:
    """Have the state know the instances that stand; everything else of them Terraform reads by itself."""
    found = {one.address: one for one in strangers(site)}

    def edit(state: dict[str, Any]) -> None:
        for resource in state["resources"]:
            one = found.get(f"{resource['type']}.{resource['name']}") if resource["mode"] == "managed" else None
            if one is not None:
                for instance in resource["instances"]:
                    instance["attributes"] |= {"id": one.standing, "resource_id": one.standing}

    if found:
        site.workspace.edit_state(edit)


def adopting_by_hand(name: str, identifier: str) -> str:
    """What a person does in the unit's folder; the next plan then settles what cannot be read of an instance."""
    address = f"{INSTANCE}.{label('database', name)}"
    return f"terraform state rm {address} && terraform import {address} {identifier}"


def _standing(site: Site, planned: str) -> str:
    rds = site.target.client("rds", site.unit.region)
    try:
        found = rds.describe_db_instances(DBInstanceIdentifier=planned)["DBInstances"]
    except rds.exceptions.DBInstanceNotFoundFault:
        return ""
    return str(found[0]["DbiResourceId"])


def _replicates(site: Site) -> tuple[str, ...]:
    """The databases of which this unit has an instance that can be made anew."""
    if site.unit.kind is not UnitKind.REGIONAL or len(site.plan.regions) == 1:
        return ()
    return tuple(name for name, one in site.fleet.databases.items() if isinstance(one, Postgres) and one.cross_region)


def _planned(site: Site, name: str) -> str:
    return name_of(NameKind.DATABASE, site.plan.fleet, site.plan.environment, name).text
