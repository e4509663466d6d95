"""Which of several PostgreSQL instances is the writer: asked of AWS, never remembered."""

from __future__ import annotations

from typing import Any

import pytest

from tapstack.errors import RefusedError
from tapstack.failover import routing
from tapstack.failover.instances import LONGEST_IDENTIFIER, Instance, Members, writer
from tapstack.failover.routing import Check


def instance(region: str, *, source: str = "", status: str = "available", is_fenced: bool = False) -> Instance:
    described = {"DbiResourceId": "db-0123456789ABCDEF"}
    return Instance(region, "shop-prod-main", status, source, "group", is_fenced, (), described)


def members(*found: Instance) -> Members:
    return Members("main", "shop-prod-main", {one.region: one for one in found}, {}, {})


class NoSite:
    """Nothing is to be asked."""


def of(*found: Instance) -> str:
    site: Any = NoSite()
    return writer(site, members(*found))


def test_the_one_that_follows_nobody_writes() -> None:
    assert of(instance("a"), instance("b", source="a")) == "a"


def test_fenced_or_not_the_only_one_on_its_own_is_still_the_writer() -> None:
    assert of(instance("a", is_fenced=True), instance("b", source="a")) == "a"


def test_of_two_on_their_own_the_fenced_one_has_been_left() -> None:
    assert of(instance("a", is_fenced=True), instance("b")) == "b"


def test_of_two_on_their_own_the_stopped_one_has_been_left() -> None:
    assert of(instance("a", status="stopped"), instance("b")) == "b"


def test_a_region_that_came_back_unfenced_is_known_by_where_clients_are_not_led(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checks = (Check("app", "app.example", "a", "1", ""), Check("app", "app.example", "b", "2", ""))
    monkeypatch.setattr(routing, "find", lambda _: checks)
    monkeypatch.setattr(routing, "is_held", lambda _, check: check.region == "a")
    assert of(instance("a"), instance("b")) == "b"


def test_two_writers_that_nothing_tells_apart_are_refused_with_both_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "find", lambda _: ())
    with pytest.raises(RefusedError, match="a, b"):
        of(instance("a"), instance("b"))


def test_what_is_set_aside_keeps_a_name_that_rds_allows() -> None:
    long = Instance("a", "x" * 60, "available", "", "", False, (), {"DbiResourceId": "db-0123456789ABCDEF"})
    assert len(long.aside) <= LONGEST_IDENTIFIER
    assert long.aside.endswith("-aside-abcdef")
    assert long.aside != Instance("a", "x" * 60, "", "", "", False, (), {"DbiResourceId": "db-9"}).aside
