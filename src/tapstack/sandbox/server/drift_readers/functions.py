"""AWS::Lambda: functions with what belongs to them."""

from __future__ import annotations

import json
from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader


def _function(functions: Any, name: str, _: Properties) -> Properties | None:
    found = functions.get_function_configuration(FunctionName=name)
    return {
        "FunctionName": found["FunctionName"],
        "PackageType": found.get("PackageType", "Zip"),
        "VpcConfig": found.get("VpcConfig") or {},
        "Layers": [layer["Arn"] for layer in found.get("Layers", ())],
        "FileSystemConfigs": found.get("FileSystemConfigs", []),
    }


def _mapping(functions: Any, identifier: str, _: Properties) -> Properties | None:
    found = functions.get_event_source_mapping(UUID=identifier)
    tags = functions.list_tags(Resource=found["EventSourceMappingArn"]).get("Tags", {})
    return {
        **{name: value for name, value in found.items() if name != "State"},
        "FunctionName": found["FunctionArn"],
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }


def _permission(functions: Any, statement: str, declared: Properties) -> Properties | None:
    policy = json.loads(functions.get_policy(FunctionName=declared["FunctionName"])["Policy"])
    found = next((item for item in policy["Statement"] if item["Sid"] == statement), None)
    if found is None:
        return None
    principal = found["Principal"]
    principal = next(iter(principal.values())) if isinstance(principal, dict) else principal
    account = principal.split(":")[4] if principal.startswith("arn:") and principal.endswith(":root") else None
    conditions = {name: value for each in found.get("Condition", {}).values() for name, value in each.items()}
    lower = {name.lower(): value for name, value in conditions.items()}
    return {
        "Action": found["Action"],
        "FunctionName": found["Resource"],
        "Principal": account if account == declared.get("Principal") else principal,
        "SourceAccount": lower.get("aws:sourceaccount"),
        "SourceArn": lower.get("aws:sourcearn"),
        "PrincipalOrgID": lower.get("aws:principalorgid"),
        "EventSourceToken": lower.get("lambda:eventsourcetoken"),
        "FunctionUrlAuthType": lower.get("lambda:functionurlauthtype"),
        "InvokedViaFunctionUrl": lower.get("lambda:invokedviafunctionurl"),
    }


def _version(functions: Any, arn: str, _: Properties) -> Properties | None:
    found = functions.get_function_configuration(FunctionName=arn)
    return {
        "FunctionName": found["FunctionName"],
        "Description": found.get("Description"),
        "CodeSha256": found["CodeSha256"],
    }


def _alias(functions: Any, arn: str, declared: Properties) -> Properties | None:
    name = arn.rpartition(":")[2]
    found = functions.get_alias(FunctionName=declared["FunctionName"], Name=name)
    weights = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    provisioned = None
    if "ProvisionedConcurrencyConfig" in declared:
        wanted = functions.get_provisioned_concurrency_config(FunctionName=declared["FunctionName"], Qualifier=name)
        provisioned = {"ProvisionedConcurrentExecutions": wanted["RequestedProvisionedConcurrentExecutions"]}
    return {
        **found,
        "FunctionName": declared["FunctionName"],
        "RoutingConfig": {
            "AdditionalVersionWeights": [
                {"FunctionVersion": version, "FunctionWeight": weight} for version, weight in weights.items()
            ]
        },
        "ProvisionedConcurrencyConfig": provisioned,
    }


def _invocation(functions: Any, _: str, declared: Properties) -> Properties | None:
    named = {"FunctionName": declared["FunctionName"], "Qualifier": declared["Qualifier"]}
    return {**functions.get_function_event_invoke_config(**named), **named}


READERS = {
    "AWS::Lambda::Alias": Reader("lambda", _alias),
    "AWS::Lambda::EventInvokeConfig": Reader("lambda", _invocation),
    "AWS::Lambda::EventSourceMapping": Reader("lambda", _mapping, adds=True),
    "AWS::Lambda::Function": Reader(
        "lambda", _function, unread=("Code", "SnapStart", "PublishToLatestPublished"), adds=True
    ),
    "AWS::Lambda::Permission": Reader("lambda", _permission),
    "AWS::Lambda::Version": Reader("lambda", _version),
}
