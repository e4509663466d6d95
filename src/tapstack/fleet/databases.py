"""Relational databases: Aurora MySQL as a global database, or RDS PostgreSQL with replicas in other regions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from tapstack.fleet.base import Part, Seconds, seconds

DAY = 86400


class Serverless(Part):
    """Capacity that follows the load, in Aurora capacity units."""

    minimum: Annotated[float, Field(ge=0, le=256, multiple_of=0.5)] = 0.5
    maximum: Annotated[float, Field(ge=1, le=256, multiple_of=0.5)] = 4

    @model_validator(mode="after")
    def _ordered(self) -> Serverless:
        if self.minimum > self.maximum:
            raise ValueError(f"`minimum` ({self.minimum}) is above `maximum` ({self.maximum})")
        return self


class _Database(Part):
    """What both engines have in common."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=63)] = Field(
        default="app", description="The first database inside the server."
    )
    user: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=16)] = Field(
        default="tapstack",
        description="The master user; its password is generated and never leaves the secret.",
    )
    encryption: Literal["customer-key", "aws-key", "unencrypted"] = "customer-key"
    require_tls: bool = True
    backup_retention: Annotated[Seconds, Field(ge=DAY, le=35 * DAY)] = 7 * DAY
    password_rotation: Annotated[Seconds, Field(ge=DAY, le=365 * DAY)] | None = Field(
        default=30 * DAY, description="How often the password changes by itself; null for never."
    )
    enhanced_monitoring: Annotated[
        Literal[0, 1, 5, 10, 15, 30, 60],
        BeforeValidator(seconds, json_schema_input_type=Literal[0, "1s", "5s", "10s", "15s", "30s", "60s"]),
    ] = Field(default=60, description="Time between samples of the operating system; 0 for none.")
    log_exports: bool = Field(default=True, description="Send the server's logs to CloudWatch.")
    cross_region: bool = Field(
        default=True,
        description="Follow the home's data in every standby; otherwise each region stands alone.",
    )


class AuroraMysql(_Database):
    """Aurora MySQL 3: the writer in the home region, readers in all."""

    engine: Literal["aurora-mysql"]
    version: Annotated[str, StringConstraints(pattern=r"^8\.0\.mysql_aurora\.[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}$")] = (
        "8.0.mysql_aurora.3.10.3"
    )
    serverless: Serverless | None = None
    instance_class: Annotated[str, StringConstraints(pattern=r"^db\.[a-z0-9]+\.[a-z0-9]+$")] | None = Field(
        default=None, description="A fixed size, such as db.r6g.large, where the load is steady."
    )
    instances: Annotated[int, Field(ge=1, le=15)] = Field(
        default=2,
        description="Instances in the home region, in different zones: one writes, the others take over.",
    )
    standby_instances: Annotated[int, Field(ge=0, le=15)] = Field(
        default=1,
        description="Instances in each standby; 0 keeps only the storage, cheap and slow to take over.",
    )

    @model_validator(mode="after")
    def _one_kind_of_capacity(self) -> AuroraMysql:
        if self.serverless is not None and self.instance_class is not None:
            raise ValueError("give `serverless` or `instance_class`, not both")
        return self

    @property
    def capacity(self) -> Serverless | str:
        """The serverless range, or the instance class; serverless where nothing is said."""
        return self.instance_class or self.serverless or Serverless()


class Postgres(_Database):
    """RDS PostgreSQL: a primary with a spare in another zone, and a replica in each standby region."""

    engine: Literal["postgres"]
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}(\.[0-9]{1,2})?$")] = "17.7"
    instance_class: Annotated[str, StringConstraints(pattern=r"^db\.[a-z0-9]+\.[a-z0-9]+$")] = "db.t4g.medium"
    storage_gib: Annotated[int, Field(ge=20, le=65536)] = 20
    storage_type: Literal["gp2", "gp3"] = "gp3"
    multi_az: bool = Field(default=True, description="A spare in another zone that takes over by itself.")


Database = Annotated[AuroraMysql | Postgres, Field(discriminator="engine")]
