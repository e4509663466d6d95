"""Alarms: what is watched in a region, from which number on somebody is told, and what it means when nothing comes.

A metric that AWS publishes only when something happens is `quiet`: its absence is good news. One that should always
come is `steady`: its absence is the bad news itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tapstack.engines.cloudformation import apis, dns, load_balancers, zones
from tapstack.engines.cloudformation.alarm import ABOVE, BELOW, Alarm, Metric, write
from tapstack.engines.cloudformation.template import Resource, Value, get, logical_id, sub
from tapstack.engines.cloudformation.unit import IS_HOME, UnitTemplate
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


def add(unit: UnitTemplate, topic: Resource) -> list[str]:
    """Add every alarm, which tells the topic when it goes off and when it is over; return the names that all have."""
    alarms = list(alarms_of(unit))
    for alarm in alarms:
        write(unit, alarm, topic)
    return [unit.text_name(NameKind.ALARM, alarm.name) for alarm in alarms if alarm.condition is None]


def alarms_of(unit: UnitTemplate) -> Iterator[Alarm]:
    """Everything that is watched in a region."""
    yield from _functions(unit)
    yield from _apis(unit)
    yield from _load_balancers(unit)
    for name, database in unit.fleet.databases.items():
        yield from _database(unit, name, database)
    yield from _tables(unit)
    yield from _buckets(unit)
    yield from _names(unit)


def _functions(unit: UnitTemplate) -> Iterator[Alarm]:
    thresholds = unit.fleet.observability.thresholds
    for name, function in unit.fleet.functions.items():
        of = f"function-{name}"
        yield Alarm(
            of,
            "errors",
            f"Function {name} failed.",
            (_lambda(unit, name, "Errors"),),
            thresholds.function_errors,
        )
        yield Alarm(
            of,
            "throttles",
            f"Function {name} was called more often at once than its share of the account's concurrency allows.",
            (_lambda(unit, name, "Throttles"),),
            thresholds.function_throttles,
        )
        if function.dead_letter:
            queue = unit.name(NameKind.QUEUE, f"{name}-dead-letters")
            metric = Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": queue}, "Maximum")
            yield Alarm(
                of, "dead-letters", f"Events that function {name} failed on for good are waiting.", (metric,), 1
            )
    for name, database in unit.fleet.databases.items():
        if database.password_rotation:
            metric = _lambda(unit, f"{name}-rotation", "Errors")
            yield Alarm(
                f"database-{name}", "rotation", f"The password of database {name} did not change.", (metric,), 1
            )


def _lambda(unit: UnitTemplate, function: str, metric: str) -> Metric:
    return Metric("AWS/Lambda", metric, {"FunctionName": unit.name(NameKind.FUNCTION, function)})


def _apis(unit: UnitTemplate) -> Iterator[Alarm]:
    thresholds = unit.fleet.observability.thresholds
    for name, api in unit.fleet.apis.items():
        dimensions = api_dimensions(unit, name)
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


def api_dimensions(unit: UnitTemplate, name: str) -> Mapping[str, Value]:
    """How CloudWatch tells APIs apart: REST APIs by name, HTTP APIs by id."""
    api = unit.fleet.apis[name]
    if api.kind == "rest":
        return {"ApiName": unit.name(NameKind.API, name), "Stage": api.stage}
    return {"ApiId": apis.api_id(unit, name), "Stage": api.stage}


def _load_balancers(unit: UnitTemplate) -> Iterator[Alarm]:
    threshold = unit.fleet.observability.thresholds.load_balancer_server_errors
    for name in unit.fleet.load_balancers:
        of, dimensions = f"load-balancer-{name}", load_balancer_dimensions(name)
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
        for target, group in load_balancers.address_groups(unit, name).items():
            metric = Metric(
                "AWS/ApplicationELB",
                "UnHealthyHostCount",
                {"TargetGroup": get(group, "TargetGroupFullName"), **dimensions},
                "Maximum",
            )
            description = f"Load balancer {name} has unhealthy targets behind {target}."
            yield Alarm(of, f"{target}-unhealthy", description, (metric,), 1)


def load_balancer_dimensions(name: str) -> Mapping[str, Value]:
    """How CloudWatch tells load balancers apart: by a name of which AWS chooses the end."""
    return {"LoadBalancer": get(logical_id("load-balancer", name), "LoadBalancerFullName")}


def _database(unit: UnitTemplate, name: str, database: Database) -> Iterator[Alarm]:
    thresholds = unit.fleet.observability.thresholds
    of, dimensions = f"database-{name}", database_dimensions(unit, name)
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
    if database.cross_region and unit.spreads:
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


def database_dimensions(unit: UnitTemplate, name: str) -> Mapping[str, Value]:
    """How CloudWatch tells databases apart: clusters (all their instances at once) and single instances."""
    kind = "DBClusterIdentifier" if isinstance(unit.fleet.databases[name], AuroraMysql) else "DBInstanceIdentifier"
    return {kind: unit.name(NameKind.DATABASE, name)}


def _tables(unit: UnitTemplate) -> Iterator[Alarm]:
    thresholds = unit.fleet.observability.thresholds
    for name, table in unit.fleet.tables.items():
        physical = {"TableName": unit.name(NameKind.TABLE, name)}
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
        if table.scope == "global" and table.consistency == "eventual" and unit.spreads:
            for region in unit.regions:
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
                    condition=_outside(unit, region),
                )


def _buckets(unit: UnitTemplate) -> Iterator[Alarm]:
    """Failures are published where objects come from, times where they arrive, so each is watched on its own side.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
    """
    for name, bucket in unit.fleet.buckets.items():
        if bucket.replication == "none" or not unit.spreads:
            continue
        from_home = bucket.replication == "from-home"
        own = unit.name(NameKind.BUCKET, name)
        for region in unit.regions:
            other = unit.name(NameKind.BUCKET, name, region=region)
            if not (from_home and region == unit.plan.home):
                copying = {"SourceBucket": own, "DestinationBucket": other, "RuleId": f"to-{region}"}
                yield Alarm(
                    f"bucket-{name}",
                    f"replication-to-{region}",
                    f"Objects of bucket {name} could not be copied to {region}: a permission or a key is missing.",
                    (Metric("AWS/S3", "OperationsFailedReplication", copying),),
                    1,
                    condition=IS_HOME if from_home else _outside(unit, region),
                )
            if bucket.replication_time_control and (not from_home or region == unit.plan.home):
                arriving = {"SourceBucket": other, "DestinationBucket": own, "RuleId": sub("to-${AWS::Region}")}
                yield Alarm(
                    f"bucket-{name}",
                    f"replication-time-from-{region}",
                    f"Objects of bucket {name} take longer to come from {region} than S3 promises.",
                    (Metric("AWS/S3", "ReplicationLatency", arriving, "Maximum"),),
                    REPLICATION_PROMISE,
                    ABOVE,
                    condition=_outside(unit, region),
                )


def _names(unit: UnitTemplate) -> Iterator[Alarm]:
    """Whether the region answers, seen from outside.

    Route 53's health checkers visit every region all the time, standbys too, so a region without a good answer is not
    reached or not well, and can tell so itself. What Route 53 has concluded is published in one region only, under an
    id that no other region's stack knows: there the region's own check is watched as well.
    """
    described = unit.fleet.dns
    for label, name in described.names.items() if described else ():
        if described is None or dns.checked(unit, name) is None:
            continue
        of = f"name-{zones.word(label)}"
        metrics, formula = _good_answers(unit, name)
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
        if HEALTH_METRICS in unit.regions:
            metric = Metric(
                "AWS/Route53", "HealthCheckStatus", {"HealthCheckId": dns.health_check_id(unit, label)}, "Minimum"
            )
            yield Alarm(
                of,
                "unhealthy",
                "Route 53 takes this region for unhealthy and sends clients elsewhere.",
                (metric,),
                1,
                BELOW,
                "steady",
                condition=unit.is_region(HEALTH_METRICS),
            )


def _good_answers(unit: UnitTemplate, name: DnsName) -> tuple[tuple[Metric, ...], str]:
    """What counts the answers that a health check takes for good, and the formula for it."""
    if name.api is not None:
        dimensions = api_dimensions(unit, name.api)
        errors = ("4XXError", "5XXError") if unit.fleet.apis[name.api].kind == "rest" else ("4xx", "5xx")
        return tuple(Metric("AWS/ApiGateway", each, dimensions) for each in ("Count", *errors)), "m1 - m2 - m3"
    dimensions = load_balancer_dimensions(name.load_balancer or "")
    counted = ("HTTPCode_Target_2XX_Count", "HTTPCode_Target_3XX_Count")
    return tuple(Metric("AWS/ApplicationELB", each, dimensions) for each in counted), "FILL(m1, 0) + FILL(m2, 0)"


def _outside(unit: UnitTemplate, region: str) -> str:
    """The condition that the stack stands in another region than this one."""
    name = logical_id("is-not", region)
    unit.template.conditions.setdefault(name, {"Fn::Not": [{"Condition": unit.is_region(region)}]})
    return name
