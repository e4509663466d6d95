"""What is drawn of a fleet, and the same as Mermaid text."""

from __future__ import annotations

import re
from pathlib import Path

from fleets import as_file, fleets, read
from hypothesis import given, settings

from tapstack.fleet.loading import FleetFile
from tapstack.plan.planning import make
from tapstack.views.report.mermaid import as_mermaid
from tapstack.views.report.topology import Role, Topology, in_words, topology

ROOT = Path(__file__).parents[4]


def example(name: str) -> Topology:
    described = FleetFile.read(ROOT / "examples" / name / "fleet.yaml").describe("prod")
    assert described.fleet is not None
    return topology(described.fleet, make(described.fleet, "prod"))


def test_the_home_comes_first() -> None:
    assert [region.name for region in example("data-platform").regions] == ["us-east-1", "eu-west-1", "us-east-2"]


def test_a_name_under_failover_says_how_long_an_outage_lasts() -> None:
    (name,) = example("web-platform").names
    assert name.name == "app.web-platform.example"
    assert name.label == "failover 10 s × 3 + 60 s"  # noqa: RUF001 - a sign of multiplication is meant
    assert name.roles == {"us-east-1": Role.ANSWERS, "us-west-2": Role.TAKES_OVER}
    assert ("an outage lasts", "30 s until it is believed, 60 s until clients ask again") in name.details


def test_under_latency_every_region_answers() -> None:
    (name,) = example("data-platform").names
    assert set(name.roles.values()) == {Role.ANSWERS}


def test_a_name_without_a_health_check_says_so() -> None:
    file = FleetFile.read(ROOT / "examples/web-platform/fleet.yaml")
    fleet = file.describe("prod").fleet
    assert fleet is not None and fleet.dns is not None
    names = {label: name.model_copy(update={"health_check": None}) for label, name in fleet.dns.names.items()}
    fleet = fleet.model_copy(update={"dns": fleet.dns.model_copy(update={"names": names})})
    (name,) = topology(fleet, make(fleet, "prod")).names
    assert name.label == "failover, no health check"


def test_what_is_copied_and_how_far_behind_it_is() -> None:
    web = {copy.component: (copy.label, copy.sources) for copy in example("web-platform").copies}
    assert web == {
        "databases.main": ("replicas, ~30 s", ("us-east-1",)),
        "tables.items": ("both ways, ~1 s", ("us-east-1", "us-west-2")),
        "buckets.uploads": ("both ways, minutes", ("us-east-1", "us-west-2")),
    }
    data = {copy.component: (copy.label, copy.destinations) for copy in example("data-platform").copies}
    assert data["databases.main"] == ("global, ~1 s", ("eu-west-1", "us-east-2"))
    assert data["buckets.data"] == ("from home, minutes", ("eu-west-1", "us-east-2"))


def test_the_writer_is_at_home() -> None:
    facts = {
        region.name: part.fact
        for region in example("aurora-failover").regions
        for part in region.components
        if part.id == "databases.main"
    }
    assert facts == {"us-east-1": "Aurora writer", "us-west-2": "Aurora reader"}


def test_one_region_copies_nothing() -> None:
    file = FleetFile.parse(
        b'{"fleet":"a","regions":{"us-east-1":{}},"home":"us-east-1","tables":{"t":{"partition_key":"p"}}}'
    )
    fleet = file.describe(file.environments[0]).fleet
    assert fleet is not None
    assert topology(fleet, make(fleet, file.environments[0])).copies == ()


def test_times_in_words() -> None:
    assert [in_words(seconds) for seconds in (0, 60, 90, 120, 3600, 7200, 86400, 604800)] == [
        "0 s", "60 s", "90 s", "2 min", "60 min", "2 h", "24 h", "7 d",
    ]  # fmt: skip


def test_mermaid_of_an_example() -> None:
    lines = as_mermaid(example("aurora-failover")).splitlines()
    assert lines[0] == "flowchart TB"
    assert '  name0(["app.aurora-failover.example"])' in lines
    assert '  subgraph in_us_east_1["us-east-1, home, 10.0.0.0/16"]' in lines
    assert any(
        re.fullmatch(r'  name0 -\.->\|"failover .*takes over"\| in_us_west_2__load_balancers_web', line)
        for line in lines
    )
    assert '  in_us_east_1__databases_main -->|"global, ~1 s"| in_us_west_2__databases_main' in lines
    assert lines.count("  end") == 2


NODE = re.compile(r'^ +(\w+)(?:\(\["|\[")')
ARROW = re.compile(r'^  (\w+) (?:-->|-\.->|<-->)\|"[^"]*"\| (\w+)$')


@given(fleets())
@settings(deadline=None)
def test_mermaid_of_random_fleets_is_well_formed(data: dict[str, object]) -> None:
    environment = as_file(data).environments[0]
    fleet = read(data, environment)
    drawn = topology(fleet, make(fleet, environment))
    nodes: list[str] = []
    depth = 0
    for line in as_mermaid(drawn).splitlines()[1:]:
        arrow = ARROW.match(line)
        if line.startswith("  subgraph "):
            depth += 1
            nodes.append(line.split()[1].partition("[")[0])
        elif line == "  end":
            depth -= 1
        elif arrow:
            assert set(arrow.groups()) <= set(nodes), line
        else:
            node = NODE.match(line)
            assert node, line
            nodes.append(node[1])
    assert depth == 0
    assert len(nodes) == len(set(nodes))
    assert len(nodes) == len(drawn.names) + sum(1 + len(region.components) for region in drawn.regions)
