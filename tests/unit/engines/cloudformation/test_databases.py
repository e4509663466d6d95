"""Databases: who writes, who follows, who knows the password, and what the outside may ask of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import cloudformation_templates
import pytest

from tapstack.engines.cloudformation import own_functions
from tapstack.functions import folder

NETWORK = "network: {zones: 2}\n"
HOME = "us-east-1"
SOURCE = "arn:${AWS::Partition}:rds:us-east-1:${AWS::AccountId}:db:shop-dev-main"
PASSWORD = {"Fn::Sub": "{{resolve:secretsmanager:${DatabaseMainSecret}:SecretString:password}}"}
NOTHING = {"Ref": "AWS::NoValue"}


def templates(database: str, more: str = "") -> dict[str, dict[str, dict[str, Any]]]:
    made = cloudformation_templates.templates(f"{NETWORK}databases: {{main: {{{database}}}}}\n{more}", "dev")
    return {shape: template.resources for shape, template in made.items()}


def aurora(settings: str = "", more: str = "") -> dict[str, dict[str, Any]]:
    return templates(f"engine: aurora-mysql{settings and ', ' + settings}", more)["regional"]


def postgres(settings: str = "", more: str = "") -> dict[str, dict[str, Any]]:
    return templates(f"engine: postgres{settings and ', ' + settings}", more)["regional"]


def at_home(value: Any) -> Any:
    return {"Fn::If": ["IsHome", value, NOTHING]}


def properties(resources: dict[str, dict[str, Any]], logical: str) -> dict[str, Any]:
    found: dict[str, Any] = resources[logical]["Properties"]
    return found


def skipped(resource: dict[str, Any]) -> set[str]:
    return {each["id"] for each in resource.get("Metadata", {}).get("checkov", {}).get("skip", ())}


# Aurora --------------------------------------------------------------------------------------------------------


def test_clusters_of_all_regions_join_a_global_database_made_at_home() -> None:
    made = templates("engine: aurora-mysql")
    joined = properties(made["global"], "DatabaseMainGlobal")
    assert joined["GlobalClusterIdentifier"] == "shop-dev-main"
    assert joined["StorageEncrypted"] is True
    cluster = properties(made["regional"], "DatabaseMain")
    assert cluster["GlobalClusterIdentifier"] == joined["GlobalClusterIdentifier"]
    assert joined["EngineVersion"] == {"Ref": "DatabaseMainFirstVersion"}, "members change theirs, and it follows"


def test_a_cluster_that_follows_is_told_neither_user_nor_password_nor_database() -> None:
    cluster = properties(aurora("name: shop, user: owner"), "DatabaseMain")
    assert cluster["DatabaseName"] == at_home("shop")
    assert cluster["MasterUsername"] == at_home("owner")
    assert cluster["MasterUserPassword"] == at_home(PASSWORD)


def test_every_regions_storage_is_under_its_own_key() -> None:
    for made in (aurora(), postgres()):
        assert properties(made, "DatabaseMain")["KmsKeyId"] == {"Fn::ImportValue": "shop-dev-key-data-arn"}


@pytest.mark.parametrize(
    ("home", "standby", "conditions"),
    [
        (2, 1, [None, "IsHome"]),
        (1, 3, [None, "IsStandby", "IsStandby"]),
        (2, 0, ["IsHome", "IsHome"]),
        (1, 1, [None]),
    ],
)
def test_home_and_standby_have_their_own_number_of_instances(home: int, standby: int, conditions: list[Any]) -> None:
    made = aurora(f"instances: {home}, standby_instances: {standby}")
    instances = [made[f"DatabaseMainInstance{number}"] for number in range(1, len(conditions) + 1)]
    assert [instance.get("Condition") for instance in instances] == conditions
    assert f"DatabaseMainInstance{len(conditions) + 1}" not in made
    names = [instance["Properties"]["DBInstanceIdentifier"] for instance in instances]
    assert names == [f"shop-dev-main-{number}" for number in range(1, len(conditions) + 1)]


def test_capacity_follows_the_load_or_is_fixed() -> None:
    serverless = aurora("serverless: {minimum: 1, maximum: 8}")
    assert properties(serverless, "DatabaseMain")["ServerlessV2ScalingConfiguration"] == {
        "MinCapacity": 1,
        "MaxCapacity": 8,
    }
    assert properties(serverless, "DatabaseMainInstance1")["DBInstanceClass"] == "db.serverless"
    fixed = aurora("instance_class: db.r6g.large")
    assert "ServerlessV2ScalingConfiguration" not in properties(fixed, "DatabaseMain")
    assert properties(fixed, "DatabaseMainInstance1")["DBInstanceClass"] == "db.r6g.large"


def test_burstable_instances_have_no_performance_insights() -> None:
    small = properties(aurora("instance_class: db.t4g.medium, cross_region: false"), "DatabaseMainInstance1")
    assert "EnablePerformanceInsights" not in small
    large = properties(aurora("instance_class: db.r6g.large"), "DatabaseMainInstance1")
    assert large["EnablePerformanceInsights"] is True
    assert large["PerformanceInsightsKMSKeyId"] == {"Fn::ImportValue": "shop-dev-key-data-arn"}


# PostgreSQL ----------------------------------------------------------------------------------------------------


def test_a_standby_replicates_the_homes_instance_by_its_planned_name() -> None:
    instance = properties(postgres(), "DatabaseMain")
    assert instance["SourceDBInstanceIdentifier"] == {"Fn::If": ["IsStandby", {"Fn::Sub": SOURCE}, NOTHING]}


@pytest.mark.parametrize("make", [aurora, postgres])
def test_what_is_encrypted_is_copied_by_a_request_signed_for_the_homes_region(
    make: Callable[[str], dict[str, Any]],
) -> None:
    for encryption in ("", "encryption: aws-key"):
        copied = properties(make(encryption), "DatabaseMain")["SourceRegion"]
        assert copied == {"Fn::If": ["IsStandby", HOME, NOTHING]}
    assert "SourceRegion" not in properties(make("encryption: unencrypted"), "DatabaseMain")
    assert "SourceRegion" not in properties(make("cross_region: false"), "DatabaseMain")


def test_a_replica_is_told_nothing_that_it_takes_from_its_source() -> None:
    instance = properties(postgres("name: shop, user: owner"), "DatabaseMain")
    assert instance["DBName"] == at_home("shop")
    assert instance["MasterUsername"] == at_home("owner")
    assert instance["MasterUserPassword"] == at_home(PASSWORD)
    assert instance["StorageEncrypted"] == at_home(value=True)


def test_storage_and_spare_are_as_the_fleet_says() -> None:
    instance = properties(postgres("storage_gib: 50, storage_type: gp2, multi_az: false"), "DatabaseMain")
    assert (instance["AllocatedStorage"], instance["StorageType"], instance["MultiAZ"]) == ("50", "gp2", False)
    assert "CKV_AWS_157" in skipped(postgres("multi_az: false")["DatabaseMain"])
    assert "CKV_AWS_157" not in skipped(postgres()["DatabaseMain"])


@pytest.mark.parametrize(("version", "family"), [("17.7", "postgres17"), ("16", "postgres16")])
def test_the_parameters_belong_to_the_major_version(version: str, family: str) -> None:
    assert properties(postgres(f"version: '{version}'"), "DatabaseMainParameters")["Family"] == family


# Both ----------------------------------------------------------------------------------------------------------


def test_clients_must_use_tls() -> None:
    cluster = properties(aurora(), "DatabaseMainClusterParameters")["Parameters"]
    assert (cluster["require_secure_transport"], cluster["tls_version"]) == ("ON", "TLSv1.2,TLSv1.3")
    instance = properties(postgres(), "DatabaseMainParameters")["Parameters"]
    assert (instance["rds.force_ssl"], instance["ssl_min_protocol_version"]) == ("1", "TLSv1.2")


def test_a_fleet_can_let_clients_in_without_tls() -> None:
    made = aurora("require_tls: false"), postgres("require_tls: false")
    assert properties(made[0], "DatabaseMainClusterParameters")["Parameters"]["require_secure_transport"] == "OFF"
    assert properties(made[1], "DatabaseMainParameters")["Parameters"]["rds.force_ssl"] == "0"


@pytest.mark.parametrize(
    ("make", "group", "logs"),
    [
        (aurora, "/aws/rds/cluster/shop-dev-main/", ["audit", "error", "slowquery"]),
        (postgres, "/aws/rds/instance/shop-dev-main/", ["postgresql", "upgrade"]),
    ],
)
def test_logs_are_exported_to_encrypted_groups_that_stand_first(make: Any, group: str, logs: list[str]) -> None:
    made = make()
    assert properties(made, "DatabaseMain")["EnableCloudwatchLogsExports"] == logs
    groups = {
        name: each["Properties"]
        for name, each in made.items()
        if each["Type"] == "AWS::Logs::LogGroup" and str(each["Properties"]["LogGroupName"]).startswith(group)
    }
    assert [each["LogGroupName"] for each in groups.values()] == [f"{group}{log}" for log in logs]
    assert all(each["KmsKeyId"] == {"Fn::ImportValue": "shop-dev-key-logs-arn"} for each in groups.values())
    assert set(groups) <= set(made["DatabaseMain"]["DependsOn"])


def test_no_logs_are_exported_where_the_fleet_wants_none() -> None:
    made = aurora("log_exports: false")
    assert "EnableCloudwatchLogsExports" not in properties(made, "DatabaseMain")
    assert "server_audit_logging" not in properties(made, "DatabaseMainClusterParameters")["Parameters"]


def test_the_operating_system_is_sampled_by_a_role_of_its_own() -> None:
    made = postgres("enhanced_monitoring: 30s")
    instance = properties(made, "DatabaseMain")
    assert instance["MonitoringInterval"] == 30
    assert instance["MonitoringRoleArn"] == {"Fn::GetAtt": ["DatabaseMainMonitoringRole", "Arn"]}
    trust = properties(made, "DatabaseMainMonitoringRole")["AssumeRolePolicyDocument"]["Statement"][0]
    assert trust["Principal"] == {"Service": "monitoring.rds.amazonaws.com"}
    assert "Condition" in trust


def test_nothing_is_sampled_where_the_fleet_wants_nothing() -> None:
    for make, instance in ((aurora, "DatabaseMainInstance1"), (postgres, "DatabaseMain")):
        made = make("enhanced_monitoring: 0")
        assert "DatabaseMainMonitoringRole" not in made
        assert "MonitoringInterval" not in properties(made, instance)
        assert "CKV_AWS_118" in skipped(made[instance])


@pytest.mark.parametrize("make", [aurora, postgres])
def test_backups_protection_and_iam_are_on(make: Any) -> None:
    made = properties(make("backup_retention: 14d"), "DatabaseMain")
    assert made["BackupRetentionPeriod"] == 14
    assert made["CopyTagsToSnapshot"] is True
    assert made["DeletionProtection"] is True
    assert made["EnableIAMDatabaseAuthentication"] is True


@pytest.mark.parametrize("make", [aurora, postgres])
@pytest.mark.parametrize(
    ("removed", "policy", "instance"),
    [
        ("destroy", "Delete", "Delete"),
        ("snapshot", "Snapshot", "Delete"),
        ("retain", "RetainExceptOnCreate", "RetainExceptOnCreate"),
    ],
)
def test_what_is_removed_goes_as_the_fleet_says(make: Any, removed: str, policy: str, instance: str) -> None:
    made = make("", f"protection: {{when_removed: {removed}}}")
    assert made["DatabaseMain"]["DeletionPolicy"] == policy
    if make is aurora:
        # CloudFormation refuses to make a member whose removal asks for a snapshot.
        assert made["DatabaseMainInstance1"]["DeletionPolicy"] == instance


def test_it_stands_in_the_isolated_tier_or_else_in_the_private_one() -> None:
    made = postgres()
    subnets = properties(made, "DatabaseMainSubnets")["SubnetIds"]
    assert subnets == [{"Ref": "SubnetIsolated1"}, {"Ref": "SubnetIsolated2"}]
    private = cloudformation_templates.regional(
        "network: {zones: 2, tiers: [public, private]}\ndatabases: {main: {engine: postgres}}"
    )
    assert private.of("RDS::DBSubnetGroup")["DatabaseMainSubnets"]["SubnetIds"] == [
        {"Ref": "SubnetPrivate1"},
        {"Ref": "SubnetPrivate2"},
    ]


@pytest.mark.parametrize("make", [aurora, postgres])
def test_nobody_gets_in_unless_a_function_uses_it(make: Any) -> None:
    made = make()
    assert properties(made, "GroupMainDatabase").get("SecurityGroupIngress") is None
    assert not [name for name, each in made.items() if each["Type"] == "AWS::EC2::SecurityGroupIngress"]


@pytest.mark.parametrize(
    ("encryption", "encrypted", "key"),
    [
        ("aws-key", True, {"Fn::If": ["IsHome", NOTHING, "alias/aws/rds"]}),
        ("unencrypted", False, None),
    ],
)
def test_encryption_can_be_left_to_aws_or_off(encryption: str, encrypted: bool, key: Any) -> None:
    made = templates(f"engine: aurora-mysql, encryption: {encryption}")
    cluster = properties(made["regional"], "DatabaseMain")
    assert (cluster["StorageEncrypted"], cluster.get("KmsKeyId")) == (encrypted, key)
    assert properties(made["global"], "DatabaseMainGlobal")["StorageEncrypted"] is encrypted
    assert ("CKV_AWS_96" in skipped(made["regional"]["DatabaseMain"])) is not encrypted
    instance = properties(postgres(f"encryption: {encryption}"), "DatabaseMain")
    assert instance["StorageEncrypted"] == at_home(encrypted)


def test_regions_that_stand_alone_have_a_writer_and_a_secret_each() -> None:
    made = templates("engine: aurora-mysql, cross_region: false, encryption: aws-key")
    assert "DatabaseMainGlobal" not in made["global"]
    cluster = properties(made["regional"], "DatabaseMain")
    assert "GlobalClusterIdentifier" not in cluster
    assert cluster["MasterUserPassword"] == PASSWORD
    assert "KmsKeyId" not in cluster
    secret = made["regional"]["DatabaseMainSecret"]
    assert "Condition" not in secret
    assert "ReplicaRegions" not in secret["Properties"]
    assert "Condition" not in made["regional"]["DatabaseMainRotation"]
    instance = properties(postgres("cross_region: false"), "DatabaseMain")
    assert "SourceDBInstanceIdentifier" not in instance
    assert instance["MasterUserPassword"] == PASSWORD


def test_one_region_alone_has_no_global_database() -> None:
    made = cloudformation_templates.templates(
        f"{NETWORK}\nregions: {{us-east-1: {{}}}}\ndatabases: {{main: {{engine: aurora-mysql}}}}"
    )
    assert not any(template.of("RDS::GlobalCluster") for template in made.values())
    assert "GlobalClusterIdentifier" not in made["regional"].of("RDS::DBCluster")["DatabaseMain"]


# The secret ----------------------------------------------------------------------------------------------------


def test_the_secret_is_made_at_home_and_copied_to_every_standby_under_its_own_key() -> None:
    secret = postgres("user: owner")["DatabaseMainSecret"]
    assert secret["Condition"] == "IsHome"
    made = secret["Properties"]
    assert made["Name"] == "shop-dev-main"
    assert made["ReplicaRegions"] == [{"Region": "eu-west-1", "KmsKeyId": "alias/shop-dev-secrets"}]
    assert made["KmsKeyId"] == {"Fn::ImportValue": "shop-dev-key-secrets-arn"}
    assert json.loads(made["GenerateSecretString"]["SecretStringTemplate"]) == {"username": "owner"}
    assert made["GenerateSecretString"]["ExcludePunctuation"] is True
    assert "MasterUserPassword" not in json.dumps(made)


@pytest.mark.parametrize(
    ("make", "target", "call"),
    [
        (aurora, "AWS::RDS::DBCluster", "rds:ModifyDBCluster"),
        (postgres, "AWS::RDS::DBInstance", "rds:ModifyDBInstance"),
    ],
)
def test_the_password_changes_by_a_function_that_may_do_just_that(make: Any, target: str, call: str) -> None:
    made = make("password_rotation: 60d")
    assert properties(made, "DatabaseMainSecretAttachment")["TargetType"] == target
    rotation = properties(made, "DatabaseMainRotation")
    assert rotation["RotationRules"] == {"AutomaticallyAfterDays": 60}
    assert rotation["RotateImmediatelyOnUpdate"] is False
    assert rotation["SecretId"] == {"Ref": "DatabaseMainSecretAttachment"}
    assert made["DatabaseMainRotation"]["Condition"] == "IsHome"
    role = properties(made, "FunctionMainRotationRole")["Policies"][0]["PolicyDocument"]["Statement"]
    [changing] = [statement for statement in role if call in statement["Action"]]
    assert changing["Resource"]["Fn::Sub"].endswith(":shop-dev-main")
    reading = [s for s in role if "secretsmanager:PutSecretValue" in s["Action"]]
    assert [s["Resource"] for s in reading] == [{"Ref": "DatabaseMainSecret"}]
    permission = properties(made, "DatabaseMainRotationPermission")
    assert permission["Principal"] == "secretsmanager.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}


def test_a_cluster_is_not_rotated_before_it_has_an_instance() -> None:
    assert "DatabaseMainInstance1" in aurora()["DatabaseMainRotation"]["DependsOn"]


def test_a_password_can_be_left_alone() -> None:
    made = postgres("password_rotation: null")
    assert not {"DatabaseMainRotation", "FunctionMainRotation", "FunctionMainRotationRole"} & set(made)
    assert "DatabaseMainSecretAttachment" in made


def test_the_code_that_rotates_fits_inline() -> None:
    code = (folder("rotation") / "index.py").read_text(encoding="utf-8")
    assert len(code) <= own_functions.LARGEST_INLINE
    compile(code, "index.py", "exec")


# What others ask of it -----------------------------------------------------------------------------------------


def test_readers_of_a_cluster_have_an_address_that_answers_before_any_failover() -> None:
    users = "functions: {a: {inline: x, in_network: true, uses: [{database: main, as: DB}]}}"
    variables = properties(aurora("", users), "FunctionA")["Environment"]["Variables"]
    assert variables["DB_HOST"] == {"Fn::GetAtt": ["DatabaseMain", "Endpoint.Address"]}
    assert variables["DB_READER_HOST"] == {"Fn::GetAtt": ["DatabaseMain", "ReadEndpoint.Address"]}
    assert variables["DB_PORT"] == {"Fn::GetAtt": ["DatabaseMain", "Endpoint.Port"]}


def test_no_region_names_another_but_in_planned_names_and_as_the_home() -> None:
    for make in (aurora, postgres):
        made = make()
        assert properties(made, "DatabaseMain").pop("SourceRegion")["Fn::If"][1] == HOME
        text = json.dumps(made)
        assert text.count(HOME) == text.count(SOURCE)
