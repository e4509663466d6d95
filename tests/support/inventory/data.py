"""Where data is kept: S3, DynamoDB, RDS, Secrets Manager, KMS, Backup."""

from __future__ import annotations

from .listing import Detail, Listing

LOCAL_PORT = "Port > `10000` && to_string(Port)"
"""The port of a database that really runs beside the sandbox: any that was free."""


def _bucket(operation: str, result: str = "@") -> Detail:
    return Detail(f"get_bucket_{operation}", {"Bucket": "Name"}, result)


def _table(operation: str, result: str, argument: str = "TableName", value: str = "TableName") -> Detail:
    return Detail(operation, {argument: value}, result)


def _rds_tags(arn: str) -> dict[str, Detail]:
    return {"Tags": Detail("list_tags_for_resource", {"ResourceName": arn}, "TagList")}


BUCKETS = Listing(
    "bucket",
    ("AWS::S3::Bucket", "AWS::S3::BucketPolicy"),
    "s3",
    "list_buckets",
    "Buckets",
    "Name",
    everywhere=False,
    region="Location || 'us-east-1'",
    details={
        "Location": _bucket("location", "LocationConstraint"),
        "Encryption": _bucket("encryption", "ServerSideEncryptionConfiguration"),
        "Versioning": _bucket("versioning"),
        "Lifecycle": _bucket("lifecycle_configuration"),
        "Replication": _bucket("replication", "ReplicationConfiguration"),
        "Policy": _bucket("policy", "Policy"),
        "Logging": _bucket("logging", "LoggingEnabled"),
        "Notifications": _bucket("notification_configuration"),
        "Ownership": _bucket("ownership_controls", "OwnershipControls.Rules"),
        "Cors": _bucket("cors", "CORSRules"),
        "Website": _bucket("website"),
        "Accelerate": _bucket("accelerate_configuration"),
        "Tags": _bucket("tagging", "TagSet"),
        "PublicAccess": Detail("get_public_access_block", {"Bucket": "Name"}, "PublicAccessBlockConfiguration"),
        "ObjectLock": Detail("get_object_lock_configuration", {"Bucket": "Name"}, "ObjectLockConfiguration"),
    },
    drop=("BucketArn",),
)

TABLES = Listing(
    "table",
    ("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table"),
    "dynamodb",
    "list_tables",
    "TableNames[].{TableName: @}",
    "TableName",
    ("Table.TableId",),
    details={
        "Table": _table("describe_table", "Table"),
        "Recovery": _table(
            "describe_continuous_backups",
            "ContinuousBackupsDescription.PointInTimeRecoveryDescription.{"
            "Status: PointInTimeRecoveryStatus, Days: RecoveryPeriodInDays}",
        ),
        "TimeToLive": _table("describe_time_to_live", "TimeToLiveDescription"),
        "Tags": _table("list_tags_of_resource", "Tags", "ResourceArn", "Table.TableArn"),
        "Insights": _table("describe_contributor_insights", "ContributorInsightsStatus"),
        "Policy": _table("get_resource_policy", "Policy", "ResourceArn", "Table.TableArn"),
    },
    drop=("ItemCount", "TableSizeBytes", "IndexSizeBytes", "NumberOfDecreasesToday", "WarmThroughput"),
)

RDS = (
    Listing(
        "database cluster",
        ("AWS::RDS::DBCluster",),
        "rds",
        "describe_db_clusters",
        "DBClusters",
        "DBClusterIdentifier",
        ("DbClusterResourceId", "HostedZoneId", "Endpoint", "ReaderEndpoint", LOCAL_PORT),
        details=_rds_tags("DBClusterArn"),
        # Of instances that are made side by side, the one that comes up first writes.
        drop=("EarliestRestorableTime", "DbClusterResourceId", "IsClusterWriter"),
    ),
    Listing(
        "database instance",
        ("AWS::RDS::DBInstance",),
        "rds",
        "describe_db_instances",
        "DBInstances",
        "DBInstanceIdentifier",
        ("DbiResourceId", "Endpoint.Address", f"Endpoint && Endpoint.[{LOCAL_PORT}][0]"),
        details=_rds_tags("DBInstanceArn"),
        drop=("DbiResourceId",),
    ),
    Listing(
        "global cluster",
        ("AWS::RDS::GlobalCluster",),
        "rds",
        "describe_global_clusters",
        "GlobalClusters",
        "GlobalClusterIdentifier",
        ("GlobalClusterResourceId",),
        everywhere=False,
        drop=("GlobalClusterResourceId",),
    ),
    Listing(
        "database subnets",
        ("AWS::RDS::DBSubnetGroup",),
        "rds",
        "describe_db_subnet_groups",
        "DBSubnetGroups",
        "DBSubnetGroupDescription",
        ("DBSubnetGroupName",),
        details=_rds_tags("DBSubnetGroupArn"),
        omit="DBSubnetGroupName=='default'",
    ),
    Listing(
        "database parameters",
        ("AWS::RDS::DBParameterGroup",),
        "rds",
        "describe_db_parameter_groups",
        "DBParameterGroups",
        "Description",
        ("DBParameterGroupName",),
        omit="starts_with(DBParameterGroupName, 'default.')",
        details={
            **_rds_tags("DBParameterGroupArn"),
            "Parameters": Detail(
                "describe_db_parameters",
                {"DBParameterGroupName": "DBParameterGroupName", "Source": "'user'"},
                "Parameters[].{Name: ParameterName, Value: ParameterValue, Apply: ApplyMethod}",
            ),
        },
    ),
    Listing(
        "cluster parameters",
        ("AWS::RDS::DBClusterParameterGroup",),
        "rds",
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups",
        "Description",
        ("DBClusterParameterGroupName",),
        omit="starts_with(DBClusterParameterGroupName, 'default.')",
        details={
            **_rds_tags("DBClusterParameterGroupArn"),
            "Parameters": Detail(
                "describe_db_cluster_parameters",
                {"DBClusterParameterGroupName": "DBClusterParameterGroupName", "Source": "'user'"},
                "Parameters[].{Name: ParameterName, Value: ParameterValue, Apply: ApplyMethod}",
            ),
        },
    ),
    Listing(
        "database snapshot",
        (),
        "rds",
        "describe_db_snapshots",
        "DBSnapshots",
        "DBSnapshotIdentifier",
        omit="SnapshotType=='automated'",
    ),
    Listing(
        "cluster snapshot",
        (),
        "rds",
        "describe_db_cluster_snapshots",
        "DBClusterSnapshots",
        "DBClusterSnapshotIdentifier",
        omit="SnapshotType=='automated'",
    ),
)

SECRETS = Listing(
    "secret",
    (
        "AWS::SecretsManager::Secret",
        "AWS::SecretsManager::RotationSchedule",
        "AWS::SecretsManager::ResourcePolicy",
        "AWS::SecretsManager::SecretTargetAttachment",
    ),
    "secretsmanager",
    "list_secrets",
    "SecretList[].{ARN: ARN, Name: Name, DeletedDate: DeletedDate}",
    "Name",
    ("ARN",),
    {"IncludePlannedDeletion": "`true`"},
    details={
        "Policy": Detail("get_resource_policy", {"SecretId": "ARN"}, "ResourcePolicy"),
        "Secret": Detail("describe_secret", {"SecretId": "ARN"}),
        # What a replica says of rotation is its primary's, told late or never.
        "Rotation": Detail(
            "",
            {},
            "Secret.{Enabled: RotationEnabled, Function: RotationLambdaARN, Rules: RotationRules}",
            when="!(Secret.PrimaryRegion) || contains(ARN, Secret.PrimaryRegion)",
        ),
        "Content": Detail("get_secret_value", {"SecretId": "ARN"}, "SecretString", when="!DeletedDate"),
    },
    kept="DeletedDate && 'scheduled for deletion'",
    drop=(
        "VersionIdsToStages",
        "SecretVersionsToStages",
        "StatusMessage",
        "RotationEnabled",
        "RotationLambdaARN",
        "RotationRules",
    ),
)

KEYS = Listing(
    "key",
    ("AWS::KMS::Key", "AWS::KMS::ReplicaKey", "AWS::KMS::Alias"),
    "kms",
    "list_keys",
    "Keys",
    "sort(Aliases || `[]`) | [0] || Key.Description || 'without an alias'",
    ("KeyId",),
    details={
        "Key": Detail("describe_key", {"KeyId": "KeyId"}, "KeyMetadata"),
        "Aliases": Detail("list_aliases", {"KeyId": "KeyId"}, "Aliases[].AliasName"),
        "Policy": Detail("get_key_policy", {"KeyId": "KeyId", "PolicyName": "'default'"}, "Policy"),
        "Rotation": Detail(
            "get_key_rotation_status",
            {"KeyId": "KeyId"},
            "{Enabled: KeyRotationEnabled, Days: RotationPeriodInDays}",
            when="Key.KeyState=='Enabled'",
        ),
        "Tags": Detail("list_resource_tags", {"KeyId": "KeyId"}, "Tags[].{Key: TagKey, Value: TagValue}"),
        "Grants": Detail(
            "list_grants", {"KeyId": "KeyId"}, "Grants[].{Grantee: GranteePrincipal, Operations: Operations}"
        ),
    },
    omit="Key.KeyManager=='AWS'",
    kept="Key.KeyState=='PendingDeletion' && 'pending deletion'",
)

BACKUP = (
    Listing(
        "backup plan",
        ("AWS::Backup::BackupPlan",),
        "backup",
        "list_backup_plans",
        "BackupPlansList",
        "BackupPlanName",
        ("BackupPlanId", "VersionId"),
        details={"Plan": Detail("get_backup_plan", {"BackupPlanId": "BackupPlanId"}, "BackupPlan")},
        children=(
            Listing(
                "backup selection",
                ("AWS::Backup::BackupSelection",),
                "backup",
                "list_backup_selections",
                "BackupSelectionsList",
                "SelectionName",
                ("SelectionId",),
                {"BackupPlanId": "BackupPlanId"},
                details={
                    "Selection": Detail(
                        "get_backup_selection",
                        {"BackupPlanId": "BackupPlanId", "SelectionId": "SelectionId"},
                        "BackupSelection",
                    )
                },
            ),
        ),
    ),
    Listing(
        "backup vault",
        ("AWS::Backup::BackupVault",),
        "backup",
        "list_backup_vaults",
        "BackupVaultList",
        "BackupVaultName",
        omit="BackupVaultName=='Default'",
        drop=("NumberOfRecoveryPoints",),
    ),
)

LISTINGS = (BUCKETS, TABLES, *RDS, SECRETS, KEYS, *BACKUP)
