"""Deploys a fleet by plain CloudFormation calls, unit by unit in the order of its waves, and takes it down again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from tapstack.engines import proofs
from tapstack.engines.archives import Archive, archives
from tapstack.engines.cloudformation.buckets import LINKED
from tapstack.engines.cloudformation.code import ARTIFACT_BUCKET
from tapstack.engines.cloudformation.templates import build
from tapstack.engines.cloudformation.unit import Code
from tapstack.fleet.fleet import Fleet
from tapstack.fleet.loading import FleetFile
from tapstack.plan.model import Plan, Unit, UnitKind, Wave
from tapstack.plan.planning import make
from tapstack.sandbox.control import Sandbox

FROM_GLOBAL = ("HostedZoneId", "NameServers")
"""Parameters of regional stacks that are outputs of the global one."""
UNNAMED = ("addresses", "zones", "health checks")
"""Kinds whose things do not carry the fleet's name: a sandbox holds none but ours."""
WAIT = {"Delay": 1, "MaxAttempts": 240}


class DeploymentError(AssertionError):
    """A stack did not become what it should; the message lists what CloudFormation said."""


@dataclass
class Deployment:
    """A fleet in one environment, in a sandbox."""

    sandbox: Sandbox
    file: Path
    environment: str
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        description = FleetFile.read(self.file).describe(self.environment)
        assert description.fleet is not None, description.findings
        self.use(description.fleet)

    def use(self, fleet: Fleet) -> None:
        """Deploy another version of the fleet from now on."""
        self.fleet: Fleet = fleet
        self.plan: Plan = make(fleet, self.environment)
        self.archives: dict[str, Archive] = archives(fleet, self.file.parent)
        built = build(fleet, self.plan, {name: Code(archive.key) for name, archive in self.archives.items()})
        self.templates: Mapping[str, Any] = {template.shape: template.data for template in built}

    def deploy(self) -> None:
        """Create or update every unit, wave by wave, the units of a wave side by side."""
        for region in self.plan.regions:
            self._upload(region.name)
        for wave in self.plan.waves:
            self._side_by_side(wave, self._apply)

    def destroy(self) -> None:
        """Delete everything, backwards."""
        for wave in self.plan.destroy_waves:
            self._side_by_side(wave, self._delete)
        for region in self.plan.regions:
            self._remove_artifacts(region.name)

    def output(self, region: str, name: str) -> str:
        """An output of a region's stack."""
        return self.outputs[f"{UnitKind.REGIONAL}/{region}"][name]

    def left_over(self, region: str) -> list[str]:
        """What is still there of a region, asked of the services themselves."""
        client = self.sandbox.client
        mine = f"{self.plan.fleet}-{self.plan.environment}"
        named = {
            "stacks": [
                stack["StackName"]
                for stack in client("cloudformation", region).describe_stacks()["Stacks"]
                if stack["StackStatus"] != "DELETE_COMPLETE"
            ],
            "functions": [f["FunctionName"] for f in client("lambda", region).list_functions()["Functions"]],
            "roles": [r["RoleName"] for r in client("iam").list_roles()["Roles"] if r["RoleName"].endswith(region)],
            "tables": client("dynamodb", region).list_tables()["TableNames"],
            "buckets": [
                b["Name"] for b in client("s3", region).list_buckets()["Buckets"] if b["Name"].endswith(region)
            ],
            "log groups": [g["logGroupName"] for g in client("logs", region).describe_log_groups()["logGroups"]],
            "databases": [
                d["DBInstanceIdentifier"] for d in client("rds", region).describe_db_instances()["DBInstances"]
            ],
            "clusters": [c["DBClusterIdentifier"] for c in client("rds", region).describe_db_clusters()["DBClusters"]],
            "secrets": [s["Name"] for s in client("secretsmanager", region).list_secrets()["SecretList"]],
            "alarms": [a["AlarmName"] for a in client("cloudwatch", region).describe_alarms()["MetricAlarms"]],
            "queues": client("sqs", region).list_queues().get("QueueUrls", []),
            "topics": [t["TopicArn"] for t in client("sns", region).list_topics()["Topics"]],
            "balancers": [
                b["LoadBalancerName"] for b in client("elbv2", region).describe_load_balancers()["LoadBalancers"]
            ],
            "APIs": [a["name"] for a in client("apigateway", region).get_rest_apis()["items"]],
            "HTTP APIs": [a["Name"] for a in client("apigatewayv2", region).get_apis()["Items"]],
            "addresses": [a["PublicIp"] for a in client("ec2", region).describe_addresses()["Addresses"]],
            "zones": [z["Name"] for z in client("route53").list_hosted_zones()["HostedZones"]],
            "health checks": [h["Id"] for h in client("route53").list_health_checks()["HealthChecks"]],
        }
        networks = client("ec2", region).describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"]
        found = [
            f"{kind}: {name}" for kind, names in named.items() for name in names if mine in name or kind in UNNAMED
        ]
        return [*found, *(f"networks: {network['VpcId']}" for network in networks)]

    def _side_by_side(self, wave: Wave, work: Any) -> None:
        units = [self.plan.unit(unit_id) for unit_id in wave.units]
        with ThreadPoolExecutor(max_workers=4) as pool:
            for future in [pool.submit(work, unit) for unit in units]:
                future.result()

    def stack(self, unit: Unit) -> str:
        kind = UnitKind.FOUNDATION if unit.kind is UnitKind.LINKS else unit.kind
        return f"{self.plan.fleet}-{self.plan.environment}-{kind}"

    def artifact_bucket(self, region: str) -> str:
        return f"artifacts-{self.plan.fleet}-{self.plan.environment}-{region}"[:63]

    def _upload(self, region: str) -> None:
        s3 = self.sandbox.client("s3", region)
        location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        try:
            s3.create_bucket(Bucket=self.artifact_bucket(region), **location)
        except ClientError as error:
            if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
                raise
        for archive in self.archives.values():
            s3.put_object(Bucket=self.artifact_bucket(region), Key=archive.key, Body=archive.content)

    def _remove_artifacts(self, region: str) -> None:
        s3 = self.sandbox.client("s3", region)
        for item in s3.list_objects_v2(Bucket=self.artifact_bucket(region)).get("Contents", ()):
            s3.delete_object(Bucket=self.artifact_bucket(region), Key=item["Key"])
        s3.delete_bucket(Bucket=self.artifact_bucket(region))

    def _apply(self, unit: Unit) -> None:
        cloudformation = self.sandbox.client("cloudformation", unit.region)
        shape = unit.shape.replace("links", "foundation", 1)
        template = self.templates[shape]
        body = json.dumps(template).encode()
        key = f"{hashlib.sha256(body).hexdigest()}.json"
        bucket = self.artifact_bucket(unit.region)
        # Templates over 51,200 bytes can only be handed over by S3.
        self.sandbox.client("s3", unit.region).put_object(Bucket=bucket, Key=key, Body=body)
        name = self.stack(unit)
        known = template.get("Parameters", {})
        parameters: dict[str, str | None] = {}
        if ARTIFACT_BUCKET in known:
            parameters[ARTIFACT_BUCKET] = self.artifact_bucket(unit.region)
        for told in FROM_GLOBAL:
            if told in known:
                parameters[told] = self.outputs[f"{UnitKind.GLOBAL}/{self.plan.home}"][told]
        exists = _exists(cloudformation, name)
        if LINKED in known:
            linked_before = exists and unit.kind is UnitKind.FOUNDATION
            parameters[LINKED] = None if linked_before else str(unit.kind is UnitKind.LINKS).lower()
        arguments: dict[str, Any] = {
            "StackName": name,
            "TemplateURL": f"{self.sandbox.tls_endpoint}/{bucket}/{key}",
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Tags": [{"Key": k, "Value": v} for k, v in self.plan.region(unit.region).tags.items()],
            "Parameters": [
                {"ParameterKey": key, "UsePreviousValue": True}
                if value is None
                else {"ParameterKey": key, "ParameterValue": value}
                for key, value in parameters.items()
            ],
        }
        try:
            if exists:
                cloudformation.update_stack(**arguments)
                cloudformation.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig=WAIT)
            else:
                cloudformation.create_stack(**arguments)
                cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=WAIT)
        except ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
        except WaiterError as error:
            raise DeploymentError(f"{unit.id}: {_reasons(cloudformation, name)}") from error
        described = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        self.outputs[unit.id] = {item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", ())}

    def _delete(self, unit: Unit) -> None:
        if unit.kind is UnitKind.LINKS:
            return
        if unit.kind is UnitKind.FOUNDATION:
            self._empty_buckets(unit)
        for zone in self._of_kind(unit, "AWS::Route53::HostedZone"):
            proofs.take_away(self.sandbox.client("route53", unit.region), zone)
        cloudformation = self.sandbox.client("cloudformation", unit.region)
        name = self.stack(unit)
        cloudformation.delete_stack(StackName=name)
        try:
            cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=WAIT)
        except WaiterError as error:
            raise DeploymentError(f"{unit.id}: {_reasons(cloudformation, name)}") from error

    def _empty_buckets(self, unit: Unit) -> None:
        """What a person does before deleting a bucket: delete every version in it."""
        s3 = self.sandbox.client("s3", unit.region)
        for bucket in self._of_kind(unit, "AWS::S3::Bucket"):
            for versions in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
                for item in (*versions.get("Versions", ()), *versions.get("DeleteMarkers", ())):
                    s3.delete_object(Bucket=bucket, Key=item["Key"], VersionId=item["VersionId"])

    def _of_kind(self, unit: Unit, kind: str) -> list[str]:
        """The resources of one kind in a unit's stack."""
        cloudformation = self.sandbox.client("cloudformation", unit.region)
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.stack(unit))
        found = (resource for page in pages for resource in page["StackResourceSummaries"])
        return [each["PhysicalResourceId"] for each in found if each["ResourceType"] == kind]


def _exists(cloudformation: Any, name: str) -> bool:
    try:
        stacks = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError:
        return False
    return any(stack["StackStatus"] != "DELETE_COMPLETE" for stack in stacks)


def _reasons(cloudformation: Any, name: str) -> str:
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
    events = [event for page in pages for event in page["StackEvents"]]
    failed = [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', '')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED") or "ROLLBACK" in event["ResourceStatus"]
    ]
    return "; ".join(failed) or "no reason given"
