"""Makes valid fleets of every kind, as plain data: JSON is YAML, so a file is one `json.dumps` away."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tapstack.catalog.regions import REGIONS
from tapstack.fleet.fleet import Fleet
from tapstack.fleet.loading import FleetFile

Data = dict[str, Any]

COMMERCIAL = sorted(name for name, facts in REGIONS.items() if facts.partition == "aws")
NAMES = ("a", "web", "orders", "x1", "first-one", "b2b-shop")
GIVEN_BLOCKS = [f"10.{second}.0.0/16" for second in range(40)]

names = st.sampled_from(NAMES)
environments = st.lists(st.sampled_from(["dev", "staging", "prod", "live2", "qa"]), min_size=1, max_size=3, unique=True)


def some(values: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[Data]:
    return st.dictionaries(names, values, max_size=most)


buckets = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {"replication": st.sampled_from(["none", "from-home", "both-ways"])},
        optional={"encryption": st.sampled_from(["customer-key", "aws-key"]), "access_log": st.booleans()},
    ),
)
tables = st.fixed_dictionaries(
    {"partition_key": st.just("pk")},
    optional={
        "sort_key": st.just({"name": "sk", "type": "number"}),
        "scope": st.sampled_from(["global", "regional"]),
        "time_to_live": st.just("expires"),
    },
)
databases = st.one_of(
    st.fixed_dictionaries(
        {"engine": st.just("postgres")},
        optional={"multi_az": st.booleans(), "cross_region": st.booleans(), "password_rotation": st.none()},
    ),
    st.fixed_dictionaries(
        {"engine": st.just("aurora-mysql")},
        optional={"instances": st.integers(1, 3), "serverless": st.just({"minimum": 0.5, "maximum": 8})},
    ),
)


@st.composite
def fleets(draw: st.DrawFn, *, networked: bool | None = None) -> Data:
    """A fleet that holds: every name leads somewhere, every component has what it stands on."""
    regions = draw(st.lists(st.sampled_from(COMMERCIAL), min_size=1, max_size=6, unique=True))
    fleet: Data = {
        "fleet": draw(st.sampled_from(["shop", "a", "data-platform", "x-1-y"])),
        "regions": {region: {} for region in regions},
        "home": draw(st.sampled_from(regions)),
        "tags": {"CostCenter": "shop"},
        "engine": draw(st.sampled_from(["cloudformation", "terraform"])),
        "buckets": draw(some(buckets)),
        "tables": draw(some(tables)),
        "rollout": {"order": draw(st.sampled_from(["home-first", "standby-first"]))},
        "environments": {name: {} for name in draw(environments)},
    }
    has_network = draw(st.booleans()) if networked is None else networked
    if has_network:
        _network(draw, fleet, regions)
    _functions(draw, fleet, has_network)
    _entrances(draw, fleet, has_network)
    return fleet


def _network(draw: st.DrawFn, fleet: Data, regions: list[str]) -> None:
    zones = draw(st.integers(2, 4))
    fleet["network"] = {"zones": zones, "nat": draw(st.sampled_from(["none", "one", "per-zone"]))}
    blocks = draw(st.permutations(GIVEN_BLOCKS))
    for region in regions:
        if draw(st.booleans()):
            fleet["regions"][region]["cidr"] = blocks.pop()
        if draw(st.booleans()):
            fleet["regions"][region]["zones"] = 2
        if draw(st.booleans()):
            fleet["regions"][region]["weight"] = draw(st.integers(0, 255))
    fleet["databases"] = draw(some(databases))


def _functions(draw: st.DrawFn, fleet: Data, networked: bool) -> None:
    targets = [{"bucket": name} for name in fleet["buckets"]] + [{"table": name} for name in fleet["tables"]]
    fleet["functions"] = {
        name: {"inline": "x", "uses": draw(st.lists(st.sampled_from(targets), max_size=2)) if targets else []}
        for name in draw(st.lists(names, max_size=2, unique=True))
    }
    for name, function in fleet["functions"].items():
        if networked and fleet["databases"] and draw(st.booleans()):
            function |= {"in_network": True, "uses": [{"database": draw(st.sampled_from(sorted(fleet["databases"])))}]}
        if fleet["buckets"] and name != "a" and draw(st.booleans()):
            function["triggers"] = [{"bucket": draw(st.sampled_from(sorted(fleet["buckets"])))}]


def _entrances(draw: st.DrawFn, fleet: Data, networked: bool) -> None:
    if not fleet["functions"]:
        return
    function = draw(st.sampled_from(sorted(fleet["functions"])))
    answers: list[Data] = []
    if draw(st.booleans()):
        kind = draw(st.sampled_from(["rest", "http"]))
        fleet["apis"] = {"entry": {"kind": kind, "routes": {"GET /": {"function": function, "authorization": "none"}}}}
        answers.append({"api": "entry"})
    if networked and draw(st.booleans()):
        fleet["load_balancers"] = {"entry": {"default": function}}
        answers.append({"load_balancer": "entry"})
    if answers:
        routing = st.sampled_from(["failover", "latency", "weighted"])
        fleet["dns"] = {
            "zone": "shop.example",
            "names": {f"n{number}": {**answer, "routing": draw(routing)} for number, answer in enumerate(answers)},
        }


def as_file(data: Data) -> FleetFile:
    """The same as a file."""
    return FleetFile.parse(json.dumps(data).encode())


def read(data: Data, environment: str) -> Fleet:
    """The fleet of an environment; fails where the strategy has made one that does not hold."""
    described = as_file(data).describe(environment)
    assert described.fleet is not None, described.findings
    assert described.findings == (), described.findings
    return described.fleet
