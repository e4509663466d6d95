"""How far followers are behind, as CloudWatch has it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tapstack.failover.site import Site

PERIOD_SECONDS = {True: 60, False: 1}
"""The shortest period that AWS's own metrics have, and that of a sandbox, whose clock may run faster."""
LOOK_BACK = timedelta(minutes=15)


@dataclass(frozen=True)
class Measured:
    """The latest value of a metric, and when it was."""

    value: float
    at: datetime

    @property
    def age_seconds(self) -> float:
        """How old it is."""
        return max(0.0, (datetime.now(UTC) - self.at).total_seconds())


def replica_lag(site: Site, region: str, instance: str) -> Measured | None:
    """Seconds by which a PostgreSQL replica is behind; RDS says up to 300 where nobody writes."""
    return _latest(site, region, "ReplicaLag", "DBInstanceIdentifier", instance)


def global_lag(site: Site, region: str, cluster: str) -> Measured | None:
    """Seconds by which an Aurora cluster is behind its global database's writer."""
    found = _latest(site, region, "AuroraGlobalDBReplicationLag", "DBClusterIdentifier", cluster)
    return None if found is None else Measured(found.value / 1000, found.at)


def unsent_bytes(site: Site, region: str, instance: str) -> Measured | None:
    """The log that a PostgreSQL writer has not yet handed to the slowest of its replicas."""
    return _latest(site, region, "OldestReplicationSlotLag", "DBInstanceIdentifier", instance)


def is_all_sent(site: Site, region: str, instance: str, *, since: datetime) -> bool:
    """Tell whether a writer that takes no more writes has, in a whole period since then, had nothing left to send."""
    period = PERIOD_SECONDS[site.target.is_real]
    begin = datetime.fromtimestamp(math.ceil(since.timestamp() / period) * period, UTC)
    if begin >= datetime.now(UTC):
        return False
    points = _points(site, region, "OldestReplicationSlotLag", "DBInstanceIdentifier", instance, begin, "Minimum")
    return any(point["Minimum"] <= 0 for point in points if point["Timestamp"] >= begin)


def commits_per_second(site: Site, region: str, cluster: str) -> Measured | None:
    """Commits of an Aurora cluster's writer."""
    return _latest(site, region, "CommitThroughput", "DBClusterIdentifier", cluster)


def _latest(site: Site, region: str, metric: str, dimension: str, name: str) -> Measured | None:
    since = datetime.now(UTC) - LOOK_BACK
    points = _points(site, region, metric, dimension, name, since, "Maximum")
    if not points:
        return None
    last = max(points, key=lambda point: point["Timestamp"])
    return Measured(float(last["Maximum"]), last["Timestamp"].astimezone(UTC))


def _points(
    site: Site, region: str, metric: str, dimension: str, name: str, since: datetime, statistic: str
) -> Sequence[Any]:
    answer = site.ask(
        "cloudwatch",
        region,
        "get_metric_statistics",
        Namespace="AWS/RDS",
        MetricName=metric,
        Dimensions=[{"Name": dimension, "Value": name}],
        StartTime=since,
        EndTime=datetime.now(UTC) + timedelta(seconds=1),
        Period=PERIOD_SECONDS[site.target.is_real],
        Statistics=[statistic],
    )
    return list(answer["Datapoints"])
