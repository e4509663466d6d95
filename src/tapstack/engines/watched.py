"""What alarms and dashboards ask an engine for: how CloudWatch will know each thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tapstack.engines.alarm import Value
from tapstack.fleet.databases import AuroraMysql
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan
from tapstack.plan.names import NameKind

SEVERAL_REGIONS = 2


@dataclass(frozen=True)
class Watched:
    """A region's unit, as far as it is watched."""

    fleet: Fleet
    plan: Plan
    own_region: str
    """The unit's own region, as a part of a text."""
    name: Callable[[NameKind, str], Value]
    """The planned name of something in this region."""
    bucket: Callable[[str, str], Value]
    """A bucket's name in another region."""
    dashboard: Callable[[str], str]
    """The name of a region's dashboard."""
    alarm_arn: str
    """What stands before an alarm's name in its ARN."""
    copied_to_here: Value
    """The ID of the rules by which other regions copy their objects here."""
    api_id: Callable[[str], Value]
    """The id of an HTTP API."""
    load_balancer: Callable[[str], Value]
    """A load balancer's name with the end that AWS has chosen."""
    target_groups: Callable[[str], Mapping[str, Value]]
    """The same of the groups of a load balancer's addresses, by what the fleet calls them."""
    health_check: Callable[[str], Value]
    """The id of the health check of a name in DNS."""

    @property
    def regions(self) -> tuple[str, ...]:
        """All regions, home first."""
        return tuple(region.name for region in self.plan.regions)

    @property
    def spreads(self) -> bool:
        """Tell whether there is more than one region."""
        return len(self.plan.regions) >= SEVERAL_REGIONS

    def api(self, name: str) -> Mapping[str, Value]:
        """How CloudWatch tells APIs apart: REST APIs by name, HTTP APIs by id."""
        api = self.fleet.apis[name]
        if api.kind == "rest":
            return {"ApiName": self.name(NameKind.API, name), "Stage": api.stage}
        return {"ApiId": self.api_id(name), "Stage": api.stage}

    def balancer(self, name: str) -> Mapping[str, Value]:
        """How CloudWatch tells load balancers apart: by a name of which AWS chooses the end."""
        return {"LoadBalancer": self.load_balancer(name)}

    def database(self, name: str) -> Mapping[str, Value]:
        """How CloudWatch tells databases apart: clusters (all their instances at once) and single instances."""
        kind = "DBClusterIdentifier" if isinstance(self.fleet.databases[name], AuroraMysql) else "DBInstanceIdentifier"
        return {kind: self.name(NameKind.DATABASE, name)}
