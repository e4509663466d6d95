"""What every part of the description is made of: the frozen model and the words that appear everywhere."""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints, WithJsonSchema


class Part(BaseModel):
    """A part of the description: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


BLOCK = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}(/[0-9]{1,2})?")
DURATION = re.compile(r"(?P<amount>[0-9]{1,9})\s*(?P<unit>s|m|h|d)")
UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(value: object) -> object:
    """Read `90s`, `5m`, `1h` or `7d` as seconds; anything else is left for the type to refuse."""
    if isinstance(value, str):
        match = DURATION.fullmatch(value.strip())
        if match is None:
            raise ValueError(f"'{value}' is not a duration; write a number and a unit, such as 30s, 5m, 1h or 7d")
        return int(match["amount"]) * UNIT_SECONDS[match["unit"]]
    if isinstance(value, int) and not isinstance(value, bool) and value != 0:
        raise ValueError(f"{value} has no unit; write {value}s, {value}m, {value}h or {value}d")
    return value


def network(value: object) -> object:
    """Read an address block and refuse one whose host bits are set, naming the block that was meant."""
    if isinstance(value, IPv4Network):
        return value
    if not isinstance(value, str) or not BLOCK.fullmatch(value):
        raise ValueError(f"'{value}' is not an IPv4 block; write one such as 10.0.0.0/16")
    if "/" not in value:
        raise ValueError(f"'{value}' has no prefix length; write one such as {value}/16")
    try:
        meant = IPv4Network(value, strict=False)
    except ValueError:
        raise ValueError(f"'{value}' is not an IPv4 block; write one such as 10.0.0.0/16") from None
    if str(meant.network_address) != value.partition("/")[0]:
        raise ValueError(f"'{value}' is an address inside a block; the block itself is {meant}")
    return meant


def account(value: object) -> object:
    """Take an account id that YAML has read as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def written(value: object) -> object:
    """Take a number or a truth value for text, as tags and variables are often written without quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


DURATION_SCHEMA: dict[str, JsonValue] = {
    "pattern": r"^\s*[0-9]{1,9}\s*[smhd]\s*$",
    "maximum": 0,
    "minimum": 0,
    "examples": ["30s", "5m", "1h", "7d"],
}
"""A number and its unit; nothing but 0 needs none."""

Seconds = Annotated[
    int,
    BeforeValidator(seconds),
    Field(ge=0),
    WithJsonSchema({"type": ["string", "integer"], **DURATION_SCHEMA}),
]
Block = Annotated[
    IPv4Network,
    BeforeValidator(network),
    WithJsonSchema(
        {"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$", "examples": ["10.0.0.0/16"]}
    ),
]
AccountId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{12}$"),
    BeforeValidator(account),
    WithJsonSchema(
        {"type": ["string", "integer"], "pattern": r"^[0-9]{12}$", "minimum": 10**11, "maximum": 10**12 - 1}
    ),
]
Text = Annotated[str, BeforeValidator(written, json_schema_input_type=str | float | bool)]

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=30)]
"""A name that fits every service: lower case, digits, single hyphens, starting with a letter."""

EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*$", max_length=16)]
"""Without hyphens, so that fleet, environment and component can always be told apart in a physical name."""

RegionName = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}(-[a-z]+)+-[0-9]$", max_length=20)]
VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=128)]
OutputName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]*$", max_length=64)]

Key = Literal["customer-key", "aws-key"]
"""Whose key encrypts: one of the fleet's own, rotated and with a policy, or the service's shared one."""

Access = Literal["read", "write", "read-write"]
