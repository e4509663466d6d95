"""From a file to a fleet: every mistake is found at once, at its place, in the words of the description."""

from __future__ import annotations

from pathlib import Path

import pytest

from tapstack.errors import UnknownEnvironmentError
from tapstack.findings import Finding
from tapstack.fleet.loading import FleetFile
from tapstack.fleet.wording import WANTED

HEAD = "fleet: shop\nhome: us-east-1\nregions: {us-east-1: {}}\n"


def findings_of(text: str, environment: str = "dev") -> list[Finding]:
    return list(FleetFile.parse(text.encode(), "f").describe(environment).findings)


def only(text: str, environment: str = "dev") -> Finding:
    (finding,) = findings_of(HEAD + text, environment)
    assert finding.where.line >= 4 or finding.path[0] in ("home", "regions")
    return finding


MISTAKES = {
    "an unknown key": ("netwrok: {}\n", "4:1", "no key 'netwrok'", "", "Did you mean 'network'?"),
    "an unknown key inside": (
        "functions:\n  a: {inline: x, timout: 3s}\n",
        "5:18",
        "no key 'timout'",
        "timeout",
        "Did you mean 'timeout'?",
    ),
    "an unknown key of a component named like a key": (
        "functions:\n  code: {inline: x, timout: 3s}\n",
        "5:21",
        "no key 'timout'",
        "timeout",
        "Did you mean 'timeout'?",
    ),
    "a missing key": (
        "databases: {a: {engine: postgres}}\ntables: {b: {}}\n",
        "5:10",
        "`partition_key` is missing",
        "",
        "",
    ),
    "a choice": (
        "engine: terrafrom\n",
        "4:1",
        "'terrafrom' is not possible",
        "cloudformation or terraform",
        "terraform",
    ),
    "no engine": ("databases: {a: {}}\n", "4:13", "does not say its `engine`", "postgres", ""),
    "an unknown engine": ("databases: {a: {engine: postgress}}\n", "4:13", "'postgress' is no engine", "", "postgres"),
    "no unit": ("objectives: {rto: 90}\n", "4:14", "`rto` does not fit", "90s, 90m, 90h or 90d", ""),
    "no duration": ("objectives: {rto: soon}\n", "4:14", "`rto` does not fit", "30s, 5m, 1h or 7d", ""),
    "foreign digits": ("objectives: {rto: ٣m}\n", "4:14", "`rto` does not fit", "not a duration", ""),
    "a wrong interval": (
        (
            "functions: {f: {inline: x}}\napis: {a: {routes: {GET /: f}}}\n"
            "dns: {zone: a.de, names: {a: {api: a, health_check: {interval: 20s}}}}\n"
        ),
        "6:54",
        "'20s' is not possible",
        "10s or 30s",
        "",
    ),
    "a block with host bits": ("network: {pool: 10.0.0.1/16}\n", "4:11", "", "the block itself is 10.0.0.0/16", ""),
    "a block without a length": ("network: {pool: 10.0.0.0}\n", "4:11", "", "10.0.0.0/16", ""),
    "a number as a block": ("network: {pool: 10}\n", "4:11", "", "not an IPv4 block", ""),
    "no block at all": ("network: {pool: everything}\n", "4:11", "", "not an IPv4 block", ""),
    "a bad name": ("buckets: {My_Bucket: {}}\n", "4:11", "'My_Bucket' is not a possible name", "lower-case", ""),
    "a long name": (f"buckets: {{{'a' * 31}: {{}}}}\n", "4:11", "too long", "30 characters", ""),
    "a number as text": ("dns: {zone: 5}\n", "4:7", "must be a text", "", "'5'"),
    "a version as number": (
        "databases: {a: {engine: postgres, version: 17.10}}\n",
        "4:35",
        "must be a text",
        "takes it for a number",
        "'17.10'",
    ),
    "true as text": ("dns: {zone: true}\n", "4:7", "must be a text", "truth value", "'true'"),
    "text as number": ("network: {zones: three}\n", "4:11", "'three' does not fit `zones`", "a whole number", ""),
    "part of a zone": ("network: {zones: 2.5}\n", "4:11", "'2.5' does not fit", "a whole number", ""),
    "too many zones": ("network: {zones: 5}\n", "4:11", "'5' does not fit", "less than or equal to 4", ""),
    "text as truth": ("production: perhaps\n", "4:1", "'perhaps' does not fit", "true or false", ""),
    "nothing": ("description:\n", "4:1", "`description` says nothing", "a text", ""),
    "a list for a mapping": ("buckets: [a]\n", "4:1", "`buckets` must be a mapping", "", ""),
    "a word for a list": ("required_tags: CostCenter\n", "4:1", "does not fit `required_tags`", "a list", ""),
    "an empty list": ("network: {tiers: []}\n", "4:11", "`tiers` is empty", "", ""),
    "no day": (
        "acknowledged: [{rule: open-api, reason: because it may, until: soon}]\n",
        "4:57",
        "'soon' does not fit `until`",
        "2027-01-31",
        "",
    ),
    "a short reason": ("acknowledged: [{rule: open-api, reason: so}]\n", "4:33", "too short", "10 characters", ""),
    "a bad account": ("account: 123\n", "4:1", "'123' does not fit", "twelve digits", ""),
    "two sources": ("functions: {a: {inline: x, code: y}}\n", "4:13", "does not hold together", "exactly one", ""),
    "replication without versions": (
        "buckets: {a: {versioned: false, replication: both-ways}}\n",
        "4:11",
        "does not hold together",
        "versions, not objects",
        "",
    ),
    "an endless number": (f"account: {'9' * 5000}\n", "4:1", "…' does not fit", "twelve digits", ""),
    "an endless version": (
        f"databases: {{a: {{engine: aurora-mysql, version: 8.0.mysql_aurora.3.{'9' * 5000}.1}}}}\n",
        "4:39",
        "…' does not fit `version`",
        "",
        "",
    ),
    "infinity": (
        "databases: {a: {engine: aurora-mysql, serverless: {minimum: 1e999}}}\n",
        "4:52",
        "'1e999' does not fit",
        "256",
        "",
    ),
    "an unknown home": (
        "environments: {dev: {home: us-east-2}}\n",
        "4:22",
        "no region 'us-east-2'",
        "us-east-1",
        "us-east-1",
    ),
    "a home that an environment takes away": (
        "environments: {dev: {home: null}}\n",
        "4:22",
        "`home` is missing",
        "",
        "",
    ),
    "an unknown bucket": (
        "buckets: {uploads: {}}\nfunctions: {a: {inline: x, uses: [{bucket: upload}]}}\n",
        "5:36",
        "no bucket 'upload'",
        "uploads",
        "Did you mean 'uploads'?",
    ),
    "an unknown table": (
        "functions: {a: {inline: x, triggers: [{table: t}]}}\n",
        "4:40",
        "no table 't'",
        "has none",
        "",
    ),
    "an unknown function": ("apis: {a: {routes: {GET /: f}}}\n", "4:21", "no function 'f'", "", ""),
    "an unknown target": ("network: {}\nload_balancers: {a: {default: f}}\n", "5:22", "no function 'f'", "", ""),
    "an unknown API": ("dns: {zone: a.de, names: {x: {api: y}}}\n", "4:31", "no API 'y'", "", ""),
    "an unknown output": ("outputs: {A: buckets.b.name}\n", "4:11", "no bucket 'b'", "", ""),
    "an impossible output": ("outputs: {A: b.c}\n", "4:11", "'b.c' names no output", "Possible forms", ""),
    "a database without a network": (
        "databases: {a: {engine: postgres}}\n",
        "4:13",
        "needs a network",
        "network: {}",
        "",
    ),
    "a tier that is not there": (
        "network: {tiers: [public], nat: none}\ndatabases: {a: {engine: postgres}}\n",
        "5:13",
        "needs a tier",
        "isolated or private",
        "",
    ),
    "gateways without a public tier": (
        "network: {tiers: [private]}\n",
        "4:1",
        "NAT gateways need a public tier",
        "",
        "",
    ),
    "an environment with a hyphen": ("environments: {my-dev: {}}\n", "4:16", "'my-dev' cannot be", "no hyphens", ""),
    "an environment that is a list": ("environments: {dev: []}\n", "4:16", "'dev' must be a mapping", "", ""),
    "environments as a list": ("environments: [dev]\n", "4:1", "`environments` must be a mapping", "", ""),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_at_its_place_with_a_way_out(name: str) -> None:
    text, place, summary, detail, fix = MISTAKES[name]
    finding = only(text)
    assert summary in finding.summary
    assert detail in finding.detail
    assert fix in finding.fix
    assert str(finding.where) == f"f:{place}"
    assert len(finding.summary) + len(finding.detail) < 600, "an error is no place for a file's content"


def test_every_mistake_is_found_at_once() -> None:
    text = "fleet: My Shop\nhom: us-east-1\nregions: {us-east-1: {zones: 9, cdir: x}}\nnetwork: {nat: some}\n"
    found = {(str(finding.where), finding.path) for finding in findings_of(text)}
    assert found == {
        ("f:1:1", ("fleet",)),
        ("f:1:1", ("home",)),
        ("f:2:1", ("hom",)),
        ("f:3:23", ("regions", "us-east-1", "zones")),
        ("f:3:33", ("regions", "us-east-1", "cdir")),
        ("f:4:11", ("network", "nat")),
    }


def test_numbers_null_and_truth_values_may_be_keys_and_are_taken_as_text() -> None:
    found = findings_of(HEAD + "1: a\nnull: b\ntrue: c\n1.5: d\n2026-01-01: e\n")
    assert [finding.path for finding in found] == [("1",), ("null",), ("true",), ("1.5",), ("2026-01-01",)]


def test_tags_and_variables_keep_what_was_written() -> None:
    fleet = FleetFile.parse(f"{HEAD}tags: {{A: 1.10, B: 012, C: true, D: 7}}\n".encode()).describe("dev").fleet
    assert fleet is not None
    assert dict(fleet.tags) == {"A": "1.10", "B": "012", "C": "true", "D": "7"}


def test_an_account_may_be_written_as_a_number() -> None:
    fleet = FleetFile.parse(f"{HEAD}account: 123456789012\n".encode()).describe("dev").fleet
    assert fleet is not None
    assert fleet.account == "123456789012"


def test_the_environment_asked_for_must_exist() -> None:
    file = FleetFile.parse(f"{HEAD}environments: {{dev: {{}}, prod: {{}}}}\n".encode())
    assert file.choose(None) == "dev"
    with pytest.raises(UnknownEnvironmentError, match="Did you mean 'prod'") as raised:
        file.choose("prdo")
    assert "dev, prod" in raised.value.detail


def test_a_broken_file_is_reported_as_broken_whatever_the_environment() -> None:
    file = FleetFile.parse(b"environments: [")
    assert file.describe(file.choose("prod")).findings[0].summary == "The file is not valid YAML."


def test_code_must_lie_where_it_is_said_to(tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text(
        HEAD + "functions:\n"
        "  none: {code: functions/none}\n"
        "  empty: {code: functions/empty, handler: app.main}\n"
        "  full: {code: functions/full}\n"
        f"  long: {{code: {'x' * 5000}}}\n"
        f"  node: {{code: functions/node, runtime: nodejs24.x}}\n"
    )
    for folder in ("empty", "full", "node"):
        (tmp_path / "functions" / folder).mkdir(parents=True)
    (tmp_path / "functions/full/index.py").touch()
    (tmp_path / "functions/node/index.mjs").touch()
    found = FleetFile.read(tmp_path / "fleet.yaml").describe("dev").findings
    assert [(finding.path[1], finding.where.line) for finding in found] == [("none", 5), ("empty", 6), ("long", 8)]
    assert "app.py" in found[1].summary


def test_the_words_are_of_types_that_pydantic_has() -> None:
    from typing import get_args

    from pydantic_core.core_schema import ErrorType

    assert set(WANTED) - {"ip_v4_address"} <= set(get_args(ErrorType)), "a type that pydantic no longer has"
