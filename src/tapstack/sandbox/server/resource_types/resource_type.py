"""What a CloudFormation type is to this server: how a resource of it is created, changed, read and deleted.

One class per type, found through the table in `__init__.py`. A type speaks to the emulator by the service's own API
(`loopback.client`), so that what a template asks for is checked, stored and read back as it would be for any caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from botocore.exceptions import ClientError
from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from tapstack.sandbox.server import loopback
from tapstack.sandbox.server.resource_types.parameters import fitted

Properties = dict[str, Any]
Handler = dict[str, Any]


@dataclass
class Resource:
    """One resource of a stack: what its template asks for now, and asked for before."""

    logical_id: str
    stack_name: str
    properties: Properties
    previous: Properties = field(default_factory=dict)
    physical_id: str = ""
    #: What Fn::GetAtt answers, where a type learns it while it creates or changes.
    attributes: Properties = field(default_factory=dict)

    @property
    def region(self) -> str:
        """The region of the stack."""
        return str(get_region())

    @property
    def account(self) -> str:
        """The account of the stack."""
        return str(get_account_id())

    @property
    def is_new(self) -> bool:
        """Whether it is being created rather than changed."""
        return not self.previous

    def changed(self, *names: str) -> bool:
        """Whether one of these properties is set on a new resource, or differs on an existing one."""
        return any(self.properties.get(name) != self.previous.get(name) for name in names)

    def generated_name(self, longest: int = 63, *, lowercase: bool = True) -> str:
        """The name CloudFormation makes up; the same until the resource is replaced."""
        name = provisioners._physical_name(self.stack_name, self.logical_id, lowercase=lowercase, max_len=longest)
        return str(name)


class ResourceType:
    """Base of all types. A resource is first created, then configured; an update changes and configures it again."""

    name: ClassVar[str]
    service: ClassVar[str]
    #: Properties whose change means a new resource.
    replaced_by: ClassVar[tuple[str, ...]] = ()
    #: Properties whose change may mean a new resource; the type's `replaces` decides.
    perhaps_replaced_by: ClassVar[tuple[str, ...]] = ()
    #: The property by which a template may choose the name; such a resource cannot be replaced under its name.
    custom_name: ClassVar[str] = ""
    #: The property that receives the stack's tags, and whether it is a "list" of Key and Value or a "map".
    tags: ClassVar[tuple[str, str] | None] = ("Tags", "list")
    #: The properties that `read` reports; drift detection compares exactly these.
    reads: ClassVar[tuple[str, ...]] = ()
    #: Error codes that mean "is not there (any more)".
    gone: ClassVar[tuple[str, ...]] = ()

    def client(self, region: str | None = None) -> Any:
        """A client of this type's service in the stack's region, or in another one."""
        return loopback.client(self.service, region or get_region())

    def call(
        self, operation: str, properties: Mapping[str, Any], *, without: tuple[str, ...] = (), **parameters: Any
    ) -> Any:
        """Call the service with these properties, fitted to the operation's parameters; `parameters` go as they are."""
        client = self.client()
        return getattr(client, operation)(**fitted(client, operation, properties, without=without), **parameters)

    def create(self, resource: Resource) -> str:
        """Create it; return its physical id."""
        raise NotImplementedError

    def configure(self, resource: Resource) -> None:
        """Apply what creation and update have in common."""

    def update(self, resource: Resource) -> None:
        """Apply what only an existing resource needs; `configure` follows."""

    def attributes(self, resource: Resource) -> Properties:
        """What Fn::GetAtt answers."""
        return resource.attributes

    def delete(self, resource: Resource) -> None:
        """Delete it; being gone already is fine."""
        raise NotImplementedError

    def read(self, resource: Resource) -> Properties | None:
        """The current value of each property in `reads`, in the template's shape; None when it is gone."""
        raise NotImplementedError


class CompletedType(ResourceType):
    """A type that MiniStack creates itself, leaving something out: `configure` adds that."""

    own: Handler

    def create(self, resource: Resource) -> str:
        """Let MiniStack create it."""
        physical_id, resource.attributes = self.own["create"](
            resource.logical_id, resource.properties, resource.stack_name
        )
        return str(physical_id)

    def update(self, resource: Resource) -> None:
        """Let MiniStack change it, where it can."""
        if "update" not in self.own:
            return
        arguments = [resource.physical_id, resource.previous, resource.properties, resource.stack_name]
        if self.own.get("update_with_logical_id"):
            arguments.append(resource.logical_id)
        resource.physical_id, resource.attributes = self.own["update"](*arguments)

    def delete(self, resource: Resource) -> None:
        """Let MiniStack delete it."""
        arguments: list[Any] = [resource.physical_id, resource.properties]
        if self.own.get("delete_with_logical_id"):
            arguments.append(resource.logical_id)
        self.own["delete"](*arguments)


def handler_of(kind: ResourceType) -> Handler:
    """The functions by which MiniStack's stack engine drives a type."""

    def create(logical_id: str, properties: Properties, stack_name: str) -> tuple[str, Properties]:
        resource = Resource(logical_id, stack_name, dict(properties))
        resource.physical_id = kind.create(resource)
        try:
            kind.configure(resource)
            return resource.physical_id, kind.attributes(resource)
        except Exception:
            # The stack engine forgets a resource whose creation failed, so it would stay behind.
            _delete(kind, resource)
            raise

    def update(
        physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
    ) -> tuple[str, Properties]:
        resource = Resource(logical_id or physical_id, stack_name, dict(new), dict(old), physical_id)
        kind.update(resource)
        kind.configure(resource)
        return resource.physical_id, kind.attributes(resource)

    def delete(physical_id: str, properties: Properties, logical_id: str | None = None) -> None:
        _delete(kind, Resource(logical_id or physical_id, "", dict(properties), {}, physical_id))

    inherited = getattr(kind, "own", {})
    kept = {key: inherited[key] for key in ("import", "snapshot") if key in inherited}
    return {
        **kept,
        "create": create,
        "update": update,
        "update_with_logical_id": True,
        "delete": delete,
        "delete_with_logical_id": True,
    }


def reader_of(kind: ResourceType) -> Callable[[str, Properties], Properties | None]:
    """The function by which MiniStack's drift detection reads a resource."""

    def read(physical_id: str, properties: Properties) -> Properties | None:
        try:
            found = kind.read(Resource("", "", dict(properties), {}, physical_id))
            return found and {name: _as_written(value, properties.get(name)) for name, value in found.items()}
        except ClientError as error:
            if is_gone(kind, error):
                return None
            raise

    return read


def _as_written(found: Any, declared: Any) -> Any:
    """What was found, with numbers written as the template writes them: services answer 8.0 for 8."""
    if isinstance(found, dict) and isinstance(declared, dict):
        return {name: _as_written(value, declared.get(name)) for name, value in found.items()}
    if isinstance(found, int | float) and not isinstance(found, bool) and not isinstance(declared, dict | list | None):
        try:
            return declared if float(declared) == float(found) else found
        except ValueError:
            return found
    return found


def _delete(kind: ResourceType, resource: Resource) -> None:
    try:
        kind.delete(resource)
    except ClientError as error:
        if not is_gone(kind, error):
            raise


def is_gone(kind: ResourceType, error: ClientError) -> bool:
    """Whether a service's error says that the resource does not exist."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    return code in kind.gone or "NotFound" in code or code.startswith("NoSuch")


def as_boolean(value: object) -> bool:
    """A template's boolean, which may be written as a string."""
    return str(value).lower() == "true"


def tag_map(tags: object) -> dict[str, str]:
    """Tags in either of CloudFormation's two shapes, without those only CloudFormation itself may set."""
    if isinstance(tags, dict):
        pairs = {str(key): str(value) for key, value in tags.items()}
    else:
        pairs = {str(tag["Key"]): str(tag.get("Value", "")) for tag in (tags if isinstance(tags, list) else ())}
    return {key: value for key, value in pairs.items() if not key.startswith("aws:")}


def tag_list(tags: object) -> list[dict[str, str]]:
    """The same tags as a list of Key and Value."""
    return [{"Key": key, "Value": value} for key, value in tag_map(tags).items()]
