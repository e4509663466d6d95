"""Templates of small fleets, written in a test itself."""

from __future__ import annotations

from typing import Any

from tapstack.engines.cloudformation.templates import build
from tapstack.engines.cloudformation.unit import Code
from tapstack.fleet.loading import FleetFile
from tapstack.plan.planning import make

HEAD = """
fleet: shop
tags: {CostCenter: x}
"""
NO_CODE = Code("0" * 64 + ".zip")


class Template:
    """One template, with what tests ask of it."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """All resources by logical ID."""
        found: dict[str, dict[str, Any]] = self.data["Resources"]
        return found

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of all resources of a type, by logical ID."""
        return {name: each["Properties"] for name, each in self.resources.items() if each["Type"] == f"AWS::{kind}"}

    def one(self, kind: str) -> dict[str, Any]:
        """The properties of the only resource of a type."""
        (found,) = self.of(kind).values()
        return found

    def exceptions(self, logical: str) -> set[str]:
        """The checks of checkov that a resource acknowledges."""
        skipped = self.resources[logical].get("Metadata", {}).get("checkov", {}).get("skip", [])
        return {each["id"] for each in skipped}


def templates(text: str, environment: str = "test", *, home: str = "us-east-1") -> dict[str, Template]:
    """The templates of a fleet by shape; `text` says what its regions have, two of them unless it says which."""
    regions = "" if "\nregions:" in text else "regions: {us-east-1: {}, eu-west-1: {}}\n"
    described = FleetFile.parse(f"{HEAD}home: {home}\n{regions}{text}".encode()).describe(environment)
    assert described.fleet is not None, described.findings
    plan = make(described.fleet, environment)
    built = build(described.fleet, plan, dict.fromkeys(described.fleet.functions, NO_CODE))
    return {each.shape: Template(dict(each.data)) for each in built}


def regional(text: str, environment: str = "test") -> Template:
    """The template of every region."""
    return templates(text, environment)["regional"]
