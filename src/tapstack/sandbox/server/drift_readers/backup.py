"""AWS::Backup: vaults, plans and what they back up."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader

_PLAN = {"Rules": "BackupPlanRule", "TargetBackupVaultName": "TargetBackupVault"}


def _vault(backup: Any, name: str, _: Properties) -> Properties | None:
    found = backup.describe_backup_vault(BackupVaultName=name)
    return {**found, "BackupVaultTags": backup.list_tags(ResourceArn=found["BackupVaultArn"]).get("Tags", {})}


def _plan(backup: Any, identifier: str, _: Properties) -> Properties | None:
    found = backup.get_backup_plan(BackupPlanId=identifier)
    tags = backup.list_tags(ResourceArn=found["BackupPlanArn"]).get("Tags", {})
    return {"BackupPlan": _as_template(found["BackupPlan"]), "BackupPlanTags": tags}


def _as_template(value: Any) -> Any:
    if isinstance(value, dict):
        return {_PLAN.get(name, name): _as_template(item) for name, item in value.items()}
    return [_as_template(item) for item in value] if isinstance(value, list) else value


def _selection(backup: Any, identifier: str, declared: Properties) -> Properties | None:
    plan, selection = declared["BackupPlanId"], identifier.partition("_")[0]
    found = backup.get_backup_selection(BackupPlanId=plan, SelectionId=selection)
    return {"BackupPlanId": plan, "BackupSelection": found["BackupSelection"]}


READERS = {
    "AWS::Backup::BackupPlan": Reader("backup", _plan),
    "AWS::Backup::BackupSelection": Reader("backup", _selection),
    "AWS::Backup::BackupVault": Reader("backup", _vault, unread=("LockConfiguration",)),
}
