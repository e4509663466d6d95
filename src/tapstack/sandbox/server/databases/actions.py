"""RDS calls that MiniStack lacks or only records: read replicas in other regions, promotion, planned switches.

Mends MiniStack 1.5.33: PromoteReadReplica does not exist there, CreateDBInstanceReadReplica cannot find a source in
another region, a switch of a global cluster changes roles without waiting for the data, and a global cluster of Aurora
MySQL takes a minor version for all its members. Each goes when MiniStack does it by itself.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import rds

from tapstack.sandbox.server.databases.records import Desired, Record, desired_databases
from tapstack.sandbox.server.databases.supervisor import Supervisor

Parameters = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Action = Callable[[Parameters], Answer]

HAND_OVER_SECONDS = 15.0


def replaced_actions(supervisor: Supervisor) -> dict[str, Action]:
    """The calls that take the place of MiniStack's, by name."""
    return {
        "CreateDBInstanceReadReplica": create_read_replica,
        "ModifyDBInstance": _renaming(supervisor, rds._ACTION_MAP["ModifyDBInstance"]),
        "ModifyGlobalCluster": _member_by_member(rds._ACTION_MAP["ModifyGlobalCluster"]),
        "PromoteReadReplica": promote_read_replica,
        "StopDBInstance": _stopping(rds._ACTION_MAP["StopDBInstance"]),
        "SwitchoverGlobalCluster": _planned_switch(supervisor, rds._ACTION_MAP["SwitchoverGlobalCluster"]),
        "FailoverGlobalCluster": _planned_switch(supervisor, rds._ACTION_MAP["FailoverGlobalCluster"]),
    }


# What a replica in another region cannot take over from its source.
_REGION_DEFAULTS: Record = {
    "DBSubnetGroup": {
        "DBSubnetGroupName": "default", "SubnetGroupStatus": "Complete", "Subnets": [], "VpcId": "",
        "DBSubnetGroupArn": "", "DBSubnetGroupDescription": "default",
    },
    "VpcSecurityGroups": [],
    "KmsKeyId": "",
}  # fmt: skip


def _find_instance(named: str) -> Record | None:
    """An instance by its identifier in the caller's region, or by an ARN in any."""
    account, region = get_account_id(), get_region()
    if named.startswith("arn:"):
        _, _, _, region, account, _, named = named.split(":", 6)
    found: Record | None = rds._instances.get_scoped(account, region, named)
    return found


def _new_replica(source: Record, identifier: str, changes: Record) -> Record:
    """A replica's record in the caller's region; it is stored by the caller."""
    account, region = get_account_id(), get_region()
    same_region = f":{region}:" in source["DBInstanceArn"]
    replica = {
        **copy.deepcopy(source),
        "DBInstanceIdentifier": identifier,
        "DBInstanceArn": f"arn:aws:rds:{region}:{account}:db:{identifier}",
        # AWS names a source in another region by its ARN.
        "ReadReplicaSourceDBInstanceIdentifier": source["DBInstanceIdentifier" if same_region else "DBInstanceArn"],
        "DBInstanceStatus": "creating",
        "DbiResourceId": f"db-{new_uuid().replace('-', '')[:20].upper()}",
        "InstanceCreateTime": rds._format_time(time.time()),
        "AvailabilityZone": f"{region}a",
        "ReadReplicaDBInstanceIdentifiers": [],
        "BackupRetentionPeriod": 0,
        "DeletionProtection": False,
        "MultiAZ": False,
        "TagList": [],
        **({} if same_region else _REGION_DEFAULTS),
        **changes,
    }
    for name in ("_tapstack_endpoint", "MasterUserSecret"):
        replica.pop(name, None)
    source.setdefault("ReadReplicaDBInstanceIdentifiers", []).append(
        identifier if same_region else replica["DBInstanceArn"]
    )
    return replica


def create_read_replica(parameters: Parameters) -> Answer:
    """CreateDBInstanceReadReplica, in the source's region or another."""
    identifier = _one(parameters, "DBInstanceIdentifier")
    source = _find_instance(_one(parameters, "SourceDBInstanceIdentifier"))
    if source is None:
        named = _one(parameters, "SourceDBInstanceIdentifier")
        return _error("DBInstanceNotFound", f"DBInstance {named} not found.", 404)
    if _find_instance(identifier) is not None:
        return _error("DBInstanceAlreadyExists", f"DBInstance {identifier} already exists.", 400)
    if int(source.get("BackupRetentionPeriod") or 0) == 0 and not source.get("ReadReplicaSourceDBInstanceIdentifier"):
        return _error(
            "InvalidDBInstanceState",
            "Automated backups are not enabled for this database instance. To enable automated backups, "
            "use ModifyDBInstance to set the backup retention period to a non-zero value.",
            400,
        )
    changes: Record = {}
    for name in ("DBInstanceClass", "StorageType", "KmsKeyId", "AvailabilityZone", "MonitoringRoleArn"):
        if given := _one(parameters, name):
            changes[name] = given
    for name in ("MultiAZ", "DeletionProtection", "PubliclyAccessible", "CopyTagsToSnapshot"):
        if given := _one(parameters, name):
            changes[name] = given == "true"
    for name in ("MonitoringInterval", "MaxAllocatedStorage", "AllocatedStorage"):
        if given := _one(parameters, name):
            changes[name] = int(given)
    if given := _one(parameters, "EnablePerformanceInsights"):
        changes["PerformanceInsightsEnabled"] = given == "true"
    if given := _one(parameters, "EnableIAMDatabaseAuthentication"):
        changes["IAMDatabaseAuthenticationEnabled"] = given == "true"
    if given := _one(parameters, "DBParameterGroupName"):
        changes["DBParameterGroups"] = [{"DBParameterGroupName": given, "ParameterApplyStatus": "in-sync"}]
    if given := _one(parameters, "DBSubnetGroupName"):
        group = rds._subnet_groups.get(given)
        if group is None:
            return _error("DBSubnetGroupNotFoundFault", f"DB subnet group '{given}' does not exist.", 404)
        changes["DBSubnetGroup"] = group
    if groups := rds._parse_member_list(parameters, "VpcSecurityGroupIds"):
        changes["VpcSecurityGroups"] = [{"VpcSecurityGroupId": group, "Status": "active"} for group in groups]
    replica = _new_replica(source, identifier, changes)
    if tags := rds._parse_tags(parameters):
        replica["TagList"] = rds._tags[replica["DBInstanceArn"]] = tags
    rds._instances[identifier] = replica
    return _instance_answer("CreateDBInstanceReadReplica", replica)


def promote_read_replica(parameters: Parameters) -> Answer:
    """PromoteReadReplica: what has arrived stays, what is under way is lost."""
    identifier = _one(parameters, "DBInstanceIdentifier")
    replica = _find_instance(identifier)
    if replica is None:
        return _error("DBInstanceNotFound", f"DBInstance {identifier} not found.", 404)
    source = _find_instance(str(replica.get("ReadReplicaSourceDBInstanceIdentifier") or "none"))
    if not replica.get("ReadReplicaSourceDBInstanceIdentifier"):
        return _error("InvalidDBInstanceState", f"DB instance {identifier} is not a read replica.", 400)
    if source is not None:
        names = (replica["DBInstanceIdentifier"], replica["DBInstanceArn"])
        source["ReadReplicaDBInstanceIdentifiers"] = [
            name for name in source.get("ReadReplicaDBInstanceIdentifiers", []) if name not in names
        ]
    replica["ReadReplicaSourceDBInstanceIdentifier"] = ""
    replica["BackupRetentionPeriod"] = int(_one(parameters, "BackupRetentionPeriod") or 1)
    return _instance_answer("PromoteReadReplica", replica)


def _renaming(supervisor: Supervisor, modify: Action) -> Action:
    """ModifyDBInstance with a new identifier, which MiniStack takes no notice of."""

    def act(parameters: Parameters) -> Answer:
        new = _one(parameters, "NewDBInstanceIdentifier").lower()
        old = _one(parameters, "DBInstanceIdentifier")
        instance = _find_instance(old)
        if instance is not None and instance.get("DBInstanceStatus") == "stopped":
            return _error("InvalidDBInstanceState", f"DBInstance {old} is stopped: it cannot be modified.", 400)
        if new and instance is not None and _find_instance(new) is not None:
            return _error("DBInstanceAlreadyExists", f"DBInstance {new} already exists.", 400)
        answer = modify(parameters)
        if not new or instance is None or answer[0] != 200:
            return answer
        _rename(instance, new)
        supervisor.rename(instance["DbiResourceId"], (get_account_id(), get_region(), old))
        return _instance_answer("ModifyDBInstance", instance)

    return act


def _rename(instance: Record, new: str) -> None:
    old, old_arn = instance["DBInstanceIdentifier"], instance["DBInstanceArn"]
    new_arn = f"{old_arn.rpartition(':')[0]}:{new}"
    for other in rds._instances.all_values():
        # Replicas go on following; both ends know the new name.
        if other.get("ReadReplicaSourceDBInstanceIdentifier") == old_arn:
            other["ReadReplicaSourceDBInstanceIdentifier"] = new_arn
        replicas = other.get("ReadReplicaDBInstanceIdentifiers") or []
        if old_arn in replicas:
            other["ReadReplicaDBInstanceIdentifiers"] = [new_arn if arn == old_arn else arn for arn in replicas]
    instance.update(DBInstanceIdentifier=new, DBInstanceArn=new_arn)
    if old_arn in rds._tags:
        rds._tags[new_arn] = rds._tags.pop(old_arn)
    del rds._instances[old]
    rds._instances[new] = instance


def _stopping(stop: Action) -> Action:
    """StopDBInstance, which RDS refuses for a replica and for what has one."""

    def act(parameters: Parameters) -> Answer:
        named = _one(parameters, "DBInstanceIdentifier")
        instance = _find_instance(named) or {}
        if instance.get("ReadReplicaSourceDBInstanceIdentifier") or instance.get("ReadReplicaDBInstanceIdentifiers"):
            message = f"Cannot stop DB instance {named}: it is, or has, a read replica."
            return _error("InvalidDBInstanceState", message, 400)
        return stop(parameters)

    return act


def _member_by_member(modify: Action) -> Action:
    """ModifyGlobalCluster, which takes no minor version of Aurora MySQL: each member gets its own.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-upgrade.html
    """

    def act(parameters: Parameters) -> Answer:
        group = rds._global_clusters.get(_one(parameters, "GlobalClusterIdentifier")) or {}
        engine, had, wanted = group.get("Engine"), group.get("EngineVersion"), _one(parameters, "EngineVersion")
        is_minor = rds._aurora_major_series(engine, had) == rds._aurora_major_series(engine, wanted)
        if engine == "aurora-mysql" and wanted not in ("", had) and is_minor:
            return _error(
                "InvalidParameterValue",
                "ModifyGlobalCluster only supports Major Version Upgrades. To patch the members of your global cluster "
                "to a newer minor version you need to call ModifyDbCluster in each one of them.",
                400,
            )
        return modify(parameters)

    return act


def _planned_switch(supervisor: Supervisor, switch: Action) -> Action:
    def act(parameters: Parameters) -> Answer:
        if _one(parameters, "AllowDataLoss") == "true":
            return switch(parameters)
        writer, target = _switch_members(parameters)
        if writer is None or target is None:
            return switch(parameters)
        if not supervisor.hand_over(writer.key, target.key, HAND_OVER_SECONDS):
            supervisor.lift_fence(writer.key)
            return _error(
                "InvalidGlobalClusterStateFault",
                f"{target.name} did not receive all of {writer.name}'s data in time: nothing was switched.",
                400,
            )
        try:
            return switch(parameters)
        finally:
            supervisor.compare()
            supervisor.lift_fence(writer.key)

    return act


def _switch_members(parameters: Parameters) -> tuple[Desired | None, Desired | None]:
    group = rds._global_clusters.get(_one(parameters, "GlobalClusterIdentifier")) or {}
    databases = {one.record.get("DBClusterArn"): one for one in desired_databases().values() if one.is_cluster}
    wanted = _one(parameters, "TargetDbClusterIdentifier")
    writer = target = None
    for member in group.get("GlobalClusterMembers", []):
        one = databases.get(member["DBClusterArn"])
        if member.get("IsWriter"):
            writer = one
        elif wanted in (member["DBClusterArn"], member["DBClusterArn"].rsplit(":", 1)[-1]):
            target = one
    return writer, target


def _one(parameters: Parameters, name: str) -> str:
    return str(rds._p(parameters, name))


def _error(code: str, message: str, status: int) -> Answer:
    answer: Answer = rds._error(code, message, status)
    return answer


def _instance_answer(action: str, instance: Record) -> Answer:
    answer: Answer = rds._single_instance_response(f"{action}Response", f"{action}Result", instance)
    return answer
