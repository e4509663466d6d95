"""What MiniStack does otherwise than AWS and the sandbox mends: one test each, through plain API calls."""

from __future__ import annotations

import functools
import time
import urllib.request
from xml.etree import ElementTree as ET

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

REGION = "eu-west-1"
OTHER = "us-east-1"
ID = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


@pytest.fixture(scope="module")
def client(sandbox):
    return functools.cache(lambda service, region=REGION: sandbox.client(service, region))


def query(sandbox, action, **parameters):
    """Ask CloudWatch by the Query protocol, which Terraform speaks and boto3 no longer does."""
    body = "&".join(
        f"{key}={value}" for key, value in {"Action": action, "Version": "2010-08-01", **parameters}.items()
    )
    request = AWSRequest(
        "POST", sandbox.endpoint, data=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    SigV4Auth(sandbox.session(region=REGION).get_credentials(), "monitoring", REGION).add_auth(request)
    plain = urllib.request.Request(sandbox.endpoint, data=body.encode(), headers=dict(request.headers), method="POST")
    with urllib.request.urlopen(plain, timeout=10) as response:
        return ET.fromstring(response.read())


def test_alarms_are_described_in_full_by_the_query_protocol(sandbox, client):
    client("cloudwatch").put_metric_alarm(
        AlarmName="mend", Namespace="Walk", MetricName="Errors", Statistic="Sum", Period=60, EvaluationPeriods=2,
        Threshold=5, ComparisonOperator="GreaterThanThreshold", TreatMissingData="breaching",
        Dimensions=[{"Name": "FunctionName", "Value": "a<b"}], AlarmActions=["arn:aws:sns:eu-west-1:000000000000:t"],
    )  # fmt: skip
    space = "{http://monitoring.amazonaws.com/doc/2010-08-01/}"
    alarm = query(sandbox, "DescribeAlarms", **{"AlarmNames.member.1": "mend"}).find(f".//{space}MetricAlarms/*")
    found = {
        name: alarm.findtext(f"{space}{name}") for name in ("Period", "Statistic", "TreatMissingData", "Threshold")
    }
    assert found == {"Period": "60", "Statistic": "Sum", "TreatMissingData": "breaching", "Threshold": "5.0"}
    assert alarm.findtext(f"{space}Dimensions/{space}member/{space}Value") == "a<b"
    assert alarm.findtext(f"{space}AlarmActions/{space}member").endswith(":t")
    assert alarm.findtext(f"{space}ActionsEnabled") == "true"


def test_all_traffic_is_revoked_whatever_ports_are_said_with_it(client):
    ec2 = client("ec2")
    group = ec2.create_security_group(GroupName="mend", Description="mend")["GroupId"]
    everything = {"IpProtocol": "-1", "FromPort": 0, "ToPort": 0, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[everything])
    assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"] == []
    ec2.delete_security_group(GroupId=group)


def test_a_managed_key_is_there_when_it_is_named(client):
    metadata = client("kms").describe_key(KeyId="alias/aws/s3")["KeyMetadata"]
    assert metadata["KeyManager"] == "AWS"
    assert client("kms").describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["KeyId"] == metadata["KeyId"]
    with pytest.raises(ClientError, match="NotFound"):
        client("kms").describe_key(KeyId="alias/mine")


def test_a_disabled_key_neither_encrypts_nor_decrypts(client):
    keys = client("kms")
    key = keys.create_key()["KeyMetadata"]["KeyId"]
    secret = keys.encrypt(KeyId=key, Plaintext=b"hello")["CiphertextBlob"]
    keys.disable_key(KeyId=key)
    for call in (lambda: keys.encrypt(KeyId=key, Plaintext=b"x"), lambda: keys.decrypt(CiphertextBlob=secret)):
        with pytest.raises(ClientError, match="Disabled"):
            call()
    keys.enable_key(KeyId=key)
    assert keys.decrypt(CiphertextBlob=secret)["Plaintext"] == b"hello"


def test_an_object_encrypted_without_naming_a_key_takes_the_buckets_or_the_managed_one(client):
    storage, keys = client("s3"), client("kms")
    storage.create_bucket(Bucket="mend-keys", CreateBucketConfiguration={"LocationConstraint": REGION})
    stored = storage.put_object(Bucket="mend-keys", Key="a", Body=b"x", ServerSideEncryption="aws:kms")
    assert stored["SSEKMSKeyId"] == keys.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"]
    own = keys.create_key()["KeyMetadata"]["Arn"]
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": own}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    storage.put_bucket_encryption(Bucket="mend-keys", ServerSideEncryptionConfiguration=rules)
    stored = storage.put_object(Bucket="mend-keys", Key="b", Body=b"x", ServerSideEncryption="aws:kms")
    assert stored["SSEKMSKeyId"] == own


def test_a_secret_is_replicated_from_its_creation_until_told_otherwise(client):
    secrets = client("secretsmanager")
    made = secrets.create_secret(Name="mend", SecretString="hello", AddReplicaRegions=[{"Region": OTHER}])
    assert [status["Region"] for status in made["ReplicationStatus"]] == [OTHER]
    assert client("secretsmanager", OTHER).get_secret_value(SecretId="mend")["SecretString"] == "hello"
    secrets.remove_regions_from_replication(SecretId="mend", RemoveReplicaRegions=[OTHER])
    assert not secrets.describe_secret(SecretId="mend").get("ReplicationStatus")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        client("secretsmanager", OTHER).get_secret_value(SecretId="mend")


def test_a_secret_that_cannot_be_replicated_is_not_created(client):
    with pytest.raises(ClientError, match="InvalidParameter"):
        client("secretsmanager").create_secret(
            Name="mend-none", SecretString="x", AddReplicaRegions=[{"Region": REGION}]
        )
    with pytest.raises(ClientError, match="ResourceNotFound"):
        client("secretsmanager").describe_secret(SecretId="mend-none")


def test_an_alarm_on_a_percentile_is_on_nothing_else(client):
    alarms = client("cloudwatch")
    alarms.put_metric_alarm(
        AlarmName="mend-percentile",
        Namespace="AWS/Lambda",
        MetricName="Duration",
        ExtendedStatistic="p99",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    (alarm,) = alarms.describe_alarms(AlarmNames=["mend-percentile"])["MetricAlarms"]
    assert alarm["ExtendedStatistic"] == "p99"
    assert "Statistic" not in alarm


def test_a_version_of_a_secret_keeps_every_label_and_stays_for_its_sake(client):
    secrets = client("secretsmanager")
    secrets.create_secret(Name="mend-labels")
    for number in ("1", "2", "3"):
        put = secrets.put_secret_value(
            SecretId="mend-labels", SecretString=number, VersionStages=["AWSCURRENT", f"label-{number}"]
        )
        assert sorted(put["VersionStages"]) == ["AWSCURRENT", f"label-{number}"]
    labels = secrets.describe_secret(SecretId="mend-labels")["VersionIdsToStages"].values()
    assert sorted(map(sorted, labels)) == [["AWSCURRENT", "label-3"], ["AWSPREVIOUS", "label-2"], ["label-1"]]


@pytest.mark.parametrize("names_a_key", [True, False], ids=["named", "managed"])
def test_a_tables_replica_has_a_key_of_its_own_region(client, names_a_key):
    name, tables = f"mend-{names_a_key}", client("dynamodb")
    home_key = client("kms").create_key()["KeyMetadata"]["Arn"]
    tables.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": home_key},
    )
    create = {"RegionName": OTHER}
    if names_a_key:
        create["KMSMasterKeyId"] = client("kms", OTHER).create_key()["KeyMetadata"]["Arn"]
    tables.update_table(TableName=name, ReplicaUpdates=[{"Create": create}])
    managed = client("kms", OTHER).describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["Arn"]
    replica = client("dynamodb", OTHER).describe_table(TableName=name)["Table"]
    assert replica["SSEDescription"]["KMSMasterKeyArn"] == create.get("KMSMasterKeyId", managed)
    assert tables.describe_table(TableName=name)["Table"]["SSEDescription"]["KMSMasterKeyArn"] == home_key


@pytest.mark.parametrize("names", ["its id", "its alias", "the alias's ARN", "nothing"])
def test_a_table_tells_its_keys_arn_by_whatever_name_it_got_it(client, names):
    kms, tables = client("kms"), client("dynamodb")
    key = kms.create_key()["KeyMetadata"]
    alias = f"alias/mend-{key['KeyId']}"
    kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    named = {"its id": key["KeyId"], "its alias": alias, "the alias's ARN": key["Arn"].split(":key/")[0] + f":{alias}"}
    asked = {"Enabled": True, "SSEType": "KMS", **({"KMSMasterKeyId": named[names]} if names in named else {})}
    name = f"mend-{key['KeyId']}"
    tables.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", SSESpecification=asked, **ID)
    managed = kms.describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["Arn"]
    told = tables.describe_table(TableName=name)["Table"]["SSEDescription"]["KMSMasterKeyArn"]
    assert told == (key["Arn"] if names in named else managed)


def test_a_table_under_dynamodbs_own_key_tells_of_none(client):
    tables = client("dynamodb")
    tables.create_table(TableName="mend-own", BillingMode="PAY_PER_REQUEST", SSESpecification={"Enabled": False}, **ID)
    assert "SSEDescription" not in tables.describe_table(TableName="mend-own")["Table"]
    tables.update_table(TableName="mend-own", SSESpecification={"Enabled": True})
    assert tables.describe_table(TableName="mend-own")["Table"]["SSEDescription"]["Status"] == "ENABLED"
    tables.update_table(TableName="mend-own", SSESpecification={"Enabled": False})
    assert "SSEDescription" not in tables.describe_table(TableName="mend-own")["Table"]


def test_a_table_without_a_key_still_gets_replicas(client):
    client("dynamodb").create_table(
        TableName="mend-plain",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    client("dynamodb").update_table(TableName="mend-plain", ReplicaUpdates=[{"Create": {"RegionName": OTHER}}])
    assert client("dynamodb", OTHER).describe_table(TableName="mend-plain")["Table"]["TableStatus"] == "ACTIVE"


def strong(*regions, **more):
    creations = [{"Create": {"RegionName": region}} for region in regions]
    return {"ReplicaUpdates": creations, "MultiRegionConsistency": "STRONG", **more}


@pytest.mark.parametrize(
    ("table", "change", "refusal"),
    [
        ("mend-two", strong(OTHER), "exactly 3 Regions"),
        ("mend-four", strong(OTHER, "us-west-2", "eu-central-1"), "exactly 3 Regions"),
        ("mend-later", {"MultiRegionConsistency": "STRONG", "TableClass": "STANDARD"}, "when replicas are created"),
        ("mend-full", strong(OTHER, "us-west-2"), "without items"),
    ],
)
def test_strong_consistency_takes_three_regions_and_an_empty_table(client, table, change, refusal):
    dynamodb = client("dynamodb")
    dynamodb.create_table(TableName=table, BillingMode="PAY_PER_REQUEST", **ID)
    if table == "mend-full":
        dynamodb.put_item(TableName=table, Item={"id": {"S": "one"}})
    with pytest.raises(ClientError, match=refusal):
        dynamodb.update_table(TableName=table, **change)
    assert "Replicas" not in dynamodb.describe_table(TableName=table)["Table"]


def test_a_strongly_consistent_table_may_have_a_witness_and_takes_no_further_region(client):
    dynamodb = client("dynamodb")
    dynamodb.create_table(TableName="mend-witness", BillingMode="PAY_PER_REQUEST", **ID)
    witness = [{"Create": {"RegionName": "us-west-2"}}]
    dynamodb.update_table(TableName="mend-witness", **strong(OTHER, GlobalTableWitnessUpdates=witness))
    for region in (REGION, OTHER):
        described = client("dynamodb", region).describe_table(TableName="mend-witness")["Table"]
        assert described["MultiRegionConsistency"] == "STRONG"
        assert described["GlobalTableWitnesses"] == [{"RegionName": "us-west-2", "WitnessStatus": "ACTIVE"}]
    with pytest.raises(ClientError, match="no further replicas"):
        dynamodb.update_table(TableName="mend-witness", ReplicaUpdates=[{"Create": {"RegionName": "eu-central-1"}}])


def test_an_index_that_is_added_to_a_global_table_works_in_its_other_regions(client):
    dynamodb = client("dynamodb")
    dynamodb.create_table(TableName="mend-index", BillingMode="PAY_PER_REQUEST", **ID)
    dynamodb.update_table(TableName="mend-index", ReplicaUpdates=[{"Create": {"RegionName": OTHER}}])
    dynamodb.put_item(TableName="mend-index", Item={"id": {"S": "one"}, "kind": {"S": "a"}})
    index = {"IndexName": "by-kind", "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}]}
    dynamodb.update_table(
        TableName="mend-index",
        AttributeDefinitions=[{"AttributeName": "kind", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": {**index, "Projection": {"ProjectionType": "ALL"}}}],
    )
    wanted = {
        "TableName": "mend-index", "IndexName": "by-kind", "KeyConditionExpression": "kind = :kind",
        "ExpressionAttributeValues": {":kind": {"S": "a"}},
    }  # fmt: skip
    deadline = time.monotonic() + 30
    while not (found := client("dynamodb", OTHER).query(**wanted)["Items"]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [item["id"]["S"] for item in found] == ["one"]


def test_a_function_without_its_package_is_refused(client):
    with pytest.raises(ClientError, match="NoSuchKey"):
        client("lambda").create_function(
            FunctionName="mend", Runtime="python3.12", Handler="index.handler",
            Role="arn:aws:iam::000000000000:role/none", Code={"S3Bucket": "mend-is-not-there", "S3Key": "code.zip"},
        )  # fmt: skip
    with pytest.raises(ClientError, match="ResourceNotFound"):
        client("lambda").get_function(FunctionName="mend")


def test_a_flow_log_says_its_role_and_format(client):
    network = client("ec2")
    vpc = network.create_vpc(CidrBlock="10.4.0.0/16")["Vpc"]["VpcId"]
    role = "arn:aws:iam::000000000000:role/flow"
    made = network.create_flow_logs(
        ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogGroupName="/mend", DeliverLogsPermissionArn=role
    )["FlowLogIds"]
    found = network.describe_flow_logs(FlowLogIds=made)["FlowLogs"][0]
    assert (found["DeliverLogsPermissionArn"], found["LogGroupName"]) == (role, "/mend")
    assert found["LogFormat"].startswith("${version} ${account-id}")
    assert found["MaxAggregationInterval"] == 600


def test_a_zone_says_that_it_is_not_signed(sandbox) -> None:
    client = sandbox.client("route53", "us-east-1")
    zone = client.create_hosted_zone(Name="unsigned.example", CallerReference="unsigned")["HostedZone"]["Id"]
    answer = client.get_dnssec(HostedZoneId=zone.removeprefix("/hostedzone/"))
    assert (answer["Status"]["ServeSignature"], answer["KeySigningKeys"]) == ("NOT_SIGNING", [])
    with pytest.raises(client.exceptions.NoSuchHostedZone):
        client.get_dnssec(HostedZoneId="Z0NONE")
