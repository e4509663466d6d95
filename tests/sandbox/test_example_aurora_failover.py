"""Aurora failover in two regions, as in production: one global database, a name that moves, data that is protected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from clients import call, until
from deployment import Deployment

from tapstack.sandbox.control import Sandbox

FILE = Path(__file__).parents[2] / "examples" / "aurora-failover" / "fleet.yaml"
HOME, STANDBY = "us-east-1", "us-west-2"
NAME = "https://app.aurora-failover.example"
CLUSTER = "aurora-failover-prod-main"
SANDBOX_OPTIONS = {"clock_factor": 20}


@pytest.fixture(scope="module")
def deployed(sandbox: Sandbox) -> Iterator[Deployment]:
    # Production, as nothing is protected from its author's mistakes elsewhere.
    deployment = Deployment(sandbox, FILE, "prod")
    deployment.deploy()
    yield deployment


def cluster(deployed: Deployment, region: str) -> Any:
    return deployed.sandbox.client("rds", region).describe_db_clusters(DBClusterIdentifier=CLUSTER)["DBClusters"][0]


def test_both_clusters_belong_to_one_global_database_written_at_home(deployed: Deployment) -> None:
    found = deployed.sandbox.client("rds", HOME).describe_global_clusters()["GlobalClusters"]
    members = {m["DBClusterArn"].split(":")[3]: m["IsWriter"] for m in found[0]["GlobalClusterMembers"]}
    assert members == {HOME: True, STANDBY: False}


@pytest.mark.parametrize(("region", "instances"), [(HOME, 2), (STANDBY, 1)])
def test_each_region_has_its_instances_under_its_own_key(deployed: Deployment, region: str, instances: int) -> None:
    described = cluster(deployed, region)
    assert len(described["DBClusterMembers"]) == instances
    assert described["StorageEncrypted"]
    assert described["DeletionProtection"]
    assert described["BackupRetentionPeriod"] == 7
    assert f":{region}:" in described["KmsKeyId"]


def test_the_standby_can_read_the_secret_under_its_own_key(deployed: Deployment) -> None:
    read = {
        region: json.loads(
            deployed.sandbox.client("secretsmanager", region).get_secret_value(SecretId=CLUSTER)["SecretString"]
        )
        for region in (HOME, STANDBY)
    }
    assert until(lambda: read[HOME]["password"] == read[STANDBY]["password"])
    described = deployed.sandbox.client("secretsmanager", STANDBY).describe_secret(SecretId=CLUSTER)
    assert described["PrimaryRegion"] == HOME


def test_subnets_span_three_zones_in_both_regions_without_overlap(deployed: Deployment) -> None:
    for region, block in ((HOME, "10.0."), (STANDBY, "10.1.")):
        ec2 = deployed.sandbox.client("ec2", region)
        network = deployed.output(region, "NetworkId")
        subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [network]}])["Subnets"]
        assert len({subnet["AvailabilityZone"] for subnet in subnets}) == 3
        assert all(subnet["CidrBlock"].startswith(block) for subnet in subnets)
        default = ec2.describe_security_groups(
            Filters=[{"Name": "vpc-id", "Values": [network]}, {"Name": "group-name", "Values": ["default"]}]
        )["SecurityGroups"][0]
        assert not default["IpPermissions"]
        assert not default["IpPermissionsEgress"]


def test_the_name_moves_to_the_standby_during_an_outage_and_back(deployed: Deployment) -> None:
    def region() -> str:
        try:
            return str(call(deployed.sandbox, f"{NAME}/health").data["region"])
        except (urllib3.exceptions.HTTPError, OSError):
            return ""

    until(lambda: region() == HOME)
    deployed.sandbox.outage(HOME)
    try:
        until(lambda: region() == STANDBY)
    finally:
        deployed.sandbox.restore(HOME)
    until(lambda: region() == HOME)


def test_stacks_and_data_are_protected_in_production(deployed: Deployment) -> None:
    balancers = deployed.sandbox.client("elbv2", HOME)
    arn = balancers.describe_load_balancers(Names=["aurora-failover-prod-web"])["LoadBalancers"][0]["LoadBalancerArn"]
    attributes = balancers.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    assert {"Key": "deletion_protection.enabled", "Value": "true"} in attributes
    with pytest.raises(balancers.exceptions.OperationNotPermittedException):
        balancers.delete_load_balancer(LoadBalancerArn=arn)


def test_where_nothing_is_protected_destroying_leaves_nothing(deployed: Deployment) -> None:
    other = Deployment(deployed.sandbox, FILE, "dev")
    other.deploy()
    other.destroy()
    for region in (HOME, STANDBY):
        assert [line for line in other.left_over(region) if "aurora-failover-dev" in line] == []
