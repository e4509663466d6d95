"""What a module protects, and what it takes to destroy all the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from tapstack.engines.engine import Action, ResourceChange
from tapstack.engines.terraform.leaving import left_behind
from tapstack.engines.terraform.stateful import DATABASES, REPEATS, ROTATION, owner_argument
from tapstack.engines.terraform.states import Instance, State

Module = Mapping[str, Any]
Overrides = Mapping[str, Mapping[str, Any]]
SWITCHES = ("deletion_protection", "deletion_protection_enabled", "enable_deletion_protection")
"""Arguments by which AWS itself refuses to delete."""
SKIP_SNAPSHOT = "skip_final_snapshot"
SECRET, WINDOW = "aws_secretsmanager_secret", "recovery_window_in_days"


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


def retained(state: State, addresses: Collection[str], *, with_needs: bool = True) -> tuple[Instance, ...]:
    """What stays where these resources stay: they themselves, their settings, and what they cannot be without."""
    staying = {instance.address for instance in state.instances if instance.resource in addresses}
    owners = {
        str(value)
        for instance in state.instances
        if instance.address in staying
        for name in ("id", "arn", "name", "cluster_identifier", "key_id")
        if (value := instance.values.get(name))
    }
    for instance in state.instances:
        owner = owner_argument(instance.kind)
        if owner and str(instance.values.get(owner)) in owners and not _serves_what_goes(instance, addresses):
            staying.add(instance.address)
    if with_needs:
        needed = {
            need
            for instance in state.instances
            if instance.address in staying and not instance.kind.startswith(REPEATS)
            for need in instance.needs
        }
        staying |= {instance.address for instance in state.instances if instance.resource in needed}
    return tuple(instance for instance in state.instances if instance.address in staying)


def _serves_what_goes(instance: Instance, staying: Collection[str]) -> bool:
    """Tell whether it changes the password of a database that does not stay."""
    return instance.kind == ROTATION and any(
        need.partition(".")[0] in DATABASES and need not in staying for need in instance.needs
    )


def guarded(state: State | None, changes: Iterable[ResourceChange]) -> tuple[str, ...]:
    """The addresses of what changes would delete, first or last, and AWS refuses to."""
    switched_on = {
        instance.address
        for instance in (state.instances if state is not None else ())
        if any(instance.values.get(name) is True for name in SWITCHES)
    }
    goes = (Action.REMOVE, Action.REPLACE)
    return tuple(change.name for change in changes if change.action in goes and change.name in switched_on)


def switched_off(instances: Iterable[Instance], *, delete_data: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What has to be changed before it can be destroyed, by address, and how."""
    for instance in instances:
        changes: dict[str, Any] = {name: False for name in SWITCHES if instance.values.get(name) is True}
        if delete_data and instance.kind in DATABASES and not instance.values.get(SKIP_SNAPSHOT):
            changes[SKIP_SNAPSHOT] = True
        if delete_data and instance.kind == SECRET and instance.values.get(WINDOW) != 0:
            # A name whose secret waits for its end is taken.
            changes[WINDOW] = 0
        if changes:
            yield instance.address, changes
