"""PostgreSQL with replicas in other regions: promoted for good, so the way back builds what was left anew.

RDS knows no planned switch here. So the old writer is fenced first: its parameter group makes every transaction
read-only and a reboot ends the sessions of before. The replica is promoted once it has everything, and the old writer
is stopped, if nobody follows it. What is replaced on the way back is renamed and kept: it may hold lost writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from tapstack.errors import AwsError, RefusedError
from tapstack.failover import instances, metrics, replicas
from tapstack.failover.calls import Call
from tapstack.failover.instances import FENCE, Instance, Members
from tapstack.failover.readiness import Finding, lag_finding
from tapstack.failover.site import Site
from tapstack.failover.steps import Step
from tapstack.plan.names import NameKind

AVAILABLE = "available"
MEBIBYTE = 1 << 20
MOST_UNSENT = 64 * MEBIBYTE
IDLE_LAG_SECONDS = 300.0
"""What RDS tells of a replica whose source is idle; https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.html"""


def findings(site: Site, name: str, to: str, *, most: float) -> Iterator[Finding]:
    """What must hold before a planned move, with what was measured."""
    members = instances.read(site, name)
    writer = instances.writer(site, members)
    if writer == to:
        return
    yield Finding(f"{name}: a writer", bool(writer), writer or "none", "one region")
    if not writer:
        return
    status = members.by_region[writer].status
    yield Finding(f"{name}: the writer in {writer}", status == AVAILABLE, status, AVAILABLE)
    target = members.by_region.get(to)
    if target is None or target.source != writer or to in members.aside:
        # What does not follow is built anew first, and waited for.
        return
    yield Finding(f"{name}: the replica in {to}", target.status == AVAILABLE, target.status, AVAILABLE)
    lag = metrics.replica_lag(site, to, members.identifier)
    unsent = metrics.unsent_bytes(site, writer, members.identifier)
    if unsent is not None and lag is not None and lag.value <= IDLE_LAG_SECONDS and most >= IDLE_LAG_SECONDS:
        measured = f"{unsent.value / MEBIBYTE:.1f} MiB of log, {unsent.age_seconds:.0f} s ago"
        title = f"{name}: what {writer} has still to send"
        yield Finding(title, unsent.value <= MOST_UNSENT, measured, f"at most {MOST_UNSENT / MEBIBYTE:.0f} MiB")
    yield lag_finding(name, to, lag, most)


def at_risk(site: Site, name: str, to: str) -> str:
    """How much an unplanned move loses, in words."""
    members = instances.read(site, name)
    lag = metrics.replica_lag(site, to, members.identifier)
    if lag is None:
        return f"{name}: how far {to} is behind is not known: CloudWatch has no ReplicaLag."
    seconds = lag.value + lag.age_seconds
    writer = instances.writer(site, members) or site.plan.home
    try:
        unsent = metrics.unsent_bytes(site, writer, members.identifier)
    except AwsError:
        unsent = None
    measured = f"{lag.value:.1f} s behind, measured {lag.age_seconds:.0f} s ago"
    log = f", {unsent.value / MEBIBYTE:.1f} MiB of log" if unsent else f"; {writer} does not tell how many"
    return f"{name}: writes of the last {seconds:.1f} s ({measured}){log}."


def fencing(region: str, group: str) -> Call:
    """Every transaction that does not ask for more is read-only from now on."""
    parameter = {"ParameterName": FENCE, "ParameterValue": "1", "ApplyMethod": "immediate"}
    return Call("rds", "modify_db_parameter_group", region, _parameters(group, parameter))


def lifting(region: str, group: str) -> Call:
    """The opposite."""
    return Call(
        "rds",
        "reset_db_parameter_group",
        region,
        _parameters(group, {"ParameterName": FENCE, "ApplyMethod": "immediate"}),
    )


def _parameters(group: str, parameter: dict[str, str]) -> dict[str, object]:
    return {"DBParameterGroupName": group, "Parameters": [parameter]}


def rebooting(region: str, identifier: str) -> Call:
    """No session of before outlives it."""
    return Call("rds", "reboot_db_instance", region, {"DBInstanceIdentifier": identifier})


def promoting(region: str, identifier: str, days: int) -> Call:
    """The replica stands on its own; nothing makes it a replica again."""
    return Call(
        "rds", "promote_read_replica", region, {"DBInstanceIdentifier": identifier, "BackupRetentionPeriod": days}
    )


def stopping(region: str, identifier: str) -> Call:
    """Nobody reaches it; AWS starts it again after seven days."""
    return Call("rds", "stop_db_instance", region, {"DBInstanceIdentifier": identifier})


def steps(site: Site, name: str, to: str, *, planned: bool) -> tuple[Step, ...]:
    """What the database has still to go through until the region writes."""
    members = instances.read(site, name)
    writer = _writer(site, members)
    target = members.by_region.get(to)
    if writer == to:
        own = [_lift(site, members, target)] if target is not None and target.is_fenced else []
        # The region of an old writer may have been out when the writer moved.
        unfenced = [one for one in members.alone if one.region != to and not one.is_fenced]
        return (*own, *(step for one in unfenced for step in _fence(site, name, one, to, may_be_owed=True)))
    found: list[Step] = []
    follows = target is not None and target.source == writer
    if not follows or (to == site.plan.home and to in members.aside):
        if not planned:
            raise RefusedError(
                f"{name} in {to} does not follow {writer}.", "There is nothing to promote: move where a replica stands."
            )
        found += replicas.rebuild(site, members, to, source=writer, follows=follows)
    template = members.template(to)
    if template is not None and template.is_fenced:
        found.append(_lift(site, members, template))
    old = members.by_region.get(writer)
    if old is not None:
        found += _fence(site, name, old, to, may_be_owed=not planned)
        if planned:
            found.append(_catch_up(site, name, writer, to))
    return (*found, _promote(site, name, to))


def afterwards(site: Site, name: str, to: str) -> tuple[Step, ...]:
    """What is left once clients are served again: the others are stopped, or at last follow their home again."""
    members = instances.read(site, name)
    if to != site.plan.home:
        return tuple(_stop(site, name, one) for one in members.alone if one.region != to and set(one.followers) <= {to})
    return tuple(step for region in site.regions if region != to for step in _bring_back(site, members, region, to))


def _writer(site: Site, members: Members) -> str:
    return instances.writer(site, members) or next(iter(members.silent), "")


def _fence(site: Site, name: str, old: Instance, to: str, *, may_be_owed: bool) -> tuple[Step, ...]:
    was_fenced = old.is_fenced
    rebooted: list[datetime] = []

    def read_only() -> str:
        now = instances.read_one(site, name, old.region)
        if now is None or now.is_stopped:
            return ""
        if not now.is_fenced:
            return f"{old.identifier} takes writes"
        states = {group.get("ParameterApplyStatus") for group in now.described.get("DBParameterGroups", ())}
        return f"{old.group} is being applied" if "applying" in states else ""

    def sessions_over() -> str:
        now = instances.read_one(site, name, old.region)
        target = instances.read_one(site, name, to)
        promoted = target is not None and not target.source
        if now is None or now.is_stopped or (promoted and was_fenced):
            return ""
        if not rebooted:
            return f"sessions from before the fence may be open in {old.identifier}"
        return "" if now.status == AVAILABLE else f"{old.identifier} is {now.status}"

    def reboot_begins() -> bool:
        rebooted.append(datetime.now(UTC))
        return False

    return (
        Step(
            old.region,
            f"fence {name} in {old.region}",
            f"{FENCE} keeps writes from the old writer: what is not written cannot be lost.",
            read_only,
            (fencing(old.region, old.group),),
            may_be_owed=may_be_owed,
        ),
        Step(
            old.region,
            f"end the sessions of {name} in {old.region}",
            "A reboot: no session, and no transaction, outlives the fence.",
            sessions_over,
            (rebooting(old.region, old.identifier),),
            begun=reboot_begins,
            may_be_owed=may_be_owed,
        ),
    )


def _catch_up(site: Site, name: str, writer: str, to: str) -> Step:
    identifier = site.name(NameKind.DATABASE, name)
    fenced_at: list[datetime] = []

    def missing() -> str:
        target = instances.read_one(site, name, to)
        if target is not None and not target.source:
            return ""
        if not fenced_at:
            fenced_at.append(datetime.now(UTC))
        if metrics.is_all_sent(site, writer, identifier, since=fenced_at[0]):
            return ""
        return f"{to} has not yet received everything that {writer} wrote"

    return Step(
        to,
        f"wait until {name} in {to} has everything",
        "RDS says so by OldestReplicationSlotLag: 0 in a whole period after the fence.",
        missing,
    )


def _promote(site: Site, name: str, to: str) -> Step:
    days = site.fleet.databases[name].backup_retention // 86400

    def missing() -> str:
        now = instances.read_one(site, name, to)
        if now is None:
            return f"there is no {name} in {to}"
        if now.source:
            return f"{now.identifier} follows {now.source}"
        return "" if now.status == AVAILABLE else f"{now.identifier} is {now.status}"

    def begun() -> bool:
        now = instances.read_one(site, name, to)
        return now is None or not now.source

    return Step(
        to,
        f"promote {name} in {to}",
        "The replica becomes a database of its own. Nothing makes it a replica again: the way back builds a new one.",
        missing,
        (promoting(to, site.name(NameKind.DATABASE, name), days),),
        begun=begun,
        patience=1800.0,
        is_irreversible=True,
    )


def _stop(site: Site, name: str, old: Instance) -> Step:
    def missing() -> str:
        now = instances.read_one(site, name, old.region)
        return "" if now is None or now.status == "stopped" else f"{old.identifier} is {now.status}"

    def begun() -> bool:
        now = instances.read_one(site, name, old.region)
        return now is not None and now.status == "stopping"

    return Step(
        old.region,
        f"stop {name} in {old.region}",
        "Nobody reaches the old writer. AWS starts it again after seven days, read-only still.",
        missing,
        (stopping(old.region, old.identifier),),
        begun=begun,
        may_be_owed=True,
    )


def _lift(site: Site, members: Members, one: Instance) -> Step:
    group = one.group

    def missing() -> str:
        now = instances.read_one(site, members.name, one.region)
        return f"{group} makes every transaction read-only" if now is not None and now.is_fenced else ""

    return Step(
        one.region,
        f"lift the fence of {members.name} in {one.region}",
        "It follows another now, or is the writer again.",
        missing,
        (lifting(one.region, group),),
    )


def _bring_back(site: Site, members: Members, region: str, home: str) -> Iterator[Step]:
    """Make a standby follow the home again."""
    writer = _writer(site, members)
    standby = members.by_region.get(region)
    follows = standby is not None and standby.source == home and writer == home
    if not follows or region in members.aside:
        yield from replicas.rebuild(site, members, region, source=home, follows=follows)
    template = members.template(region)
    if template is not None and (template.is_fenced or region == writer):
        yield _lift(site, members, template)
