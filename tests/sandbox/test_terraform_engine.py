"""The terraform engine against the embedded AWS: what it shows is what it does, whatever went wrong before."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from terraform import configuration, is_installed

from tapstack.engines.engine import Action, Progress, Retained, Standing, UnitChanges, unguarded
from tapstack.engines.terraform import plugins, recovery, running
from tapstack.engines.terraform.engine import Terraform
from tapstack.engines.terraform.manifest import STACKS
from tapstack.engines.terraform.progress import BEGAN
from tapstack.engines.terraform.site import RUNS, SYNTHESIS
from tapstack.errors import DeploymentError, LockedError, RefusedError
from tapstack.fleet.loading import FleetFile
from tapstack.plan.model import Plan, Unit, UnitKind
from tapstack.plan.planning import make
from tapstack.sandbox.control import Sandbox
from tapstack.targets.sandbox import SandboxTarget

pytestmark = pytest.mark.skipif(not is_installed(), reason="there is no `terraform` on PATH")

HOME = "us-east-1"
REGIONAL = f"regional/{HOME}"
STACK = f"tap-stack-{HOME}"
BUCKET = f"terraform-state-000000000000-dev-{HOME}"
KEY = f"infrastructure/{HOME}/terraform.tfstate"
MARK = f"{KEY}.tapstack.json"
FLEET = """
fleet: shop
environments: {dev: {}}
tags: {CostCenter: x}
regions: {us-east-1: {}}
home: us-east-1
engine: terraform
protection: {deletion: false, when_removed: destroy}
observability: {alarms: false, dashboards: false}
terraform: {key: "infrastructure/{region}/terraform.tfstate"}
tables:
  carts: {scope: regional, encryption: aws-key, partition_key: {name: id, type: string}}
"""
KEPT = FLEET.replace("{deletion: false, when_removed: destroy}", "{deletion: true, when_removed: retain}")
MORE = FLEET + "  orders: {scope: regional, encryption: aws-key, partition_key: {name: id, type: string}}\n"
NOBODY = "nobody@elsewhere"


class Deployer:
    """A fleet's file and the engine for it. Its regional unit needs nothing of the others: so tests are quick."""

    def __init__(self, sandbox: Sandbox, folder: Path, text: str = FLEET) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.told: list[Progress] = []
        self.write(text)

    def write(self, text: str) -> None:
        """Describe the fleet anew; a new engine, as in a new run that may change something."""
        self.engine = self.look(text)
        self.engine.guard(unguarded)
        self.engine.prepare()

    def look(self, text: str) -> Terraform:
        """Describe the fleet anew; an engine as in a run that only looks."""
        file = self.folder / "fleet.yaml"
        file.write_text(text)
        described = FleetFile.read(file).describe("dev")
        assert described.fleet is not None, described.findings
        self.plan: Plan = make(described.fleet, "dev")
        return Terraform(
            described.fleet, self.plan, SandboxTarget(self.sandbox), source=self.folder, folder=self.folder / "out"
        )

    @property
    def unit(self) -> Unit:
        return self.plan.unit(REGIONAL)

    def standing(self) -> Standing:
        return self.engine.inspect([self.unit])[REGIONAL]

    def preview(self) -> UnitChanges:
        return self.engine.preview(self.unit)

    def apply(self, shown: UnitChanges | None = None) -> None:
        self.engine.apply(self.unit, shown or self.preview(), self.told.append)

    def deploy(self, text: str) -> None:
        self.write(text)
        shown = self.preview()
        self.engine.publish([HOME])
        if not shown.is_empty or shown.standing is not Standing.STANDS:
            self.apply(shown)

    def settle(self) -> Standing:
        return self.engine.settle(self.unit, self.told.append)

    def remove(self, *, delete_data: bool = False) -> tuple[Retained, ...]:
        return self.engine.remove(self.unit, self.told.append, delete_data=delete_data)

    def leave_killed_run(self, at: str) -> None:
        """As if a Terraform had begun then and been killed."""
        (self.notes / running.STARTED).write_text(json.dumps({"pid": 1, "began": "never", "at": at}))

    def is_making(self) -> bool:
        """Whether a Terraform is at work, and tells that it has begun to make something."""
        if running.alive(self.notes) is None:
            return False
        return any(event.get("type") == BEGAN for event in running.Tail(running.telling(self.notes)).read())

    @property
    def s3(self) -> Any:
        return self.sandbox.client("s3", HOME)

    @property
    def dynamodb(self) -> Any:
        return self.sandbox.client("dynamodb", HOME)

    @property
    def tables(self) -> list[str]:
        return sorted(name for name in self.dynamodb.list_tables()["TableNames"] if name.startswith("shop-"))

    def state(self) -> Any:
        return json.loads(self.get(KEY))

    def put(self, key: str, content: str) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=content.encode())

    def get(self, key: str) -> bytes:
        return bytes(self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def lock(self, who: str, lock_id: str = "11111111-2222-3333-4444-555555555555") -> None:
        info = {"ID": lock_id, "Who": who, "Operation": "OperationTypeApply", "Created": "2026-01-01T00:00:00Z"}
        self.put(f"{KEY}.tflock", json.dumps(info))

    @property
    def stack(self) -> Path:
        return self.folder / "out" / SYNTHESIS / STACKS / STACK

    @property
    def notes(self) -> Path:
        return self.folder / "out" / RUNS / STACK

    def notes_told(self) -> str:
        return " ".join(progress.note for progress in self.told)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One folder for all tests: what Terraform has fetched is not fetched again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TF_CLI_CONFIG_FILE", configuration())
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield tmp_path_factory.mktemp("fleet")


@pytest.fixture
def fresh(sandbox: Sandbox, home: Path) -> Deployer:
    sandbox.reset()
    return Deployer(sandbox, home)


@pytest.fixture
def deployed(sandbox: Sandbox, home: Path) -> Deployer:
    """The fleet as it is described, whatever the test before has left of it."""
    deployer = Deployer(sandbox, home)
    deployer.deploy(FLEET)
    assert deployer.standing() is Standing.STANDS
    return deployer


# One life --------------------------------------------------------------------------------------------------------


def test_a_plan_on_a_fresh_account_makes_nothing(fresh: Deployer) -> None:
    assert fresh.standing() is Standing.ABSENT
    shown = fresh.preview()
    assert shown.is_predicted
    assert [(change.name, change.action) for change in shown.resources] == [
        ("aws_dynamodb_table.table_carts", Action.ADD)
    ]
    assert fresh.s3.list_buckets()["Buckets"] == []


def test_a_unit_that_is_not_planned_may_be_asked_for(deployed: Deployer) -> None:
    elsewhere = deployed.unit.model_copy(update={"kind": UnitKind.LINKS})
    assert elsewhere not in deployed.plan.units
    found = deployed.engine.inspect([elsewhere, deployed.unit])
    assert found == {elsewhere.id: Standing.ABSENT, REGIONAL: Standing.STANDS}


def test_what_was_deployed_stands_is_unchanged_and_tells_its_outputs(fresh: Deployer) -> None:
    fresh.deploy(FLEET)
    assert fresh.told[-1].done == fresh.told[-1].total == 1
    assert fresh.standing() is Standing.STANDS
    fresh.write(FLEET)
    assert fresh.preview().is_empty
    assert fresh.engine.outputs(fresh.unit) == {"TableCartsName": "shop-dev-carts"}
    assert not list(fresh.notes.glob("*.tfplan")), "plans hold secrets, and are deleted"


@pytest.mark.slow
def test_where_there_is_only_tofu_it_does_all_of_it(
    fresh: Deployer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A stand-in: it proves what is run and what a person is told, not that OpenTofu understands it.
    called = tmp_path / "called"
    tofu = tmp_path / "bin" / "tofu"
    tofu.parent.mkdir()
    tofu.write_text(f'#!/bin/sh\necho "$1" >> "{called}"\nexec "{shutil.which("terraform")}" "$@"\n')
    tofu.chmod(0o755)
    monkeypatch.setenv("PATH", str(tofu.parent))
    monkeypatch.delenv("TAPSTACK_TERRAFORM", raising=False)
    fresh.deploy(FLEET)
    assert fresh.tables == ["shop-dev-carts"]
    with pytest.raises(LockedError) as caught, monkeypatch.context() as patch:
        patch.setattr(recovery, "SANDBOX_PATIENCE", 1.0)
        fresh.lock(NOBODY)
        fresh.settle()
    assert caught.value.command.startswith("tofu -chdir=")
    fresh.s3.delete_object(Bucket=BUCKET, Key=f"{KEY}.tflock")
    assert fresh.remove() == ()
    assert fresh.tables == []
    assert {"version", "init", "plan", "show", "apply"} <= set(called.read_text().split())


def test_another_fleet_leaves_the_cache_as_it_is_for_those_who_run_from_it(deployed: Deployer, tmp_path: Path) -> None:
    cache = plugins.cache_folder(os.environ)
    assert cache is not None
    (cached,) = cache.glob("*/*/*/*/*")
    before = cached.lstat()
    other = Deployer(deployed.sandbox, tmp_path)
    assert other.preview().is_empty
    after = cached.lstat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    (used,) = (other.stack / ".terraform" / plugins.PROVIDERS).glob("*/*/*/*/*")
    assert used.readlink() == cached


@pytest.mark.slow
def test_a_cache_that_was_emptied_is_filled_again(deployed: Deployer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert deployed.preview().is_empty
    monkeypatch.setenv("XDG_CACHE_HOME", str(deployed.folder / "emptied"))
    (used,) = (deployed.stack / ".terraform" / plugins.PROVIDERS).glob("*/*/*/*/*")
    used.unlink()
    used.symlink_to(deployed.folder / "no longer there")
    deployed.write(FLEET)
    assert deployed.preview().is_empty
    assert used.exists()


@pytest.mark.slow
def test_a_module_that_asks_for_a_later_provider_than_it_had_gets_it(deployed: Deployer) -> None:
    kept = deployed.stack / plugins.LOCK_FILE
    had = kept.read_text()
    version, hashes = re.search(r'version\s+= "(.+?)"', had), re.search(r"hashes = \[.*?\]", had, re.DOTALL)
    assert version is not None and hashes is not None
    former = had.replace(version[1], "5.99.0").replace(hashes[0], f'hashes = ["h1:{"a" * 43}="]')
    kept.write_text(re.sub(r"constraints = .*", 'constraints = ">= 5.90.0, < 7.0.0"', former))
    assert deployed.preview().is_empty
    assert f'"{version[1]}"' in kept.read_text()


def test_who_only_looks_leaves_alone_what_a_deployment_goes_by(
    deployed: Deployer, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.write(FLEET.replace("CostCenter: x", "CostCenter: y"))
    shown = deployed.preview()
    with monkeypatch.context() as another_process:
        another_process.setattr(os, "getpid", lambda: 1)
        looked = deployed.look(MORE).preview(deployed.unit)
    assert [change.name for change in looked.resources if change.action is Action.ADD] == [
        "aws_dynamodb_table.table_orders"
    ]
    deployed.apply(shown)
    assert deployed.tables == ["shop-dev-carts"], "what somebody else only looked at is not deployed"
    module = json.loads((deployed.stack / "cdk.tf.json").read_text())
    assert list(module["resource"]["aws_dynamodb_table"]) == ["table_carts"]


def test_the_bucket_of_states_is_private_and_versioned(deployed: Deployer) -> None:
    s3 = deployed.s3
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    assert s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    policy = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])
    assert policy["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"]}
    assert tags["ManagedBy"] == "tapstack" and "Fleet" not in tags


def test_a_change_by_hand_is_found_and_put_back(deployed: Deployer) -> None:
    arn = deployed.dynamodb.describe_table(TableName="shop-dev-carts")["Table"]["TableArn"]
    deployed.dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "CostCenter", "Value": "hand"}])
    (found,) = deployed.engine.drift(deployed.unit, deployed.told.append).found
    assert (found.path, found.expected, found.actual) == ("tags.CostCenter", "x", "hand")
    shown = deployed.preview()
    assert [change.action for change in shown.resources] == [Action.CHANGE]
    deployed.apply(shown)
    assert deployed.engine.drift(deployed.unit, deployed.told.append).found == ()


@pytest.mark.slow
def test_a_plan_that_no_longer_fits_is_made_again_and_does_no_more_than_was_shown(deployed: Deployer) -> None:
    deployed.write(MORE)
    shown = deployed.preview()
    state = deployed.state()
    deployed.put(KEY, json.dumps({**state, "serial": state["serial"] + 1}))
    deployed.apply(shown)
    assert deployed.tables == ["shop-dev-carts", "shop-dev-orders"]
    assert deployed.engine.revert(deployed.unit, deployed.told.append)
    # Data that came since stays, even if all else goes back.
    assert deployed.tables == ["shop-dev-carts", "shop-dev-orders"]


# What went wrong -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_failed_deployment_keeps_what_it_made_and_goes_on_from_there(fresh: Deployer) -> None:
    fresh.dynamodb.create_table(
        TableName="shop-dev-orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with pytest.raises(DeploymentError) as caught:
        fresh.deploy(MORE)
    assert "aws_dynamodb_table.table_orders" in caught.value.detail
    assert fresh.standing() is Standing.BROKEN
    with pytest.raises(DeploymentError) as again:
        fresh.deploy(MORE)
    assert "fleet's tags" in again.value.detail
    assert again.value.command.endswith("import 'aws_dynamodb_table.table_orders' 'shop-dev-orders'")
    fresh.dynamodb.delete_table(TableName="shop-dev-orders")
    fresh.deploy(MORE)
    assert fresh.standing() is Standing.STANDS
    assert fresh.tables == ["shop-dev-carts", "shop-dev-orders"]


@pytest.mark.slow
def test_what_is_in_the_way_and_is_the_fleets_own_is_taken_over_at_once(fresh: Deployer) -> None:
    """So it is after an answer was lost: the provider makes its call again, and meets its own work."""
    fresh.deploy(FLEET)
    fresh.write(MORE)
    shown = fresh.preview()
    arn = fresh.dynamodb.describe_table(TableName="shop-dev-carts")["Table"]["TableArn"]
    fresh.dynamodb.create_table(
        TableName="shop-dev-orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=fresh.dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"],
    )
    fresh.dynamodb.put_item(TableName="shop-dev-orders", Item={"id": {"S": "one"}})
    fresh.apply(shown)
    assert fresh.standing() is Standing.STANDS
    assert fresh.preview().is_empty
    assert fresh.dynamodb.get_item(TableName="shop-dev-orders", Key={"id": {"S": "one"}})["Item"]


def test_a_lock_that_somebody_holds_is_waited_for_and_then_told(
    deployed: Deployer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "SANDBOX_PATIENCE", 1.0)
    deployed.lock(NOBODY)
    try:
        assert deployed.standing() is Standing.BUSY
        with pytest.raises(LockedError) as caught:
            deployed.settle()
        assert NOBODY in caught.value.detail
        assert caught.value.command.endswith("force-unlock 11111111-2222-3333-4444-555555555555")
    finally:
        deployed.s3.delete_object(Bucket=BUCKET, Key=f"{KEY}.tflock")
    assert deployed.settle() is Standing.STANDS


def test_a_lock_of_this_machine_that_nobody_can_give_back_is_told_at_once(
    deployed: Deployer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "any_runs", lambda: False)
    deployed.lock(recovery.me())
    try:
        with pytest.raises(LockedError, match="is lost"):
            deployed.settle()
    finally:
        deployed.s3.delete_object(Bucket=BUCKET, Key=f"{KEY}.tflock")


def test_a_lock_that_our_own_dead_run_took_is_released(deployed: Deployer) -> None:
    deployed.lock(recovery.me())
    deployed.leave_killed_run("2025-12-31T23:59:30+00:00")
    assert deployed.settle() is Standing.STANDS
    assert "released" in deployed.notes_told()


def test_a_lock_that_is_not_of_the_run_that_was_killed_is_not_released(
    deployed: Deployer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "any_runs", lambda: False)
    deployed.lock(recovery.me())
    deployed.leave_killed_run("2025-12-31T20:00:00+00:00")
    try:
        with pytest.raises(LockedError, match="is lost"):
            deployed.settle()
    finally:
        deployed.s3.delete_object(Bucket=BUCKET, Key=f"{KEY}.tflock")


@pytest.mark.parametrize(("content", "said"), [('{"version": 4, "seri', "damaged"), ('{"version": 9}', "newer")])
def test_a_state_that_cannot_be_read_stops_everything(deployed: Deployer, content: str, said: str) -> None:
    good = json.dumps(deployed.state())
    deployed.put(KEY, content)
    try:
        for step in (deployed.standing, deployed.preview, deployed.remove):
            with pytest.raises(DeploymentError, match=said):
                step()
    finally:
        deployed.put(KEY, good)
    assert deployed.standing() is Standing.STANDS


def test_a_state_that_could_not_be_saved_is_put_back(deployed: Deployer) -> None:
    state = deployed.state()
    (deployed.stack / "errored.tfstate").write_text(json.dumps({**state, "serial": state["serial"] + 5}))
    assert deployed.standing() is Standing.BUSY
    assert any("could not save" in note for note in deployed.preview().others)
    assert deployed.settle() is Standing.STANDS
    assert deployed.state()["serial"] >= state["serial"] + 5
    assert "put back" in deployed.notes_told()
    assert not (deployed.stack / "errored.tfstate").exists()


def test_a_state_that_a_removal_or_a_revert_could_not_save_is_put_back_too(deployed: Deployer) -> None:
    state = deployed.state()
    former = deployed.engine._site(deployed.unit).former(deployed.engine._site(deployed.unit).written)
    (former.folder / "errored.tfstate").write_text(json.dumps({**state, "serial": state["serial"] + 5}))
    assert deployed.standing() is Standing.BUSY
    assert deployed.settle() is Standing.STANDS
    assert deployed.state()["serial"] >= state["serial"] + 5
    assert deployed.standing() is Standing.STANDS


def test_nothing_is_changed_once_somebody_else_has_taken_over(deployed: Deployer) -> None:
    def taken_over() -> None:
        raise LockedError("The lock of this environment was taken over.")

    state = deployed.state()
    deployed.write(MORE)
    shown = deployed.preview()
    deployed.engine.guard(taken_over)
    for step in (lambda: deployed.apply(shown), deployed.remove):
        with pytest.raises(LockedError, match="taken over"):
            step()
    assert deployed.state() == state
    assert deployed.tables == ["shop-dev-carts"]


def test_an_unsaved_state_of_somebody_elses_past_is_not_put_back(deployed: Deployer) -> None:
    state = deployed.state()
    file = deployed.stack / "errored.tfstate"
    file.write_text(json.dumps({**state, "lineage": "another", "serial": 99}))
    try:
        with pytest.raises(DeploymentError, match="does not follow"):
            deployed.settle()
        assert file.exists()
    finally:
        file.unlink()


def test_a_bucket_that_is_missing_though_the_fleet_stands_is_told(fresh: Deployer) -> None:
    kms = fresh.sandbox.client("kms", HOME)
    kms.create_alias(AliasName="alias/shop-dev-logs", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    for step in (fresh.standing, fresh.preview):
        with pytest.raises(DeploymentError, match="bucket of states is missing"):
            step()
    fresh.engine.publish([HOME])
    # So it is, too, where another engine made the fleet, and other fleets have their states in that bucket.
    with pytest.raises(DeploymentError, match="The state is missing in us-east-1"):
        fresh.engine.preview(fresh.plan.unit(f"foundation/{HOME}"))
    assert fresh.standing() is Standing.ABSENT


@pytest.mark.slow
def test_another_fleets_state_is_not_touched(fresh: Deployer) -> None:
    fresh.deploy(FLEET)
    fresh.write(FLEET.replace("fleet: shop", "fleet: store"))
    for step in (fresh.standing, fresh.preview, fresh.remove):
        with pytest.raises(RefusedError, match="is of shop in dev"):
            step()


KILLED = """
import sys
from pathlib import Path
sys.path[:0] = [f"{sys.argv[3]}/support", f"{sys.argv[3]}/sandbox"]
from test_terraform_engine import Deployer, MORE
from tapstack.sandbox.control import attach
Deployer(attach(sys.argv[1]), Path(sys.argv[2])).deploy(MORE)
"""


@contextmanager
def killed(deployed: Deployer) -> Iterator[subprocess.Popen[bytes]]:
    """A deployment of two tables in a process of its own, at a moment at which Terraform works and nothing is done."""
    deployed.sandbox.outage(HOME, latency_seconds=2, services=["dynamodb"])
    tests = Path(__file__).parents[1]
    ours = subprocess.Popen([sys.executable, "-c", KILLED, deployed.sandbox.name, str(deployed.folder), str(tests)])
    try:
        deadline = time.monotonic() + 120
        while not deployed.is_making() and time.monotonic() < deadline and ours.poll() is None:
            time.sleep(0.1)
        yield ours
    finally:
        deployed.sandbox.restore(HOME)
        ours.kill()
        ours.wait()


@pytest.mark.slow
def test_a_deployment_that_is_killed_is_followed_to_its_end(fresh: Deployer) -> None:
    with killed(fresh) as ours:
        ours.kill()
        ours.wait()
        assert running.alive(fresh.notes) is not None
        fresh.write(MORE)
        assert fresh.standing() is Standing.BUSY
        assert fresh.settle() is Standing.BROKEN
    assert running.alive(fresh.notes) is None
    assert f"{KEY}.tflock" not in {each["Key"] for each in fresh.s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert fresh.preview().is_empty
    fresh.deploy(MORE)
    assert fresh.standing() is Standing.STANDS
    assert fresh.tables == ["shop-dev-carts", "shop-dev-orders"]


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["deploy", "remove"])
def test_what_a_terraform_made_that_was_killed_with_us_is_taken_over(deployed: Deployer, verb: str) -> None:
    with killed(deployed) as ours:
        while deployed.tables != ["shop-dev-carts", "shop-dev-orders"]:
            assert ours.poll() is None
        orphan = running.alive(deployed.notes)
        assert orphan is not None
        ours.kill()
        os.killpg(orphan, signal.SIGKILL)
    known = {each["name"] for each in deployed.state()["resources"] if each["mode"] == "managed"}
    assert known == {"table_carts"}, "Terraform had no time to write down what it made"
    deployed.dynamodb.put_item(TableName="shop-dev-orders", Item={"id": {"S": "one"}})
    deployed.write(MORE)
    assert deployed.standing() is Standing.BUSY
    assert deployed.settle() is Standing.BROKEN
    assert "released" in deployed.notes_told()
    if verb == "remove":
        deployed.remove(delete_data=True)
        assert deployed.tables == []
        return
    shown = deployed.preview()
    assert not [change for change in shown.resources if change.action is not Action.CHANGE]
    assert any(other.startswith("aws_dynamodb_table.table_orders is taken over") for other in shown.others)
    deployed.apply(shown)
    assert deployed.standing() is Standing.STANDS
    assert deployed.preview().is_empty
    assert deployed.dynamodb.get_item(TableName="shop-dev-orders", Key={"id": {"S": "one"}})["Item"]


@pytest.mark.slow
def test_data_that_was_left_half_made_is_gone_on_with_and_not_made_anew(deployed: Deployer) -> None:
    state = deployed.state()
    for resource in state["resources"]:
        for instance in resource["instances"]:
            instance["status"] = "tainted"
    deployed.put(KEY, json.dumps({**state, "serial": state["serial"] + 1}))
    deployed.put(MARK, json.dumps({**json.loads(deployed.get(MARK)), "stage": "applying"}))
    deployed.write(FLEET)
    assert deployed.standing() is Standing.BUSY
    assert deployed.settle() is Standing.BROKEN
    assert "half-made" in deployed.notes_told()
    assert deployed.preview().is_empty
    deployed.apply()
    assert deployed.standing() is Standing.STANDS


# The end ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_replacing_what_holds_data_is_shown_though_the_module_protects_it(fresh: Deployer) -> None:
    fresh.deploy(KEPT)
    fresh.write(KEPT.replace("name: id", "name: other"))
    (change,) = fresh.preview().resources
    assert change.action is Action.REPLACE and change.destroys_data
    fresh.write(KEPT.replace("carts:", "baskets:"))
    found = {change.name: change.action for change in fresh.preview().resources}
    assert found == {
        "aws_dynamodb_table.table_baskets": Action.ADD,
        "aws_dynamodb_table.table_carts": Action.FORGET,
    }


@pytest.mark.slow
def test_what_is_retained_stays_and_is_told(fresh: Deployer) -> None:
    fresh.deploy(KEPT)
    (retained,) = fresh.remove()
    assert retained.kind == "aws_dynamodb_table" and retained.identity.endswith("table/shop-dev-carts")
    assert "stored GB" in retained.cost
    assert fresh.tables == ["shop-dev-carts"]
    assert fresh.standing() is Standing.ABSENT


@pytest.mark.slow
def test_what_was_retained_is_taken_over_with_its_data_by_the_next_deployment(fresh: Deployer) -> None:
    fresh.deploy(KEPT)
    fresh.dynamodb.put_item(TableName="shop-dev-carts", Item={"id": {"S": "one"}})
    fresh.remove()
    fresh.deploy(KEPT)
    assert fresh.preview().is_empty
    assert fresh.dynamodb.get_item(TableName="shop-dev-carts", Key={"id": {"S": "one"}})["Item"]


@pytest.mark.slow
def test_what_was_retained_is_not_made_anew_unasked(fresh: Deployer) -> None:
    unprotected = KEPT.replace("deletion: true", "deletion: false")
    fresh.deploy(unprotected)
    fresh.dynamodb.put_item(TableName="shop-dev-carts", Item={"id": {"S": "one"}})
    fresh.remove()
    with pytest.raises(DeploymentError) as caught:
        fresh.deploy(unprotected.replace("name: id", "name: other"))
    assert "would have to be made anew" in caught.value.detail
    assert fresh.dynamodb.get_item(TableName="shop-dev-carts", Key={"id": {"S": "one"}})["Item"]


@pytest.mark.slow
def test_what_aws_protects_is_not_begun_to_be_replaced(fresh: Deployer) -> None:
    fresh.deploy(KEPT)
    fresh.write(KEPT.replace("name: id", "name: other"))
    shown = fresh.preview()
    assert any("protects aws_dynamodb_table.table_carts" in other for other in shown.others)
    with pytest.raises(RefusedError) as caught:
        fresh.apply(shown)
    assert "aws_dynamodb_table.table_carts" in caught.value.summary
    assert fresh.standing() is Standing.STANDS


@pytest.mark.slow
def test_everything_goes_where_data_may_and_the_bucket_with_it(fresh: Deployer) -> None:
    fresh.deploy(KEPT)
    fresh.remove(delete_data=True)
    assert fresh.tables == []
    fresh.put("somebody/elses.tfstate", "{}")
    fresh.engine.clean(HOME)
    assert [each["Key"] for each in fresh.s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["somebody/elses.tfstate"]
    fresh.s3.delete_object(Bucket=BUCKET, Key="somebody/elses.tfstate")
    fresh.engine.clean(HOME)
    assert fresh.s3.list_buckets()["Buckets"] == []


@pytest.mark.slow
def test_locks_may_be_kept_in_a_table(fresh: Deployer) -> None:
    fresh.deploy(FLEET.replace("terraform: {", "terraform: {lock: dynamodb, "))
    assert BUCKET in fresh.dynamodb.list_tables()["TableNames"]
    assert fresh.standing() is Standing.STANDS
    fresh.dynamodb.put_item(
        TableName=BUCKET, Item={"LockID": {"S": f"{BUCKET}/{KEY}"}, "Info": {"S": json.dumps({"Who": NOBODY})}}
    )
    assert fresh.standing() is Standing.BUSY
    fresh.dynamodb.delete_item(TableName=BUCKET, Key={"LockID": {"S": f"{BUCKET}/{KEY}"}})
    fresh.remove()
    fresh.engine.clean(HOME)
    assert fresh.dynamodb.list_tables()["TableNames"] == []
