"""The changes of all units as a person thinks of them: one change, and the regions in which it happens.

What a region is bound to call differently, its own name, its address blocks and the identifiers that AWS gave, does not
make a change another one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tapstack.engines.engine import Action, PropertyChange, ResourceChange, Standing, UnitChanges
from tapstack.plan.model import Plan, UnitKind

IDENTIFIER = re.compile(
    r"\b(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b"
    r"|\b(?P<kind>[a-z]{1,10})-(?=[0-9a-f]*\d)(?:[0-9a-f]{17}|[0-9a-f]{8})\b"
)
"""What AWS calls what it made: vpc-0a1b2c3d4e5f60718, or a key's UUID."""


@dataclass(frozen=True)
class Place:
    """One resource of one unit, and its change as the engine told it."""

    unit: str
    change: ResourceChange

    @property
    def region(self) -> str:
        """The region of the unit."""
        return self.unit.partition("/")[2]


@dataclass(frozen=True)
class MergedProperty:
    """A property's change and the regions in which it is the same."""

    change: PropertyChange
    """With gaps such as {region} where regions differ only by what is their own; as it stands in one region alone."""
    regions: tuple[str, ...]


@dataclass(frozen=True)
class MergedChange:
    """One resource's change in every region where the same happens to it."""

    unit_kind: UnitKind
    name: str
    kind: str
    action: Action
    holds_data: bool
    properties: tuple[MergedProperty, ...]
    places: tuple[Place, ...]

    @property
    def regions(self) -> tuple[str, ...]:
        """Where it happens."""
        return tuple(place.region for place in self.places)

    @property
    def destroys_data(self) -> bool:
        """Tell whether data may be lost unless somebody holds it back."""
        return any(place.change.destroys_data for place in self.places)


@dataclass(frozen=True)
class MergedNote:
    """What changes besides resources, in words, and where."""

    unit_kind: UnitKind
    text: str
    regions: tuple[str, ...]


@dataclass(frozen=True)
class Merged:
    """All changes of a rollout."""

    regions: tuple[str, ...]
    """The plan's regions, so that "everywhere" can be told from "in these"."""
    changes: tuple[MergedChange, ...]
    notes: tuple[MergedNote, ...]
    standings: Mapping[str, Standing]
    unchanged: tuple[str, ...]
    predicted: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to do."""
        return not self.changes and not self.notes

    @property
    def counts(self) -> Mapping[Action, int]:
        """How many changes of each kind, every one counted once however many regions it has."""
        counted = Counter(change.action for change in self.changes)
        return {action: counted[action] for action in Action if counted[action]}

    @property
    def resources(self) -> int:
        """How many resources change, every region counted."""
        return sum(len(change.places) for change in self.changes)

    @property
    def destroying(self) -> tuple[MergedChange, ...]:
        """The changes that may lose data."""
        return tuple(change for change in self.changes if change.destroys_data)

    def expanded(self) -> Iterator[Place]:
        """Every change as the engine told it, once."""
        for change in self.changes:
            yield from change.places


def merge(plan: Plan, changes: Sequence[UnitChanges]) -> Merged:
    """Bring together what is the same in several regions, in the order of unit kinds and of the plan's regions."""
    order = [region.name for region in plan.regions]
    kinds = list(UnitKind)

    def position(unit: UnitChanges) -> tuple[int, int, str]:
        kind, region = _parts(unit.unit)
        # A region that left the fleet comes last.
        return kinds.index(kind), order.index(region) if region in order else len(order), region

    units = sorted(changes, key=position)
    return Merged(
        regions=tuple(order),
        changes=tuple(_merged_changes(plan, units)),
        notes=tuple(_merged_notes(units)),
        standings={unit.unit: unit.standing for unit in units},
        unchanged=tuple(unit.unit for unit in units if unit.is_empty),
        predicted=tuple(unit.unit for unit in units if unit.is_predicted),
    )


def own_texts(plan: Plan, region: str) -> Mapping[str, str]:
    """What is a region's own: each text by the gap that stands for it."""
    texts = {"{region}": region}
    for planned in plan.regions:
        if planned.name == region and planned.block is not None:
            texts["{network}"] = str(planned.block)
            texts |= {f"{{{subnet.name}}}": str(subnet.block) for subnet in planned.subnets}
    return texts


def normalised(change: PropertyChange, own: Mapping[str, str]) -> PropertyChange:
    """A property's change with gaps where a text is the region's own or an identifier from AWS."""
    gap_of = {text: gap for gap, text in own.items()}
    # Longest first, and never inside a longer name or number: us-east-1a is a zone of us-east-1, 110.0.0.0/16 no block.
    longest = sorted(gap_of, key=len, reverse=True)
    pattern = re.compile(rf"(?<![a-z0-9.])(?:{'|'.join(map(re.escape, longest))})(?!\d)")
    identifiers: dict[str, str] = {}

    def gap(found: re.Match[str]) -> str:
        kind = found["kind"] or "id"
        if found[0] not in identifiers:
            known = sum(found_gap.strip("{}").split()[0] == kind for found_gap in identifiers.values())
            identifiers[found[0]] = f"{{{kind} {known + 1}}}" if known else f"{{{kind}}}"
        return identifiers[found[0]]

    def text(value: str | None) -> str | None:
        if value is None:
            return None
        return IDENTIFIER.sub(gap, pattern.sub(lambda found: gap_of[found[0]], value))

    return PropertyChange(change.path, text(change.before), text(change.after))


def _parts(unit: str) -> tuple[UnitKind, str]:
    kind, _, region = unit.partition("/")
    return UnitKind(kind), region


def _merged_changes(plan: Plan, units: Iterable[UnitChanges]) -> Iterator[MergedChange]:
    groups: dict[tuple[UnitKind, str, str, Action, bool], list[Place]] = {}
    for unit in units:
        kind, _ = _parts(unit.unit)
        for change in unit.resources:
            identity = (kind, change.name, change.kind, change.action, change.holds_data)
            groups.setdefault(identity, []).append(Place(unit.unit, change))
    for (kind, name, resource_kind, action, holds_data), places in groups.items():
        properties = tuple(_merged_properties(plan, places))
        yield MergedChange(kind, name, resource_kind, action, holds_data, properties, tuple(places))


def _merged_properties(plan: Plan, places: Sequence[Place]) -> Iterator[MergedProperty]:
    slots: dict[tuple[str, int], list[tuple[str, PropertyChange]]] = {}
    for place in places:
        seen: Counter[str] = Counter()
        for change in place.change.properties:
            slots.setdefault((change.path, seen[change.path]), []).append((place.region, change))
            seen[change.path] += 1
    own = {place.region: own_texts(plan, place.region) for place in places}
    for told in slots.values():
        yield from _same(told, own)


def _same(told: Sequence[tuple[str, PropertyChange]], own: Mapping[str, Mapping[str, str]]) -> Iterator[MergedProperty]:
    # Word for word the same is the same, even if it names one of the regions: "the writer is in us-east-1".
    literally = Counter(change for _, change in told)
    groups: dict[PropertyChange, list[tuple[str, PropertyChange]]] = {}
    for region, change in told:
        same = change if literally[change] > 1 else normalised(change, own[region])
        groups.setdefault(same, []).append((region, change))
    for same, members in groups.items():
        shown = members[0][1] if len(members) == 1 else same
        yield MergedProperty(shown, tuple(region for region, _ in members))


def _merged_notes(units: Iterable[UnitChanges]) -> Iterator[MergedNote]:
    groups: dict[tuple[UnitKind, str], list[str]] = {}
    for unit in units:
        kind, region = _parts(unit.unit)
        for text in unit.others:
            groups.setdefault((kind, text), []).append(region)
    for (kind, text), regions in groups.items():
        yield MergedNote(kind, text, tuple(regions))
