"""The fleet on its target: how its parts are called there, and which of its regions answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tapstack.engines.engine import Engine
from tapstack.errors import AwsError
from tapstack.failover.calls import GLOBAL_REGION
from tapstack.fleet.databases import AuroraMysql, Database, Postgres
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan
from tapstack.plan.names import NameKind, name_of
from tapstack.targets.problems import mapped
from tapstack.targets.target import Target

ATTEMPTS = 3
PATIENCE_SECONDS = 5.0
"""A region that does not answer one of some short questions is taken for silent."""


@dataclass(frozen=True)
class Site:
    """A plan and a target."""

    fleet: Fleet
    plan: Plan
    target: Target
    engine: Engine
    silent: Mapping[str, str] = field(default_factory=dict)
    """Regions that do not answer, with what is wrong: they are not asked again in this run."""

    @property
    def where(self) -> str:
        """The word that a person types for what cannot be undone: FLEET/ENVIRONMENT."""
        return f"{self.plan.fleet}/{self.plan.environment}"

    @property
    def regions(self) -> tuple[str, ...]:
        """All regions, home first."""
        return tuple(region.name for region in self.plan.regions)

    @property
    def moving(self) -> Mapping[str, Database]:
        """The databases whose writer can move: those that standbys follow."""
        if len(self.plan.regions) == 1:
            return {}
        return {name: database for name, database in self.fleet.databases.items() if database.cross_region}

    @property
    def aurora(self) -> Mapping[str, AuroraMysql]:
        """The Aurora global databases."""
        return {name: one for name, one in self.moving.items() if isinstance(one, AuroraMysql)}

    @property
    def postgres(self) -> Mapping[str, Postgres]:
        """The PostgreSQL databases with replicas in other regions."""
        return {name: one for name, one in self.moving.items() if isinstance(one, Postgres)}

    def name(self, kind: NameKind, component: str) -> str:
        """A planned name."""
        return name_of(kind, self.plan.fleet, self.plan.environment, component).text

    def rds_arn(self, region: str, resource: str) -> str:
        """The ARN of a database by its planned name."""
        return f"arn:{self.plan.region(region).partition}:rds:{region}:{self.target.account}:{resource}"

    def ask(self, service: str, region: str, operation: str, **parameters: Any) -> Any:
        """Ask one question; errors in the product's words."""
        self._refuse_silent(service, region)
        with mapped(region):
            return getattr(self.target.client(service, region), operation)(**parameters)

    def pages(self, service: str, region: str, operation: str, key: str, **parameters: Any) -> list[Any]:
        """Ask a question whose answer has several pages."""
        self._refuse_silent(service, region)
        with mapped(region):
            pages = self.target.client(service, region).get_paginator(operation).paginate(**parameters)
            return [item for page in pages for item in page[key]]

    def looked_at(self) -> Site:
        """The same, knowing which of its regions do not answer at this moment."""
        found = {region: problem for region in self.regions if (problem := self._problem_of(region))}
        return replace(self, silent=found)

    def _problem_of(self, region: str) -> str:
        said = ""
        for _ in range(ATTEMPTS):
            try:
                with mapped(region):
                    self.target.hasty("rds", region, PATIENCE_SECONDS).describe_db_subnet_groups(MaxRecords=20)
            except AwsError as error:
                said = f"{error.summary} {error.detail}".strip()
            else:
                return ""
        return said

    def _refuse_silent(self, service: str, region: str) -> None:
        """Route 53 stands in no region, though its calls name one."""
        if region in self.silent and service != "route53":
            raise AwsError(f"Region {region} does not answer.", self.silent[region])

    def route53(self, operation: str, **parameters: Any) -> Any:
        """Ask Route 53."""
        return self.ask("route53", GLOBAL_REGION, operation, **parameters)
