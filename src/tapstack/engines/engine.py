"""What a rollout knows of an engine: the steps that it offers, and the words in which it answers.

Share the sequence, not the steps: in which order units go, what is recorded, when to stop stands once in `rollout`; how
one unit is compared, changed and removed stands in each engine. `unit` is always a unit of the plan that the engine was
made for. Steps of different units are called from several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from tapstack.plan.model import Unit


class Standing(StrEnum):
    """What there is of a unit."""

    ABSENT = "absent"
    STANDS = "stands"
    BROKEN = "broken"
    """Its last change failed half-way; the next one goes on from there."""
    BUSY = "busy"
    """It is being changed right now: by a rollout that was killed, or by somebody else."""


class Action(StrEnum):
    """What happens to a resource."""

    ADD = "add"
    CHANGE = "change"
    MAY_REPLACE = "may replace"
    """Only the change itself will tell whether the resource is replaced."""
    REPLACE = "replace"
    REMOVE = "remove"
    FORGET = "forget"
    """It leaves the unit and stays where it is."""


@dataclass(frozen=True)
class PropertyChange:
    """One property before and after, as texts that a person reads; None where there is none or nobody knows yet."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class ResourceChange:
    """What will happen to one resource."""

    name: str
    """Its identity inside the unit: a logical ID, or an address in Terraform."""
    kind: str
    action: Action
    properties: tuple[PropertyChange, ...] = ()
    holds_data: bool = False

    @property
    def destroys_data(self) -> bool:
        """Tell whether data may be lost: nothing of that kind goes ahead unless its name was given."""
        return self.holds_data and self.action in (Action.MAY_REPLACE, Action.REPLACE, Action.REMOVE)


def losses(shown: Sequence[ResourceChange], real: Sequence[ResourceChange]) -> tuple[ResourceChange, ...]:
    """What would destroy data though nobody was told."""
    told = {change.name for change in shown if change.destroys_data}
    return tuple(change for change in real if change.destroys_data and change.name not in told)


@dataclass(frozen=True)
class UnitChanges:
    """What deploying a unit will do, asked of AWS itself wherever it can know."""

    unit: str
    standing: Standing
    resources: tuple[ResourceChange, ...] = ()
    others: tuple[str, ...] = ()
    """What changes besides resources, in words: outputs, tags of the stack, settings."""
    is_predicted: bool = False
    """Made from the artifact alone: what the unit needs is not there yet, so AWS cannot be asked."""
    standbys_first: bool = False
    """A database gets another version: what follows a writer must have it before the writer has."""
    token: str = ""
    """How the engine finds again what it prepared: a change set, a saved plan."""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to do."""
        return not self.resources and not self.others


@dataclass(frozen=True)
class Progress:
    """How far a unit has come."""

    unit: str
    done: int
    total: int
    working: Mapping[str, float] = field(default_factory=dict)
    """Resources that are being worked on, and since how many seconds."""
    note: str = ""
    """What a person should know or do now, such as delegating a zone."""


Tell = Callable[[Progress], None]
Check = Callable[[], None]
"""Raises where this run may change nothing more: somebody else has taken over."""


def unguarded() -> None:
    """Nobody else can be at work: the `Check` of an engine that nobody guards."""


@dataclass(frozen=True)
class Drifted:
    """One property that is not what was deployed."""

    unit: str
    name: str
    kind: str
    path: str
    """Empty when the whole resource is gone."""
    expected: str | None
    actual: str | None
    explanation: str = ""
    """Why this is no drift after all: roles swapped by a failover. Empty where it is one."""


@dataclass(frozen=True)
class UnitDrift:
    """What was found in a unit."""

    unit: str
    standing: Standing
    found: tuple[Drifted, ...] = ()
    unchecked: tuple[str, ...] = ()
    """Kinds of resources that AWS cannot compare."""


@dataclass(frozen=True)
class Retained:
    """Something that stays after its unit is gone."""

    unit: str
    kind: str
    identity: str
    cost: str
    """What it costs by: storage, requests, hours."""


class Engine(Protocol):
    """CloudFormation or Terraform, on one target, for one plan."""

    def guard(self, check: Check) -> None:
        """From now on ask right before each change of a unit, however long what leads up to it took."""

    def prepare(self) -> Mapping[str, str]:
        """Write the artifacts on this machine; the digest of each unit's artifact and settings, by the unit's id."""

    def publish(self, regions: Sequence[str]) -> None:
        """Upload what deploying needs into each region, once for each content; make the place for it if need be."""

    def inspect(self, units: Sequence[Unit]) -> Mapping[str, Standing]:
        """What there is of each unit, with as few calls as can be."""

    def preview(self, unit: Unit) -> UnitChanges:
        """Ask what deploying would do, and keep the answer so that just this can be applied. Changes nothing.

        Where `publish` has not made its place yet, or what the unit needs is missing, it predicts from the artifact.
        """

    def discard(self, changes: UnitChanges) -> None:
        """Forget what a preview prepared."""

    def apply(self, unit: Unit, changes: UnitChanges, tell: Tell) -> None:
        """Do what a preview showed, nothing else; raises DeploymentError with AWS's reasons.

        A failed change of what stood is rolled back; a failed creation too, unless that would meet protected data.
        """

    def revert(self, unit: Unit, tell: Tell) -> bool:
        """Put back what stood before this run's `apply`; tells whether there was anything to go back to."""

    def settle(self, unit: Unit, tell: Tell) -> Standing:
        """Wait until nobody changes the unit any more."""

    def require_removable(self, units: Sequence[Unit], *, delete_data: bool) -> None:
        """Refuse, before anything is touched, what would be refused of one of these units half-way."""

    def remove(self, unit: Unit, tell: Tell, *, delete_data: bool) -> tuple[Retained, ...]:
        """Take the unit away, with protection lifted; what the fleet retains stays, unless `delete_data`."""

    def clean(self, region: str) -> None:
        """Take away what `publish` made, once no unit stands in the region."""

    def outputs(self, unit: Unit) -> Mapping[str, str]:
        """What the unit tells the outside; nothing where it does not stand."""

    def drift(self, unit: Unit, tell: Tell) -> UnitDrift:
        """Compare what stands with what was deployed."""

    def strangers(self, unit: Unit) -> Collection[str]:
        """What has a planned name of the unit's, but is not what the engine made and knows: it was made anew."""

    def adopt(self, unit: Unit) -> None:
        """Know these as the unit's own from now on."""
