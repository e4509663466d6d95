"""Kinds of resources that hold data: what replaces them, what protects them, and what they cost by when they stay."""

from __future__ import annotations

from collections.abc import Mapping

HOLDS_DATA = frozenset(
    {
        "AWS::Backup::BackupVault",
        "AWS::Cognito::UserPool",
        "AWS::DocDB::DBCluster",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::EC2::Volume",
        "AWS::ECR::Repository",
        "AWS::EFS::FileSystem",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::FSx::FileSystem",
        "AWS::KMS::Key",
        "AWS::KMS::ReplicaKey",
        "AWS::Kinesis::Stream",
        "AWS::Neptune::DBCluster",
        "AWS::OpenSearchService::Domain",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::RDS::GlobalCluster",
        "AWS::Redshift::Cluster",
        "AWS::Route53::HostedZone",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
        "AWS::SSM::Parameter",
    }
)
"""A zone's name servers, a key and a secret are data too: what is encrypted, delegated or signed in by them is lost
with them. Log groups are none: what is in them goes by itself after a while."""

REPLACED_BY: Mapping[str, frozenset[str]] = {
    "AWS::DynamoDB::GlobalTable": frozenset({"TableName", "KeySchema", "LocalSecondaryIndexes"}),
    "AWS::RDS::DBCluster": frozenset(
        {"DBClusterIdentifier", "DBSubnetGroupName", "DatabaseName", "Engine", "KmsKeyId", "StorageEncrypted"}
    ),
    "AWS::RDS::DBInstance": frozenset(
        {"DBInstanceIdentifier", "DBName", "KmsKeyId", "MasterUsername", "StorageEncrypted"}
    ),
    "AWS::RDS::GlobalCluster": frozenset({"Engine", "GlobalClusterIdentifier", "StorageEncrypted"}),
    "AWS::Route53::HostedZone": frozenset({"Name"}),
    "AWS::S3::Bucket": frozenset({"BucketName"}),
    "AWS::SQS::Queue": frozenset({"QueueName", "FifoQueue"}),
    "AWS::SecretsManager::Secret": frozenset({"Name"}),
}
"""Properties whose change makes a new, empty one: for predictions. AWS itself is asked before anything happens."""

COSTS: Mapping[str, str] = {
    "AWS::DynamoDB::GlobalTable": "stored GB and backups, in every region of the table",
    "AWS::DynamoDB::Table": "stored GB and backups",
    "AWS::KMS::Key": "1 USD a month, and a little more after each rotation",
    "AWS::KMS::ReplicaKey": "1 USD a month",
    "AWS::Logs::LogGroup": "stored GB",
    "AWS::RDS::DBCluster": "stored GB, requests and backups, and the hours of its instances",
    "AWS::RDS::DBInstance": "hours of the instance, stored GB and backups",
    "AWS::RDS::GlobalCluster": "nothing by itself; its clusters cost",
    "AWS::Route53::HostedZone": "a monthly price for each zone, and questions answered",
    "AWS::S3::Bucket": "stored GB and requests",
    "AWS::SQS::Queue": "requests",
    "AWS::SecretsManager::Secret": "a monthly price for each secret and for each replica",
}
SNAPSHOT_COST = "stored GB of the snapshot"
PENDING_KEY_COST = "nothing while its deletion is pending"
NO_COST = "nothing by itself"


def cost_of(kind: str) -> str:
    """What a resource costs by when it stays."""
    return COSTS.get(kind, NO_COST)
