"""AWS::Backup: what a plan backs up."""

from __future__ import annotations

from tapstack.sandbox.server.resource_types.resource_type import Resource, ResourceType


class BackupSelection(ResourceType):
    """The resources of a backup plan."""

    name = "AWS::Backup::BackupSelection"
    service = "backup"
    tags = None
    replaced_by = ("BackupPlanId", "BackupSelection")
    gone = ("ResourceNotFoundException", "InvalidParameterValueException")

    def create(self, resource: Resource) -> str:
        """Select them."""
        answer = self.call("create_backup_selection", resource.properties)
        plan = resource.properties["BackupPlanId"]
        resource.attributes = {
            "Id": f"{answer['SelectionId']}_{plan}",
            "SelectionId": answer["SelectionId"],
            "BackupPlanId": plan,
        }
        return f"{answer['SelectionId']}_{plan}"

    def delete(self, resource: Resource) -> None:
        """Drop the selection."""
        selection = resource.physical_id.partition("_")[0]
        self.client().delete_backup_selection(BackupPlanId=resource.properties["BackupPlanId"], SelectionId=selection)


TYPES = (BackupSelection,)
