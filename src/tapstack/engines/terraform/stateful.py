"""Kinds of resources that hold data: what replaces them, what they cost by when they stay, and what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping

from tapstack.engines import costs

HOLDS_DATA = frozenset(
    {
        "aws_backup_vault",
        "aws_cognito_user_pool",
        "aws_db_instance",
        "aws_docdb_cluster",
        "aws_dynamodb_table",
        "aws_dynamodb_table_replica",
        "aws_ebs_volume",
        "aws_ecr_repository",
        "aws_efs_file_system",
        "aws_elasticache_replication_group",
        "aws_kinesis_stream",
        "aws_kms_key",
        "aws_kms_replica_key",
        "aws_neptune_cluster",
        "aws_opensearch_domain",
        "aws_rds_cluster",
        "aws_rds_global_cluster",
        "aws_redshift_cluster",
        "aws_route53_zone",
        "aws_s3_bucket",
        "aws_secretsmanager_secret",
        "aws_sqs_queue",
        "aws_ssm_parameter",
    }
)
"""A zone's name servers, a key and a secret are data too: what is encrypted, delegated or signed in by them is lost
with them. Log groups are none: what is in them goes by itself after a while."""

REPLACED_BY: Mapping[str, frozenset[str]] = {
    "aws_db_instance": frozenset({"db_name", "identifier", "kms_key_id", "storage_encrypted", "username"}),
    "aws_dynamodb_table": frozenset({"hash_key", "local_secondary_index", "name", "range_key"}),
    "aws_rds_cluster": frozenset(
        {"cluster_identifier", "database_name", "db_subnet_group_name", "engine", "kms_key_id", "storage_encrypted"}
    ),
    "aws_rds_global_cluster": frozenset({"engine", "global_cluster_identifier", "storage_encrypted"}),
    "aws_route53_zone": frozenset({"name"}),
    "aws_s3_bucket": frozenset({"bucket"}),
    "aws_secretsmanager_secret": frozenset({"name"}),
    "aws_sqs_queue": frozenset({"fifo_queue", "name"}),
}
"""Arguments whose change makes a new, empty one: for predictions. Terraform itself is asked before anything happens."""

COSTS: Mapping[str, str] = {
    "aws_cloudwatch_log_group": costs.LOG_GROUP,
    "aws_db_instance": costs.DATABASE_INSTANCE,
    "aws_dynamodb_table": costs.TABLE,
    "aws_dynamodb_table_replica": costs.TABLE,
    "aws_kms_key": costs.KEY,
    "aws_kms_replica_key": costs.REPLICA_KEY,
    "aws_rds_cluster": costs.DATABASE_CLUSTER,
    "aws_rds_cluster_instance": costs.DATABASE_INSTANCE,
    "aws_rds_global_cluster": costs.GLOBAL_DATABASE,
    "aws_route53_zone": costs.ZONE,
    "aws_s3_bucket": costs.BUCKET,
    "aws_secretsmanager_secret": costs.SECRET,
    "aws_sqs_queue": costs.QUEUE,
}

BELONGS: Mapping[str, str] = {
    "aws_dynamodb_resource_policy": "resource_arn",
    "aws_dynamodb_tag": "resource_arn",
    "aws_kms_key_policy": "key_id",
    "aws_rds_cluster_instance": "cluster_identifier",
    "aws_route53_record": "zone_id",
    "aws_secretsmanager_secret_policy": "secret_id",
    "aws_secretsmanager_secret_rotation": "secret_id",
    "aws_secretsmanager_secret_version": "secret_id",
    "aws_sqs_queue_policy": "queue_url",
}
"""What is a part of something else, and by which argument: whatever is kept keeps its settings and its members."""
BUCKET_SETTINGS = "aws_s3_bucket_"
ROTATION = "aws_secretsmanager_secret_rotation"
"""A setting of a secret that is of no use without the database whose password it changes."""
REPEATS = (BUCKET_SETTINGS, "aws_secretsmanager_secret_version")
"""Settings that name other things, or hold what those told: they stay without them."""
POINTS_ELSEWHERE = ("aws_s3_bucket_notification", "aws_s3_bucket_replication_configuration")
"""Settings of a bucket that are of no use without what they name."""

DATABASES = ("aws_rds_cluster", "aws_db_instance")
"""What leaves a snapshot behind unless it is told not to."""
KEYS = ("aws_kms_key", "aws_kms_replica_key")


def cost_of(kind: str) -> str:
    """What a resource costs by when it stays."""
    return COSTS.get(kind, costs.NOTHING)


def owner_argument(kind: str) -> str:
    """The argument that names what a resource belongs to; empty where it stands for itself."""
    if kind in POINTS_ELSEWHERE:
        return ""
    if kind.startswith(BUCKET_SETTINGS):
        return "bucket"
    return BELONGS.get(kind, "")
