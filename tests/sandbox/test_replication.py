"""Global tables and replicated buckets: later, in order, held back by an outage."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tapstack.sandbox.control import Sandbox

LAG = 0.6
SANDBOX_OPTIONS: dict[str, Any] = {"replication_lag_seconds": LAG}

EAST, WEST, EUROPE = "us-east-1", "us-west-2", "eu-west-1"


def wait_until(holds: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.03)


@pytest.fixture
def outage(sandbox: Sandbox) -> Iterator[Callable[[str], None]]:
    regions: list[str] = []

    def begin(region: str) -> None:
        regions.append(region)
        sandbox.outage(region)

    yield begin
    for region in regions:
        sandbox.restore(region)


@pytest.fixture(scope="module")
def table(sandbox: Sandbox) -> str:
    client = sandbox.client("dynamodb", EAST)
    client.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    client.update_table(TableName="orders", ReplicaUpdates=[{"Create": {"RegionName": WEST}}])
    return "orders"


def put(sandbox: Sandbox, region: str, identifier: str, value: str) -> None:
    item = {"id": {"S": identifier}, "value": {"S": value}}
    sandbox.client("dynamodb", region).put_item(TableName="orders", Item=item)


def value(sandbox: Sandbox, region: str, identifier: str) -> str | None:
    answer = sandbox.client("dynamodb", region).get_item(TableName="orders", Key={"id": {"S": identifier}})
    return str(answer["Item"]["value"]["S"]) if "Item" in answer else None


def replication(sandbox: Sandbox) -> dict[str, Any]:
    parts: Any = sandbox.status()["parts"]
    return dict(parts["replication"])


def link(sandbox: Sandbox, subject: str, source: str = EAST) -> dict[str, Any]:
    links = replication(sandbox)["links"]
    return next(dict(one) for one in links if one["subject"] == subject and one["from"] == source)


def test_a_write_reaches_the_replica_after_the_lag_and_not_before(sandbox: Sandbox, table: str) -> None:
    begun = time.monotonic()
    put(sandbox, EAST, "1", "a")
    first_look = value(sandbox, WEST, "1")
    # Only a look that was quicker than the lag proves anything.
    assert first_look is None or time.monotonic() - begun > LAG
    wait_until(lambda: value(sandbox, WEST, "1") == "a")
    assert time.monotonic() - begun >= LAG

    sandbox.client("dynamodb", EAST).delete_item(TableName=table, Key={"id": {"S": "1"}})
    wait_until(lambda: value(sandbox, WEST, "1") is None)


def test_the_replica_s_stream_has_the_arrived_writes_and_the_metric_their_latency(sandbox: Sandbox, table: str) -> None:
    put(sandbox, EAST, "streamed", "a")
    wait_until(lambda: value(sandbox, WEST, "streamed") == "a")
    stream_arn = sandbox.client("dynamodb", WEST).describe_table(TableName=table)["Table"]["LatestStreamArn"]
    streams = sandbox.client("dynamodbstreams", WEST)
    shard = streams.describe_stream(StreamArn=stream_arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=stream_arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    assert "streamed" in {record["dynamodb"]["Keys"]["id"]["S"] for record in records}

    metrics = sandbox.client("cloudwatch", EAST).list_metrics(
        Namespace="AWS/DynamoDB", MetricName="ReplicationLatency"
    )["Metrics"]
    assert {"Name": "ReceivingRegion", "Value": WEST} in metrics[0]["Dimensions"]


def test_writes_wait_for_the_end_of_an_outage_and_arrive_in_order(
    sandbox: Sandbox, table: str, outage: Callable[[str], None]
) -> None:
    outage(WEST)
    for number in range(5):
        put(sandbox, EAST, "queued", str(number))
    wait_until(lambda: link(sandbox, table)["oldest_seconds"] > 2 * LAG)
    assert link(sandbox, table)["pending"] == 5
    assert link(sandbox, table)["paused"]
    sandbox.restore(WEST)
    wait_until(lambda: value(sandbox, WEST, "queued") == "4")
    assert link(sandbox, table)["pending"] == 0


def test_writes_by_statement_replicate_too(sandbox: Sandbox, table: str) -> None:
    client = sandbox.client("dynamodb", EAST)
    client.execute_statement(Statement="INSERT INTO orders VALUE {'id': 'stated', 'value': 'a'}")
    wait_until(lambda: value(sandbox, WEST, "stated") == "a")
    client.execute_statement(Statement="UPDATE orders SET value = 'b' WHERE id = 'stated'")
    wait_until(lambda: value(sandbox, WEST, "stated") == "b")
    client.execute_statement(Statement="DELETE FROM orders WHERE id = 'stated'")
    wait_until(lambda: value(sandbox, WEST, "stated") is None)


def test_a_strongly_consistent_table_has_each_write_everywhere_at_once_but_in_a_region_that_is_out(
    sandbox: Sandbox, outage: Callable[[str], None]
) -> None:
    def number(region: str) -> str:
        key = {"id": {"S": "1"}}
        item = sandbox.client("dynamodb", region).get_item(TableName="ledger", Key=key, ConsistentRead=True)["Item"]
        return str(item["number"]["N"])

    def write(region: str, value: int) -> None:
        item = {"id": {"S": "1"}, "number": {"N": str(value)}}
        sandbox.client("dynamodb", region).put_item(TableName="ledger", Item=item)

    client = sandbox.client("dynamodb", EAST)
    client.create_table(
        TableName="ledger",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    replicas = [{"Create": {"RegionName": region}} for region in ("us-east-2", WEST)]
    client.update_table(TableName="ledger", ReplicaUpdates=replicas, MultiRegionConsistency="STRONG")
    for value, (source, target) in enumerate([(EAST, WEST), (WEST, "us-east-2"), ("us-east-2", EAST)]):
        write(source, value)
        assert number(target) == str(value)

    outage(WEST)
    write(EAST, 7)
    assert number("us-east-2") == "7"
    sandbox.restore(WEST)
    wait_until(lambda: number(WEST) == "7")


def test_the_last_writer_wins_and_the_lost_write_is_counted(
    sandbox: Sandbox, table: str, outage: Callable[[str], None]
) -> None:
    before = replication(sandbox)["table_conflicts"]
    put(sandbox, EAST, "contested", "early in the east")
    put(sandbox, WEST, "contested", "late in the west")
    wait_until(lambda: {value(sandbox, region, "contested") for region in (EAST, WEST)} == {"late in the west"})
    wait_until(lambda: link(sandbox, table)["pending"] == 0)
    assert value(sandbox, EAST, "contested") == value(sandbox, WEST, "contested") == "late in the west"
    assert replication(sandbox)["table_conflicts"] == before + 1


def make_bucket(sandbox: Sandbox, region: str, name: str) -> Any:
    client = sandbox.client("s3", region)
    options = {} if region == EAST else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client.create_bucket(Bucket=name, **options)
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return client


def make_role(sandbox: Sandbox, name: str, allowed: bool, keys: tuple[str, ...] = ()) -> str:
    iam = sandbox.client("iam", EAST)
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    if allowed:
        make_policy(sandbox, name, keys)
    return str(arn)


def make_policy(sandbox: Sandbox, role: str, keys: tuple[str, ...] = ()) -> None:
    actions = ["s3:GetObjectVersionForReplication", "s3:ReplicateObject", "s3:ReplicateDelete"]
    statements: list[dict[str, Any]] = [{"Effect": "Allow", "Action": actions, "Resource": "arn:aws:s3:::*/*"}]
    if keys:
        statements.append({"Effect": "Allow", "Action": ["kms:Decrypt", "kms:Encrypt"], "Resource": keys})
    policy = {"Version": "2012-10-17", "Statement": statements}
    sandbox.client("iam", EAST).put_role_policy(
        RoleName=role, PolicyName="replicate", PolicyDocument=json.dumps(policy)
    )


def replication_rule(target: str, priority: int = 1, **rule: Any) -> dict[str, Any]:
    destination = {"Bucket": f"arn:aws:s3:::{target}", **rule.pop("Destination", {})}
    return {
        "ID": f"{target}-{priority}",
        "Priority": priority,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": destination,
        **rule,
    }


def keyed_rule(target: str, key: str) -> dict[str, Any]:
    return replication_rule(
        target,
        SourceSelectionCriteria={"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        Destination={"EncryptionConfiguration": {"ReplicaKmsKeyID": key}},
    )


def replicate(sandbox: Sandbox, source: str, role: str, *rules: dict[str, Any]) -> None:
    sandbox.client("s3", EAST).put_bucket_replication(
        Bucket=source, ReplicationConfiguration={"Role": role, "Rules": list(rules)}
    )


def status_of(client: Any, bucket: str, key: str) -> str | None:
    try:
        return str(client.head_object(Bucket=bucket, Key=key).get("ReplicationStatus"))
    except ClientError:
        return None


@pytest.fixture(scope="module")
def buckets(sandbox: Sandbox) -> tuple[Any, Any]:
    clients = make_bucket(sandbox, EAST, "source"), make_bucket(sandbox, WEST, "target")
    replicate(sandbox, "source", make_role(sandbox, "replicator", allowed=True), replication_rule("target"))
    return clients


def test_an_object_is_pending_then_complete_and_its_replica_says_so(
    sandbox: Sandbox, buckets: tuple[Any, Any], outage: Callable[[str], None]
) -> None:
    east, west = buckets
    outage(WEST)
    east.put_object(Bucket="source", Key="a", Body=b"first", Tagging="kind=test")
    east.put_object(Bucket="source", Key="a", Body=b"second")
    assert status_of(east, "source", "a") == "PENDING"
    wait_until(lambda: link(sandbox, "source to target")["oldest_seconds"] > 2 * LAG)
    sandbox.restore(WEST)
    wait_until(lambda: status_of(east, "source", "a") == "COMPLETED")
    assert status_of(west, "target", "a") == "REPLICA"
    versions = west.list_object_versions(Bucket="target", Prefix="a")["Versions"]
    bodies = [west.get_object(Bucket="target", Key="a", VersionId=one["VersionId"])["Body"].read() for one in versions]
    assert bodies == [b"second", b"first"]
    tags = west.get_object_tagging(Bucket="target", Key="a", VersionId=versions[1]["VersionId"])["TagSet"]
    assert tags == [{"Key": "kind", "Value": "test"}]

    east.delete_object(Bucket="source", Key="a")
    wait_until(lambda: status_of(west, "target", "a") is None)


def test_an_object_of_several_parts_replicates_too(buckets: tuple[Any, Any]) -> None:
    east, west = buckets
    upload = east.create_multipart_upload(Bucket="source", Key="parts")["UploadId"]
    part = east.upload_part(Bucket="source", Key="parts", UploadId=upload, PartNumber=1, Body=b"one part")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    east.complete_multipart_upload(Bucket="source", Key="parts", UploadId=upload, MultipartUpload=parts)
    wait_until(lambda: status_of(west, "target", "parts") == "REPLICA")
    assert west.get_object(Bucket="target", Key="parts")["Body"].read() == b"one part"


def test_encrypted_objects_need_the_opt_in_and_get_the_target_region_s_key(sandbox: Sandbox) -> None:
    east, west = make_bucket(sandbox, EAST, "keyed-source"), make_bucket(sandbox, WEST, "keyed-target")
    east_key, west_key = (sandbox.client("kms", region).create_key()["KeyMetadata"]["Arn"] for region in (EAST, WEST))
    role = make_role(sandbox, "keyed-replicator", allowed=True, keys=(east_key, west_key))
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": east_key}

    replicate(sandbox, "keyed-source", role, replication_rule("keyed-target"))
    east.put_object(Bucket="keyed-source", Key="without", Body=b"x", **encryption)
    east.put_object(Bucket="keyed-source", Key="plain", Body=b"x")
    wait_until(lambda: status_of(west, "keyed-target", "plain") == "REPLICA")
    assert status_of(west, "keyed-target", "without") is None

    replicate(sandbox, "keyed-source", role, keyed_rule("keyed-target", west_key))
    east.put_object(Bucket="keyed-source", Key="with", Body=b"x", **encryption)
    wait_until(lambda: status_of(west, "keyed-target", "with") == "REPLICA")
    assert west.head_object(Bucket="keyed-target", Key="with")["SSEKMSKeyId"] == west_key

    sandbox.client("iam", EAST).delete_role_policy(RoleName="keyed-replicator", PolicyName="replicate")
    make_policy(sandbox, "keyed-replicator", keys=(east_key,))
    east.put_object(Bucket="keyed-source", Key="half", Body=b"x", **encryption)
    wait_until(lambda: status_of(east, "keyed-source", "half") == "FAILED")


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("resource", {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/replicas-resource"}}),
        ("request", {"StringEquals": {"kms:RequestAlias": "alias/replicas-request"}}),
    ],
)
def test_a_role_may_know_the_other_region_s_key_by_its_alias(
    sandbox: Sandbox, name: str, condition: dict[str, Any]
) -> None:
    source, target, alias = f"alias-source-{name}", f"alias-target-{name}", f"alias/replicas-{name}"
    east, west = make_bucket(sandbox, EAST, source), make_bucket(sandbox, WEST, target)
    east_key, west_key, other = (
        sandbox.client("kms", region).create_key()["KeyMetadata"]["Arn"] for region in (EAST, WEST, WEST)
    )
    for key, its_alias in ((west_key, alias), (other, f"{alias}-not")):
        sandbox.client("kms", WEST).create_alias(AliasName=its_alias, TargetKeyId=key)
    account_and_region = west_key.rsplit(":", 1)[0]
    role = make_role(sandbox, f"alias-{name}", allowed=True, keys=(east_key,))
    statement = {
        "Effect": "Allow", "Action": "kms:Encrypt", "Resource": f"{account_and_region}:key/*", "Condition": condition,
    }  # fmt: skip
    sandbox.client("iam", EAST).put_role_policy(
        RoleName=f"alias-{name}",
        PolicyName="by-alias",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": east_key}

    replicate(sandbox, source, role, keyed_rule(target, f"{account_and_region}:{alias}"))
    east.put_object(Bucket=source, Key="a", Body=b"x", **encryption)
    wait_until(lambda: status_of(west, target, "a") == "REPLICA")
    assert west.head_object(Bucket=target, Key="a")["SSEKMSKeyId"] == west_key

    replicate(sandbox, source, role, keyed_rule(target, f"{account_and_region}:{alias}-not"))
    east.put_object(Bucket=source, Key="b", Body=b"x", **encryption)
    wait_until(lambda: status_of(east, source, "b") == "FAILED")


def test_a_role_without_the_rights_makes_objects_fail(sandbox: Sandbox) -> None:
    east = make_bucket(sandbox, EAST, "barred-source")
    make_bucket(sandbox, WEST, "barred-target")
    role = make_role(sandbox, "powerless", allowed=False)
    replicate(sandbox, "barred-source", role, replication_rule("barred-target"))
    east.put_object(Bucket="barred-source", Key="a", Body=b"x")
    wait_until(lambda: status_of(east, "barred-source", "a") == "FAILED")


THREE = {EAST: "three-east", WEST: "three-west", EUROPE: "three-europe"}


@pytest.fixture(scope="module")
def three(sandbox: Sandbox) -> dict[str, Any]:
    """A bucket in each of three regions, each of which replicates to both others."""
    clients = {region: make_bucket(sandbox, region, name) for region, name in THREE.items()}
    role = make_role(sandbox, "three", allowed=True)
    for name in THREE.values():
        others = [other for other in THREE.values() if other != name]
        replicate(sandbox, name, role, *(replication_rule(other, number) for number, other in enumerate(others)))
    return clients


def versions_of(client: Any, bucket: str, key: str) -> tuple[int, int]:
    """How many versions and how many delete markers there are."""
    listed = client.list_object_versions(Bucket=bucket, Prefix=key)
    return len(listed.get("Versions", [])), len(listed.get("DeleteMarkers", []))


def test_an_object_reaches_every_region_and_is_pending_until_the_last_has_it(
    sandbox: Sandbox, three: dict[str, Any], outage: Callable[[str], None]
) -> None:
    outage(EUROPE)
    three[EAST].put_object(Bucket="three-east", Key="a", Body=b"x")
    wait_until(lambda: status_of(three[WEST], "three-west", "a") == "REPLICA")
    assert status_of(three[EAST], "three-east", "a") == "PENDING"
    assert link(sandbox, "three-east to three-europe")["pending"] == 1
    assert link(sandbox, "three-east to three-west")["pending"] == 0
    sandbox.restore(EUROPE)
    wait_until(lambda: status_of(three[EAST], "three-east", "a") == "COMPLETED")
    assert three[EUROPE].get_object(Bucket="three-europe", Key="a")["Body"].read() == b"x"

    outage(EUROPE)
    three[EAST].delete_object(Bucket="three-east", Key="a")
    wait_until(lambda: versions_of(three[WEST], "three-west", "a") == (1, 1))
    sandbox.restore(EUROPE)
    wait_until(lambda: versions_of(three[EUROPE], "three-europe", "a") == (1, 1))


def test_buckets_that_all_replicate_to_each_other_do_not_go_in_circles(sandbox: Sandbox, three: dict[str, Any]) -> None:
    for region, name in THREE.items():
        three[region].put_object(Bucket=name, Key=f"circle-{region}", Body=region.encode())
    wait_until(lambda: all(status_of(three[at], name, f"circle-{at}") == "COMPLETED" for at, name in THREE.items()))
    three[WEST].delete_object(Bucket="three-west", Key=f"circle-{WEST}")
    wait_until(lambda: all(versions_of(three[at], name, f"circle-{WEST}") == (1, 1) for at, name in THREE.items()))
    # Whatever went on from there would be under way by now, as sending happens within the write.
    assert not any(one["pending"] for one in replication(sandbox)["links"] if one["subject"].startswith("three-"))
    for region, name in THREE.items():
        assert [versions_of(three[region], name, f"circle-{other}") for other in (EAST, EUROPE)] == [(1, 0), (1, 0)]


def test_one_failed_destination_fails_the_object_and_the_other_still_gets_it(
    sandbox: Sandbox,
) -> None:
    east, west = make_bucket(sandbox, EAST, "half-source"), make_bucket(sandbox, WEST, "half-target")
    make_bucket(sandbox, EUROPE, "half-gone")
    role = make_role(sandbox, "half", allowed=True)
    replicate(sandbox, "half-source", role, replication_rule("half-gone"), replication_rule("half-target", 2))
    sandbox.client("s3", EUROPE).delete_bucket(Bucket="half-gone")
    before = replication(sandbox)["failed_objects"]
    east.put_object(Bucket="half-source", Key="a", Body=b"x")
    wait_until(lambda: status_of(east, "half-source", "a") == "FAILED")
    wait_until(lambda: status_of(west, "half-target", "a") == "REPLICA")
    assert replication(sandbox)["failed_objects"] == before + 1


def test_for_each_destination_the_covering_rule_of_highest_priority_counts(sandbox: Sandbox) -> None:
    east, west = make_bucket(sandbox, EAST, "ranked-source"), make_bucket(sandbox, WEST, "ranked-target")
    role = make_role(sandbox, "ranked", allowed=True)
    replicate(
        sandbox, "ranked-source", role,
        replication_rule("ranked-target", 1, Destination={"StorageClass": "STANDARD_IA"}),
        replication_rule("ranked-target", 7, Filter={"Prefix": "cold/"}, Destination={"StorageClass": "GLACIER_IR"}),
        replication_rule("ranked-target", 9, Filter={"Prefix": "off/"}, Status="Disabled"),
    )  # fmt: skip
    expected = {"warm/a": "STANDARD_IA", "cold/a": "GLACIER_IR", "off/a": "STANDARD_IA"}
    for key in expected:
        east.put_object(Bucket="ranked-source", Key=key, Body=b"x")
    wait_until(lambda: {status_of(west, "ranked-target", key) for key in expected} == {"REPLICA"})
    assert {key: west.head_object(Bucket="ranked-target", Key=key)["StorageClass"] for key in expected} == expected
    assert {key: versions_of(west, "ranked-target", key) for key in expected} == dict.fromkeys(expected, (1, 0))
