"""AWS::WAFv2: web ACLs, what they stand before, where they log."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader


def _web_acl(waf: Any, identifier: str, _: Properties) -> Properties | None:
    name, acl, scope = identifier.split("|")
    found = waf.get_web_acl(Name=name, Id=acl, Scope=scope)["WebACL"]
    tags = waf.list_tags_for_resource(ResourceARN=found["ARN"])["TagInfoForResource"]["TagList"]
    return {**found, "Scope": scope, "Tags": tags}


def _association(waf: Any, _: str, declared: Properties) -> Properties | None:
    found = waf.get_web_acl_for_resource(ResourceArn=declared["ResourceArn"]).get("WebACL")
    return {"ResourceArn": declared["ResourceArn"], "WebACLArn": found["ARN"]} if found else None


def _logging(waf: Any, arn: str, _: Properties) -> Properties | None:
    return dict(waf.get_logging_configuration(ResourceArn=arn)["LoggingConfiguration"])


READERS = {
    "AWS::WAFv2::LoggingConfiguration": Reader("wafv2", _logging),
    "AWS::WAFv2::WebACL": Reader("wafv2", _web_acl),
    "AWS::WAFv2::WebACLAssociation": Reader("wafv2", _association),
}
