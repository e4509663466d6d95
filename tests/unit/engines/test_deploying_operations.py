"""Operations of stacks as AWS plays them, from a script: what the sandbox cannot be made to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tapstack.engines import emptying
from tapstack.engines.cloudformation import drift, lifting, recovery, removal
from tapstack.engines.cloudformation.engine import CloudFormation as CloudFormationEngine
from tapstack.engines.cloudformation.publishing import ArtifactBucket
from tapstack.engines.cloudformation.removal import Removal
from tapstack.engines.cloudformation.site import Site
from tapstack.engines.cloudformation.stacks import Stack, read, standing_of, template_of
from tapstack.engines.cloudformation.watching import Operation, Pace
from tapstack.engines.engine import Action, Progress, PropertyChange, ResourceChange, Standing, UnitChanges
from tapstack.errors import AwsError, DeploymentError
from tapstack.fleet.fleet import Fleet
from tapstack.plan import planning
from tapstack.plan.model import Unit, UnitKind

STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/shop-dev-regional/1"
NAME = "shop-dev-regional"
ACCOUNT = "123456789012"
NOW = datetime.now(UTC)


def _event(number: int, status: str, name: str = NAME, kind: str = "", reason: str = "", token: str = "t") -> Any:
    is_stack = name == NAME
    return {
        "EventId": str(number),
        "StackId": STACK,
        "LogicalResourceId": name,
        "PhysicalResourceId": STACK if is_stack else f"{name}-1",
        "ResourceType": "AWS::CloudFormation::Stack" if is_stack else kind or "AWS::SNS::Topic",
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
        "Timestamp": NOW - timedelta(seconds=100 - number),
        "ClientRequestToken": token,
    }


def _refused(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Call")


@dataclass
class CloudFormation:
    """Plays a script: each look shows the events that have happened by then."""

    looks: list[list[Any]]
    status: str = "UPDATE_COMPLETE"
    template: Mapping[str, Any] = field(default_factory=dict)
    resources: Sequence[Mapping[str, Any]] = ()
    deletions: list[list[Any] | ClientError] = field(default_factory=list)
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803 - as boto3 names it
        return {"Stacks": [{"StackName": NAME, "StackId": STACK, "StackStatus": self.status}]}

    def get_template(self, **_: Any) -> Any:
        return {"TemplateBody": self.template}

    def get_paginator(self, call: str) -> Any:
        def paginate(**_: Any) -> Iterator[Any]:
            if call == "list_stack_resources":
                yield {"StackResourceSummaries": list(self.resources)}
            else:
                events = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
                newest = list(reversed(events))
                yield {"StackEvents": newest[:2]}
                yield {"StackEvents": newest[2:]}

        return type("Paginator", (), {"paginate": staticmethod(paginate)})()

    def delete_stack(self, **arguments: Any) -> None:
        self._play("delete_stack", arguments)

    def continue_update_rollback(self, **arguments: Any) -> None:
        self._play("continue_update_rollback", arguments)

    def update_termination_protection(self, **arguments: Any) -> None:
        self.calls.append(("update_termination_protection", arguments))

    def _play(self, call: str, arguments: Mapping[str, Any]) -> None:
        self.calls.append((call, arguments))
        played = self.deletions.pop(0)
        if isinstance(played, ClientError):
            raise played
        token = arguments["ClientRequestToken"]
        self.looks = [[{**event, "ClientRequestToken": token} for event in played]]
        self.status = played[-1]["ResourceStatus"]


def _follow(client: CloudFormation, **facts: Any) -> tuple[Operation, list[Progress], Stack | None]:
    told: list[Progress] = []
    operation = Operation(client, "regional/us-east-1", STACK, told.append, **{"token": "t", **facts})
    return operation, told, operation.follow(Pace(0, 0))


BEGUN = [_event(1, "UPDATE_COMPLETE", token="before"), _event(2, "UPDATE_IN_PROGRESS")]


def test_progress_counts_what_is_expected_and_names_what_is_worked_on() -> None:
    first = [*BEGUN, _event(3, "UPDATE_IN_PROGRESS", "Topic"), _event(4, "UPDATE_IN_PROGRESS", "Extra")]
    second = [*first, _event(5, "UPDATE_COMPLETE", "Topic")]
    third = [*second, _event(6, "UPDATE_COMPLETE", "Extra"), _event(7, "UPDATE_COMPLETE")]
    _, told, stack = _follow(CloudFormation([[], first, second, third]), expected=["Topic", "Other"])
    assert [(progress.done, progress.total) for progress in told] == [(0, 2), (0, 2), (1, 2), (1, 2)]
    assert 95 < told[1].working["Topic"] < 1000
    assert set(told[2].working) == {"Extra"}
    assert stack is not None
    assert stack.status == "UPDATE_COMPLETE"


def test_events_of_an_earlier_operation_do_not_count() -> None:
    old = [_event(1, "UPDATE_IN_PROGRESS", token="x"), _event(2, "UPDATE_FAILED", "Topic", token="x")]
    done = [*old, _event(3, "UPDATE_IN_PROGRESS"), _event(4, "UPDATE_COMPLETE")]
    operation, _, _ = _follow(CloudFormation([old, done]))
    assert operation.failures() == ()
    assert [event["EventId"] for event in operation.events] == ["3", "4"]


def test_without_a_token_the_newest_operation_is_followed() -> None:
    events = [*BEGUN, _event(3, "UPDATE_IN_PROGRESS", "Topic"), _event(4, "UPDATE_COMPLETE")]
    operation, _, _ = _follow(CloudFormation([events]), token="")
    assert [event["EventId"] for event in operation.events] == ["2", "3", "4"]


def test_only_causes_are_reasons() -> None:
    events = [
        *BEGUN,
        _event(3, "CREATE_FAILED", "Table", "AWS::DynamoDB::Table", "Already exists"),
        _event(4, "CREATE_FAILED", "Topic", reason="Resource creation cancelled"),
        _event(5, "UPDATE_ROLLBACK_IN_PROGRESS", reason="The following resource(s) failed"),
        _event(6, "DELETE_FAILED", "Table", "AWS::DynamoDB::Table", "later"),
        _event(7, "UPDATE_ROLLBACK_COMPLETE"),
    ]
    operation, _, _ = _follow(CloudFormation([events], status="UPDATE_ROLLBACK_COMPLETE"))
    assert [str(failure) for failure in operation.failures()] == ["Table (AWS::DynamoDB::Table): Already exists"]


def test_a_certificate_that_waits_says_what_a_person_can_do() -> None:
    waiting = [*BEGUN, _event(3, "CREATE_IN_PROGRESS", "Cert", "AWS::CertificateManager::Certificate")]
    done = [*waiting, _event(4, "CREATE_COMPLETE", "Cert"), _event(5, "UPDATE_COMPLETE")]
    _, told, _ = _follow(CloudFormation([waiting, done]), delegation="Delegate it.")
    assert [progress.note for progress in told] == ["Delegate it.", ""]


@pytest.mark.parametrize(
    ("status", "kind", "parameters", "standing"),
    [
        ("CREATE_COMPLETE", UnitKind.REGIONAL, {}, Standing.STANDS),
        ("UPDATE_ROLLBACK_COMPLETE", UnitKind.REGIONAL, {}, Standing.STANDS),
        ("ROLLBACK_COMPLETE", UnitKind.REGIONAL, {}, Standing.BROKEN),
        ("UPDATE_ROLLBACK_FAILED", UnitKind.REGIONAL, {}, Standing.BROKEN),
        ("DELETE_FAILED", UnitKind.REGIONAL, {}, Standing.BROKEN),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", UnitKind.REGIONAL, {}, Standing.BUSY),
        ("REVIEW_IN_PROGRESS", UnitKind.REGIONAL, {}, Standing.ABSENT),
        ("DELETE_COMPLETE", UnitKind.REGIONAL, {}, Standing.ABSENT),
        ("CREATE_COMPLETE", UnitKind.LINKS, {"Linked": "false"}, Standing.ABSENT),
        ("UPDATE_COMPLETE", UnitKind.LINKS, {"Linked": "true"}, Standing.STANDS),
        ("CREATE_FAILED", UnitKind.LINKS, {}, Standing.ABSENT),
    ],
)
def test_what_each_status_means(status: str, kind: UnitKind, parameters: dict[str, str], standing: Standing) -> None:
    stack = Stack(NAME, STACK, status, "", parameters, {}, {}, False)
    assert standing_of(Unit(kind=kind, region="us-east-1", shape="x", components=()), stack) is standing


def test_a_stack_that_is_not_there_is_none_and_another_refusal_is_one() -> None:
    class Client:
        error = _refused("ValidationError", "Stack with id x does not exist")

        def describe_stacks(self, **_: Any) -> Any:
            raise self.error

    client = Client()
    assert read(client, "x") is None
    client.error = _refused("AccessDenied", "no")
    with pytest.raises(ClientError):
        read(client, "x")


def test_a_template_that_is_no_json_is_only_text() -> None:
    assert template_of(CloudFormation([], template="Resources: {}"), NAME) == {"Text": "Resources: {}"}  # type: ignore[arg-type]


# Removal ---------------------------------------------------------------------------------------------------------


class Target:
    """Hands out the clients of a test."""

    name, account, is_real = "test", ACCOUNT, False

    def __init__(self, **clients: Any) -> None:
        self.clients = clients

    def client(self, service: str, region: str) -> Any:
        return self.clients[service]

    def variables(self, region: str) -> Mapping[str, str]:
        return {}

    def fetch(self, url: str, *, host: str = "", timeout: float = 5) -> Any:
        raise OSError


def _site(**clients: Any) -> Site:
    fleet = Fleet.model_validate({"fleet": "shop", "regions": {"us-east-1": {}}, "home": "us-east-1"})
    return Site(Target(**clients), planning.make(fleet, "dev"), "us-east-1")


def _remove(client: CloudFormation, **clients: Any) -> Mapping[str, str]:
    site = _site(cloudformation=client, s3=None, **clients)
    unit = site.plan.unit("regional/us-east-1")
    stack = Stack(NAME, STACK, "DELETE_FAILED", "", {}, {}, {}, False)
    left = Removal(site, unit, stack, lambda _: None, delete_data=False).run()
    return {retained.identity: retained.cost for retained in left}


def _deletion(*events: tuple[str, str, str], ends: str = "DELETE_FAILED") -> list[Any]:
    listed = [_event(number, status, name, kind) for number, (name, kind, status) in enumerate(events, start=2)]
    return [_event(1, "DELETE_IN_PROGRESS"), *listed, _event(99, ends)]


DATABASE = ("Main", "AWS::RDS::DBInstance", "DELETE_SKIPPED")
SUBNETS = ("Subnets", "AWS::RDS::DBSubnetGroup", "DELETE_FAILED")
NETWORK = ("Network", "AWS::EC2::VPC", "DELETE_FAILED")
FUNCTION = ("Web", "AWS::Lambda::Function", "DELETE_FAILED")


class Calls:
    """A service that takes every call; or refuses it."""

    def __init__(self, refusal: ClientError | None = None, **answers: Any) -> None:
        self.made: list[str] = []
        self.refusal = refusal
        self.answers = answers

    def __getattr__(self, call: str) -> Callable[..., Any]:
        def answer(**_: Any) -> Any:
            self.made.append(call)
            if self.refusal is not None:
                raise self.refusal
            return self.answers.get(call, {})

        return answer


@pytest.mark.parametrize(
    ("kind", "calls"),
    [
        ("AWS::RDS::DBInstance", ["modify_db_instance"]),
        ("AWS::RDS::DBCluster", ["modify_db_cluster"]),
        ("AWS::RDS::GlobalCluster", ["modify_global_cluster"]),
        ("AWS::DynamoDB::GlobalTable", ["describe_table", "update_table", "update_table"]),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", ["modify_load_balancer_attributes"]),
        ("AWS::SNS::Topic", []),
    ],
)
def test_each_service_lifts_its_own_protection(kind: str, calls: list[str]) -> None:
    service = Calls(describe_table={"Table": {"Replicas": [{"RegionName": "eu-west-1"}]}})
    lifting.lift(_site(rds=service, dynamodb=service, elbv2=service), kind, "it")
    assert service.made == calls


def test_what_is_gone_needs_no_lifting_but_a_refusal_is_told() -> None:
    lifting.lift(_site(rds=Calls(_refused("DBInstanceNotFound"))), "AWS::RDS::DBInstance", "it")
    with pytest.raises(ClientError):
        lifting.lift(_site(rds=Calls(_refused("AccessDenied"))), "AWS::RDS::DBInstance", "it")


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "SANDBOX_REST", 0.0)


def test_what_stands_under_retained_data_stays_layer_by_layer() -> None:
    gone = _deletion(
        ("Subnets", SUBNETS[1], "DELETE_SKIPPED"), ("Network", NETWORK[1], "DELETE_SKIPPED"), ends="DELETE_COMPLETE"
    )
    client = CloudFormation(
        [[]],
        deletions=[
            _deletion(DATABASE, SUBNETS),
            _deletion(SUBNETS),
            _deletion(NETWORK),
            _deletion(NETWORK),
            gone,
        ],
    )
    left = _remove(client)
    assert set(left) == {"Main-1", "Subnets-1", "Network-1"}
    assert "what stays needs it" in left["Network-1"]
    held = [arguments.get("RetainResources") for _, arguments in client.calls]
    assert held == [None, None, ["Subnets"], ["Subnets"], ["Network", "Subnets"]]


def test_what_is_refused_for_a_while_goes_later_and_is_not_left() -> None:
    client = CloudFormation([[]], deletions=[_deletion(FUNCTION), _deletion(ends="DELETE_COMPLETE")])
    assert _remove(client) == {}


def test_an_export_that_is_still_imported_is_waited_for() -> None:
    refusal = _refused("ValidationError", "Export shop-key is imported by stack shop-dev-regional")
    client = CloudFormation([[]], deletions=[refusal, _deletion(ends="DELETE_COMPLETE")])
    assert _remove(client) == {}


def test_what_cannot_be_removed_is_told_with_its_reason() -> None:
    failing = [_deletion(FUNCTION) for _ in range(removal.ATTEMPTS)]
    with pytest.raises(DeploymentError, match="still stands") as failed:
        _remove(CloudFormation([[]], deletions=[*failing]))
    assert "Web (AWS::Lambda::Function)" in failed.value.detail
    refusals: list[Any] = [_refused("ValidationError", "Export x is imported by y")] * removal.ATTEMPTS
    with pytest.raises(DeploymentError) as refused:
        _remove(CloudFormation([[]], deletions=refusals))
    assert refused.value.detail == "Export x is imported by y"
    with pytest.raises(ClientError):
        _remove(CloudFormation([[]], deletions=[_refused("AccessDenied")]))


def test_snapshots_and_keys_that_wait_are_told() -> None:
    resources = [
        {
            "LogicalResourceId": name,
            "PhysicalResourceId": f"{name}-1",
            "ResourceType": kind,
            "ResourceStatus": "CREATE_COMPLETE",
        }
        for name, kind in (("Main", "AWS::RDS::DBCluster"), ("Key", "AWS::KMS::Key"))
    ]
    template = {
        "Resources": {
            "Main": {"Type": "AWS::RDS::DBCluster", "DeletionPolicy": "Snapshot"},
            "Key": {"Type": "AWS::KMS::Key", "Properties": {"PendingWindowInDays": 7}},
        }
    }
    client = CloudFormation([[]], template=template, resources=resources, deletions=[_deletion(ends="DELETE_COMPLETE")])
    databases = Calls()
    left = _remove(client, rds=databases)
    assert databases.made == ["modify_db_cluster"]
    assert left == {"Main-1": "stored GB of the snapshot", "Key-1": "nothing while its deletion is pending"}


# Recovery --------------------------------------------------------------------------------------------------------


def _recover(client: CloudFormation, *, protected: bool = False) -> Stack | None:
    site = _site(cloudformation=client)
    stack = Stack(NAME, STACK, client.status, "", {}, {}, {}, protected)
    return recovery.make_changeable(site, site.plan.unit("regional/us-east-1"), stack, lambda _: None)


def test_a_rollback_that_failed_is_continued() -> None:
    done = [_event(1, "UPDATE_ROLLBACK_IN_PROGRESS"), _event(2, "UPDATE_ROLLBACK_COMPLETE")]
    stack = _recover(CloudFormation([[]], status="UPDATE_ROLLBACK_FAILED", deletions=[done]))
    assert stack is not None
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    stuck = [_event(1, "UPDATE_FAILED", "Web", reason="Gone"), _event(2, "UPDATE_ROLLBACK_FAILED")]
    with pytest.raises(DeploymentError, match="cannot be rolled back") as failed:
        _recover(CloudFormation([[]], status="UPDATE_ROLLBACK_FAILED", deletions=[stuck]))
    assert failed.value.detail == "Web (AWS::SNS::Topic): Gone"


def test_what_only_can_be_deleted_is_deleted() -> None:
    client = CloudFormation([[]], status="ROLLBACK_COMPLETE", deletions=[_deletion(ends="DELETE_COMPLETE")])
    assert _recover(client, protected=True) is None
    assert [call for call, _ in client.calls] == ["update_termination_protection", "delete_stack"]
    with pytest.raises(DeploymentError, match="is in the way") as failed:
        _recover(CloudFormation([[]], status="ROLLBACK_FAILED", deletions=[_deletion(FUNCTION)]))
    assert failed.value.command == "tapstack destroy --region us-east-1"


def test_what_goes_on_is_waited_for_and_what_was_left_standing_is_taken_as_it_is() -> None:
    client = CloudFormation([[_event(1, "UPDATE_IN_PROGRESS"), _event(2, "UPDATE_COMPLETE")]])
    site = _site(cloudformation=client)
    busy = Stack(NAME, STACK, "UPDATE_IN_PROGRESS", "", {}, {}, {}, False)
    stack = recovery.make_changeable(site, site.plan.unit("regional/us-east-1"), busy, lambda _: None)
    assert stack is not None
    assert stack.status == "UPDATE_COMPLETE"
    assert _recover(CloudFormation([[]], status="CREATE_FAILED")) is not None
    in_review = CloudFormation([[]], status="REVIEW_IN_PROGRESS")
    assert _recover(in_review) is not None
    assert in_review.calls == []


# Versions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "action", "path", "expected"),
    [
        ("DatabaseMain", Action.CHANGE, "EngineVersion", True),
        ("DatabaseMain", Action.CHANGE, "BackupRetentionPeriod", False),
        ("DatabaseMain", Action.ADD, "EngineVersion", False),
        ("DatabaseOther", Action.CHANGE, "EngineVersion", False),
    ],
)
def test_a_version_that_other_regions_follow_goes_to_them_first(
    tmp_path: Path, name: str, action: Action, path: str, expected: bool
) -> None:
    fleet = Fleet.model_validate(
        {
            "fleet": "shop",
            "regions": {"us-east-1": {}, "eu-west-1": {}},
            "home": "us-east-1",
            "network": {},
            "databases": {
                "main": {"engine": "postgres", "cross_region": True},
                "other": {"engine": "postgres", "cross_region": False},
            },
        }
    )
    engine = CloudFormationEngine(fleet, planning.make(fleet, "dev"), Target(), source=tmp_path, folder=tmp_path)
    change = ResourceChange(name, "AWS::RDS::DBInstance", action, (PropertyChange(path, "1", "2"),))
    assert engine._moves_version(UnitChanges("regional/us-east-1", Standing.STANDS, (change,))) is expected


# Buckets ---------------------------------------------------------------------------------------------------------


class S3:
    """Keeps what was put; refuses what a test tells it to."""

    def __init__(self, endpoint: str = "https://s3.eu-west-1.amazonaws.com") -> None:
        self.meta = type("Meta", (), {"endpoint_url": endpoint})()
        self.objects: list[str] = []
        self.calls: list[str] = []
        self.tags: dict[str, str] | None = None
        self.refusals: dict[str, list[ClientError]] = {}

    def __getattr__(self, call: str) -> Callable[..., Any]:
        def answer(**arguments: Any) -> Any:
            assert call == "create_bucket" or arguments["ExpectedBucketOwner"] == ACCOUNT
            self.calls.append(call)
            if self.refusals.get(call):
                raise self.refusals[call].pop(0)
            return {}

        return answer

    def get_bucket_tagging(self, **_: Any) -> Any:
        self.calls.append("get_bucket_tagging")
        if self.refusals.get("get_bucket_tagging"):
            raise self.refusals["get_bucket_tagging"].pop(0)
        if self.tags is None:
            raise _refused("NoSuchBucket")
        if not self.tags:
            raise _refused("NoSuchTagSet")
        return {"TagSet": [{"Key": key, "Value": value} for key, value in self.tags.items()]}

    def put_object(self, *, Key: str, **_: Any) -> None:  # noqa: N803 - as boto3 names it
        self.calls.append("put_object")
        self.objects.append(Key)

    def delete_objects(self, *, Delete: Any, **_: Any) -> Any:  # noqa: N803 - as boto3 names it
        self.calls.append("delete_objects")
        kept = [item for item in Delete["Objects"] if item["Key"] == "locked"]
        return {"Errors": [{"Key": item["Key"], "Code": "AccessDenied", "Message": "locked"} for item in kept]}

    def get_paginator(self, call: str) -> Any:
        pages: list[Any] = [{"Contents": [{"Key": key} for key in self.objects]}, {}]
        if call == "list_object_versions":
            versions = [{"Key": key, "VersionId": "1"} for key in self.objects]
            pages = [{"Versions": versions[:1], "DeleteMarkers": versions[1:]}, {}]
        return type("Paginator", (), {"paginate": staticmethod(lambda **_: iter(pages))})()


def _bucket(s3: S3, region: str = "eu-west-1") -> ArtifactBucket:
    return ArtifactBucket(s3, "shop-artifacts", region, ACCOUNT, "aws", {"Fleet": "shop"})


def test_a_bucket_is_made_once_and_set_up_to_its_end() -> None:
    s3 = S3()
    _bucket(s3).make()
    assert s3.calls[:2] == ["get_bucket_tagging", "create_bucket"]
    # Tags come last, since they tell that everything else was done.
    assert s3.calls[-1] == "put_bucket_tagging"
    s3.tags, s3.calls = {}, []
    _bucket(s3).make()
    assert "create_bucket" not in s3.calls
    assert s3.calls[-1] == "put_bucket_tagging"
    s3.tags, s3.calls = {"Fleet": "shop"}, []
    _bucket(s3).make()
    assert s3.calls == ["get_bucket_tagging"]
    assert _bucket(s3).is_there()


def test_somebody_elses_bucket_is_not_used() -> None:
    s3 = S3()
    s3.refusals = {"create_bucket": [_refused("BucketAlreadyExists")]}
    with pytest.raises(AwsError, match="belongs to somebody else"):
        _bucket(s3, "us-east-1").make()
    s3.refusals = {"get_bucket_tagging": [_refused("AccessDenied")]}
    with pytest.raises(AwsError, match="not ours"):
        _bucket(s3).make()
    s3.refusals = {"create_bucket": [_refused("BucketAlreadyOwnedByYou")]}
    _bucket(s3).make()


def test_templates_are_named_by_the_host_on_aws_and_by_the_path_in_a_sandbox() -> None:
    assert _bucket(S3()).url("a.json") == "https://shop-artifacts.s3.eu-west-1.amazonaws.com/a.json"
    assert _bucket(S3("https://127.0.0.1:4566")).url("a.json") == "https://127.0.0.1:4566/shop-artifacts/a.json"


def test_a_bucket_is_emptied_of_all_versions_and_what_comes_late_goes_too() -> None:
    s3 = S3()
    s3.objects = ["one", "two"]
    assert emptying.empty(s3, "b", ACCOUNT) == 2
    s3.refusals = {"delete_bucket": [_refused("BucketNotEmpty")]}
    emptying.delete(s3, "b", ACCOUNT)
    assert s3.calls.count("delete_bucket") == 2
    s3.refusals = {"delete_bucket": [_refused("NoSuchBucket")]}
    emptying.delete(s3, "b", ACCOUNT)
    s3.refusals = {"delete_bucket": [_refused("BucketNotEmpty")] * emptying.ATTEMPTS}
    with pytest.raises(ClientError):
        emptying.delete(s3, "b", ACCOUNT)


def test_an_object_that_s3_keeps_is_named() -> None:
    s3 = S3()
    s3.objects = ["locked"]
    with pytest.raises(AwsError, match="cannot be emptied") as refused:
        emptying.empty(s3, "b", ACCOUNT)
    assert "locked" in refused.value.detail


# Drift -----------------------------------------------------------------------------------------------------------


@dataclass
class Drifts:
    """CloudFormation with what it found."""

    found: list[Any]
    looks: int = 0

    def detect_stack_drift(self, **_: Any) -> Any:
        return {"StackDriftDetectionId": "1"}

    def describe_stack_drift_detection_status(self, **_: Any) -> Any:
        self.looks += 1
        return {"DetectionStatus": "DETECTION_IN_PROGRESS" if self.looks < 3 else "DETECTION_COMPLETE"}

    def describe_stack_resource_drifts(self, **arguments: Any) -> Any:
        if "NextToken" not in arguments:
            return {"StackResourceDrifts": self.found[:1], "NextToken": "more"}
        return {"StackResourceDrifts": self.found[1:]}

    def get_paginator(self, _: str) -> Any:
        resources = [
            {"ResourceType": kind, "DriftInformation": {"StackResourceDriftStatus": status}}
            for kind, status in (("AWS::A::A", "NOT_CHECKED"), ("AWS::B::B", "IN_SYNC"), ("AWS::A::A", "NOT_CHECKED"))
        ]
        pages = [{"StackResourceSummaries": resources}]
        return type("Paginator", (), {"paginate": staticmethod(lambda **_: iter(pages))})()


class Keys:
    """KMS, with one key behind each alias."""

    def describe_key(self, KeyId: str) -> Any:  # noqa: N803 - as boto3 names it
        if "missing" in KeyId:
            raise _refused("NotFoundException")
        return {"KeyMetadata": {"KeyId": "key-1", "Arn": "arn:aws:kms:us-east-1:1:key/key-1"}}


def _modified(kind: str, path: str, expected: str, actual: str) -> Any:
    difference = {"PropertyPath": path, "ExpectedValue": expected, "ActualValue": actual}
    return {
        "LogicalResourceId": "It",
        "ResourceType": kind,
        "StackResourceDriftStatus": "MODIFIED",
        "PropertyDifferences": [difference],
    }


def _found(*drifts: Any) -> Any:
    site = _site(cloudformation=Drifts(list(drifts)), kms=Keys())
    told: list[Progress] = []
    result = drift.find(site, site.plan.unit("regional/us-east-1"), NAME, told.append)
    assert told
    return result


TABLE = "AWS::DynamoDB::GlobalTable"
KEY_PATH = "/Replicas/0/SSESpecification/KMSMasterKeyId"
ALIAS = "arn:aws:kms:us-east-1:1:alias/shop-data"


def test_drift_names_the_property_and_a_resource_that_is_gone() -> None:
    gone = {"LogicalResourceId": "Gone", "ResourceType": "AWS::SNS::Topic", "StackResourceDriftStatus": "DELETED"}
    found, unchecked = _found(_modified("AWS::SQS::Queue", "/DelaySeconds", "0", "9"), gone)
    assert [(drifted.name, drifted.path, drifted.expected, drifted.actual) for drifted in found] == [
        ("It", "DelaySeconds", "0", "9"),
        ("Gone", "", None, None),
    ]
    assert unchecked == ("AWS::A::A",)


def test_roles_that_a_failover_swapped_are_explained() -> None:
    swapped, changed = (
        _modified("AWS::RDS::DBInstance", "/SourceDBInstanceIdentifier", "arn", ""),
        _modified("AWS::RDS::DBInstance", "/MultiAZ", "true", "false"),
    )
    found, _ = _found(swapped, changed)
    assert ["swapped" in drifted.explanation for drifted in found] == [True, False]


class Databases:
    """RDS, where one database's writer has left and another's has not."""

    def describe_global_clusters(self) -> Any:
        members = [
            {"DBClusterArn": f"arn:aws:rds:{region}:1:cluster:shop-dev-{name}", "IsWriter": region == writer}
            for name, writer in (("left", "eu-west-1"), ("here", "us-east-1"))
            for region in ("us-east-1", "eu-west-1")
        ]
        return {"GlobalClusters": [{"GlobalClusterMembers": members}]}

    def get_paginator(self, _: str) -> Any:
        return type("Paginator", (), {"paginate": staticmethod(lambda **_: iter([{"DBInstances": []}]))})()


@pytest.mark.parametrize(("database", "rests"), [("left", True), ("here", False), ("unknown", False)])
def test_a_rotation_that_is_gone_is_explained_while_the_writer_is_elsewhere(database: str, rests: bool) -> None:
    gone = {
        "LogicalResourceId": "Rotation",
        "ResourceType": "AWS::SecretsManager::RotationSchedule",
        "StackResourceDriftStatus": "DELETED",
        "PhysicalResourceId": f"arn:aws:secretsmanager:us-east-1:1:secret:shop-dev-{database}-AbCdEf",
    }
    site = _site(cloudformation=Drifts([gone]), rds=Databases())
    found, _ = drift.find(site, site.plan.unit("regional/us-east-1"), NAME, lambda _: None)
    assert ["rests" in drifted.explanation for drifted in found] == [rests]


@pytest.mark.parametrize(("changed", "held"), [(("Disabled", "Inverted"), True), (("Inverted",), False)])
def test_a_health_check_is_held_by_a_failover_only_where_it_is_disabled_and_inverted(
    changed: tuple[str, ...], held: bool
) -> None:
    check = _modified("AWS::Route53::HealthCheck", "", "", "")
    check["PropertyDifferences"] = [
        {"PropertyPath": f"/HealthCheckConfig/{name}", "ExpectedValue": None, "ActualValue": "true"} for name in changed
    ]
    found, _ = _found(check)
    assert ["holds" in drifted.explanation for drifted in found] == [held] * len(changed)


def test_the_fence_of_an_old_writer_is_explained_and_no_other_parameter() -> None:
    kind = "AWS::RDS::DBParameterGroup"
    fence, other = (
        _modified(kind, "/Parameters/default_transaction_read_only", "", "1"),
        _modified(kind, "/Parameters/log_statement", "ddl", "all"),
    )
    found, _ = _found(fence, other)
    assert ["keeps writes" in drifted.explanation for drifted in found] == [True, False]


@pytest.mark.parametrize(
    ("expected", "actual", "is_shown"),
    [
        (ALIAS, "key-1", False),
        (ALIAS, "arn:aws:kms:us-east-1:1:key/key-1", False),
        (ALIAS, "key-2", True),
        (ALIAS + "-missing", "key-1", False),
        ("key-1", "key-2", True),
    ],
)
def test_a_key_by_its_alias_is_the_same_key(expected: str, actual: str, is_shown: bool) -> None:
    found, _ = _found(_modified(TABLE, KEY_PATH, expected, actual))
    assert bool(found) is is_shown
