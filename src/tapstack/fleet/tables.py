"""DynamoDB tables: global by default, so that every region reads and writes the same items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from tapstack.fleet.base import Key, Name, Part, VariableName


class Attribute(Part):
    """A key attribute; in YAML its name alone means a string."""

    name: VariableName
    type: Literal["string", "number", "binary"] = "string"


def _attribute(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


KeyAttribute = Annotated[Attribute, BeforeValidator(_attribute, json_schema_input_type=str | Attribute)]


class Index(Part):
    """Another way to look items up."""

    partition_key: KeyAttribute
    sort_key: KeyAttribute | None = None
    projection: Literal["all", "keys"] = "all"


class Table(Part):
    """A table; writes go to the nearest region and reach the others within about a second."""

    partition_key: KeyAttribute
    sort_key: KeyAttribute | None = None
    indexes: Mapping[Name, Index] = Field(default_factory=dict)
    scope: Literal["global", "regional"] = Field(
        default="global", description="`global` replicates to every region; `regional` is a table per region."
    )
    consistency: Literal["eventual", "strong"] = Field(
        default="eventual",
        description="`strong` loses no write but needs exactly three regions and is slower.",
    )
    stream: Literal["none", "keys-only", "new-image", "old-image", "new-and-old-images"] = "new-and-old-images"
    point_in_time_recovery: bool = Field(default=True, description="Replication is not backup: this is.")
    time_to_live: VariableName | None = Field(default=None, description="The attribute that says when an item ends.")
    encryption: Key = "customer-key"

    @model_validator(mode="after")
    def _global_needs_stream(self) -> Table:
        if self.scope == "global" and self.stream != "new-and-old-images":
            raise ValueError("a global table replicates through its stream: leave `stream` at `new-and-old-images`")
        if self.scope == "regional" and self.consistency == "strong":
            raise ValueError("`consistency: strong` is a promise between regions: it needs `scope: global`")
        return self
