"""The CloudFormation engine against the embedded AWS: what it shows is what it does, whatever went wrong before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tapstack.engines.cloudformation.engine import CloudFormation
from tapstack.engines.engine import Action, Progress, Standing, UnitChanges
from tapstack.errors import AwsError, DeploymentError, RefusedError
from tapstack.fleet.loading import FleetFile
from tapstack.plan.model import Plan, Unit
from tapstack.plan.planning import make
from tapstack.sandbox.control import Sandbox
from tapstack.targets.sandbox import SandboxTarget

HOME, STANDBY = "us-east-1", "eu-west-1"
FLEET = """
fleet: shop
environments: {dev: {}}
tags: {CostCenter: x}
regions:
  us-east-1: {}
  eu-west-1: {}
home: us-east-1
protection: {deletion: false, when_removed: destroy}
observability: {alarms: false, dashboards: false}
buckets:
  uploads: {replication: both-ways}
tables:
  orders: {scope: global, partition_key: {name: id, type: string}}
  carts: {scope: regional, partition_key: {name: id, type: string}}
functions:
  greeter: {code: greeter, timeout: 5s}
"""
CODE = "def handler(event, context):\n    return 'hello'\n"


class Deployer:
    """A fleet's file and the engine for it: what a rollout does, without its order of waves."""

    def __init__(self, sandbox: Sandbox, folder: Path, text: str = FLEET) -> None:
        self.target = SandboxTarget(sandbox)
        self.folder = folder
        self.told: list[Progress] = []
        (folder / "greeter").mkdir(exist_ok=True)
        (folder / "greeter" / "index.py").write_text(CODE)
        self.write(text)

    def write(self, text: str) -> None:
        """Describe the fleet anew; a new engine, as in a new run."""
        file = self.folder / "fleet.yaml"
        file.write_text(text)
        described = FleetFile.read(file).describe("dev")
        assert described.fleet is not None, described.findings
        self.fleet = described.fleet
        self.plan: Plan = make(described.fleet, "dev")
        self.engine = CloudFormation(
            described.fleet, self.plan, self.target, source=self.folder, folder=self.folder / "out"
        )
        self.engine.prepare()

    def unit(self, name: str) -> Unit:
        return self.plan.unit(name)

    def preview(self) -> dict[str, UnitChanges]:
        return {unit.id: self.engine.preview(unit) for unit in self.plan.units}

    def apply(self, name: str, shown: UnitChanges | None = None) -> None:
        unit = self.unit(name)
        self.engine.apply(unit, shown or self.engine.preview(unit), self.told.append)

    def deploy(self) -> dict[str, UnitChanges]:
        shown = self.preview()
        self.engine.publish([region.name for region in self.plan.regions])
        for wave in self.plan.waves:
            for unit in wave.units:
                changes = shown[unit]
                if not changes.is_empty or changes.standing is not Standing.STANDS:
                    self.apply(unit, changes)
        return shown

    def destroy(self, *, delete_data: bool = False) -> list[Any]:
        left = [
            retained
            for wave in self.plan.destroy_waves
            for unit in wave.units
            for retained in self.engine.remove(self.unit(unit), self.told.append, delete_data=delete_data)
        ]
        for region in self.plan.regions:
            self.engine.clean(region.name)
        return left

    def standing(self) -> set[Standing]:
        return set(self.engine.inspect(self.plan.units).values())


@pytest.fixture
def deployer(sandbox: Sandbox, tmp_path: Path) -> Iterator[Deployer]:
    sandbox.reset()
    yield Deployer(sandbox, tmp_path)


def test_a_fleet_is_predicted_deployed_and_then_unchanged(deployer: Deployer) -> None:
    shown = deployer.preview()
    assert all(changes.is_predicted for changes in shown.values())
    assert {change.action for changes in shown.values() for change in changes.resources} == {Action.ADD, Action.CHANGE}
    deployer.deploy()
    assert deployer.standing() == {Standing.STANDS}
    deployer.write(FLEET)
    began = time.monotonic()
    again = deployer.preview()
    assert all(changes.is_empty for changes in again.values()), again
    assert time.monotonic() - began < 3
    assert deployer.destroy() is not None
    assert deployer.standing() == {Standing.ABSENT}


ALONE = """
fleet: alone
environments: {dev: {}}
tags: {CostCenter: x}
regions: {us-east-1: {}}
home: us-east-1
protection: {deletion: false, when_removed: destroy}
observability: {alarms: false, dashboards: false}
buckets:
  uploads: {}
tables:
  carts: {scope: regional, partition_key: {name: id, type: string}}
functions:
  greeter: {code: greeter, timeout: 5s}
"""
FOUNDATION, REGIONAL = f"foundation/{HOME}", f"regional/{HOME}"


@pytest.fixture
def alone(sandbox: Sandbox, tmp_path: Path) -> Iterator[Deployer]:
    """A fleet of one region, deployed."""
    sandbox.reset()
    deployer = Deployer(sandbox, tmp_path, ALONE)
    deployer.deploy()
    yield deployer


def test_a_change_is_shown_with_its_property_and_then_gone(alone: Deployer) -> None:
    alone.write(ALONE.replace("timeout: 5s", "timeout: 9s"))
    shown = alone.preview()
    assert shown[FOUNDATION].is_empty
    (change,) = shown[REGIONAL].resources
    assert (change.name, change.action, change.holds_data) == ("FunctionGreeter", Action.CHANGE, False)
    assert [(part.path, part.before, part.after) for part in change.properties] == [("Timeout", "5", "9")]
    alone.apply(REGIONAL, shown[REGIONAL])
    assert alone.told[-1].done == alone.told[-1].total == 1
    configuration = alone.target.client("lambda", HOME).get_function_configuration(FunctionName="alone-dev-greeter")
    assert configuration["Timeout"] == 9
    assert alone.preview()[REGIONAL].is_empty


def test_nothing_is_uploaded_twice(alone: Deployer) -> None:
    alone.write(ALONE)
    alone.engine.publish([HOME])
    s3 = alone.target.client("s3", HOME)
    bucket = f"alone-dev-artifacts-{alone.target.account}-{HOME}"
    versions = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert len(versions) == len({version["Key"] for version in versions}) == 3
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())


def test_a_preview_that_is_discarded_leaves_nothing(alone: Deployer) -> None:
    cloudformation = alone.target.client("cloudformation", HOME)
    alone.write(ALONE.replace("timeout: 5s", "timeout: 9s"))
    changes = alone.engine.preview(alone.unit(REGIONAL))
    assert cloudformation.list_change_sets(StackName="alone-dev-regional")["Summaries"]
    alone.engine.discard(changes)
    sets = cloudformation.list_change_sets(StackName="alone-dev-regional")["Summaries"]
    assert [item for item in sets if item["ExecutionStatus"] == "AVAILABLE"] == []
    alone.engine.remove(alone.unit(REGIONAL), alone.told.append, delete_data=False)
    created = alone.engine.preview(alone.unit(REGIONAL))
    assert not created.is_predicted
    assert alone.engine.inspect([alone.unit(REGIONAL)]) == {REGIONAL: Standing.ABSENT}
    alone.engine.discard(created)
    assert "alone-dev-regional" not in {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}


def test_a_killed_runs_change_set_is_replaced(alone: Deployer) -> None:
    alone.write(ALONE.replace("timeout: 5s", "timeout: 9s"))
    first = alone.engine.preview(alone.unit(REGIONAL))
    alone.write(ALONE.replace("timeout: 5s", "timeout: 9s"))
    second = alone.engine.preview(alone.unit(REGIONAL))
    assert first.token != second.token
    assert first.token.split("/")[1] == second.token.split("/")[1]
    alone.apply(REGIONAL, first)
    assert alone.preview()[REGIONAL].is_empty


def test_a_replaced_table_is_named_as_lost_data(alone: Deployer) -> None:
    alone.write(ALONE.replace("{name: id, type: string}", "{name: customer, type: string}"))
    change = next(c for c in alone.engine.preview(alone.unit(REGIONAL)).resources if c.name == "TableCarts")
    assert change.destroys_data
    assert change.action in (Action.REPLACE, Action.MAY_REPLACE)


def test_what_a_prediction_did_not_show_is_refused(alone: Deployer) -> None:
    alone.write(ALONE.replace("  carts: {scope: regional, partition_key: {name: id, type: string}}\n", "  {}\n"))
    unit = alone.unit(REGIONAL)
    predicted = UnitChanges(unit.id, Standing.STANDS, is_predicted=True, others=("something",))
    with pytest.raises(RefusedError, match="would destroy data") as refused:
        alone.engine.apply(unit, predicted, alone.told.append)
    assert "TableCarts (AWS::DynamoDB::GlobalTable): remove" in refused.value.detail
    assert alone.target.client("dynamodb", HOME).describe_table(TableName="alone-dev-carts")
    alone.apply(REGIONAL)
    assert alone.target.client("dynamodb", HOME).list_tables()["TableNames"] == []


def test_what_somebody_changed_after_it_was_shown_is_refused(alone: Deployer) -> None:
    alone.write(ALONE.replace("timeout: 5s", "timeout: 9s"))
    shown = alone.engine.preview(alone.unit(REGIONAL))
    alone.write(ALONE.replace("timeout: 5s", "timeout: 9s, memory: 512"))
    alone.apply(REGIONAL)
    alone.write(ALONE.replace("timeout: 5s", "timeout: 9s"))
    with pytest.raises(RefusedError, match="no longer what it was") as refused:
        alone.apply(REGIONAL, shown)
    assert "FunctionGreeter (AWS::Lambda::Function): change" in refused.value.detail
    assert (
        alone.target.client("lambda", HOME).get_function(FunctionName="alone-dev-greeter")["Configuration"][
            "MemorySize"
        ]
        == 512
    )


def test_what_is_retained_is_forgotten_and_not_lost(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset()
    kept = ALONE.replace("when_removed: destroy", "when_removed: retain")
    deployer = Deployer(sandbox, tmp_path, kept)
    deployer.deploy()
    deployer.write(kept.replace("  uploads: {}\n", "  {}\n"))
    changes = {change.name: change for change in deployer.engine.preview(deployer.unit(FOUNDATION)).resources}
    assert changes["BucketUploads"].action is Action.FORGET
    assert not changes["BucketUploads"].destroys_data
    assert not any(change.destroys_data for change in changes.values())


MORE = ALONE.replace("tables:\n", "tables:\n  wishes: {scope: regional, partition_key: {name: id, type: string}}\n")


def _in_the_way(deployer: Deployer) -> None:
    """Somebody made a table of the name that ours is to have."""
    deployer.target.client("dynamodb", HOME).create_table(
        TableName="alone-dev-wishes",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _clear_the_way(deployer: Deployer) -> None:
    deployer.target.client("dynamodb", HOME).delete_table(TableName="alone-dev-wishes")


def test_a_failed_update_is_rolled_back_and_tried_again(alone: Deployer) -> None:
    alone.write(MORE)
    _in_the_way(alone)
    with pytest.raises(DeploymentError) as failed:
        alone.apply(REGIONAL)
    assert "stack alone-dev-regional in us-east-1 ends in UPDATE_ROLLBACK_COMPLETE" in failed.value.summary
    assert "TableWishes (AWS::DynamoDB::GlobalTable): " in failed.value.detail
    assert "ancelled" not in failed.value.detail
    assert alone.engine.inspect([alone.unit(REGIONAL)]) == {REGIONAL: Standing.STANDS}
    _clear_the_way(alone)
    assert [change.name for change in alone.preview()[REGIONAL].resources] == ["TableWishes"]
    alone.apply(REGIONAL)
    assert alone.preview()[REGIONAL].is_empty


def test_a_failed_creation_begins_anew(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset()
    deployer = Deployer(sandbox, tmp_path, MORE)
    _in_the_way(deployer)
    with pytest.raises(DeploymentError, match="ends in ROLLBACK_COMPLETE"):
        deployer.deploy()
    assert deployer.engine.inspect([deployer.unit(REGIONAL)]) == {REGIONAL: Standing.BROKEN}
    _clear_the_way(deployer)
    changes = deployer.engine.preview(deployer.unit(REGIONAL))
    assert changes.is_predicted
    assert "what a failed change left of the stack is deleted first" in changes.others
    deployer.apply(REGIONAL, changes)
    assert deployer.standing() == {Standing.STANDS}


def test_a_protected_creation_that_fails_stays_and_goes_on(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset()
    deployer = Deployer(sandbox, tmp_path, MORE.replace("deletion: false", "deletion: true"))
    _in_the_way(deployer)
    with pytest.raises(DeploymentError, match="ends in CREATE_FAILED"):
        deployer.deploy()
    assert deployer.engine.inspect([deployer.unit(REGIONAL)]) == {REGIONAL: Standing.BROKEN}
    _clear_the_way(deployer)
    deployer.apply(REGIONAL)
    assert deployer.standing() == {Standing.STANDS}
    assert all(changes.is_empty for changes in deployer.preview().values())


def test_what_a_protected_creation_left_is_removed(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset()
    later = "  wishes: {scope: regional, partition_key: {name: id, type: string}}\nfunctions:\n"
    protected = ALONE.replace("functions:\n", later).replace("deletion: false", "deletion: true")
    deployer = Deployer(sandbox, tmp_path, protected.replace("when_removed: destroy", "when_removed: retain"))
    _in_the_way(deployer)
    with pytest.raises(DeploymentError, match="ends in CREATE_FAILED"):
        deployer.deploy()
    tables = deployer.target.client("dynamodb", HOME)
    assert tables.describe_table(TableName="alone-dev-carts")["Table"]["DeletionProtectionEnabled"]
    assert deployer.engine.remove(deployer.unit(REGIONAL), deployer.told.append, delete_data=False) == ()
    assert tables.list_tables()["TableNames"] == ["alone-dev-wishes"]
    assert deployer.engine.inspect([deployer.unit(REGIONAL)]) == {REGIONAL: Standing.ABSENT}


def test_a_killed_runs_change_is_waited_for(alone: Deployer) -> None:
    alone.write(MORE)
    changes = alone.engine.preview(alone.unit(REGIONAL))
    alone.target.client("cloudformation", HOME).execute_change_set(ChangeSetName=changes.token)
    alone.write(MORE)
    assert alone.engine.settle(alone.unit(REGIONAL), alone.told.append) is Standing.STANDS
    assert alone.preview()[REGIONAL].is_empty


def test_a_change_is_put_back_but_new_data_stays(alone: Deployer) -> None:
    alone.write(MORE.replace("timeout: 5s", "timeout: 9s"))
    alone.apply(REGIONAL)
    assert alone.engine.revert(alone.unit(REGIONAL), alone.told.append)
    configuration = alone.target.client("lambda", HOME).get_function_configuration(FunctionName="alone-dev-greeter")
    assert configuration["Timeout"] == 5
    assert not alone.engine.revert(alone.unit(REGIONAL), alone.told.append)
    alone.write(MORE)
    assert alone.preview()[REGIONAL].is_empty


def test_protection_is_lifted_and_buckets_are_emptied_before_all_is_removed(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset()
    protected = FLEET.replace("deletion: false, when_removed: destroy", "deletion: true, when_removed: retain")
    deployer = Deployer(sandbox, tmp_path, protected)
    deployer.deploy()
    s3, cloudformation = deployer.target.client("s3", HOME), deployer.target.client("cloudformation", HOME)
    stacks = cloudformation.describe_stacks()["Stacks"]
    assert all(stack["EnableTerminationProtection"] for stack in stacks)
    bucket = f"shop-dev-uploads-{deployer.target.account}-{HOME}"
    for number in range(3):
        s3.put_object(Bucket=bucket, Key="one", Body=str(number).encode())
    s3.delete_object(Bucket=bucket, Key="one")
    left = deployer.destroy(delete_data=True)
    assert deployer.standing() == {Standing.ABSENT}
    assert {retained.kind.split(",")[0] for retained in left} == {"AWS::KMS::Key"}
    assert s3.list_buckets()["Buckets"] == []
    assert deployer.target.client("dynamodb", HOME).list_tables()["TableNames"] == []


def test_what_the_fleet_retains_stays_and_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset()
    protected = ALONE.replace("deletion: false, when_removed: destroy", "deletion: true, when_removed: retain")
    deployer = Deployer(sandbox, tmp_path, protected)
    deployer.deploy()
    left = {retained.identity: retained for retained in deployer.destroy()}
    assert deployer.standing() == {Standing.ABSENT}
    assert left["alone-dev-carts"].kind == "AWS::DynamoDB::GlobalTable"
    assert left["alone-dev-carts"].cost
    assert f"alone-dev-uploads-{deployer.target.account}-{HOME}" in left
    table = deployer.target.client("dynamodb", HOME).describe_table(TableName="alone-dev-carts")["Table"]
    assert table["DeletionProtectionEnabled"]


def test_a_regions_keys_stay_while_tables_have_replicas_there(deployer: Deployer) -> None:
    deployer.deploy()
    with pytest.raises(RefusedError, match="still have replicas in eu-west-1: orders"):
        deployer.engine.remove(deployer.unit(f"foundation/{STANDBY}"), deployer.told.append, delete_data=False)
    of_standby = [unit for unit in deployer.plan.units if unit.region == STANDBY]
    with pytest.raises(RefusedError, match="still have replicas in eu-west-1: orders"):
        deployer.engine.require_removable(of_standby, delete_data=False)
    deployer.engine.require_removable(deployer.plan.units, delete_data=False)


def test_replicas_come_one_in_each_update(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset()
    one = FLEET.replace("  eu-west-1: {}\n", "")
    deployer = Deployer(sandbox, tmp_path, one)
    deployer.deploy()
    deployer.write(one.replace("  us-east-1: {}\n", "  us-east-1: {}\n  eu-west-1: {}\n  us-west-2: {}\n"))
    for region in (STANDBY, "us-west-2"):
        deployer.engine.publish([region])
        deployer.apply(f"foundation/{region}")
    deployer.engine.publish([HOME])
    changes = deployer.engine.preview(deployer.unit(f"global/{HOME}"))
    assert "AWS adds and takes away one replica at a time: 2 updates" in changes.others
    deployer.apply(f"global/{HOME}", changes)
    table = deployer.target.client("dynamodb", HOME).describe_table(TableName="shop-dev-orders")["Table"]
    assert {replica["RegionName"] for replica in table["Replicas"]} >= {STANDBY, "us-west-2"}
    assert deployer.engine.preview(deployer.unit(f"global/{HOME}")).is_empty
    events = deployer.target.client("cloudformation", HOME).describe_stack_events(StackName="shop-dev-global")
    updates = [
        event
        for event in events["StackEvents"]
        if event["ResourceStatus"] == "UPDATE_COMPLETE" and event["LogicalResourceId"] == "shop-dev-global"
    ]
    assert len(updates) == 2


def test_a_change_by_hand_is_found_with_its_property(alone: Deployer) -> None:
    alone.target.client("lambda", HOME).update_function_configuration(FunctionName="alone-dev-greeter", Timeout=60)
    drift = alone.engine.drift(alone.unit(REGIONAL), alone.told.append)
    (found,) = [drifted for drifted in drift.found if drifted.name == "FunctionGreeter"]
    assert (found.path, found.expected, found.actual, found.explanation) == ("Timeout", "5", "60", "")


def test_a_fleet_that_nobody_touched_has_not_drifted(deployer: Deployer) -> None:
    deployer.deploy()
    for unit in deployer.plan.units:
        assert deployer.engine.drift(unit, deployer.told.append).found == ()


def test_a_region_that_is_out_is_named(alone: Deployer, sandbox: Sandbox) -> None:
    sandbox.outage(HOME)
    try:
        with pytest.raises(AwsError, match="us-east-1"):
            alone.engine.preview(alone.unit(REGIONAL))
    finally:
        sandbox.restore(HOME)


ZONED = (
    FLEET
    + """
apis:
  web: {kind: rest, authorization: none, routes: {GET /hello: greeter}}
dns:
  zone: shop.example
  names:
    www: {api: web, routing: failover, health_check: {path: /hello}}
"""
)


def test_a_standbys_zone_is_known_without_the_home(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset()
    deployer = Deployer(sandbox, tmp_path, ZONED)
    deployer.deploy()
    assert any("Delegate shop.example to ns-" in progress.note for progress in deployer.told)
    deployer.write(ZONED.replace("timeout: 5s", "timeout: 9s"))
    sandbox.outage(HOME)
    try:
        changes = deployer.engine.preview(deployer.unit(f"regional/{STANDBY}"))
        assert [change.name for change in changes.resources] == ["FunctionGreeter"]
        deployer.apply(f"regional/{STANDBY}", changes)
    finally:
        sandbox.restore(HOME)
