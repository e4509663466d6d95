"""Alarms: what is watched in a region, from which number on somebody is told, and what it means when nothing comes.

A metric that AWS publishes only when something happens is `quiet`: its absence is good news. One that should always
come is `steady`: its absence is the bad news itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tapstack.engines.alarm import ABOVE, AT_HOME, BELOW, Alarm, Metric, Value, Where
from tapstack.engines.names_in_dns import checked, word
from tapstack.engines.watched import Watched
from tapstack.fleet.databases import AuroraMysql, Database, Postgres
from tapstack.fleet.dns import DnsName
from tapstack.plan.names import NameKind

MILLISECONDS = 1000
GIBIBYTE = 1024**3
FREE_STORAGE_SHARE = 0.1
"""Below a tenth somebody should add storage; Aurora's grows by itself."""
CAPACITY_SHARE = 95
"""Percent of a serverless cluster's maximum, from which on it cannot grow much further."""
IDLE_LAG = 60
"""Seconds that an idle PostgreSQL replica seems to lag at best: its lag grows until the next WAL file, every five
minutes, and is looked at once a minute."""
IDLE_PERIOD = 300
REPLICATION_PROMISE = 900
"""Seconds within which S3 Replication Time Control promises to copy."""
HEALTH_METRICS = "us-east-1"
"""The only region where Route 53 publishes the state of health checks."""


def alarms_of(watched: Watched) -> Iterator[Alarm]:
    """Everything that is watched in a region."""
    yield from _functions(watched)
    yield from _apis(watched)
    yield from _load_balancers(watched)
    for name, database in watched.fleet.databases.items():
        yield from _database(watched, name, database)
    yield from _tables(watched)
    yield from _buckets(watched)
    yield from _names(watched)


def _functions(watched: Watched) -> Iterator[Alarm]:
    thresholds = watched.fleet.observability.thresholds
    for name, function in watched.fleet.functions.items():
        of = f"function-{name}"
        yield Alarm(
            of,
            "errors",
            f"Function {name} failed.",
            (_lambda(watched, name, "Errors"),),
            thresholds.function_errors,
        )
        yield Alarm(
            of,
            "throttles",
            f"Function {name} was called more often at once than its share of the account's concurrency allows.",
            (_lambda(watched, name, "Throttles"),),
            thresholds.function_throttles,
        )
        if function.dead_letter:
            queue = watched.name(NameKind.QUEUE, f"{name}-dead-letters")
            metric = Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": queue}, "Maximum")
            yield Alarm(
                of, "dead-letters", f"Events that function {name} failed on for good are waiting.", (metric,), 1
            )
    for name, database in watched.fleet.databases.items():
        if database.password_rotation:
            metric = _lambda(watched, f"{name}-rotation", "Errors")
            yield Alarm(
                f"database-{name}", "rotation", f"The password of database {name} did not change.", (metric,), 1
            )


def _lambda(watched: Watched, function: str, metric: str) -> Metric:
    return Metric("AWS/Lambda", metric, {"FunctionName": watched.name(NameKind.FUNCTION, function)})


def _apis(watched: Watched) -> Iterator[Alarm]:
    thresholds = watched.fleet.observability.thresholds
    for name, api in watched.fleet.apis.items():
        dimensions = watched.api(name)
        errors = "5XXError" if api.kind == "rest" else "5xx"
        yield Alarm(
            f"api-{name}",
            "server-errors",
            f"API {name} answered with server errors.",
            (Metric("AWS/ApiGateway", errors, dimensions),),
            thresholds.api_server_errors,
        )
        yield Alarm(
            f"api-{name}",
            "latency",
            f"One in a hundred answers of API {name} takes too long.",
            (Metric("AWS/ApiGateway", "Latency", dimensions, "p99"),),
            thresholds.api_latency * MILLISECONDS,
        )


def _load_balancers(watched: Watched) -> Iterator[Alarm]:
    threshold = watched.fleet.observability.thresholds.load_balancer_server_errors
    for name in watched.fleet.load_balancers:
        of, dimensions = f"load-balancer-{name}", watched.balancer(name)
        yield Alarm(
            of,
            "server-errors",
            f"Load balancer {name} itself answered with server errors: no target could.",
            (Metric("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", dimensions),),
            threshold,
        )
        yield Alarm(
            of,
            "target-errors",
            f"Targets of load balancer {name} answered with server errors.",
            (Metric("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", dimensions),),
            threshold,
        )
        # Targets that are functions have no health of their own: their errors tell.
        for target, group in watched.target_groups(name).items():
            metric = Metric(
                "AWS/ApplicationELB",
                "UnHealthyHostCount",
                {"TargetGroup": group, **dimensions},
                "Maximum",
            )
            description = f"Load balancer {name} has unhealthy targets behind {target}."
            yield Alarm(of, f"{target}-unhealthy", description, (metric,), 1)


def _database(watched: Watched, name: str, database: Database) -> Iterator[Alarm]:
    thresholds = watched.fleet.observability.thresholds
    of, dimensions = f"database-{name}", watched.database(name)
    yield Alarm(
        of,
        "cpu",
        f"Database {name} is busy: the processor of one of its instances.",
        (Metric("AWS/RDS", "CPUUtilization", dimensions, "Maximum"),),
        thresholds.database_cpu_percent,
        ABOVE,
    )
    yield Alarm(
        of,
        "connections",
        f"Database {name} has many connections.",
        (Metric("AWS/RDS", "DatabaseConnections", dimensions, "Maximum"),),
        thresholds.database_connections,
        ABOVE,
    )
    # There is no alarm on free memory: databases take all they can get, so little of it is free in good health.
    if isinstance(database, AuroraMysql):
        if not isinstance(database.capacity, str):
            yield Alarm(
                of,
                "capacity",
                f"Database {name} is about to reach the most capacity that it may grow to.",
                (Metric("AWS/RDS", "ACUUtilization", dimensions, "Maximum"),),
                CAPACITY_SHARE,
                ABOVE,
            )
    else:
        yield Alarm(
            of,
            "storage",
            f"Database {name} has little storage left.",
            (Metric("AWS/RDS", "FreeStorageSpace", dimensions, "Minimum"),),
            round(database.storage_gib * GIBIBYTE * FREE_STORAGE_SHARE),
            BELOW,
        )
    if database.cross_region and watched.spreads:
        yield _replication_lag(of, name, database, dimensions, thresholds.database_replication_lag)


def _replication_lag(of: str, name: str, database: Database, dimensions: Mapping[str, Value], threshold: int) -> Alarm:
    """Lag is published where a database follows; the alarm is everywhere, since roles change in a failover."""
    description = f"Database {name} in this region is behind its writer: that much would be lost."
    match database:
        case AuroraMysql():
            metric = Metric("AWS/RDS", "AuroraGlobalDBReplicationLag", dimensions, "Maximum")
            return Alarm(of, "replication-lag", description, (metric,), threshold * MILLISECONDS, ABOVE)
        case Postgres():
            metric = Metric("AWS/RDS", "ReplicaLag", dimensions, "Minimum")
            return Alarm(of, "replication-lag", description, (metric,), threshold + IDLE_LAG, ABOVE, period=IDLE_PERIOD)


def _tables(watched: Watched) -> Iterator[Alarm]:
    thresholds = watched.fleet.observability.thresholds
    for name, table in watched.fleet.tables.items():
        physical = {"TableName": watched.name(NameKind.TABLE, name)}
        for suffix, dimensions in (
            ("", physical),
            *((f"-index-{index}", {**physical, "GlobalSecondaryIndexName": index}) for index in table.indexes),
        ):
            yield Alarm(
                f"table-{name}{suffix}",
                "throttles",
                f"Table {name} refused requests: its limits or those of one of its keys are reached.",
                # By table there are events only; requests are counted by table and operation.
                tuple(
                    Metric("AWS/DynamoDB", event, dimensions) for event in ("ReadThrottleEvents", "WriteThrottleEvents")
                ),
                thresholds.table_throttles,
                formula="FILL(m1, 0) + FILL(m2, 0)",
            )
        if table.scope == "global" and table.consistency == "eventual" and watched.spreads:
            for region in watched.regions:
                metric = Metric(
                    "AWS/DynamoDB", "ReplicationLatency", {**physical, "ReceivingRegion": region}, "Average"
                )
                yield Alarm(
                    f"table-{name}",
                    f"replication-to-{region}",
                    f"What is written to table {name} here takes long to reach {region}.",
                    (metric,),
                    thresholds.table_replication_latency * MILLISECONDS,
                    ABOVE,
                    where=Where("outside", region),
                )


def _buckets(watched: Watched) -> Iterator[Alarm]:
    """Failures are published where objects come from, times where they arrive, so each is watched on its own side.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
    """
    for name, bucket in watched.fleet.buckets.items():
        if bucket.replication == "none" or not watched.spreads:
            continue
        from_home = bucket.replication == "from-home"
        own = watched.name(NameKind.BUCKET, name)
        for region in watched.regions:
            other = watched.bucket(name, region)
            if not (from_home and region == watched.plan.home):
                copying = {"SourceBucket": own, "DestinationBucket": other, "RuleId": f"to-{region}"}
                yield Alarm(
                    f"bucket-{name}",
                    f"replication-to-{region}",
                    f"Objects of bucket {name} could not be copied to {region}: a permission or a key is missing.",
                    (Metric("AWS/S3", "OperationsFailedReplication", copying),),
                    1,
                    where=AT_HOME if from_home else Where("outside", region),
                )
            if bucket.replication_time_control and (not from_home or region == watched.plan.home):
                arriving = {"SourceBucket": other, "DestinationBucket": own, "RuleId": watched.copied_to_here}
                yield Alarm(
                    f"bucket-{name}",
                    f"replication-time-from-{region}",
                    f"Objects of bucket {name} take longer to come from {region} than S3 promises.",
                    (Metric("AWS/S3", "ReplicationLatency", arriving, "Maximum"),),
                    REPLICATION_PROMISE,
                    ABOVE,
                    where=Where("outside", region),
                )


def _names(watched: Watched) -> Iterator[Alarm]:
    """Whether the region answers, seen from outside.

    Route 53's health checkers visit every region all the time, standbys too, so a region without a good answer is not
    reached or not well, and can tell so itself. What Route 53 has concluded is published in one region only, under an
    id that no other region's stack knows: there the region's own check is watched as well.
    """
    described = watched.fleet.dns
    for label, name in described.names.items() if described else ():
        if described is None or checked(watched.fleet, name) is None:
            continue
        of = f"name-{word(label)}"
        metrics, formula = _good_answers(watched, name)
        yield Alarm(
            of,
            "unanswered",
            f"Nobody got a good answer for {described.full_name(label)} from this region, not even Route 53's health "
            "checkers: it could not take over.",
            metrics,
            1,
            BELOW,
            "steady",
            formula,
        )
        if HEALTH_METRICS in watched.regions:
            metric = Metric(
                "AWS/Route53", "HealthCheckStatus", {"HealthCheckId": watched.health_check(label)}, "Minimum"
            )
            yield Alarm(
                of,
                "unhealthy",
                "Route 53 takes this region for unhealthy and sends clients elsewhere.",
                (metric,),
                1,
                BELOW,
                "steady",
                where=Where("in", HEALTH_METRICS),
            )


def _good_answers(watched: Watched, name: DnsName) -> tuple[tuple[Metric, ...], str]:
    """What counts the answers that a health check takes for good, and the formula for it."""
    if name.api is not None:
        dimensions = watched.api(name.api)
        errors = ("4XXError", "5XXError") if watched.fleet.apis[name.api].kind == "rest" else ("4xx", "5xx")
        return tuple(Metric("AWS/ApiGateway", each, dimensions) for each in ("Count", *errors)), "m1 - m2 - m3"
    dimensions = watched.balancer(name.load_balancer or "")
    counted = ("HTTPCode_Target_2XX_Count", "HTTPCode_Target_3XX_Count")
    return tuple(Metric("AWS/ApplicationELB", each, dimensions) for each in counted), "FILL(m1, 0) + FILL(m2, 0)"
