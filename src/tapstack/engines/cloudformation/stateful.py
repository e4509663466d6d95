"""Kinds of resources that hold data: what replaces them, what protects them, and what they cost by when they stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tapstack.engines import costs

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
    "AWS::DynamoDB::GlobalTable": costs.GLOBAL_TABLE,
    "AWS::DynamoDB::Table": costs.TABLE,
    "AWS::KMS::Key": costs.KEY,
    "AWS::KMS::ReplicaKey": costs.REPLICA_KEY,
    "AWS::Logs::LogGroup": costs.LOG_GROUP,
    "AWS::RDS::DBCluster": costs.DATABASE_CLUSTER,
    "AWS::RDS::DBInstance": costs.DATABASE_INSTANCE,
    "AWS::RDS::GlobalCluster": costs.GLOBAL_DATABASE,
    "AWS::Route53::HostedZone": costs.ZONE,
    "AWS::S3::Bucket": costs.BUCKET,
    "AWS::SQS::Queue": costs.QUEUE,
    "AWS::SecretsManager::Secret": costs.SECRET,
}


def cost_of(kind: str) -> str:
    """What a resource costs by when it stays."""
    return COSTS.get(kind, costs.NOTHING)


def holds_data(definition: Mapping[str, Any]) -> bool:
    """Tell whether a resource of a template holds data: an instance of a cluster has none of its own."""
    kind = definition.get("Type")
    in_cluster = kind == "AWS::RDS::DBInstance" and "DBClusterIdentifier" in definition.get("Properties", {})
    return kind in HOLDS_DATA and not in_cluster
