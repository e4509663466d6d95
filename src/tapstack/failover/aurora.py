"""Aurora global databases: one call moves the writer, and Aurora fences the old one by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tapstack.errors import AwsError, RefusedError
from tapstack.failover import metrics
from tapstack.failover.calls import Call
from tapstack.failover.readiness import Finding, lag_finding
from tapstack.failover.site import Site
from tapstack.failover.steps import Step
from tapstack.plan.names import NameKind

AVAILABLE = "available"
CONNECTED = "connected"
MOVING = ("switching-over", "failing-over")


@dataclass(frozen=True)
class GlobalDatabase:
    """What Aurora says of a global database."""

    name: str
    identifier: str
    status: str
    writer: str
    """The writer's region."""
    arns: Mapping[str, str]
    synchronisation: Mapping[str, str]
    is_moving: bool


def read(site: Site, name: str) -> GlobalDatabase:
    """Ask any region that answers: each one that has a member knows all of them."""
    identifier = site.name(NameKind.GLOBAL_DATABASE, name)
    problem: AwsError | None = None
    for region in site.regions:
        try:
            answer = site.ask("rds", region, "describe_global_clusters", GlobalClusterIdentifier=identifier)
        except AwsError as error:
            problem = problem or error
            continue
        found = answer["GlobalClusters"][0]
        members = {member["DBClusterArn"].split(":")[3]: member for member in found["GlobalClusterMembers"]}
        return GlobalDatabase(
            name=name,
            identifier=identifier,
            status=found["Status"],
            writer=next((region for region, member in members.items() if member["IsWriter"]), ""),
            arns={region: member["DBClusterArn"] for region, member in members.items()},
            synchronisation={
                region: member.get("SynchronizationStatus", CONNECTED) for region, member in members.items()
            },
            is_moving=bool(found.get("FailoverState")) or found["Status"] in MOVING,
        )
    raise RefusedError(f"No region tells of the global database {identifier}.", problem.detail if problem else "")


def findings(site: Site, name: str, to: str, *, most: float) -> Iterator[Finding]:
    """What must hold before a planned move, with what was measured."""
    found = read(site, name)
    if found.writer == to:
        return
    yield Finding(f"{name}: the global database", found.status == AVAILABLE or found.is_moving, found.status, AVAILABLE)
    if found.is_moving:
        return
    synchronised = found.synchronisation.get(to, "no member")
    yield Finding(f"{name}: {to} follows", synchronised == CONNECTED, synchronised, CONNECTED)
    if to not in found.arns:
        return
    cluster = site.name(NameKind.DATABASE, name)
    described = site.ask("rds", to, "describe_db_clusters", DBClusterIdentifier=cluster)["DBClusters"][0]
    yield Finding(f"{name}: the cluster in {to}", described["Status"] == AVAILABLE, described["Status"], AVAILABLE)
    instances = len(described.get("DBClusterMembers", ()))
    yield Finding(f"{name}: instances in {to}", instances > 0, str(instances), "at least 1")
    home = site.ask("rds", found.writer, "describe_db_clusters", DBClusterIdentifier=cluster)["DBClusters"][0]
    same = home["EngineVersion"] == described["EngineVersion"]
    yield Finding(f"{name}: versions", same, f"{described['EngineVersion']}", home["EngineVersion"])
    yield lag_finding(name, to, metrics.global_lag(site, to, cluster), most)


def at_risk(site: Site, name: str, to: str) -> str:
    """How much an unplanned move loses, in words."""
    cluster = site.name(NameKind.DATABASE, name)
    lag = metrics.global_lag(site, to, cluster)
    if lag is None:
        return f"{name}: how far {to} is behind is not known: CloudWatch has no AuroraGlobalDBReplicationLag."
    seconds = lag.value + lag.age_seconds
    try:
        rate = metrics.commits_per_second(site, read(site, name).writer, cluster)
    except AwsError:
        rate = None
    writes = f", about {rate.value * seconds:.0f} commits" if rate else "; the old writer's region tells no commits"
    measured = f"{lag.value:.1f} s behind, measured {lag.age_seconds:.0f} s ago"
    return f"{name}: writes of the last {seconds:.1f} s ({measured}){writes}."


def moving(identifier: str, arn: str, region: str, *, planned: bool) -> Call:
    """The call that moves the writer; a planned one is asked of the writer's region, the other of the target's."""
    parameters = {"GlobalClusterIdentifier": identifier, "TargetDbClusterIdentifier": arn}
    if planned:
        return Call("rds", "switchover_global_cluster", region, parameters)
    return Call("rds", "failover_global_cluster", region, {**parameters, "AllowDataLoss": True})


def steps(site: Site, name: str, to: str, *, planned: bool) -> tuple[Step, ...]:
    """Move the writer."""
    found = read(site, name)
    arn = site.rds_arn(to, f"cluster:{site.name(NameKind.DATABASE, name)}")

    def missing() -> str:
        now = read(site, name)
        if now.writer != to:
            return f"the writer of {now.identifier} is in {now.writer or 'no region'} ({now.status})"
        if now.is_moving or now.status != AVAILABLE:
            return f"{now.identifier} is {now.status}"
        status = site.ask("rds", to, "describe_db_clusters", DBClusterIdentifier=site.name(NameKind.DATABASE, name))[
            "DBClusters"
        ][0]["Status"]
        return "" if status == AVAILABLE else f"the cluster in {to} is {status}"

    verb = "switch" if planned else "fail over"
    return (
        Step(
            region=to,
            name=f"{verb} {name} to {to}",
            why=(
                "Aurora stops writes, waits until the target has all of them, and swaps the roles."
                if planned
                else "Aurora makes the target the writer with what has arrived, fences the old one where it can be "
                "reached, and rebuilds it as a reader once its region is back."
            ),
            missing=missing,
            calls=(moving(found.identifier, arn, (found.writer or to) if planned else to, planned=planned),),
            begun=lambda: read(site, name).is_moving,
            patience=1800.0,
            is_irreversible=not planned,
        ),
    )
