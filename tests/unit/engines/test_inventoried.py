"""Every type that the engine emits, and every one that the sandbox's walks create, is read by the inventory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from inventory import LISTINGS, covered
from ruamel.yaml import YAML

WALKS = Path(__file__).parents[2] / "sandbox" / "resource_types"

NO_RESOURCE = frozenset({"AWS::CloudFormation::CustomResource", "AWS::CloudFormation::WaitConditionHandle"})
"""Types that leave nothing in the account that a service could tell of."""


@pytest.fixture(scope="module")
def emitted(example_templates: Any, golden_templates: Any) -> set[str]:
    return {
        resource["Type"]
        for made in (*example_templates, *golden_templates)
        for resource in made.data.get("Resources", {}).values()
    }


def walked() -> set[str]:
    """Every type that stands at the head of a walk."""
    yaml = YAML(typ="safe", pure=True)
    walks = [yaml.load(file) for file in sorted(WALKS.glob("*.yaml"))]
    return {
        kind for walk in walks for one in (walk if isinstance(walk, list) else [walk]) for kind in one.get("types", ())
    }


def test_every_type_that_the_engine_emits_is_read(emitted: set[str]) -> None:
    assert sorted(emitted - covered() - NO_RESOURCE) == []


def test_every_type_that_the_sandbox_walks_is_read() -> None:
    types = walked()
    assert len(types) > 50
    assert sorted(types - covered()) == []


def test_what_is_said_to_leave_nothing_is_emitted(emitted: set[str]) -> None:
    assert not NO_RESOURCE - emitted
    assert not NO_RESOURCE & covered()


def test_no_two_listings_read_the_same_kind() -> None:
    kinds = [below.kind for listing in LISTINGS for below in listing.kinds()]
    assert len(kinds) == len(set(kinds))
