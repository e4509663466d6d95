"""What a change set would change: the stack as it was deployed against the template as it would be deployed.

Both are resolved in full (parameters, conditions, mappings, pseudo parameters, resources that exist), so that only what
really differs is told. What a resource will be called, or answer, once it is made anew stays unknown, and so does
whatever refers to it; that goes on until nothing more is drawn in.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ministack.services.cloudformation import engine, stacks

from tapstack.sandbox.server.resource_types.replacements import leaves, requires_recreation

UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"
# A change of one of these alone is told, and never means a new resource.
_ATTRIBUTES = ("Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")
_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")


@dataclass(frozen=True)
class Template:
    """A template and the values of its parameters."""

    content: Mapping[str, Any]
    parameters: Mapping[str, Any]
    stack_name: str
    stack_id: str

    def definitions(self) -> dict[str, Mapping[str, Any]]:
        """The resources whose condition holds."""
        conditions = self._conditions()
        return {
            logical_id: definition
            for logical_id, definition in self.content.get("Resources", {}).items()
            if conditions.get(definition.get("Condition"), True)
        }

    def resolve(self, value: Any, records: Mapping[str, Any]) -> Any:
        """A value as it would be deployed; one that cannot be resolved as yet is unknown."""
        try:
            found = engine._resolve_refs(
                copy.deepcopy(value), records, self.parameters, self._conditions(), self.content.get("Mappings", {}),
                self.stack_name, self.stack_id,
            )  # fmt: skip
        except Exception:  # noqa: BLE001 - MiniStack raises what it likes
            return UNKNOWN if is_unknown_in(value, records) else value
        return None if found is engine._NO_VALUE else found

    def _conditions(self) -> Mapping[Any, bool]:
        conditions: Mapping[Any, bool] = engine._evaluate_conditions(self.content, self.parameters)
        return conditions


@dataclass(frozen=True)
class Resource:
    """One resource, on one side of the comparison."""

    type: str
    raw: Mapping[str, Any]
    properties: Mapping[str, Any]
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def context(self) -> dict[str, Any]:
        """What DescribeChangeSet shows of it as a whole."""
        return {"Properties": dict(self.properties), **self.attributes}


def differences(
    stack: Mapping[str, Any],
    source_of: Callable[[str], Template],
    wanted: Template,
    *,
    changed_parameters: Iterable[str],
    retagged: bool,
) -> list[dict[str, Any]]:
    """The changes, as DescribeChangeSet tells them, by logical id."""
    records = stack.get("_resources", {})
    parameters = frozenset(changed_parameters)
    before = {
        logical_id: _before(source_of(logical_id), logical_id, record, records)
        for logical_id, record in records.items()
    }
    replacements: dict[str, str] = {}
    while True:
        known = _known(records, wanted, replacements)
        after = {
            logical_id: _resource(wanted, definition, known) for logical_id, definition in wanted.definitions().items()
        }
        details = {
            logical_id: _details(before[logical_id], after[logical_id], replacements, parameters)
            for logical_id in before.keys() & after.keys()
        }
        found = {
            logical_id: _replacement(told, before[logical_id].type != after[logical_id].type)
            for logical_id, told in details.items()
            if _has_new_values(told) or before[logical_id].type != after[logical_id].type
        }
        if found == replacements:
            break
        replacements = found
    changes = []
    for logical_id in sorted({*before, *after}):
        old, new = before.get(logical_id), after.get(logical_id)
        change: dict[str, Any] = {"LogicalResourceId": logical_id}
        if physical := (records.get(logical_id) or {}).get("PhysicalResourceId"):
            change["PhysicalResourceId"] = physical
        if old is None and new is not None:
            change |= {"Action": "Add", "ResourceType": new.type, "Scope": [], "Details": []}
            change["AfterContext"] = new.context()
        elif old is not None and new is None:
            change |= {"Action": "Remove", "ResourceType": old.type, "Scope": [], "Details": []}
            change |= {"BeforeContext": old.context(), **_policy_action(old, "DeletionPolicy", "")}
        elif old is not None and new is not None:
            told = details[logical_id]
            if retagged and _takes_tags(new.type):
                told = [_of_stack_tags(), *told]
            if not told and old.type == new.type:
                continue
            change |= _modification(old, new, told, replacements.get(logical_id, "False"))
        changes.append({"ResourceChange": change})
    return changes


def is_unknown_in(value: Any, records: Mapping[str, Any]) -> bool:
    """Tell whether a value refers to something that is only known once it is deployed."""
    return any(_is_unknown(records, name, attribute) for name, attribute in engine._intrinsic_references(value))


class _Unknown(dict[str, str]):
    """The attributes of a resource that is yet to be made."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> str:
        return UNKNOWN


def _is_unknown(records: Mapping[str, Any], name: str, attribute: str | None) -> bool:
    record = records.get(name, {})
    if attribute is None:
        return bool(record.get("PhysicalResourceId") == UNKNOWN)
    return isinstance(record.get("Attributes"), _Unknown)


def _known(records: Mapping[str, Any], wanted: Template, replacements: Mapping[str, str]) -> dict[str, Any]:
    """The records of the resources as far as they are known before the change."""
    known: dict[str, Any] = {}
    for logical_id in wanted.content.get("Resources", {}):
        replacement = replacements.get(logical_id)
        if logical_id not in records or replacement in ("True", "Conditional"):
            known[logical_id] = {"PhysicalResourceId": UNKNOWN, "Attributes": _Unknown()}
        elif replacement is not None:
            known[logical_id] = {**records[logical_id], "Attributes": _Unknown()}
        else:
            known[logical_id] = records[logical_id]
    return known


def _before(source: Template, logical_id: str, record: Mapping[str, Any], records: Mapping[str, Any]) -> Resource:
    definition = source.content.get("Resources", {}).get(logical_id)
    if definition is None:  # left over by an update that could not delete it
        return Resource(record.get("ResourceType", ""), {}, record.get("Properties", {}))
    return _resource(source, definition, records)


def _resource(source: Template, definition: Mapping[str, Any], records: Mapping[str, Any]) -> Resource:
    raw = definition.get("Properties") or {}
    resolved = {name: source.resolve(value, records) for name, value in raw.items()}
    attributes = {
        name: source.resolve(definition[name], records) if name in _POLICIES else definition[name]
        for name in _ATTRIBUTES
        if name in definition
    }
    properties = {name: value for name, value in resolved.items() if value is not None}
    return Resource(str(definition.get("Type", "")), raw, properties, attributes)


def _details(
    old: Resource, new: Resource, replacements: Mapping[str, str], parameters: frozenset[str]
) -> list[dict[str, Any]]:
    found = []
    for name in sorted({*old.properties, *new.properties}):
        before, after = old.properties.get(name), new.properties.get(name)
        if before == after:
            continue
        sources = list(_sources(new.raw.get(name), replacements, parameters))
        is_written = old.raw.get(name) != new.raw.get(name) or not sources
        if is_written or any(source["ChangeSource"] == "ParameterReference" for source in sources):
            evaluation = "Dynamic" if sources else "Static"
            sources.insert(0, {"Evaluation": evaluation, "ChangeSource": "DirectModification"})
        for path, from_value, to_value in leaves(before, after, name):
            target = {
                **({"Attribute": "Tags"} if name == "Tags" else {"Attribute": "Properties", "Name": name}),
                "RequiresRecreation": requires_recreation(new.type, path),
                **_values(f"/Properties/{path}", from_value, to_value),
            }
            found += [{"Target": target, **source} for source in sources]
    for name in _ATTRIBUTES:
        if old.attributes.get(name) != new.attributes.get(name):
            values = _values(f"/{name}", old.attributes.get(name), new.attributes.get(name))
            target = {"Attribute": name, "RequiresRecreation": "Never", **values}
            found.append({"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"})
    return found


def _has_new_values(details: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether the resource itself changes: only then may its attributes."""
    return any(detail["Target"]["Attribute"] not in _ATTRIBUTES for detail in details)


def _values(path: str, before: Any, after: Any) -> dict[str, Any]:
    kind = "Add" if before is None else "Remove" if after is None else "Modify"
    values = {"BeforeValue": before, "AfterValue": after}
    known = {key: value for key, value in values.items() if value is not None}
    return {"Path": path, **known, "AttributeChangeType": kind}


def _sources(raw: Any, replacements: Mapping[str, str], parameters: frozenset[str]) -> Iterable[dict[str, Any]]:
    """Which changed parameters and resources a property refers to."""
    for name, attribute in dict.fromkeys(engine._intrinsic_references(raw)):
        if name in parameters and attribute is None:
            yield {"Evaluation": "Static", "ChangeSource": "ParameterReference", "CausingEntity": name}
        elif name in replacements and (attribute or replacements[name] != "False"):
            yield {
                "Evaluation": "Static" if replacements[name] == "True" else "Dynamic",
                "ChangeSource": "ResourceAttribute" if attribute else "ResourceReference",
                "CausingEntity": f"{name}.{attribute}" if attribute else name,
            }


def _replacement(details: Iterable[Mapping[str, Any]], type_changed: bool) -> str:
    recreation = {(detail["Target"]["RequiresRecreation"], detail["Evaluation"]) for detail in details}
    if type_changed or ("Always", "Static") in recreation:
        return "True"
    return "Conditional" if any(required != "Never" for required, _ in recreation) else "False"


def _modification(old: Resource, new: Resource, details: list[dict[str, Any]], replacement: str) -> dict[str, Any]:
    return {
        "Action": "Modify",
        "ResourceType": new.type,
        "Replacement": replacement,
        **(_policy_action(new, "UpdateReplacePolicy", "ReplaceAnd") if replacement == "True" else {}),
        "Scope": list(dict.fromkeys(detail["Target"]["Attribute"] for detail in details)),
        "Details": details,
        "BeforeContext": old.context(),
        "AfterContext": new.context(),
    }


def _policy_action(resource: Resource, attribute: str, prefix: str) -> dict[str, str]:
    given = resource.attributes.get(attribute)
    policy = given or stacks._default_resource_policy({"Type": resource.type, "Properties": resource.raw}, attribute)
    action = stacks._POLICY_ACTIONS.get(policy) if isinstance(policy, str) else None
    return {"PolicyAction": prefix + action} if action else {}


def _of_stack_tags() -> dict[str, Any]:
    """MiniStack's authors measured that AWS names no source here."""
    return {"Target": {"Attribute": "Tags", "RequiresRecreation": "Never"}, "Evaluation": "Static"}


def _takes_tags(resource_type: str) -> bool:
    return not resource_type.startswith("Custom::") and resource_type not in stacks._UNTAGGED_TYPES
