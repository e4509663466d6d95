"""Environments: mappings merge, anything else replaces, null takes away; places follow what was said last."""

from __future__ import annotations

import pytest

from tapstack.fleet.loading import Description, FleetFile

TEXT = """\
fleet: shop
home: us-east-1
regions: {us-east-1: {}, us-west-2: {zones: 2}}
required_tags: [Environment, CostCenter]
network: {zones: 3, nat: per-zone}
databases:
  main: {engine: postgres, password_rotation: 10d}
  spare: {engine: postgres}
functions: {f: {inline: x}}
apis: {a: {routes: {GET /: f}}}
dns: {zone: shop.example, names: {api: {api: a, health_check: {path: /up}}}}
environments:
  dev:
    network: {nat: one}
    required_tags: [Environment]
    databases:
      spare: null
      main: {password_rotation: null, storage_gib: 1}
    dns: {names: {api: {health_check: null}}}
    buckets: {only-here: {}}
  prod:
  live: {}
"""


def described(environment: str, text: str = TEXT) -> Description:
    return FleetFile.parse(text.encode(), "f").describe(environment)


def mended(environment: str) -> Description:
    found = described(environment, TEXT.replace("storage_gib: 1}", "storage_gib: 100}"))
    assert found.findings == ()
    assert found.fleet is not None
    return found


def test_mappings_merge_key_by_key() -> None:
    fleet = mended("dev").fleet
    assert fleet.network.nat == "one"
    assert fleet.network.zones == 3
    assert fleet.databases["main"].storage_gib == 100
    assert list(fleet.buckets) == ["only-here"]


def test_lists_are_replaced() -> None:
    assert mended("dev").fleet.required_tags == ("Environment",)


def test_null_takes_a_component_away() -> None:
    assert list(mended("dev").fleet.databases) == ["main"]


def test_null_is_itself_where_it_means_something() -> None:
    fleet = mended("dev").fleet
    assert fleet.databases["main"].password_rotation is None
    assert fleet.dns.names["api"].health_check is None


@pytest.mark.parametrize("environment", ["prod", "live"])
def test_an_environment_that_says_nothing_is_as_the_rest(environment: str) -> None:
    fleet = mended(environment).fleet
    assert fleet.network.nat == "per-zone"
    assert list(fleet.databases) == ["main", "spare"]


def test_a_mistake_in_an_override_has_the_overrides_place() -> None:
    (finding,) = described("dev").findings
    assert finding.path == ("environments", "dev", "databases", "main", "storage_gib")
    assert str(finding.where) == "f:18:39"
    assert described("prod").findings == ()


def test_places_follow_what_was_said_last() -> None:
    dev = mended("dev")
    assert dev.place(("network", "nat"))[1].line == 14
    assert dev.place(("network", "zones"))[1].line == 5
    assert dev.place(("required_tags", 0))[1].line == 15
    assert mended("prod").place(("network", "nat"))[1].line == 5


def test_a_file_without_environments_has_one() -> None:
    assert FleetFile.parse(b"fleet: shop\n").environments == ("dev",)
    assert FleetFile.parse(b"environments: {}\n").environments == ("dev",)
