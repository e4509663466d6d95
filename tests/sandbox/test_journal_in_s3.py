"""A team's journal in the embedded S3: its conditions hold, and of two deployers one goes."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tapstack.errors import AwsError, LockedError
from tapstack.plan.model import Plan
from tapstack.rollout.entries import Outcome
from tapstack.rollout.places import open_journal
from tapstack.rollout.stores import ConflictError, S3Store
from tapstack.sandbox.control import Sandbox
from tapstack.targets.sandbox import SandboxTarget

BUCKET = "team-journals"


@pytest.fixture(scope="module")
def target(sandbox: Sandbox) -> SandboxTarget:
    target = SandboxTarget(sandbox)
    target.client("s3", "eu-west-1").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return target


def plan_of(fleet: str) -> Plan:
    unit = SimpleNamespace(id="regional/us-east-1", shape="home")
    return cast(
        "Plan",
        SimpleNamespace(
            fleet=fleet,
            environment="prod",
            engine="terraform",
            home="us-east-1",
            units=(unit,),
            unit=lambda _: unit,
        ),
    )


def test_conditions_hold_in_s3(target: SandboxTarget) -> None:
    store = S3Store(target.client("s3", "eu-west-1"), BUCKET, "conditions")
    first = store.write("name", b"one", None)
    second = store.write("name", b"two", first.version)
    attempts: list[Any] = [
        lambda: store.write("name", b"three", None),
        lambda: store.write("name", b"three", first.version),
        lambda: store.delete("name", first.version),
        lambda: store.write("absent", b"three", first.version),
    ]
    for attempt in attempts:
        with pytest.raises(ConflictError):
            attempt()
    found = store.read("name")
    assert found is not None
    assert (found.content, found.version) == (b"two", second.version)
    assert 0 <= found.age < 30
    store.delete("name", second.version)
    assert store.list("") == []


def test_a_deployment_is_told_in_the_region_of_the_bucket(target: SandboxTarget, tmp_path: Path) -> None:
    plan = plan_of("told")
    journal = open_journal(f"s3://{BUCKET}/{{fleet}}", tmp_path / "fleet.yaml", plan, target)
    with journal.lock("deploy") as held:
        record = journal.begin(verb="deploy", plan=plan, target=target, units=["regional/us-east-1"], digests={})
        with record.ending() as ending:
            held.check()
            with record.step("regional/us-east-1", "apply"):
                pass
            ending.succeeded()
    (deployment,) = journal.history()
    assert deployment.outcome is Outcome.DONE
    keys = [
        item["Key"]
        for item in target.client("s3", "eu-west-1").list_objects_v2(Bucket=BUCKET, Prefix="told/")["Contents"]
    ]
    assert len(keys) == 1, "the lock is gone"


def test_a_missing_bucket_is_named_with_the_command_that_makes_it(target: SandboxTarget, tmp_path: Path) -> None:
    with pytest.raises(AwsError, match="does not exist") as caught:
        open_journal("s3://nobody-made-this", tmp_path / "fleet.yaml", plan_of("shop"), target)
    assert caught.value.command == "aws s3api create-bucket --bucket nobody-made-this --region us-east-1"


DEPLOYER = """
    import sys, time
    from pathlib import Path
    from types import SimpleNamespace as Namespace
    from tapstack.errors import LockedError
    from tapstack.rollout.places import open_journal
    from tapstack.sandbox.control import attach
    from tapstack.targets.sandbox import SandboxTarget
    target = SandboxTarget(attach(sys.argv[1]))
    unit = Namespace(id="regional/us-east-1", shape="home")
    plan = Namespace(fleet="race", environment="prod", engine="terraform", home="us-east-1", unit=lambda _: unit)
    journal = open_journal("s3://team-journals", Path("fleet.yaml"), plan, target)
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        with journal.lock("deploy") as held:
            record = journal.begin(verb="deploy", plan=plan, target=target, units=[unit.id], digests={})
            with record.ending() as ending, record.step(unit.id, "apply"):
                held.check()
                print("holds", flush=True)
                sys.stdin.readline()
                ending.succeeded()
        print("done", flush=True)
    except LockedError as error:
        print(f"locked: {error.detail}", flush=True)
"""


def deployer(sandbox: Sandbox) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(DEPLOYER), sandbox.name]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_of_two_deployers_one_goes_and_a_killed_one_is_followed(
    sandbox: Sandbox, target: SandboxTarget, tmp_path: Path
) -> None:
    journal = open_journal(f"s3://{BUCKET}", tmp_path / "fleet.yaml", plan_of("race"), target)
    racers = [deployer(sandbox) for _ in range(2)]
    try:
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        said = {racer: racer.stdout.readline() for racer in racers if racer.stdout is not None}
        assert Counter(line.split(":")[0].strip() for line in said.values()) == {"holds": 1, "locked": 1}
        winner = next(racer for racer, line in said.items() if line == "holds\n")
        assert f"(process {winner.pid})" in next(line for line in said.values() if line.startswith("locked"))
        with pytest.raises(LockedError), journal.lock("destroy"):
            pytest.fail("it is held")
        winner.kill()
        winner.wait()
        notes: list[str] = []
        with journal.lock("deploy", say=notes.append) as held:
            held.check()
            unfinished = journal.unfinished()
            assert unfinished is not None
            assert [(step.unit, step.step) for step in unfinished.open] == [("regional/us-east-1", "apply")]
        assert f"(process {winner.pid})" in notes[0]
    finally:
        for racer in racers:
            racer.kill()
            racer.communicate()
