"""Everything that stands in an account, read back through the services' own APIs, and compared.

Two inventories of one fleet in two sandboxes are equal: what a service generates is called by what it stands for.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from tapstack.sandbox.control import Sandbox
from tapstack.targets.sandbox import SandboxTarget
from tapstack.targets.target import Target

from . import apis, compute, data, network, observing
from .comparing import ABSENT, Difference, compare
from .listing import Listing
from .normalising import DEFAULT, Names, normal
from .reading import Raw, read

__all__ = ["ABSENT", "LISTINGS", "Difference", "Inventory", "Thing", "covered", "differences", "inventory", "left_over"]

LISTINGS: tuple[Listing, ...] = (
    *network.LISTINGS, *data.LISTINGS, *compute.LISTINGS, *apis.LISTINGS, *observing.LISTINGS,
)  # fmt: skip
"""Every kind of thing, by what it belongs to."""


@dataclass(frozen=True)
class Thing:
    """One resource: what it is, where, what it is called, and everything that is set in it."""

    region: str
    kind: str
    label: str
    data: Mapping[str, Any]
    kept: str = ""
    identities: frozenset[str] = frozenset()
    """What the service calls it: differs from one account to the next."""

    @property
    def path(self) -> str:
        """Where its differences are told."""
        return f"{self.region}/{self.kind}/{self.label}"


@dataclass(frozen=True)
class Inventory:
    """The things of an account by their paths; `kept` are those that AWS keeps on purpose after a deletion."""

    things: Mapping[str, Thing]
    kept: Mapping[str, Thing]

    def __len__(self) -> int:
        return len(self.things)


def covered() -> frozenset[str]:
    """The CloudFormation types whose resources an inventory tells of."""
    return frozenset(kind for listing in LISTINGS for below in listing.kinds() for kind in below.covers)


def inventory(place: Target | Sandbox, regions: Sequence[str], *, fleet_prefix: str | None = None) -> Inventory:
    """Everything in these regions; with a prefix such as `shop-dev` only what carries that name or those tags."""
    target = _target(place)
    raws = read(target, regions, LISTINGS)
    things = [thing for thing in _things(raws, target.account) if fleet_prefix is None or _belongs(thing, fleet_prefix)]
    return Inventory(
        {thing.path: thing for thing in things if not thing.kept},
        {thing.path: thing for thing in things if thing.kept},
    )


def left_over(place: Target | Sandbox, regions: Sequence[str]) -> Inventory:
    """What an empty account would not have."""
    return inventory(place, regions)


def differences(a: Inventory, b: Inventory) -> list[Difference]:
    """Everything that is not the same in both."""
    return [
        difference
        for path in sorted(a.things.keys() | b.things.keys())
        for difference in compare(path, _data(a, path), _data(b, path))
    ]


def _data(of: Inventory, path: str) -> Any:
    thing = of.things.get(path)
    return ABSENT if thing is None else thing.data


def _target(place: Target | Sandbox) -> Target:
    return _of_sandbox(place) if isinstance(place, Sandbox) else place


@lru_cache(maxsize=4)
def _of_sandbox(sandbox: Sandbox) -> SandboxTarget:
    """The same target each time: making clients costs more than all calls together."""
    return SandboxTarget(sandbox)


def _things(raws: Sequence[Raw], account: str) -> list[Thing]:
    names = Names(raws, {account: "<account>"})
    same: dict[tuple[str, str, str], list[Thing]] = defaultdict(list)
    for index, raw in enumerate(raws):
        content = normal(raw.data, names, raw.listing.drop)
        label = names.of[index]
        if raw.is_default or f"<{DEFAULT} " in label:
            continue
        identities = frozenset({raw.label, *raw.ids})
        same[raw.region, raw.listing.kind, label].append(
            Thing(raw.region, raw.listing.kind, label, content, raw.kept, identities)
        )
    found = []
    for (_, _, label), things in same.items():
        # Things that nothing tells apart are counted, in an order that their content alone decides.
        ordered = sorted(things, key=lambda thing: json.dumps(thing.data, sort_keys=True))
        for number, thing in enumerate(ordered, 1):
            called = label if number == 1 else f"{label} #{number}"
            found.append(replace(thing, label=called))
    return found


def _belongs(thing: Thing, prefix: str) -> bool:
    tags = thing.data.get("Tags") or thing.data.get("tags") or {}
    if isinstance(tags, dict) and f"{tags.get('Fleet')}-{tags.get('Environment')}" == prefix:
        return True
    return prefix in thing.label or prefix in json.dumps(thing.data)
