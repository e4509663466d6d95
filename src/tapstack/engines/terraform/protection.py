"""What a module protects, and what it takes to destroy all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tapstack.engines.terraform.leaving import left_behind
from tapstack.engines.terraform.stateful import BUCKET_SETTINGS, SNAPSHOTS, owner_argument
from tapstack.engines.terraform.states import Instance, State

Module = Mapping[str, Any]
Overrides = Mapping[str, Mapping[str, Any]]
SWITCHES = ("deletion_protection", "deletion_protection_enabled", "enable_deletion_protection")
"""Arguments by which AWS itself refuses to delete."""
SKIP_SNAPSHOT = "skip_final_snapshot"


def kept(module: Module) -> frozenset[str]:
    """The addresses that the module protects from being destroyed."""
    return frozenset(
        f"{kind}.{label}"
        for kind, named in module.get("resource", {}).items()
        for label, body in named.items()
        if body.get("lifecycle", {}).get("prevent_destroy")
    )


def unprotected(addresses: Iterable[str]) -> Overrides:
    """Overrides that let a plan destroy these."""
    found: dict[str, dict[str, Any]] = {}
    for address in addresses:
        kind, _, label = address.partition("[")[0].partition(".")
        found.setdefault(kind, {})[label] = {"lifecycle": {"prevent_destroy": False}}
    return found


def leaving(before: Module, after: Module, state: State) -> tuple[str, ...]:
    """The addresses that the next module no longer names and that stay: what this one kept, and what others live by."""
    named = {f"{kind}.{label}" for kind, named in after.get("resource", {}).items() for label in named}
    gone = kept(before) - named
    staying = (*retained(state, gone, with_needs=False), *left_behind(state.instances))
    return tuple(sorted({instance.resource for instance in staying} - named))


def retained(state: State, addresses: Iterable[str], *, with_needs: bool = True) -> tuple[Instance, ...]:
    """What stays where these resources stay: they themselves, their settings, and what they cannot be without."""
    staying = {instance.address for instance in state.instances if instance.resource in set(addresses)}
    owners = {
        str(value)
        for instance in state.instances
        if instance.address in staying
        for name in ("id", "arn", "name", "cluster_identifier", "key_id")
        if (value := instance.values.get(name))
    }
    for instance in state.instances:
        owner = owner_argument(instance.kind)
        if owner and str(instance.values.get(owner)) in owners:
            staying.add(instance.address)
    if with_needs:
        needed = {
            need
            for instance in state.instances
            if instance.address in staying and not instance.kind.startswith(BUCKET_SETTINGS)
            for need in instance.needs
        }
        staying |= {instance.address for instance in state.instances if instance.resource in needed}
    return tuple(instance for instance in state.instances if instance.address in staying)


def switched_off(instances: Iterable[Instance], *, delete_data: bool) -> Iterator[tuple[Instance, Mapping[str, Any]]]:
    """What has to be changed before it can be destroyed, and how."""
    for instance in instances:
        changes: dict[str, Any] = {name: False for name in SWITCHES if instance.values.get(name) is True}
        if delete_data and instance.kind in SNAPSHOTS and not instance.values.get(SKIP_SNAPSHOT):
            changes[SKIP_SNAPSHOT] = True
        if changes:
            yield instance, changes
