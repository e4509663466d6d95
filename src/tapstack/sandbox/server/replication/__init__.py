"""Replication between regions as AWS does it: later, in order, held back by an outage.

What is under way lives in memory alone: stopping the sandbox forgets it, as does nothing on AWS.
"""

from __future__ import annotations

from ministack.core.responses import request_scope
from ministack.services import cloudwatch

from tapstack.sandbox.server.extension import ServerContext, Status
from tapstack.sandbox.server.mends.patch import original
from tapstack.sandbox.server.replication import statements
from tapstack.sandbox.server.replication.links import Links, Route
from tapstack.sandbox.server.replication.objects import ObjectReplication
from tapstack.sandbox.server.replication.rules import metrics_rules
from tapstack.sandbox.server.replication.tables import TableReplication
from tapstack.sandbox.server.watch import Watch

METRICS_SECONDS = 60.0


class Replication:
    """Global tables and replicated buckets, with a lag."""

    name = "replication"

    def __init__(self) -> None:
        self._context: ServerContext | None = None
        self._links: Links | None = None
        self._tables: TableReplication | None = None
        self._objects: ObjectReplication | None = None
        self._measuring: Watch | None = None

    def install(self, context: ServerContext) -> None:
        """Take the place of MiniStack's copying within the call."""
        original(cloudwatch, "record_metric")
        self._context = context
        self._links = Links(context, self._delivered)
        self._tables = TableReplication(self._links)
        self._tables.install()
        statements.install()
        self._objects = ObjectReplication(self._links, context.settings.enforce_iam)
        self._objects.install()

    async def start(self, context: ServerContext) -> None:
        """Begin to deliver, and to say how much waits."""
        links = self._links
        if links is None:
            return
        links.start()

        def measure() -> None:
            for route, pending in links.pending():
                _record_for_rules(context, route, "OperationsPendingReplication", pending, "Count")

        self._measuring = Watch("replication", measure, context.clock.real_seconds(METRICS_SECONDS))
        self._measuring.start()

    async def stop(self) -> None:
        """Stop delivering."""
        if self._measuring is not None:
            await self._measuring.stop()
        if self._links is not None:
            await self._links.stop()

    def reset(self) -> None:
        """Forget what is under way."""
        if self._links is not None and self._tables is not None and self._objects is not None:
            self._links.clear()
            self._tables.clear()
            self._objects.failed = 0

    def status(self) -> Status:
        """What is under way, how old it is, and what was lost to a later write."""
        if self._context is None or self._links is None or self._tables is None or self._objects is None:
            return {}
        return {
            "lag_seconds": self._context.settings.replication_lag_seconds,
            "clock_factor": self._context.clock.factor,
            "links": self._links.report(),
            "table_conflicts": self._tables.conflicts,
            "failed_objects": self._objects.failed,
            "kept_over_a_stop": False,
        }

    def _delivered(self, route: Route, latency_seconds: float) -> None:
        """Record the metric that AWS has for it, in the region where AWS has it."""
        if self._context is None:
            return
        if route.service == "s3":
            _record_for_rules(self._context, route, "ReplicationLatency", latency_seconds, "Seconds")
            return
        dimensions = {"TableName": route.subject, "ReceivingRegion": route.target}
        with request_scope(self._context.settings.account, route.source):
            cloudwatch.record_metric(
                "AWS/DynamoDB", "ReplicationLatency", latency_seconds * 1000, "Milliseconds", dimensions
            )


def _record_for_rules(context: ServerContext, route: Route, metric: str, value: float, unit: str) -> None:
    """Record a metric of bucket replication, which only exists for the rules that ask for metrics."""
    if route.service != "s3":
        return
    source, target = route.subject.split(" to ")
    with request_scope(context.settings.account, route.source):
        for rule in metrics_rules(source, target):
            dimensions = {"SourceBucket": source, "DestinationBucket": target, "RuleId": rule}
            cloudwatch.record_metric("AWS/S3", metric, value, unit, dimensions)
