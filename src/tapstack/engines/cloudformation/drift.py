"""What somebody changed by hand, as CloudFormation finds it; what a failover or AWS did is named as that."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tapstack.engines import roles
from tapstack.engines.cloudformation.site import Site
from tapstack.engines.engine import Drifted, Progress, Tell
from tapstack.engines.versions import MEMBERS, RAISED, is_later
from tapstack.errors import DeploymentError
from tapstack.plan.model import Unit

BY_ROLE: Mapping[str, frozenset[str]] = {
    "AWS::RDS::GlobalCluster": frozenset({"DatabaseName", "GlobalEndpoint", "SourceDBClusterIdentifier"}),
    "AWS::RDS::DBCluster": frozenset({"DatabaseName", "MasterUsername", "ReplicationSourceIdentifier", "SourceRegion"}),
    "AWS::RDS::DBInstance": frozenset(
        {"SourceDBClusterIdentifier", "SourceDBInstanceIdentifier", "SourceRegion", "StorageEncrypted"}
    ),
}
"""Properties that tell who writes and who follows: they change with the writer's place and not by a deployment."""
VERSIONED: Mapping[str, str] = {
    "AWS::RDS::DBCluster": RAISED,
    "AWS::RDS::DBInstance": RAISED,
    "AWS::RDS::GlobalCluster": MEMBERS,
}
"""Where a later version than the deployed one comes from."""
REPLICA_KEY = ("SSESpecification", "KMSMasterKeyId")
HELD_BY = frozenset({"Disabled", "Inverted"})
LONGEST = 900.0


def find(site: Site, unit: Unit, stack: str, tell: Tell) -> tuple[tuple[Drifted, ...], tuple[str, ...]]:
    """Have CloudFormation compare; what differs, and the kinds that it cannot compare."""
    client = site.client
    _detect(site, unit, stack, tell)
    found = [drifted for drift in _drifts(client, stack) for drifted in _drifted(site, unit, drift)]
    resources = client.get_paginator("list_stack_resources").paginate(StackName=stack)
    unchecked = {
        resource["ResourceType"]
        for page in resources
        for resource in page["StackResourceSummaries"]
        if resource.get("DriftInformation", {}).get("StackResourceDriftStatus") in ("NOT_CHECKED", "UNKNOWN")
    }
    return tuple(found), tuple(sorted(unchecked))


def _detect(site: Site, unit: Unit, stack: str, tell: Tell) -> None:
    client, pace, deadline = site.client, site.pace(), time.monotonic() + LONGEST
    detection = client.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
    while True:
        status = client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        # One that failed on some resources has still compared all the others: those are told as unchecked.
        if status["DetectionStatus"] != "DETECTION_IN_PROGRESS":
            return
        if time.monotonic() > deadline:
            raise DeploymentError(f"AWS does not finish comparing {unit.id}.", f"Stack {stack} in {site.region}.")
        tell(Progress(unit.id, 0, 1, note="AWS compares what stands with what was deployed"))
        pace.wait()


def _drifts(client: Any, stack: str) -> Iterator[Mapping[str, Any]]:
    """What differs, page by page: botocore has no paginator for this call."""
    more: dict[str, str] = {}
    while True:
        page = client.describe_stack_resource_drifts(
            StackName=stack, StackResourceDriftStatusFilters=["MODIFIED", "DELETED"], **more
        )
        yield from page["StackResourceDrifts"]
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


def _drifted(site: Site, unit: Unit, drift: Mapping[str, Any]) -> Iterator[Drifted]:
    name, kind = drift["LogicalResourceId"], drift["ResourceType"]
    if drift["StackResourceDriftStatus"] == "DELETED":
        identity = drift.get("PhysicalResourceId")
        rests = kind == "AWS::SecretsManager::RotationSchedule" and _rests(site, str(identity))
        yield Drifted(unit.id, name, kind, "", identity, None, roles.PAUSED if rests else "")
        return
    differences = drift.get("PropertyDifferences", ())
    for difference in differences:
        path = difference["PropertyPath"].strip("/").split("/")
        expected, actual = difference.get("ExpectedValue"), difference.get("ActualValue")
        if tuple(path[-2:]) == REPLICA_KEY and _is_same_key(site, expected, actual):
            continue
        explanation = _explanation(kind, path, differences)
        if path == ["EngineVersion"] and is_later(actual or "", expected or ""):
            explanation = VERSIONED.get(kind, "")
        yield Drifted(unit.id, name, kind, ".".join(path), expected, actual, explanation)


def _explanation(kind: str, path: Sequence[str], differences: Sequence[Mapping[str, Any]]) -> str:
    """What a failover did, and no person."""
    match kind:
        case "AWS::Route53::HealthCheck" if path[-1] in HELD_BY:
            # Held is what is both: only one of them came by hand.
            held = {one["PropertyPath"].rpartition("/")[2] for one in differences if one.get("ActualValue") == "true"}
            return roles.HELD if held >= HELD_BY else ""
        case "AWS::RDS::DBParameterGroup" if path[-1] == roles.FENCE:
            return roles.FENCED
        case _:
            return roles.SWAPPED if path[0] in BY_ROLE.get(kind, frozenset()) else ""


def _rests(site: Site, secret: str) -> bool:
    return roles.rests(site.target.client("rds", site.region), site.region, secret)


def _is_same_key(site: Site, alias: str | None, key: str | None) -> bool:
    """Tell whether a replica's key is the one whose alias was deployed: DynamoDB answers with the key's own id.

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2232
    """
    from botocore.exceptions import BotoCoreError, ClientError

    if not alias or not key or ":alias/" not in alias:
        return False
    region = alias.split(":")[3]
    try:
        described = site.target.client("kms", region).describe_key(KeyId=alias)["KeyMetadata"]
    except (BotoCoreError, ClientError):
        # The replica's region does not answer or does not let us ask: that alone is no drift.
        return True
    return key in (described["Arn"], described["KeyId"])
