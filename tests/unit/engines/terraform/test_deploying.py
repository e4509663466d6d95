"""The parts of a deployment by Terraform that need no Terraform: what it says, what is kept, what is protected."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import pytest

from tapstack.engines import children
from tapstack.engines.engine import Action, Progress, ResourceChange
from tapstack.engines.terraform import (
    binary,
    made,
    memory,
    plugins,
    predicting,
    problems,
    protection,
    reverting,
    running,
)
from tapstack.engines.terraform.modules_on_disk import Written, unpack
from tapstack.engines.terraform.problems import Where
from tapstack.engines.terraform.progress import Listener
from tapstack.engines.terraform.removal import Removal
from tapstack.engines.terraform.states import Instance, Lock, Mark, Stage, State, parse, told
from tapstack.engines.terraform.workspace import newer
from tapstack.errors import (
    AwsError,
    CredentialsError,
    DeploymentError,
    LockedError,
    MissingToolError,
    RefusedError,
    TapStackError,
)

RECORDED = Path(__file__).parent / "recorded"
WHERE = Where("regional/us-east-1", "us-east-1", "s3://states/key", "terraform -chdir=here")


def state(*resources: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"version": 4, "serial": 3, "lineage": "l", "resources": list(resources), **more}).encode()


def resource(kind: str, name: str, needs: tuple[str, ...] = (), **values: Any) -> dict[str, Any]:
    instance = {"attributes": values, "dependencies": list(needs)}
    return {"mode": "managed", "type": kind, "name": name, "instances": [instance]}


# What Terraform says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("summary", "detail", "kind", "said"),
    [
        (
            "Error acquiring the state lock",
            (
                "Lock Info:\n  ID:        abc-1\n  Path:      x\n  Operation: OperationTypeApply\n"
                "  Who:       ann@host\n"
                "  Version:   1.11.4\n  Created:   2026-11-21 10:00:00 UTC\n  Info:      \n"
            ),
            LockedError,
            "ann@host, apply, since 2026-11-21 10:00:00 UTC",
        ),
        ("reading KMS", "api error ExpiredToken: The security token is expired", CredentialsError, "Sign in again"),
        ("No valid credential sources found", "Please see …", CredentialsError, "Sign in again"),
        (
            "creating table",
            "api error AccessDeniedException: User x is not authorized to perform: dynamodb:CreateTable on resource y",
            AwsError,
            "needs a policy",
        ),
        ("Error loading state", "S3 bucket does not exist.", DeploymentError, "s3://states/key names it"),
        ("Failed to persist state to backend", "…", DeploymentError, "puts it back first"),
        ("Failed to query available provider packages", "…", MissingToolError, "registry"),
        ("Instance cannot be destroyed", "Resource aws_s3_bucket.x has lifecycle.prevent_destroy", RefusedError, "x"),
        ("creating", 'Post "https://x": dial tcp: lookup x: no such host', AwsError, "no such host"),
        (
            "creating",
            "api error ResourceInUseException: Table already exists",
            DeploymentError,
            "not taken over unasked",
        ),
        ("creating", "the disk is on fire", DeploymentError, "aws_x.y: creating: the disk is on fire"),
    ],
)
def test_each_failure_has_its_own_error(summary: str, detail: str, kind: type[TapStackError], said: str) -> None:
    diagnostic = {"severity": "error", "summary": summary, "detail": detail, "address": "aws_x.y"}
    error = problems.failed(WHERE, [diagnostic])
    assert type(error) is kind
    assert said in error.detail


def test_a_lock_is_told_with_the_command_that_releases_it() -> None:
    error = problems.locked(WHERE, Lock("abc-1", "ann@host", "apply", "noon"))
    assert error.command == "terraform -chdir=here force-unlock abc-1"
    assert "ann@host" in error.detail


def test_a_lock_that_only_plain_words_tell_of_is_told_with_the_command_too() -> None:
    said = "Error: Error acquiring the state lock\n\nLock Info:\n  ID:        abc-1\n  Who:       ann@host\n"
    error = problems.failed(WHERE, (), said)
    assert isinstance(error, LockedError) and error.command == "terraform -chdir=here force-unlock abc-1"
    assert "ann@host" in error.detail


def test_what_is_in_the_way_is_told_with_the_command_that_takes_it_over() -> None:
    diagnostics = [
        {"severity": "error", "summary": "api error ResourceInUseException: Table already exists", "address": address}
        for address in ('aws_dynamodb_table.all["x"]', "aws_lb.web")
    ]
    error = problems.failed(WHERE, diagnostics, ids={'aws_dynamodb_table.all["x"]': "shop-x"})
    assert error.command.splitlines() == [
        "terraform -chdir=here import 'aws_dynamodb_table.all[\"x\"]' 'shop-x'",
        "terraform -chdir=here import 'aws_lb.web' 'ID'",
    ]


def test_what_a_plan_may_not_destroy_is_named() -> None:
    detail = "Resource aws_dynamodb_table.table_carts has lifecycle.prevent_destroy set, but the plan calls for it"
    found = problems.protected([{"summary": "Instance cannot be destroyed", "detail": detail}])
    assert found == ("aws_dynamodb_table.table_carts",)


# What is kept ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"version": 4, "ser', "is damaged"),
        (b"", "is damaged"),
        (b"[]", "is damaged"),
        (b'{"version": 5, "terraform_version": "3.0.0"}', "is newer than"),
        (b'{"version": 3}', "is older than"),
    ],
)
def test_a_state_that_cannot_be_read_says_why(content: bytes, said: str) -> None:
    with pytest.raises(DeploymentError) as caught:
        parse(content, "s3://states/some/key")
    assert said in caught.value.summary
    if "damaged" in said:
        assert caught.value.command == "aws s3api list-object-versions --bucket states --prefix some/key"


def test_outputs_are_texts_and_secrets_are_none() -> None:
    outputs = {"A": {"value": "x"}, "B": {"value": ["y"]}, "C": {"value": "z", "sensitive": True}, "D": {"value": None}}
    assert told(parse(state(outputs=outputs), "x")) == {"A": "x", "B": '["y"]'}


def test_instances_have_the_addresses_that_terraform_uses() -> None:
    counted = {"mode": "managed", "type": "aws_x", "name": "y", "instances": [{"index_key": 0}, {"index_key": "a"}]}
    data = {"mode": "data", "type": "aws_z", "name": "y", "instances": [{}]}
    found = parse(state(counted, data), "x").instances
    assert [instance.address for instance in found] == ["aws_x.y[0]", 'aws_x.y["a"]']
    assert {instance.resource for instance in found} == {"aws_x.y"}


def test_a_mark_is_read_as_it_was_written_and_rubbish_is_none() -> None:
    mark = Mark("shop", "dev", "regional/x", Stage.REMOVING, "d", 3, ({"kind": "k"},))
    assert Mark.of(mark.as_bytes()) == mark
    assert Mark.of(b"{}") is None and Mark.of(b"\xff") is None


def test_an_unsaved_state_goes_back_only_on_top_of_the_one_it_follows() -> None:
    unsaved = state()
    assert newer(unsaved, 2, "l")
    assert not newer(unsaved, 3, "l")
    assert not newer(unsaved, 2, "another")
    assert newer(unsaved, -1, "")
    with pytest.raises(DeploymentError):
        newer(b"{", 1, "l")


def test_a_module_survives_packing() -> None:
    files = {"stacks/s/cdk.tf.json": b'{"resource": {}}', "assets/a.zip": b"\x00\x01"}
    written = Written("s", files)
    assert written.pack() == written.pack()
    unpacked = unpack(written.pack(), "s")
    assert unpacked == written and unpacked.digest == written.digest
    assert unpack(b"no archive", "s") is None


# What is protected -----------------------------------------------------------------------------------------------

KEEP = {"lifecycle": {"prevent_destroy": True}}
HELD = state(
    resource("aws_vpc", "network", id="vpc-1"),
    resource("aws_subnet", "a", ("aws_vpc.network",), id="subnet-1"),
    resource("aws_nat_gateway", "a", ("aws_subnet.a",), id="nat-1"),
    resource("aws_rds_cluster", "main", ("aws_subnet.a", "aws_vpc.network"), id="main", deletion_protection=True),
    resource("aws_rds_cluster_instance", "one", ("aws_rds_cluster.main",), cluster_identifier="main"),
    resource("aws_s3_bucket", "files", id="files", bucket="files"),
    resource("aws_s3_bucket_versioning", "files", ("aws_s3_bucket.files",), bucket="files"),
    resource("aws_s3_bucket_notification", "files", ("aws_lambda_function.f",), bucket="files"),
    resource("aws_lambda_function", "f", id="f"),
)


def test_what_stays_keeps_its_settings_and_what_it_stands_on_and_nothing_else() -> None:
    found = protection.retained(parse(HELD, "x"), {"aws_rds_cluster.main", "aws_s3_bucket.files"})
    assert {instance.address for instance in found} == {
        "aws_vpc.network",
        "aws_subnet.a",
        "aws_rds_cluster.main",
        "aws_rds_cluster_instance.one",
        "aws_s3_bucket.files",
        "aws_s3_bucket_versioning.files",
    }


def test_what_leaves_a_module_that_kept_it_is_let_go_with_its_settings() -> None:
    before = {"resource": {"aws_s3_bucket": {"files": KEEP}, "aws_s3_bucket_versioning": {"files": {}}}}
    assert protection.leaving(before, {}, parse(HELD, "x")) == (
        "aws_s3_bucket.files",
        "aws_s3_bucket_versioning.files",
    )
    assert protection.leaving(before, before, parse(HELD, "x")) == ()


def test_a_secret_that_stays_holds_on_to_no_database_that_goes() -> None:
    secret = "aws_secretsmanager_secret"
    held = parse(
        state(
            resource("aws_rds_cluster", "main", ("aws_vpc.network",), id="main"),
            resource("aws_rds_cluster_instance", "one", ("aws_rds_cluster.main",), cluster_identifier="main"),
            resource("aws_lambda_function", "rotation", id="rotation"),
            resource("aws_vpc", "network", id="vpc-1"),
            resource(secret, "main", arn="secret", id="secret"),
            resource(f"{secret}_version", "complete", (f"{secret}.main", "aws_rds_cluster.main"), secret_id="secret"),
            resource(
                f"{secret}_rotation",
                "main",
                ("aws_lambda_function.rotation", "aws_rds_cluster.main"),
                secret_id="secret",
            ),
        ),
        "x",
    )
    alone = protection.retained(held, {f"{secret}.main"})
    assert {instance.address for instance in alone} == {f"{secret}.main", f"{secret}_version.complete"}
    both = protection.retained(held, {f"{secret}.main", "aws_rds_cluster.main"})
    assert both == held.instances


class _EnoughError(Exception):
    """Ends a removal once it has let go what stays."""


def _enough(_: object) -> NoReturn:
    raise _EnoughError


def _removal(
    state: State,
    module: Mapping[str, Any],
    *,
    delete_data: bool,
    keeps_data: bool = True,
    forget: Callable[[Sequence[str]], None] = _enough,
    override: Callable[[Mapping[str, Any]], None] = lambda _: None,
    target: object = None,
) -> tuple[Removal, list[Mark]]:
    """A removal that ends once what stays is let go, and what it wrote down until then."""
    marks: list[Mark] = []
    removal = Removal(
        unit="regional/eu-west-1",
        workspace=cast("Any", SimpleNamespace(forget=forget, override=override)),
        store=cast("Any", SimpleNamespace(state=lambda: state, put_mark=marks.append)),
        module=module,
        mark=Mark("shop", "dev", "regional/x", Stage.REMOVING, "d"),
        target=cast("Any", target),
        region="eu-west-1",
        tell=lambda _: None,
        delete_data=delete_data,
        keeps_data=keeps_data,
    )
    return removal, marks


@pytest.mark.parametrize(
    ("delete_data", "keeps_data", "kept"),
    [(False, True, ["aws_s3_bucket.half_applied"]), (False, False, []), (True, True, [])],
)
def test_data_of_a_module_that_was_applied_in_part_stays_as_data_does(
    delete_data: bool, keeps_data: bool, kept: list[str]
) -> None:
    forgotten: list[str] = []

    def forget(addresses: Sequence[str]) -> None:
        forgotten.extend(addresses)
        raise _EnoughError

    held = parse(state(resource("aws_s3_bucket", "half_applied", bucket="b"), resource("aws_vpc", "network")), "x")
    removal, _ = _removal(held, {}, delete_data=delete_data, keeps_data=keeps_data, forget=forget)
    with pytest.raises(_EnoughError):
        removal.run()
    assert forgotten == kept


@pytest.mark.parametrize("follows", [True, False], ids=["a replica", "promoted"])
@pytest.mark.parametrize("delete_data", [True, False], ids=["with its data", "leaving a snapshot"])
def test_a_standby_that_writes_since_a_failover_leaves_a_snapshot(follows: bool, delete_data: bool) -> None:
    source = {"ReadReplicaSourceDBInstanceIdentifier": "arn"} if follows else {}
    instance = {"DBInstanceIdentifier": "shop-dev-orders", "DBInstanceStatus": "available", **source}
    rds = SimpleNamespace(
        describe_global_clusters=lambda: {"GlobalClusters": []},
        get_paginator=lambda _: SimpleNamespace(paginate=lambda: [{"DBInstances": [instance]}]),
    )
    kind, label = "aws_db_instance", "database_orders"
    held = parse(state(resource(kind, label, identifier="shop-dev-orders", skip_final_snapshot=True)), "x")
    module = {"resource": {kind: {label: {"skip_final_snapshot": '${!(var.region == "us-east-1")}'}}}}
    laid: list[Mapping[str, Any]] = []

    def override(overrides: Mapping[str, Any]) -> None:
        laid.append(overrides)
        raise _EnoughError

    removal, _ = _removal(
        held, module, delete_data=delete_data, override=override, target=SimpleNamespace(client=lambda *_: rds)
    )
    with pytest.raises(_EnoughError):
        removal.run()
    leaves = not follows and not delete_data
    assert laid == [{kind: {label: {"skip_final_snapshot": False}}} if leaves else {}]


def test_protection_is_lifted_while_the_state_still_knows_what_stays() -> None:
    """Terraform would make anew what is missing of all that a protected thing needs."""
    order: list[str] = []

    def forget(_: object) -> None:
        order.append("let go")
        raise _EnoughError

    held = parse(state(resource("aws_secretsmanager_secret", "main"), resource("aws_db_instance", "main")), "x")
    module = {"resource": {"aws_secretsmanager_secret": {"main": KEEP}, "aws_db_instance": {"main": {}}}}
    removal, _ = _removal(held, module, delete_data=False, forget=forget, override=lambda _: order.append("lifted"))
    with pytest.raises(_EnoughError):
        removal.run()
    assert order == ["lifted", "let go"]


def test_the_proof_of_a_name_stays_for_the_certificates_of_other_regions() -> None:
    kind = "aws_route53_record"
    proof, alias = (Instance(f"{kind}.{name}", kind, {"zone_id": "Z1"}, ()) for name in ("proof_app", "record_app"))
    state, module = State(1, "x", {}, (proof, alias)), {"resource": {kind: {"proof_app": {}, "record_app": {}}}}
    assert protection.leaving(module, module, state) == ()
    assert protection.leaving(module, {}, state) == (proof.address,)

    forgotten: list[str] = []

    def forget(addresses: Sequence[str]) -> None:
        forgotten.extend(addresses)
        raise _EnoughError

    removal, marks = _removal(state, module, delete_data=True, forget=forget)
    with pytest.raises(_EnoughError):
        removal.run()
    assert forgotten == [proof.address]
    assert [list(mark.retained) for mark in marks] == [[]], "it goes with its zone"


def test_only_what_is_protected_by_aws_is_switched_off() -> None:
    ((address, changes),) = protection.switched_off(parse(HELD, "x").instances, delete_data=False)
    assert (address, changes) == ("aws_rds_cluster.main", {"deletion_protection": False})
    ((_, with_data),) = protection.switched_off(parse(HELD, "x").instances, delete_data=True)
    assert with_data == {"deletion_protection": False, "skip_final_snapshot": True}


def test_a_secret_that_goes_with_all_data_leaves_its_name_free() -> None:
    kept = Instance("aws_secretsmanager_secret.a", "aws_secretsmanager_secret", {"recovery_window_in_days": 30}, ())
    assert list(protection.switched_off([kept], delete_data=False)) == []
    assert list(protection.switched_off([kept], delete_data=True)) == [(kept.address, {"recovery_window_in_days": 0})]


@pytest.mark.parametrize(
    ("action", "found"),
    [
        (Action.REPLACE, ("aws_rds_cluster.main",)),
        (Action.REMOVE, ("aws_rds_cluster.main",)),
        (Action.CHANGE, ()),
        (Action.FORGET, ()),
    ],
)
def test_what_aws_protects_is_known_before_terraform_meets_it(action: Action, found: tuple[str, ...]) -> None:
    changes = [ResourceChange(name, "", action) for name in ("aws_rds_cluster.main", "aws_vpc.network")]
    assert protection.guarded(parse(HELD, "x"), changes) == found
    assert protection.guarded(None, changes) == ()


def test_going_back_keeps_new_data_and_what_it_refers_to() -> None:
    table = {"name": "${local.here}", "kms": "${data.aws_kms_alias.data.arn}"}
    now = {
        "locals": {"here": "x", "other": "y"},
        "data": {"aws_kms_alias": {"data": {"name": "z"}}},
        "resource": {"aws_dynamodb_table": {"new": table}, "aws_lambda_function": {"f": {"n": 2}, "g": {}}},
    }
    before = {"resource": {"aws_lambda_function": {"f": {"n": 1}}}}
    assert reverting.with_new_data(before, now) == {
        "locals": {"here": "x"},
        "data": {"aws_kms_alias": {"data": {"name": "z"}}},
        "resource": {"aws_lambda_function": {"f": {"n": 1}}, "aws_dynamodb_table": {"new": table}},
    }
    assert reverting.with_new_data(before, {"resource": {"aws_lambda_function": {"g": {}}}}) is before
    guarded = {"resource": {"aws_lb": {"web": {"enable_deletion_protection": True}}}}
    assert reverting.with_new_data({}, guarded) == guarded


# Predictions -----------------------------------------------------------------------------------------------------


def test_a_prediction_leaves_out_what_other_regions_have() -> None:
    module = {
        "resource": {
            "aws_a": {"home": {"count": predicting.ONLY_AT_HOME}, "standby": {"count": predicting.ONLY_IN_STANDBYS}},
            "aws_b": {"both": {}},
        }
    }
    at_home = predicting.resource_changes({}, module, is_home=True)
    assert [change.name for change in at_home] == ["aws_a.home", "aws_b.both"]
    elsewhere = predicting.resource_changes({}, module, is_home=False)
    assert [change.name for change in elsewhere] == ["aws_a.standby", "aws_b.both"]


def test_a_prediction_knows_what_replaces_and_what_is_kept() -> None:
    before = {"resource": {"aws_dynamodb_table": {"a": {"hash_key": "x"}, "b": {**KEEP}, "c": {"n": 1}}}}
    after = {"resource": {"aws_dynamodb_table": {"a": {"hash_key": "y"}, "c": {"n": 2}}}}
    found = {change.name: change.action for change in predicting.resource_changes(before, after, is_home=True)}
    assert found == {
        "aws_dynamodb_table.a": Action.REPLACE,
        "aws_dynamodb_table.b": Action.FORGET,
        "aws_dynamodb_table.c": Action.CHANGE,
    }


def test_the_counts_that_are_understood_are_those_that_modules_use() -> None:
    source = (Path(predicting.__file__).parent / "unit.py").read_text()
    assert "{self.is_home.code} ? 1 : 0" in source and "{self.is_home.code} ? 0 : 1" in source


# Running ---------------------------------------------------------------------------------------------------------


def test_progress_counts_what_is_done_and_names_what_is_not() -> None:
    seen: list[Progress] = []
    listener = Listener("u", 2, seen.append)
    for line in (RECORDED / "apply.jsonl").read_text().splitlines():
        listener(json.loads(line))
    assert [(progress.done, progress.total) for progress in seen] == [(0, 2), (1, 2)]
    assert list(seen[0].working) == ["aws_dynamodb_table.table_carts"] and not seen[1].working


def test_a_run_is_read_line_by_line_and_known_while_it_lives(tmp_path: Path) -> None:
    code = "import sys\nprint('{\"n\": 1}')\nprint('no json')\nprint('{\"n\": 2}', flush=True)\nsys.exit(3)"
    heard: list[Any] = []
    ended = running.run(
        [sys.executable, "-c", code], folder=tmp_path, variables=os.environ, notes=tmp_path, listen=heard.append
    )
    assert (ended.code, [event["n"] for event in heard]) == (3, [1, 2])
    assert running.alive(tmp_path) is None


def another(notes: Path, code: str) -> tuple[subprocess.Popen[bytes], int]:
    """A deployer of its own that has begun to run this; both processes."""
    starter = (
        "import sys; from pathlib import Path; from tapstack.engines.terraform import running; import os; "
        "running.run([sys.executable, '-c', sys.argv[2]], folder=Path('.'), variables=os.environ, "
        "notes=Path(sys.argv[1]))"
    )
    deployer = subprocess.Popen([sys.executable, "-c", starter, str(notes), code])
    deadline = time.monotonic() + 30
    while (run := running.alive(notes)) is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert run is not None
    return deployer, run


def test_a_run_that_outlives_us_is_found_again(tmp_path: Path) -> None:
    ours, orphan = another(tmp_path, "import time; time.sleep(60)")
    try:
        deadline = time.monotonic() + 30
        ours.kill()
        ours.wait()
        assert running.alive(tmp_path) == orphan
        os.kill(orphan, signal.SIGKILL)
        while running.alive(tmp_path) is not None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert running.alive(tmp_path) is None
    finally:
        ours.kill()
        ours.wait()


def test_two_runs_of_one_unit_do_not_write_over_each_other(tmp_path: Path) -> None:
    """A deployer that was taken over may begin one more run before it learns of that."""
    line = "import json, time; print(json.dumps({'from': %r}), flush=True); time.sleep(1)"
    other, _ = another(tmp_path, line % "other")
    listened: list[Any] = []

    def listen(event: Any) -> None:
        listened.append(event)
        made.forget(tmp_path)

    ended = running.run(
        [sys.executable, "-c", line % "us"], folder=tmp_path, variables=os.environ, notes=tmp_path, listen=listen
    )
    assert other.wait(10) == 0
    assert ended.events == tuple(listened) == ({"from": "us"},)
    assert ended.output == '{"from": "us"}\n'


def test_a_second_interrupt_reaches_what_runs(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    with children.known(process):
        children.interrupt()
        assert process.wait(timeout=20) != 0
    children.interrupt()


def test_terraform_runs_without_the_callers_workspace_and_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_WORKSPACE", "other")
    monkeypatch.setenv("TF_CLI_ARGS_plan", "-destroy")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    sandboxed = running.environment({"AWS_REGION": "x"}, is_real=False)
    assert not {"TF_WORKSPACE", "TF_CLI_ARGS_plan", "AWS_PROFILE"} & set(sandboxed)
    real = running.environment({"AWS_REGION": "x"}, is_real=True)
    assert real["AWS_PROFILE"] == "mine" and "TF_CLI_ARGS_plan" not in real and real["AWS_REGION"] == "x"


def test_a_profile_that_is_given_goes_before_the_callers_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-another-account")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-another-account")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-another-account")
    chosen = running.environment({"AWS_REGION": "x", "AWS_PROFILE": "chosen"}, is_real=True)
    assert chosen["AWS_PROFILE"] == "chosen" and "of-another-account" not in chosen.values()
    assert running.environment({"AWS_REGION": "x"}, is_real=True)["AWS_SESSION_TOKEN"] == "of-another-account"


def test_providers_are_there_as_long_as_what_they_are_linked_to(tmp_path: Path) -> None:
    cached, used = tmp_path / "cached", tmp_path / plugins.PROVIDERS / "registry/hashicorp/aws/5.100.0/linux_amd64"
    assert plugins.are_there(tmp_path), "some modules need none"
    cached.mkdir()
    used.parent.mkdir(parents=True)
    used.symlink_to(cached)
    assert plugins.are_there(tmp_path)
    cached.rmdir()
    assert not plugins.are_there(tmp_path)


def test_a_lock_file_is_outgrown_only_when_terraform_says_so() -> None:
    said = (
        "locked provider aws 5.99.0 does not match\nconfigured version constraint >= 5.100.0; must use terraform init"
    )
    assert problems.has_outgrown_its_lock_file(said)
    assert not problems.has_outgrown_its_lock_file("the registry does not answer")


def test_as_many_runs_go_at_once_as_memory_and_processors_bear() -> None:
    gigabyte = 1_000_000_000
    assert memory.side_by_side(4, available=16 * gigabyte, processors=8) == 4
    assert memory.side_by_side(8, available=16 * gigabyte, processors=2) == 4
    assert memory.side_by_side(8, available=2 * gigabyte, processors=8) == 3
    assert memory.side_by_side(8, available=2 * gigabyte, processors=8, one_run=gigabyte) == 2
    assert memory.side_by_side(8, available=0, processors=8) == 1
    assert memory.available_bytes() > 0


def test_the_largest_run_so_far_decides_what_the_next_one_is_given(tmp_path: Path) -> None:
    assert memory.measured(tmp_path) == memory.ONE_RUN
    for peak in (400_000_000, 800_000_000, 600_000_000):
        memory.note(tmp_path, peak)
    assert memory.measured(tmp_path) == 1_000_000_000


def test_memory_counts_what_a_program_started_too() -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells")
    assert memory.resident_bytes(os.getpid()) > 10_000_000
    assert memory.resident_bytes(2**30) == 0


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def make(name: str, version: str) -> Path:
        file = tmp_path / name
        file.write_text(f'#!/bin/sh\necho \'{{"terraform_version": "{version}"}}\'\n')
        file.chmod(0o755)
        return file

    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.delenv(binary.CHOSEN, raising=False)
    return make


def test_tofu_will_do_and_a_named_program_wins(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tofu, other = program("tofu", "1.12.0-beta1"), program("other", "1.11.0")
    assert binary.find().path == tofu
    monkeypatch.setenv(binary.CHOSEN, str(other))
    assert (binary.find().path, binary.find().version) == (other, "1.11.0")


def test_an_old_terraform_does_not_stand_before_a_tofu_that_will_do(program: Any) -> None:
    program("terraform", "1.5.7")
    tofu = program("tofu", "1.11.2")
    assert binary.find().path == tofu


def test_none_or_an_old_one_is_one_clear_line(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingToolError, match="neither `terraform` nor `tofu`"):
        binary.find()
    program("terraform", "1.9.8")
    monkeypatch.setenv("PATH", os.environ["PATH"] + ":/nowhere")
    with pytest.raises(MissingToolError, match=r"is 1\.9\.8, and 1\.11 or newer is needed"):
        binary.find()
    monkeypatch.setenv(binary.CHOSEN, "nothing-of-that-name")
    with pytest.raises(MissingToolError, match="names nothing-of-that-name"):
        binary.find()


def test_a_cache_that_the_person_has_chosen_is_left_to_them(tmp_path: Path) -> None:
    assert plugins.cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "tapstack" / "terraform-plugins"
    assert plugins.cache_folder({plugins.CACHE: "/theirs"}) is None
    configuration = tmp_path / "terraform.rc"
    configuration.write_text('plugin_cache_dir = "/theirs"\n')
    assert plugins.cache_folder({plugins.CONFIGURATION: str(configuration)}) is None
    (tmp_path / "opentofu").mkdir()
    configuration.rename(tmp_path / "opentofu" / "tofurc")
    assert plugins.cache_folder({"XDG_CONFIG_HOME": str(tmp_path)}) is None
