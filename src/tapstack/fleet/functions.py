"""Functions: their code, what they may touch, and what starts them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from tapstack.catalog.runtimes import SUGGESTED
from tapstack.fleet.base import Access, Name, Part, Seconds, Text, VariableName

Runtime = Annotated[str, StringConstraints(pattern=r"^(python[0-9]\.[0-9]{1,2}|nodejs[0-9]{2}\.x)$")]

DATABASE_VARIABLES = ("SECRET", "HOST", "READER_HOST", "PORT")
"""What follows a database's prefix. A replicated secret names the home's host, so a region's own is told besides."""


class Use(Part):
    """A permission, exactly as wide as said, and the variable that tells the function what it is called."""

    bucket: Name | None = None
    table: Name | None = None
    database: Name | None = None
    access: Access = "read"
    variable: VariableName | None = Field(
        default=None,
        alias="as",
        description="Environment variable that holds the name. With `database` it is a prefix: DATABASE gives "
        "DATABASE_SECRET (the secret's name), and DATABASE_HOST, DATABASE_READER_HOST and DATABASE_PORT of the "
        "function's own region.",
    )

    @model_validator(mode="after")
    def _one_thing(self) -> Use:
        if sum(target is not None for target in (self.bucket, self.table, self.database)) != 1:
            raise ValueError("name exactly one of `bucket`, `table` or `database`")
        if self.database is not None and self.access != "read":
            raise ValueError("a database's `access` is decided by its user, not by IAM: leave it out")
        return self

    @property
    def variables(self) -> tuple[str, ...]:
        """Every environment variable that the function gets for this."""
        if self.variable is None:
            return ()
        if self.database is None:
            return (self.variable,)
        return tuple(f"{self.variable}_{suffix}" for suffix in DATABASE_VARIABLES)

    @property
    def target(self) -> tuple[Literal["buckets", "tables", "databases"], str]:
        """The kind and the name of what is used."""
        if self.bucket is not None:
            return "buckets", self.bucket
        if self.table is not None:
            return "tables", self.table
        return "databases", self.database or ""


class Trigger(Part):
    """What starts the function besides an API or a load balancer: new objects, a table's changes, or time."""

    bucket: Name | None = None
    prefix: str = Field(default="", description="With `bucket`: only keys that start so.")
    suffix: str = Field(default="", description="With `bucket`: only keys that end so.")
    table: Name | None = None
    every: Annotated[Seconds, Field(ge=60)] | None = None

    @model_validator(mode="after")
    def _one_cause(self) -> Trigger:
        if sum(cause is not None for cause in (self.bucket, self.table, self.every)) != 1:
            raise ValueError("name exactly one of `bucket`, `table` or `every`")
        if self.bucket is None and (self.prefix or self.suffix):
            raise ValueError("`prefix` and `suffix` go with `bucket`")
        if self.every is not None and self.every % 60:
            raise ValueError("`every` counts in whole minutes")
        return self


class Function(Part):
    """A function in every region, with a role of its own that allows what `uses` says and nothing else."""

    code: str | None = Field(default=None, description="The code's folder, relative to the fleet's file.")
    inline: Annotated[str, StringConstraints(max_length=4096)] | None = Field(
        default=None, description="The code itself, for a few lines."
    )
    handler: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_/.-]+\.[A-Za-z0-9_]+$", max_length=128)] = (
        "index.handler"
    )
    runtime: Runtime = SUGGESTED["python"]
    architecture: Literal["arm64", "x86_64"] = "arm64"
    memory: Annotated[int, Field(ge=128, le=10240)] = Field(default=256, description="MiB; the CPU grows with it.")
    timeout: Annotated[Seconds, Field(ge=1, le=900)] = Field(
        default=29, description="As long as a REST API waits, unless said."
    )
    environment: Mapping[VariableName, Text] = Field(default_factory=dict)
    uses: tuple[Use, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    in_network: bool = Field(default=False, description="Run in the private tier, as reaching a database needs.")
    reserved_concurrency: Annotated[int, Field(ge=0, le=10000)] | None = Field(
        default=None, description="A share of the account's concurrency that nobody else gets, and a limit."
    )
    dead_letter: bool = Field(default=True, description="Keep events that failed for good in a queue.")
    tracing: bool = True

    @field_validator("code")
    @classmethod
    def _inside_the_project(cls, value: str | None) -> str | None:
        if value is not None and (not value or PurePosixPath(value).is_absolute() or "\0" in value):
            raise ValueError("give a folder relative to the fleet's file, such as functions/hello")
        return value

    @model_validator(mode="after")
    def _one_source(self) -> Function:
        if (self.code is None) == (self.inline is None):
            raise ValueError("give exactly one of `code` (a folder) and `inline` (the code itself)")
        return self
