"""A CloudFormation template as it grows, and the few intrinsic functions that components use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from tapstack.engines.exceptions import LintException as LintException
from tapstack.errors import InvalidFleetError

Value: TypeAlias = Any
"""A JSON value that may hold intrinsic functions. Property names and types are checked by cfn-lint on every example."""

Removal = Literal["Delete", "Retain", "Snapshot", "RetainExceptOnCreate"]

NO_VALUE: Value = {"Ref": "AWS::NoValue"}
ACCOUNT: Value = {"Ref": "AWS::AccountId"}
REGION: Value = {"Ref": "AWS::Region"}
PARTITION: Value = {"Ref": "AWS::Partition"}


def ref(logical_id: str) -> Value:
    """The value that a resource or a parameter refers by."""
    return {"Ref": logical_id}


def get(logical_id: str, attribute: str) -> Value:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [logical_id, attribute]}


def sub(text: str, values: Mapping[str, Value] | None = None) -> Value:
    """A text with gaps such as ${AWS::Region}."""
    return {"Fn::Sub": [text, dict(values)] if values else text}


def join(separator: str, parts: Sequence[Value]) -> Value:
    """Texts put together."""
    return {"Fn::Join": [separator, list(parts)]}


def select(index: int, values: Value) -> Value:
    """One of a list."""
    return {"Fn::Select": [index, values]}


def when(condition: str, then: Value, otherwise: Value = NO_VALUE) -> Value:
    """One value or another; without the other, the property is left out."""
    return {"Fn::If": [condition, then, otherwise]}


def imported(name: Value) -> Value:
    """A value that another stack of the same region exports."""
    return {"Fn::ImportValue": name}


def logical_id(*parts: str) -> str:
    """Make a logical ID of names, never of a position: `logical_id("bucket", "my-data")` is `BucketMyData`."""
    words = [word for part in parts for word in part.replace("_", "-").replace("/", "-").split("-")]
    return "".join(word[:1].upper() + word[1:] for word in words)


@dataclass(frozen=True)
class Resource:
    """A resource that was added to a template."""

    logical_id: str

    @property
    def ref(self) -> Value:
        """What `Ref` gives."""
        return ref(self.logical_id)

    def get(self, attribute: str) -> Value:
        """What `Fn::GetAtt` gives."""
        return get(self.logical_id, attribute)


@dataclass
class Template:
    """A template; adding the same logical ID twice is refused, since one would silently replace the other."""

    description: str
    parameters: dict[str, Value] = field(default_factory=dict)
    mappings: dict[str, Value] = field(default_factory=dict)
    conditions: dict[str, Value] = field(default_factory=dict)
    resources: dict[str, Value] = field(default_factory=dict)
    outputs: dict[str, Value] = field(default_factory=dict)
    exceptions: dict[str, tuple[LintException, ...]] = field(default_factory=dict)

    def add(
        self,
        logical: str,
        kind: str,
        properties: Mapping[str, Value],
        *,
        condition: str | None = None,
        depends_on: Iterable[Resource | str] = (),
        removal: Removal | None = None,
        exceptions: Sequence[LintException] = (),
    ) -> Resource:
        """Add a resource. Properties that are None are left out."""
        if logical in self.resources:
            raise InvalidFleetError(
                f"Two components would share the logical ID {logical}.",
                "Their names differ only by a hyphen before a digit or the like; rename one of them.",
            )
        resource: dict[str, Value] = {"Type": kind}
        if condition is not None:
            resource["Condition"] = condition
        needs = sorted(need if isinstance(need, str) else need.logical_id for need in depends_on)
        if needs:
            resource["DependsOn"] = needs
        if removal is not None:
            resource["DeletionPolicy"] = removal
            # A replacement must not destroy what a removal keeps, and cannot be excepted on create.
            resource["UpdateReplacePolicy"] = "Retain" if removal == "RetainExceptOnCreate" else removal
        metadata = _metadata(exceptions)
        if metadata:
            resource["Metadata"] = metadata
        resource["Properties"] = {key: value for key, value in properties.items() if value is not None}
        self.resources[logical] = resource
        if exceptions:
            self.exceptions[logical] = tuple(exceptions)
        return Resource(logical)

    def parameter(self, name: str, description: str, *, default: str = "", allowed: Sequence[str] = ()) -> Value:
        """Declare a parameter, once, and refer to it."""
        declared: dict[str, Value] = {"Type": "String", "Default": default, "Description": description}
        if allowed:
            declared["AllowedValues"] = list(allowed)
        self.parameters[name] = declared
        return ref(name)

    def output(self, name: str, value: Value, description: str, *, export: Value = None, condition: str = "") -> None:
        """Tell a value to the outside, and with `export` to the other stacks of the region."""
        if name in self.outputs:
            raise InvalidFleetError(
                f"There would be two outputs called {name}.", "One is the engine's own; name yours otherwise."
            )
        told: dict[str, Value] = {"Description": description, "Value": value}
        if export is not None:
            told["Export"] = {"Name": export}
        if condition:
            told["Condition"] = condition
        self.outputs[name] = told

    def as_data(self) -> dict[str, Value]:
        """The template as CloudFormation takes it."""
        data: dict[str, Value] = {"AWSTemplateFormatVersion": "2010-09-09", "Description": self.description}
        for section in ("Parameters", "Mappings", "Conditions", "Resources", "Outputs"):
            content = getattr(self, section.lower())
            if content:
                data[section] = content
        return data


def _metadata(exceptions: Sequence[LintException]) -> dict[str, Value]:
    """Acknowledge exceptions the way each tool reads them; cdk-nag is told in the assembly."""
    metadata: dict[str, Value] = {}
    checkov = [{"id": e.check, "comment": e.reason} for e in exceptions if e.tool == "checkov"]
    if checkov:
        metadata["checkov"] = {"skip": checkov}
    lint = [e.check for e in exceptions if e.tool == "cfn-lint"]
    if lint:
        metadata["cfn-lint"] = {"config": {"ignore_checks": lint}}
    return metadata
