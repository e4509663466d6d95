"""An inventory of a deployed fleet: equal for equal fleets, with every change in its place, empty after destroy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from deployment import Deployment
from inventory import ABSENT, Difference, Inventory, differences, inventory, left_over

from tapstack.sandbox.control import Sandbox

FILE = Path(__file__).parents[2] / "examples" / "data-platform" / "fleet.yaml"
REGIONS = ("us-east-1", "us-east-2", "eu-west-1")
FLEET = "data-platform-dev"
BUCKET = f"{FLEET}-data-000000000000-us-east-1"
NO_RESOURCE = frozenset({"AWS::CloudFormation::CustomResource", "AWS::CloudFormation::WaitConditionHandle"})
PARTS_OF = frozenset({
    "AWS::ApiGatewayV2::ApiMapping", "AWS::ApiGatewayV2::Stage", "AWS::EC2::Route",
    "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::VPCGatewayAttachment", "AWS::KMS::Alias",
    "AWS::Lambda::Permission", "AWS::Logs::ResourcePolicy", "AWS::Route53::RecordSet", "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::SecretsManager::RotationSchedule",
    "AWS::SecretsManager::SecretTargetAttachment",
})  # fmt: skip
"""Types that the inventory tells as properties of others, so that it knows no id of theirs."""

Client = Callable[[str, str], Any]


@pytest.fixture(scope="module")
def empty(sandbox: Sandbox) -> Inventory:
    return left_over(sandbox, REGIONS)


@pytest.fixture(scope="module")
def twins(sandbox: Sandbox, empty: Inventory) -> Iterator[tuple[Deployment, Deployment]]:
    with Sandbox.run("test-inventory-twin") as other:
        both = Deployment(sandbox, FILE, "dev"), Deployment(other, FILE, "dev")
        with ThreadPoolExecutor() as pool:
            for future in [pool.submit(deployment.deploy) for deployment in both]:
                future.result()
        yield both


@pytest.fixture(scope="module")
def before(twins: tuple[Deployment, Deployment]) -> tuple[Inventory, Inventory]:
    first, second = (inventory(deployment.sandbox, REGIONS) for deployment in twins)
    return first, second


def test_an_empty_account_has_nothing(empty: Inventory) -> None:
    assert list(empty.things) == list(empty.kept) == []


def test_the_same_fleet_in_two_sandboxes_is_the_same(before: tuple[Inventory, Inventory]) -> None:
    first, second = before
    assert [str(difference) for difference in differences(first, second)] == []
    assert len(first) > 300
    assert {thing.region for thing in first.things.values()} == {*REGIONS, "global"}


def test_a_prefix_keeps_what_is_of_that_fleet(twins: tuple[Deployment, Deployment], before: Any) -> None:
    sandbox = twins[0].sandbox
    sandbox.client("sqs", REGIONS[0]).create_queue(QueueName="of-somebody-else")
    try:
        narrowed = inventory(sandbox, REGIONS, fleet_prefix=FLEET)
        assert f"{REGIONS[0]}/queue/of-somebody-else" in inventory(sandbox, REGIONS).things
    finally:
        sandbox.client("sqs", REGIONS[0]).delete_queue(
            QueueUrl=sandbox.client("sqs", REGIONS[0]).get_queue_url(QueueName="of-somebody-else")["QueueUrl"]
        )
    assert f"{REGIONS[0]}/queue/of-somebody-else" not in narrowed.things
    assert f"{REGIONS[0]}/queue/{FLEET}-processor-dead-letters" in narrowed.things


def test_everything_that_a_stack_holds_is_told(twins: tuple[Deployment, Deployment], before: Any) -> None:
    known = {identity for thing in before[0].things.values() for identity in thing.identities}
    missing = []
    for region in REGIONS:
        cloudformation = twins[0].sandbox.client("cloudformation", region)
        for stack in cloudformation.describe_stacks()["Stacks"]:
            pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack["StackName"])
            for resource in (item for page in pages for item in page["StackResourceSummaries"]):
                kind, physical = resource["ResourceType"], resource["PhysicalResourceId"]
                if kind not in NO_RESOURCE | PARTS_OF and not {physical, re.split(r"[:/|]", physical)[-1]} & known:
                    missing.append(f"{region} {kind} {physical}")
    assert missing == []


def _group(client: Client, region: str) -> str:
    groups = client("ec2", region).describe_security_groups()["SecurityGroups"]
    return next(g["GroupId"] for g in groups if "CatalogFunction" in g["GroupName"])


def _add_rule(client: Client) -> None:
    client("ec2", "us-east-1").authorize_security_group_ingress(
        GroupId=_group(client, "us-east-1"), IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )


def _delete_route(client: Client) -> None:
    ec2 = client("ec2", "us-east-2")
    named = [{"Name": "tag:Name", "Values": [f"{FLEET}-private-1"]}]
    table = ec2.describe_route_tables(Filters=named)["RouteTables"][0]["RouteTableId"]
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")


def _key(client: Client, region: str) -> str:
    return str(client("kms", region).describe_key(KeyId=f"alias/{FLEET}-data")["KeyMetadata"]["KeyId"])


def _queue(client: Client) -> str:
    return str(client("sqs", "us-east-2").get_queue_url(QueueName=f"{FLEET}-catalog-dead-letters")["QueueUrl"])


def _drift_rule(client: Client) -> str:
    rules = client("events", "eu-west-1").list_rules()["Rules"]
    return next(str(rule["Name"]) for rule in rules if "changed by hand" in rule.get("Description", ""))


def _add_record(client: Client) -> None:
    route53 = client("route53", "us-east-1")
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]
    record = {"Name": "x.dev.data-platform.example", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"x"'}]}
    route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    )


def _open_route(client: Client) -> None:
    apis = client("apigatewayv2", "us-east-1")
    api = apis.get_apis()["Items"][0]["ApiId"]
    route = next(r["RouteId"] for r in apis.get_routes(ApiId=api)["Items"] if r["RouteKey"] == "GET /catalog")
    apis.update_route(ApiId=api, RouteId=route, AuthorizationType="NONE")


def _raise_threshold(client: Client) -> None:
    route53 = client("route53", "us-east-1")
    checks = route53.list_health_checks()["HealthChecks"]
    check = next(c for c in checks if "eu-west-1" in c["HealthCheckConfig"]["FullyQualifiedDomainName"])
    route53.update_health_check(HealthCheckId=check["Id"], FailureThreshold=5)


CHANGES: dict[str, Callable[[Client], Any]] = {
    f"us-east-1/bucket/{BUCKET}.Lifecycle": lambda c: c("s3", "us-east-1").delete_bucket_lifecycle(Bucket=BUCKET),
    f"us-east-1/bucket/{BUCKET}.PublicAccess": lambda c: c("s3", "us-east-1").delete_public_access_block(Bucket=BUCKET),
    f"us-east-1/table/{FLEET}-sessions.Recovery.Status": lambda c: c("dynamodb", "us-east-1").update_continuous_backups(
        TableName=f"{FLEET}-sessions", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    ),
    f"us-east-2/function/{FLEET}-processor.Timeout": lambda c: c("lambda", "us-east-2").update_function_configuration(
        FunctionName=f"{FLEET}-processor", Timeout=61
    ),
    f"eu-west-1/function/{FLEET}-sessions.Policy.Statement[]": lambda c: c("lambda", "eu-west-1").add_permission(
        FunctionName=f"{FLEET}-sessions", StatementId="all", Action="lambda:InvokeFunction", Principal="*"
    ),
    f"us-east-1/security group rule/<security group {FLEET}-catalog-function us-east-1> from 0.0.0.0/0 tcp 22 22": (
        _add_rule
    ),
    f"us-east-2/route table/{FLEET}-private-1.Routes.0.0.0.0/0": _delete_route,
    f"eu-west-1/key/alias/{FLEET}-data.Rotation.Enabled": lambda c: c("kms", "eu-west-1").disable_key_rotation(
        KeyId=_key(c, "eu-west-1")
    ),
    f"global/role/{FLEET}-processor-function-us-east-1.RolePolicyList[]": lambda c: c(
        "iam", "us-east-1"
    ).put_role_policy(
        RoleName=f"{FLEET}-processor-function-us-east-1",
        PolicyName="more",
        PolicyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    ),
    f"us-east-1/alarm/{FLEET}-database-main-cpu.ActionsEnabled": lambda c: c(
        "cloudwatch", "us-east-1"
    ).disable_alarm_actions(AlarmNames=[f"{FLEET}-database-main-cpu"]),
    f"eu-west-1/log group//tapstack/{FLEET}-functions/processor.retentionInDays": lambda c: c(
        "logs", "eu-west-1"
    ).put_retention_policy(logGroupName=f"/tapstack/{FLEET}-functions/processor", retentionInDays=1),
    "global/record/TXT x.dev.data-platform.example. ": _add_record,
    f"us-east-2/queue/{FLEET}-catalog-dead-letters.Attributes.VisibilityTimeout": lambda c: c(
        "sqs", "us-east-2"
    ).set_queue_attributes(QueueUrl=_queue(c), Attributes={"VisibilityTimeout": "77"}),
    "eu-west-1/rule/A stack of this region was changed by hand.State": lambda c: c("events", "eu-west-1").disable_rule(
        Name=_drift_rule(c)
    ),
    f"us-east-1/route/{FLEET}-platform GET /catalog.AuthorizationType": _open_route,
    f"us-east-1/database cluster/{FLEET}-main.BackupRetentionPeriod": lambda c: c("rds", "us-east-1").modify_db_cluster(
        DBClusterIdentifier=f"{FLEET}-main", BackupRetentionPeriod=9, ApplyImmediately=True
    ),
    f"us-east-1/secret/{FLEET}-main.Secret.Tags.by": lambda c: c("secretsmanager", "us-east-1").tag_resource(
        SecretId=f"{FLEET}-main", Tags=[{"Key": "by", "Value": "hand"}]
    ),
    f"us-east-2/schedule/{FLEET}-drift-foundation": lambda c: c("scheduler", "us-east-2").delete_schedule(
        Name=f"{FLEET}-drift-foundation"
    ),
    "global/health check/api.dev.data-platform.example eu-west-1.HealthCheckConfig.FailureThreshold": _raise_threshold,
}
"""What somebody does by hand, by the place where it is to be found."""


REPLICATED = frozenset(f"{region}/secret/{FLEET}-main.Secret.Tags.by" for region in REGIONS[1:])
"""What AWS itself carries on to other regions."""


@pytest.fixture(scope="module")
def changed(twins: tuple[Deployment, Deployment], before: tuple[Inventory, Inventory]) -> list[Difference]:
    sandbox = twins[0].sandbox
    for change in CHANGES.values():
        change(sandbox.client)
    return differences(before[1], inventory(sandbox, REGIONS))


@pytest.mark.parametrize("path", CHANGES)
def test_a_change_by_hand_is_found_in_its_place(changed: list[Difference], path: str) -> None:
    assert path in {difference.path for difference in changed}


def test_nothing_else_is_found(changed: list[Difference]) -> None:
    others = [difference for difference in changed if difference.path not in CHANGES]
    assert {difference.path: str(difference) for difference in others}.keys() == REPLICATED


def test_something_that_is_gone_is_absent_as_a_whole(changed: list[Difference]) -> None:
    gone = next(d for d in changed if d.path == f"us-east-2/schedule/{FLEET}-drift-foundation")
    assert gone.b is ABSENT
    assert isinstance(gone.a, dict)


def test_after_destroy_nothing_is_left_but_what_aws_keeps(twins: tuple[Deployment, Deployment]) -> None:
    twins[1].destroy()
    left = left_over(twins[1].sandbox, REGIONS)
    assert list(left.things) == []
    assert left.kept, "a deleted key waits for its day"
    assert {thing.kind for thing in left.kept.values()} == {"key"}
