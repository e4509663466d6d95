"""Each CDK example through the verbs, as a person goes: from nothing, through change and drift, to nothing again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from inventory import left_over
from rollouts import tapstack

from tapstack.sandbox.control import Sandbox

EXAMPLES = Path(__file__).parents[2] / "examples"
SANDBOX_OPTIONS = {"clock_factor": 20}
CHANGES = 2


@dataclass(frozen=True)
class Walk:
    """An example, a change of its file with what it does to resources, and a change by hand with where it shows."""

    example: str
    regions: tuple[str, str]
    old: str
    new: str
    changes: dict[str, str]
    by_hand: Callable[[Callable[[str], Any]], None]
    drifted: str


def _less_patience(client: Callable[[str], Any]) -> None:
    function = "aurora-failover-dev-web"
    client("lambda").update_function_configuration(FunctionName=function, Timeout=3)


def _more_memory(client: Callable[[str], Any]) -> None:
    client("lambda").update_function_configuration(FunctionName="serverless-api-dev-hello", MemorySize=512)


def _forget_sooner(client: Callable[[str], Any]) -> None:
    groups = client("logs").describe_log_groups(logGroupNamePrefix="/tapstack/web-platform-dev-functions/")["logGroups"]
    client("logs").put_retention_policy(logGroupName=groups[0]["logGroupName"], retentionInDays=1)


WALKS = [
    Walk(
        "serverless-api",
        ("us-east-1", "us-west-1"),
        "timeout: 10s",
        "timeout: 11s",
        {"FunctionHello": "change"},
        _more_memory,
        "MemorySize",
    ),
    Walk(
        "aurora-failover",
        ("us-east-1", "us-west-2"),
        "timeout: 10s",
        "timeout: 11s",
        {"FunctionWeb": "change"},
        _less_patience,
        "Timeout",
    ),
    Walk(
        "web-platform",
        ("us-east-1", "us-west-2"),
        "memory: 128",
        "memory: 256",
        {"FunctionPrimary": "change", "FunctionSecondary": "change"},
        _forget_sooner,
        "RetentionInDays",
    ),
]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.example)
def test_an_example_goes_from_nothing_through_change_and_drift_to_nothing(
    sandbox: Sandbox, tmp_path: Path, walk: Walk
) -> None:
    sandbox.reset()
    folder = tmp_path / walk.example
    shutil.copytree(EXAMPLES / walk.example, folder, ignore=shutil.ignore_patterns(".tapstack"))
    file = folder / "fleet.yaml"

    def run(verb: str, *arguments: str, expect: int = 0) -> Any:
        return tapstack(verb, "--json", *arguments, file=file, sandbox=sandbox.name, expect=(expect,)).data

    planned = run("plan", expect=CHANGES)
    assert {change["action"] for change in planned["changes"] if change["unit_kind"] != "links"} == {"add"}
    assert run("deploy", "--yes")["outcome"] == "done"
    outputs = run("outputs")
    assert set(outputs) == set(walk.regions)
    assert all(outputs[region] for region in walk.regions)
    assert run("plan")["changes"] == []
    assert run("deploy", "--yes")["outcome"] == "unchanged"

    file.write_text(file.read_text().replace(walk.old, walk.new))
    changes = run("plan", expect=CHANGES)["changes"]
    assert {change["name"]: change["action"] for change in changes} == walk.changes
    assert {tuple(change["regions"]) for change in changes} == {walk.regions}, "the same change is shown once"
    run("deploy", "--yes")
    assert run("plan")["changes"] == []
    assert not run("drift")["drifted"]

    walk.by_hand(lambda service: sandbox.client(service, walk.regions[1]))
    units = run("drift", expect=CHANGES)["units"]
    assert {(unit, one["property"]) for unit, told in units.items() for one in told["found"]} == {
        (f"regional/{walk.regions[1]}", walk.drifted)
    }

    kept = run("destroy", "--yes")["retained"]
    # AWS keeps keys for some days; the account's setting for API Gateway's logs, and its role, serve other APIs too.
    assert all("KMS::Key" in one["kind"] or "ApiGateway" in one["identity"] for one in kept), kept
    assert all("ApiGatewayLog" in path for path in left_over(sandbox, walk.regions).things)
    assert run("destroy", "--yes")["retained"] == kept, "who asks again is told again"
