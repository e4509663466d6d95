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

EAST, WEST = "us-east-1", "us-west-2"


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


def test_the_last_writer_wins_and_the_lost_write_is_counted(
    sandbox: Sandbox, table: str, outage: Callable[[str], None]
) -> None:
    before = replication(sandbox)["table_conflicts"]
    put(sandbox, EAST, "contested", "early in the east")
    put(sandbox, WEST, "contested", "late in the west")
    for region in (EAST, WEST):
        wait_until(lambda region=region: value(sandbox, region, "contested") == "late in the west")
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


def replicate(sandbox: Sandbox, source: str, target: str, role: str, **rule: Any) -> None:
    destination = {"Bucket": f"arn:aws:s3:::{target}", **rule.pop("Destination", {})}
    sandbox.client("s3", EAST).put_bucket_replication(
        Bucket=source,
        ReplicationConfiguration={
            "Role": role,
            "Rules": [
                {
                    "ID": "all",
                    "Priority": 1,
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "DeleteMarkerReplication": {"Status": "Enabled"},
                    "Destination": destination,
                    **rule,
                }
            ],
        },
    )


def status_of(client: Any, bucket: str, key: str) -> str | None:
    try:
        return str(client.head_object(Bucket=bucket, Key=key).get("ReplicationStatus"))
    except ClientError:
        return None


@pytest.fixture(scope="module")
def buckets(sandbox: Sandbox) -> tuple[Any, Any]:
    clients = make_bucket(sandbox, EAST, "source"), make_bucket(sandbox, WEST, "target")
    replicate(sandbox, "source", "target", make_role(sandbox, "replicator", allowed=True))
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

    replicate(sandbox, "keyed-source", "keyed-target", role)
    east.put_object(Bucket="keyed-source", Key="without", Body=b"x", **encryption)
    east.put_object(Bucket="keyed-source", Key="plain", Body=b"x")
    wait_until(lambda: status_of(west, "keyed-target", "plain") == "REPLICA")
    assert status_of(west, "keyed-target", "without") is None

    replicate(
        sandbox, "keyed-source", "keyed-target", role,
        SourceSelectionCriteria={"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        Destination={"EncryptionConfiguration": {"ReplicaKmsKeyID": west_key}},
    )  # fmt: skip
    east.put_object(Bucket="keyed-source", Key="with", Body=b"x", **encryption)
    wait_until(lambda: status_of(west, "keyed-target", "with") == "REPLICA")
    assert west.head_object(Bucket="keyed-target", Key="with")["SSEKMSKeyId"] == west_key

    sandbox.client("iam", EAST).delete_role_policy(RoleName="keyed-replicator", PolicyName="replicate")
    make_policy(sandbox, "keyed-replicator", keys=(east_key,))
    east.put_object(Bucket="keyed-source", Key="half", Body=b"x", **encryption)
    wait_until(lambda: status_of(east, "keyed-source", "half") == "FAILED")


def test_a_role_without_the_rights_makes_objects_fail(sandbox: Sandbox) -> None:
    east = make_bucket(sandbox, EAST, "barred-source")
    make_bucket(sandbox, WEST, "barred-target")
    replicate(sandbox, "barred-source", "barred-target", make_role(sandbox, "powerless", allowed=False))
    east.put_object(Bucket="barred-source", Key="a", Body=b"x")
    wait_until(lambda: status_of(east, "barred-source", "a") == "FAILED")
