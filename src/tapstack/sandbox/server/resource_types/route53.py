"""AWS::Route53: health checks; hosted zones and record sets made readable for drift detection."""

from __future__ import annotations

import uuid
from typing import Any

from ministack.services import route53
from ministack.services.cloudformation import provisioners

from tapstack.sandbox.server.mends.record_conflicts import refusal
from tapstack.sandbox.server.resource_types.parameters import fitted
from tapstack.sandbox.server.resource_types.resource_type import (
    CompletedType,
    Properties,
    Resource,
    ResourceType,
    tag_list,
    tag_map,
)


def _new_reference() -> str:
    """Route 53 is one for all regions: stacks of the same name in two of them must not be taken for one request."""
    return str(uuid.uuid4())


class HealthCheck(ResourceType):
    """What decides whether a record is answered."""

    name = "AWS::Route53::HealthCheck"
    service = "route53"
    tags = ("HealthCheckTags", "list")
    # Only these members of HealthCheckConfig are fixed at creation; the property as a whole is updated in place.
    replaced_by = ()
    gone = ("NoSuchHealthCheck",)
    reads = ("HealthCheckConfig", "HealthCheckTags")
    _fixed = ("Type", "MeasureLatency", "RequestInterval", "RoutingControlArn")

    def create(self, resource: Resource) -> str:
        """Create it."""
        client = self.client()
        wanted = {
            "CallerReference": _new_reference(),
            "HealthCheckConfig": resource.properties["HealthCheckConfig"],
        }
        answer = client.create_health_check(**fitted(client, "create_health_check", wanted))
        return str(answer["HealthCheck"]["Id"])

    def update(self, resource: Resource) -> None:
        """Change what can be changed."""
        old, new = resource.previous["HealthCheckConfig"], resource.properties["HealthCheckConfig"]
        if old == new:
            return
        if any(old.get(name) != new.get(name) for name in self._fixed):
            self.delete(resource)
            resource.physical_id = self.create(resource)
            return
        client = self.client()
        changed = {name: value for name, value in new.items() if name not in self._fixed}
        resets = {"ResourcePath": "ResourcePath", "FullyQualifiedDomainName": "FullyQualifiedDomainName"}
        reset = [element for name, element in resets.items() if name in old and name not in new]
        parameters = {"HealthCheckId": resource.physical_id, **changed}
        if reset:
            parameters["ResetElements"] = reset
        client.update_health_check(**fitted(client, "update_health_check", parameters))

    def configure(self, resource: Resource) -> None:
        """Tag it."""
        resource.attributes = {"HealthCheckId": resource.physical_id}
        _retag(self, "healthcheck", resource, "HealthCheckTags")

    def delete(self, resource: Resource) -> None:
        """Delete it."""
        self.client().delete_health_check(HealthCheckId=resource.physical_id)

    def read(self, resource: Resource) -> Properties | None:
        """Read it as it is now, as far as the template names it."""
        client = self.client()
        check = client.get_health_check(HealthCheckId=resource.physical_id)["HealthCheck"]
        declared = resource.properties["HealthCheckConfig"]
        return {
            "HealthCheckConfig": {
                name: value for name, value in check["HealthCheckConfig"].items() if name in declared
            },
            "HealthCheckTags": _tags(client, "healthcheck", resource.physical_id),
        }


class HostedZone(ResourceType):
    """A zone of names, public or for some networks."""

    name = "AWS::Route53::HostedZone"
    service = "route53"
    replaced_by = ("Name",)
    tags = ("HostedZoneTags", "list")
    gone = ("NoSuchHostedZone",)
    reads = ("HostedZoneTags", "HostedZoneFeatures", "QueryLoggingConfig")

    def create(self, resource: Resource) -> str:
        """Create it through the API, which knows of private zones."""
        wanted = resource.properties
        parameters: dict[str, Any] = {
            "Name": wanted["Name"],
            "CallerReference": _new_reference(),
            "HostedZoneConfig": {
                "Comment": (wanted.get("HostedZoneConfig") or {}).get("Comment", ""),
                "PrivateZone": bool(wanted.get("VPCs")),
            },
        }
        if wanted.get("VPCs"):
            parameters["VPC"] = wanted["VPCs"][0]
        client = self.client()
        answer = client.create_hosted_zone(**fitted(client, "create_hosted_zone", parameters))
        return str(answer["HostedZone"]["Id"]).rsplit("/", 1)[-1]

    def update(self, resource: Resource) -> None:
        """Change the comment."""
        comment = (resource.properties.get("HostedZoneConfig") or {}).get("Comment", "")
        self.client().update_hosted_zone_comment(Id=resource.physical_id, Comment=comment)

    def configure(self, resource: Resource) -> None:
        """Associate networks and tag it."""
        client, zone = self.client(), resource.physical_id
        found = client.get_hosted_zone(Id=zone)
        resource.attributes = {"Id": zone, "NameServers": found.get("DelegationSet", {}).get("NameServers", [])}
        present = [vpc["VPCId"] for vpc in found.get("VPCs", ())]
        wanted = resource.properties.get("VPCs") or []
        for vpc in wanted:
            if vpc["VPCId"] not in present:
                client.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=vpc)
        for vpc in resource.previous.get("VPCs") or []:
            if vpc not in wanted:
                client.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=vpc)
        recovers = "HostedZoneFeatures"
        if resource.changed(recovers):
            features = resource.properties.get(recovers) or {"EnableAcceleratedRecovery": False}
            client.update_hosted_zone_features(
                **fitted(client, "update_hosted_zone_features", {"HostedZoneId": zone, **features})
            )
        if resource.changed("QueryLoggingConfig"):
            self._log_queries(client, zone, resource.properties.get("QueryLoggingConfig"))
        _retag(self, "hostedzone", resource, "HostedZoneTags")

    @staticmethod
    def _log_queries(client: Any, zone: str, wanted: Properties | None) -> None:
        """A zone has at most one configuration, which cannot be changed."""
        for old in client.list_query_logging_configs(HostedZoneId=zone)["QueryLoggingConfigs"]:
            client.delete_query_logging_config(Id=old["Id"])
        if wanted:
            client.create_query_logging_config(HostedZoneId=zone, **wanted)

    def delete(self, resource: Resource) -> None:
        """Delete it; records made by others refuse, as on AWS."""
        self.client().delete_hosted_zone(Id=resource.physical_id)

    def read(self, resource: Resource) -> Properties | None:
        """Read its tags, its features and where its questions are logged, as far as the template names them."""
        client, zone = self.client(), resource.physical_id
        features = client.get_hosted_zone(Id=zone)["HostedZone"].get("Features", {})
        found: Properties = {"HostedZoneTags": _tags(client, "hostedzone", zone)}
        if "HostedZoneFeatures" in resource.properties:
            is_on = features.get("AcceleratedRecoveryStatus") == "ENABLED"
            found["HostedZoneFeatures"] = {"EnableAcceleratedRecovery": is_on}
        logs = client.list_query_logging_configs(HostedZoneId=zone)["QueryLoggingConfigs"]
        if logs:
            found["QueryLoggingConfig"] = {"CloudWatchLogsLogGroupArn": logs[0]["CloudWatchLogsLogGroupArn"]}
        return found


class RecordSet(CompletedType):
    """A name's answer, with its routing policy."""

    name = "AWS::Route53::RecordSet"
    service = "route53"
    tags = None
    replaced_by = ("Name", "HostedZoneId", "HostedZoneName")
    gone = ("NoSuchHostedZone",)

    def create(self, resource: Resource) -> str:
        """Create it, where it goes together with what is there."""
        created = super().create(resource)
        if said := _refusal(resource.properties):
            self.own["delete"](created, resource.properties)
            raise ValueError(said)
        return created

    def update(self, resource: Resource) -> None:
        """Change it; under another identifier or type it is another record, so the old one goes."""
        if resource.changed("SetIdentifier", "Type"):
            self.own["delete"](resource.physical_id, resource.previous)
        super().update(resource)
        if said := _refusal(resource.properties):
            self.own["delete"](resource.physical_id, resource.properties)
            self.own["create"](resource.logical_id, resource.previous, resource.stack_name)
            raise ValueError(said)

    reads = ("TTL", "ResourceRecords", "AliasTarget", "Failover", "Weight", "Region", "HealthCheckId", "Type")

    def read(self, resource: Resource) -> Properties | None:
        """Find the record among those of its zone."""
        client, wanted = self.client(), resource.properties
        zone = wanted.get("HostedZoneId")
        if not zone:
            zones = client.list_hosted_zones_by_name(DNSName=wanted["HostedZoneName"])["HostedZones"]
            zone = next(item["Id"] for item in zones if _dotted(item["Name"]) == _dotted(wanted["HostedZoneName"]))
        pages = client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
        for record in (record for page in pages for record in page["ResourceRecordSets"]):
            if (
                record["Name"].replace("\\052", "*") == _dotted(wanted["Name"])
                and record["Type"] == wanted["Type"]
                and record.get("SetIdentifier") == wanted.get("SetIdentifier")
            ):
                return _as_declared(record, wanted)
        return None


def _refusal(properties: Properties) -> str | None:
    """Why Route 53 would not have this record among those of its zone."""
    zone = provisioners._r53_resolve_hosted_zone_id(properties)
    key = route53._rs_key(provisioners._r53_record_set_build_rs(properties))
    after = route53._records.get(zone, ())
    return refusal(zone, [record for record in after if route53._rs_key(record) != key], after)


def _as_declared(record: dict[str, Any], wanted: Properties) -> Properties:
    found: Properties = {
        name: record[name]
        for name in ("TTL", "Failover", "Weight", "Region", "HealthCheckId", "Type")
        if name in record
    }
    if record.get("ResourceRecords"):
        found["ResourceRecords"] = [item["Value"] for item in record["ResourceRecords"]]
    if target := record.get("AliasTarget"):
        declared = wanted.get("AliasTarget", {})
        found["AliasTarget"] = {
            name: declared[name] if _dotted(str(declared.get(name))) == _dotted(str(value)) else value
            for name, value in target.items()
            if name in declared
        }
    return found


def _dotted(name: str) -> str:
    return f"{name.rstrip('.').lower()}."


def _tags(client: Any, kind: str, identifier: str) -> list[Any]:
    answer = client.list_tags_for_resource(ResourceType=kind, ResourceId=identifier.rsplit("/", 1)[-1])
    return list(answer["ResourceTagSet"]["Tags"])


def _retag(kind: ResourceType, api_kind: str, resource: Resource, name: str) -> None:
    old, new = tag_map(resource.previous.get(name)), tag_map(resource.properties.get(name))
    change: dict[str, Any] = {}
    if dropped := [key for key in old if key not in new]:
        change["RemoveTagKeys"] = dropped
    if new and new != old:
        change["AddTags"] = tag_list(new)
    if change:
        kind.client().change_tags_for_resource(
            ResourceType=api_kind, ResourceId=resource.physical_id.rsplit("/", 1)[-1], **change
        )


TYPES = (HealthCheck, HostedZone, RecordSet)
