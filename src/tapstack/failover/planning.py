"""What a move comes to: what must hold before it, what it may lose, and its steps in their order."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tapstack.engines import names_in_dns
from tapstack.errors import AwsError, RefusedError
from tapstack.failover import adopting, aurora, instances, postgres, rotation, routing, verifying
from tapstack.failover.readiness import Finding
from tapstack.failover.site import Site
from tapstack.failover.steps import Step
from tapstack.rollout.endpoints import endpoints
from tapstack.rollout.gates import ringing


@dataclass(frozen=True)
class Move:
    """One move of a fleet to one of its regions."""

    to: str
    planned: bool
    findings: tuple[Finding, ...]
    at_risk: tuple[str, ...]
    """What an unplanned move may lose, database by database."""
    notes: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What does not hold."""
        return tuple(finding for finding in self.findings if not finding.holds)

    @property
    def is_irreversible(self) -> bool:
        """Tell whether a step cannot be undone."""
        return any(step.is_irreversible for step in self.steps)


def plan_move(site: Site, to: str, *, planned: bool, most_lag: float, despite: Collection[str] = ()) -> Move:
    """Ask AWS for everything that the move depends on; `despite` names alarms that may ring."""
    if len(site.plan.regions) == 1:
        raise RefusedError("The fleet has one region.", "There is nowhere to go.")
    site = site.looked_at()
    if to in site.silent:
        raise RefusedError(f"{to} does not answer.", f"Nothing can be moved there. {site.silent[to]}")
    writers = writers_of(site)
    findings = tuple(_findings(site, to, most=most_lag, despite=despite, writers=writers)) if planned else ()
    return Move(
        to=to,
        planned=planned,
        findings=findings,
        at_risk=() if planned else tuple(_at_risk(site, to, writers)),
        notes=tuple(_notes(site, to, planned=planned)),
        steps=() if any(not one.holds for one in findings) else tuple(_steps(site, to, planned=planned)),
    )


def writers_of(site: Site) -> dict[str, str]:
    """The region of each database's writer, as AWS tells."""
    found = {name: aurora.read(site, name).writer for name in site.aurora}
    return found | {name: instances.writer(site, instances.read(site, name)) for name in site.postgres}


def _findings(
    site: Site, to: str, *, most: float, despite: Collection[str], writers: dict[str, str]
) -> Iterator[Finding]:
    for region in sorted({*writers.values(), site.plan.home} - {to, ""}):
        yield Finding(
            f"{region} answers", region not in site.silent, "no answer" if region in site.silent else "yes", "yes"
        )
    if site.silent:
        return
    for endpoint in endpoints(site.fleet, site.plan, site.target, to):
        problem = endpoint.problem(site.target)
        yield Finding(f"{endpoint.name} in {to}", not problem, problem or "answers", "answers")
    rings = sorted({name for _, name in ringing(site.plan, site.target, (to,))} - {*_by_holding(site, to), *despite})
    yield Finding(f"alarms in {to}", not rings, ", ".join(rings) or "quiet", "quiet")
    for name in routing.fixed_names(site):
        yield Finding(f"{name} can be moved", False, "no health check", "a health check on its address")
    for name, writer in writers.items():
        if writer != to and site.fleet.databases[name].password_rotation is not None:
            under_way = rotation.is_under_way(site, name)
            yield Finding(f"{name}: its password", not under_way, "is being changed" if under_way else "rests", "rests")
    for name in site.aurora:
        yield from aurora.findings(site, name, to, most=most)
    for name in site.postgres:
        yield from postgres.findings(site, name, to, most=most)


def _by_holding(site: Site, region: str) -> Iterator[str]:
    """Alarms that ring because a failover holds a check: nobody looks at the region any more, and Route 53 says so."""
    for check in routing.find(site):
        if check.region == region and routing.is_held(site, check):
            of = f"{site.plan.fleet}-{site.plan.environment}-name-{names_in_dns.word(check.label)}"
            yield from (f"{of}-unanswered", f"{of}-unhealthy")


def _at_risk(site: Site, to: str, writers: dict[str, str]) -> Iterator[str]:
    for name, writer in writers.items():
        if writer == to:
            continue
        yield (aurora if name in site.aurora else postgres).at_risk(site, name, to)


def _notes(site: Site, to: str, *, planned: bool) -> Iterator[str]:
    for region in sorted(site.silent):
        yield (
            f"{region} does not answer: what is still to be done there is owed. Its databases are not fenced and must "
            "not be used when the region returns: run the same command again then, before anything else."
        )
    if not planned:
        for name in routing.fixed_names(site):
            yield f"{name} has no health check: its clients stay where they are."
    for name in site.postgres:
        members = instances.read(site, name)
        for region, one in members.by_region.items():
            if region != to and to != site.plan.home and one.source and one.source != to:
                yield f"{name} in {region} goes on following {one.source}, and is made anew by `tapstack failback`."


def _steps(site: Site, to: str, *, planned: bool) -> Iterator[Step]:
    away = to != site.plan.home
    try:
        checks = routing.find(site)
    except AwsError:
        if planned:
            raise
        checks = ()
    rotations = [step for name in site.moving if (step := rotation.step(site, name, pause=away)) is not None]
    if away:
        yield from rotations
    for name in site.aurora:
        yield from aurora.steps(site, name, to, planned=planned)
    for name in site.postgres:
        yield from postgres.steps(site, name, to, planned=planned)
    yield from routing.steps(site, checks, to)
    if not away:
        yield from rotations
    yield verifying.step(site, checks, to)
    for name in site.postgres:
        yield from postgres.afterwards(site, name, to)
    yield from adopting.steps(site)
