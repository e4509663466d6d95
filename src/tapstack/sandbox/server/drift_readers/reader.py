"""How drift detection reads one CloudFormation type: by the service's own describe calls, as AWS does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from botocore.exceptions import ClientError
from ministack.core.responses import get_region

from tapstack.sandbox.server import loopback
from tapstack.sandbox.server.drift_readers.as_declared import as_declared

Properties = dict[str, Any]
Read = Callable[[Any, str, Properties], Properties | None]
"""A client of the service, the physical id and the template's properties: what is there now; None when it is gone."""
MiniStackReader = Callable[[str, Properties], Properties | None]


@dataclass(frozen=True)
class Reader:
    """What a type's resources are now."""

    service: str
    read: Read
    #: Properties that AWS does not give back ("write-only" in the type's schema) or the sandbox cannot have as asked
    #: for, so that they are never compared.
    unread: tuple[str, ...] = ()
    #: Error codes that mean "is not there", beside the usual ones.
    gone: tuple[str, ...] = ()
    #: Whether it adds to what the type of this package already reads.
    adds: bool = False


class AllBut:
    """Every property but these: what drift detection compares of a type."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = frozenset(names)

    def __contains__(self, name: object) -> bool:
        return name not in self.names


def made(reader: Reader, own: MiniStackReader | None) -> MiniStackReader:
    """The function by which MiniStack's drift detection reads a resource; `own` is what the type itself reads."""

    def read(physical_id: str, properties: Properties) -> Properties | None:
        found: Properties = {}
        if reader.adds and own is not None:
            known = own(physical_id, properties)
            if known is None:
                return None
            found |= known
        try:
            more = reader.read(loopback.client(reader.service, get_region()), physical_id, properties)
        except ClientError as error:
            if is_gone(error, reader.gone):
                return None
            raise
        if more is None:
            return None
        return seen(found | more, properties)

    return read


def seen(found: Properties, properties: Properties) -> Properties:
    """What was found, as the template writes it; tags stay as they are, their shape is MiniStack's affair."""
    tags = {name: value for name, value in found.items() if name.endswith("Tags")}
    return {
        **{name: _by_alias(value, properties[name]) for name, value in as_declared(found, properties).items()},
        **tags,
    }


def _by_alias(found: Any, declared: Any) -> Any:
    """A key that is declared by an alias of it, by that alias: services answer the key's own ARN."""
    if isinstance(found, dict) and isinstance(declared, dict):
        return {name: _by_alias(value, declared.get(name)) for name, value in found.items()}
    if isinstance(found, list) and isinstance(declared, list):
        pairs = zip_longest(found, declared[: len(found)])
        return [_by_alias(value, wanted) for value, wanted in pairs]
    if not (isinstance(found, str) and isinstance(declared, str) and ":key/" in found and "alias/" in declared):
        return found
    try:
        key = loopback.client("kms", found.split(":")[3]).describe_key(KeyId=declared)["KeyMetadata"]["Arn"]
    except ClientError as error:
        if is_gone(error, ()):
            return found
        raise
    return declared if key == found else found


def is_gone(error: ClientError, codes: tuple[str, ...]) -> bool:
    """Whether a service's error says that a resource does not exist."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    return code in codes or "NotFound" in code or code.startswith("NoSuch") or "NonExist" in code
