"""The engine is told of databases that were made anew, where it would not know them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from writing import write_ledger

from tapstack.failover import adopting
from tapstack.failover.runbook import write
from tapstack.failover.site import Site
from tapstack.fleet.loading import FleetFile
from tapstack.plan.model import Unit
from tapstack.plan.planning import make


class Engine:
    """Knows another instance in one region until it is told."""

    def __init__(self) -> None:
        self.estranged = {"us-east-1"}

    def strangers(self, unit: Unit) -> Collection[str]:
        return ("ledger-dev-main",) if unit.region in self.estranged else ()

    def adopt(self, unit: Unit) -> None:
        self.estranged.discard(unit.region)


def site(folder: Path, engine: str) -> Site:
    fleet = FleetFile.read(write_ledger(folder, engine)).describe("dev").fleet
    assert fleet is not None
    nobody: Any = None
    known: Any = Engine()
    return Site(fleet, make(fleet, "dev"), nobody, known)


def test_terraform_is_told_region_by_region(tmp_path: Path) -> None:
    at = site(tmp_path, "terraform")
    home, standby = adopting.steps(at)
    assert (home.region, standby.region) == ("us-east-1", "us-west-2")
    assert "knows another ledger-dev-main" in home.missing()
    assert standby.missing() == ""
    (act,) = home.calls
    assert act.command == (
        "terraform state rm aws_db_instance.database_main && "
        "terraform import aws_db_instance.database_main ledger-dev-main"
    )
    act.perform(at.target)
    assert home.missing() == ""


def test_cloudformation_knows_databases_by_name(tmp_path: Path) -> None:
    assert list(adopting.steps(site(tmp_path, "cloudformation"))) == []


@pytest.mark.parametrize(("engine", "times"), [("terraform", 2), ("cloudformation", 0)])
def test_a_person_with_terraform_is_told_to_do_the_same(tmp_path: Path, engine: str, times: int) -> None:
    at = site(tmp_path, engine)
    back = next(one for one in write(at.fleet, at.plan).scenarios if one.title.startswith("Back home"))
    assert sum("terraform import" in command for one in back.instructions for command in one.commands) == times
