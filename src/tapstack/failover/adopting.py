"""What the engine knows: a database that was made anew is its own from then on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tapstack.engines.terraform.made_anew import adopting_by_hand
from tapstack.failover.site import Site
from tapstack.failover.steps import Step
from tapstack.plan.model import Unit, UnitKind
from tapstack.plan.names import NameKind
from tapstack.targets.target import Target


@dataclass(frozen=True)
class Adopting:
    """Have the engine know what was made anew."""

    site: Site
    unit: Unit

    @property
    def action(self) -> str:
        """What it changes."""
        return "terraform:State"

    @property
    def command(self) -> str:
        """By hand: forgotten, and taken up under its name."""
        names = {name: self.site.name(NameKind.DATABASE, name) for name in self.site.postgres}
        return "; ".join(adopting_by_hand(name, identifier) for name, identifier in names.items())

    def perform(self, target: Target) -> None:  # noqa: ARG002 - the engine has it
        """Do it."""
        self.site.engine.adopt(self.unit)


def steps(site: Site) -> Iterator[Step]:
    """One for each region: by then nobody knows yet which databases will have been made anew."""
    if site.plan.engine != "terraform" or not site.postgres:
        return
    for region in site.regions:
        yield _step(site, site.plan.unit(f"{UnitKind.REGIONAL}/{region}"))


def _step(site: Site, unit: Unit) -> Step:
    def missing() -> str:
        found = site.engine.strangers(unit)
        return f"Terraform's state knows another {', '.join(found)}" if found else ""

    return Step(
        unit.region,
        f"tell Terraform of {', '.join(site.postgres)} in {unit.region}",
        "Its state knows an instance by the id that AWS gave it, and a new one stands under the planned name.",
        missing,
        (Adopting(site, unit),),
        may_be_owed=True,
    )
