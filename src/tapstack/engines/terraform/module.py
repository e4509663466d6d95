"""A root module of Terraform as it grows, and what components hold in their hands of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypedDict, TypeVar

from tapstack.engines.archives import Archive
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform.expressions import Expression, expression
from tapstack.errors import InvalidFleetError

ASSETS = "assets"
"""Where the code of functions lies, beside the folder of modules."""

Value: TypeAlias = Any
"""A JSON value that may hold expressions. Names and types of arguments are checked by `arguments.pyi`."""

Attribute = TypeVar("Attribute", bound=str, contravariant=True)
Content = TypeVar("Content")


class Lifecycle(TypedDict, total=False):
    """Terraform's own settings of a resource; they cannot hold expressions."""

    prevent_destroy: bool
    create_before_destroy: bool
    ignore_changes: list[str]
    replace_triggered_by: list[str]


@dataclass(frozen=True)
class Resource(Generic[Attribute]):
    """A resource by its address; it need not be the component's own: `Resource[str]("aws_vpc", "network")`."""

    kind: str
    label: str
    is_counted: bool = False

    @property
    def address(self) -> str:
        """What Terraform calls it."""
        return f"{self.kind}.{self.label}"

    def ref(self, attribute: Attribute, path: str = "") -> Expression:
        """An attribute, or a part of one (`path="[0].arn"`); of a resource that may be absent it may be null."""
        if self.is_counted:
            return expression(f"one({self.address}[*].{attribute}{path})")
        return expression(f"{self.address}.{attribute}{path}")


class Data(Resource[Attribute]):
    """Something that is looked up and not made."""

    @property
    def address(self) -> str:
        """What Terraform calls it."""
        return f"data.{self.kind}.{self.label}"


class Ephemeral(Resource[Attribute]):
    """Something that is opened while Terraform works and never written down: not into a plan, not into the state."""

    @property
    def address(self) -> str:
        """What Terraform calls it."""
        return f"ephemeral.{self.kind}.{self.label}"


@dataclass(frozen=True)
class Dynamic(Generic[Content]):
    """A block once for each of something; inside, `NAME.key` and `NAME.value` are at hand, NAME being the block's."""

    for_each: Expression
    content: Content


Block: TypeAlias = Content | Dynamic[Content]
Blocks: TypeAlias = Content | list[Content] | tuple[Content, ...] | Dynamic[Content]


Many: TypeAlias = list[Content] | tuple[Content, ...] | Expression
"""Values of one kind: not `Sequence`, which would take a single text for a list of letters."""


@dataclass
class Module:
    """A root module; adding the same address twice is refused, since one would silently replace the other."""

    provider: tuple[int, int] = (5, 100)
    """The oldest AWS provider that will do; a component that needs a newer one says so by `need_provider`."""
    variables: dict[str, Value] = field(default_factory=dict)
    locals: dict[str, Value] = field(default_factory=dict)
    data: dict[str, dict[str, Value]] = field(default_factory=dict)
    ephemerals: dict[str, dict[str, Value]] = field(default_factory=dict)
    resources: dict[str, dict[str, Value]] = field(default_factory=dict)
    outputs: dict[str, Value] = field(default_factory=dict)
    exceptions: dict[str, tuple[LintException, ...]] = field(default_factory=dict)
    assets: dict[str, Archive] = field(default_factory=dict)

    def add_resource(
        self,
        kind: str,
        label: str,
        *,
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
        **arguments: Value,
    ) -> Resource[str]:
        """Add a resource; arguments and blocks that are None are left out. Components call it typed, by `arguments`."""
        body = _body(arguments)
        if lifecycle:
            body["lifecycle"] = dict(lifecycle)
        _put(self.resources, kind, label, body)
        acknowledged = tuple(exceptions)
        if acknowledged:
            self.exceptions[f"{kind}.{label}"] = acknowledged
        return Resource(kind, label, "count" in body)

    def need_provider(self, major: int, minor: int) -> None:
        """Ask for an AWS provider that is at least this new."""
        self.provider = max(self.provider, (major, minor))

    def add_data(
        self, kind: str, label: str, *, exceptions: Iterable[LintException] = (), **arguments: Value
    ) -> Data[str]:
        """Add something to look up; asking for the same again is no mistake."""
        body = _body(arguments)
        if self.data.get(kind, {}).get(label) != body:
            _put(self.data, kind, label, body)
        found = Data[str](kind, label, "count" in body)
        if acknowledged := tuple(exceptions):
            self.exceptions[found.address] = acknowledged
        return found

    def add_ephemeral(self, kind: str, label: str, **arguments: Value) -> Ephemeral[str]:
        """Add something that exists only while Terraform works, such as a password."""
        body = _body(arguments)
        _put(self.ephemerals, kind, label, body)
        return Ephemeral(kind, label, "count" in body)

    def local(self, name: str, value: Value) -> Expression:
        """Name a value; naming it again is no mistake as long as it is the same."""
        if self.locals.setdefault(name, value) != value:
            raise InvalidFleetError(f"There would be two values called {name}.", "One of them needs another name.")
        return expression(f"local.{name}")

    def asset(self, archive: Archive) -> str:
        """Take code along; the path at which the module finds it."""
        self.assets[archive.key] = archive
        return f"${{path.module}}/../../{ASSETS}/{archive.key}"

    def variable(self, name: str, kind: str, description: str) -> Expression:
        """Declare a variable, once, and refer to it."""
        self.variables[name] = {"type": kind, "description": description, "nullable": False}
        return expression(f"var.{name}")

    def output(self, name: str, value: Value, description: str) -> None:
        """Tell a value to the outside."""
        if name in self.outputs:
            raise InvalidFleetError(
                f"There would be two outputs called {name}.", "One is the engine's own; name yours otherwise."
            )
        self.outputs[name] = {"value": value, "description": description}

    def as_data(self) -> dict[str, Value]:
        """The module in Terraform's JSON, without the settings that every module shares."""
        sections = {
            "variable": self.variables,
            "locals": self.locals,
            "data": self.data,
            "ephemeral": self.ephemerals,
            "resource": self.resources,
            "output": self.outputs,
        }
        return {name: content for name, content in sections.items() if content}


def label(*parts: str) -> str:
    """Make a resource's label of names, never of a position: `label("bucket", "my-data")` is `bucket_my_data`."""
    return "_".join(part.replace("-", "_").replace("/", "_") for part in parts if part).lower()


def _put(section: dict[str, dict[str, Value]], kind: str, name: str, body: Value) -> None:
    if name in section.setdefault(kind, {}):
        raise InvalidFleetError(
            f"Two components would share the address {kind}.{name}.",
            "Their names differ only by a hyphen or the like; rename one of them.",
        )
    section[kind][name] = body


def _body(arguments: Mapping[str, Value]) -> dict[str, Value]:
    """A block's body: nothing that is None, resources by their address, and each `Dynamic` where Terraform wants it."""
    body: dict[str, Value] = {}
    for name, value in arguments.items():
        if value is None or (name == "depends_on" and not value):
            continue
        if isinstance(value, Dynamic):
            body.setdefault("dynamic", {})[name] = {"for_each": value.for_each, "content": _plain(value.content)}
        else:
            body[name] = _plain(value)
    return body


def _plain(value: Value) -> Value:
    match value:
        case Resource():
            return value.address
        case Mapping():
            return _body(value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value
