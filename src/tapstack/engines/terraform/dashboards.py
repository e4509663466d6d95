"""Dashboards as modules say them: JSON in which Terraform fills in what it works out."""

from __future__ import annotations

from collections.abc import Sequence

from tapstack.engines import dashboards
from tapstack.engines.terraform.expressions import document
from tapstack.engines.terraform.unit import UnitModule
from tapstack.engines.terraform.watched import watched_of


def of_region(unit: UnitModule, alarms: Sequence[str]) -> str:
    """The dashboard of a region, with the state of the alarms with these names."""
    return document({"widgets": dashboards.of_region(watched_of(unit), alarms)})


def of_fleet(unit: UnitModule) -> str:
    """The dashboard of the fleet."""
    return document({"widgets": dashboards.of_fleet(watched_of(unit))})
