"""AWS::Lambda: what MiniStack's own types leave out of a function and of an event source."""

from __future__ import annotations

import time
from typing import Any

from tapstack.sandbox.server import loopback
from tapstack.sandbox.server.mends.function_code import missing
from tapstack.sandbox.server.resource_types.resource_type import (
    CompletedType,
    Properties,
    Resource,
    as_boolean,
    tag_map,
)

# Property, name in the API, and what means "none".
_LEFT_OUT: tuple[tuple[str, str, Any], ...] = (
    ("KmsKeyArn", "KMSKeyArn", ""),
    ("DeadLetterConfig", "DeadLetterConfig", {"TargetArn": ""}),
    ("VpcConfig", "VpcConfig", {"SubnetIds": [], "SecurityGroupIds": []}),
    ("FileSystemConfigs", "FileSystemConfigs", []),
)
_SETTLE_SECONDS = 30
_READ = (
    "Description", "Runtime", "Handler", "Role", "Timeout", "MemorySize", "Architectures", "Environment",
    "EphemeralStorage", "TracingConfig", "LoggingConfig",
)  # fmt: skip


class Function(CompletedType):
    """A function."""

    name = "AWS::Lambda::Function"
    service = "lambda"
    gone = ("ResourceNotFoundException",)
    reads = (*_READ, "KmsKeyArn", "DeadLetterConfig", "ReservedConcurrentExecutions", "Tags")

    def create(self, resource: Resource) -> str:
        """Create it, if its package is there."""
        _require_package(resource)
        return super().create(resource)

    def update(self, resource: Resource) -> None:
        """Change it, if its package is there."""
        if resource.changed("Code"):
            _require_package(resource)
        super().update(resource)

    def configure(self, resource: Resource) -> None:
        """Apply what is left out."""
        client, function, wanted = self.client(), resource.physical_id, resource.properties
        changes = {api: wanted.get(name) or none for name, api, none in _LEFT_OUT if resource.changed(name)}
        if changes:
            self.call("update_function_configuration", {"FunctionName": function, **changes})
        self._wait_until_settled(function)
        if resource.changed("ReservedConcurrentExecutions"):
            reserved = wanted.get("ReservedConcurrentExecutions")
            if reserved is None:
                client.delete_function_concurrency(FunctionName=function)
            else:
                client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=int(reserved))

    def _wait_until_settled(self, function: str) -> None:
        deadline = time.monotonic() + _SETTLE_SECONDS
        while time.monotonic() < deadline:
            found = self.client().get_function_configuration(FunctionName=function)
            if found.get("State") != "Pending" and found.get("LastUpdateStatus") != "InProgress":
                return
            time.sleep(0.05)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        client, function = self.client(), resource.physical_id
        found = client.get_function_configuration(FunctionName=function)
        read: Properties = {name: found[name] for name in _READ if name in found}
        declared = resource.properties.get("LoggingConfig", {})
        read["LoggingConfig"] = {
            name: value for name, value in found.get("LoggingConfig", {}).items() if name in declared
        }
        read["KmsKeyArn"] = found.get("KMSKeyArn", "")
        read["DeadLetterConfig"] = found.get("DeadLetterConfig", {})
        read["ReservedConcurrentExecutions"] = client.get_function_concurrency(FunctionName=function).get(
            "ReservedConcurrentExecutions"
        )
        tags = client.list_tags(Resource=found["FunctionArn"])["Tags"]
        read["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
        return read


def _require_package(resource: Resource) -> None:
    code = resource.properties.get("Code") or {}
    bucket, key = code.get("S3Bucket"), code.get("S3Key")
    if not bucket or not key:
        return
    storage = loopback.client("s3", resource.region)
    version = {"VersionId": code["S3ObjectVersion"]} if code.get("S3ObjectVersion") else {}
    try:
        storage.head_object(Bucket=bucket, Key=key, **version)
    except storage.exceptions.ClientError as error:
        raise ValueError(missing(bucket, key)) from error


# What a mapping does where its template says nothing; MiniStack keeps what the template said before.
_MAPPING_DEFAULTS: dict[str, Any] = {
    "MaximumRetryAttempts": -1,
    "MaximumRecordAgeInSeconds": -1,
    "BisectBatchOnFunctionError": False,
    "ParallelizationFactor": 1,
    "DestinationConfig": {},
    "FilterCriteria": {},
    "FunctionResponseTypes": [],
    "ScalingConfig": {},
}
_MAPPING_READ = (
    "BatchSize", "MaximumBatchingWindowInSeconds", "MaximumRetryAttempts", "BisectBatchOnFunctionError",
    "DestinationConfig",
)  # fmt: skip


class EventSourceMapping(CompletedType):
    """A queue or a stream that a function reads."""

    name = "AWS::Lambda::EventSourceMapping"
    service = "lambda"
    gone = ("ResourceNotFoundException",)
    reads = (*_MAPPING_READ, "Enabled")

    def configure(self, resource: Resource) -> None:
        """Switch it on or off, and take back what is no longer asked for."""
        enabled = as_boolean(resource.properties.get("Enabled", True))
        dropped = {
            name: default
            for name, default in _MAPPING_DEFAULTS.items()
            if name in resource.previous and name not in resource.properties
        }
        if dropped or not (enabled and resource.is_new):
            self.client().update_event_source_mapping(UUID=resource.physical_id, Enabled=enabled, **dropped)
        self._retag(resource)

    def _retag(self, resource: Resource) -> None:
        client, old, new = self.client(), resource.previous.get("Tags"), resource.properties.get("Tags")
        arn = f"arn:aws:lambda:{resource.region}:{resource.account}:event-source-mapping:{resource.physical_id}"
        if dropped := [key for key in tag_map(old) if key not in tag_map(new)]:
            client.untag_resource(Resource=arn, TagKeys=dropped)
        if tag_map(new) != tag_map(old):
            client.tag_resource(Resource=arn, Tags=tag_map(new))

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now."""
        found = self.client().get_event_source_mapping(UUID=resource.physical_id)
        return {
            **{name: found.get(name) for name in _MAPPING_READ},
            "Enabled": found.get("State") in ("Enabled", "Enabling", "Creating", "Updating"),
        }


TYPES = (Function, EventSourceMapping)
