"""A fleet's runbook: failing over and back with the console and the AWS CLI alone, in the order of `failover`."""

from __future__ import annotations

from dataclasses import dataclass

from tapstack.failover import postgres
from tapstack.failover.instructions import Instruction, Instructions
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan


@dataclass(frozen=True)
class Scenario:
    """One way from one region to another."""

    title: str
    when: str
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True)
class Runbook:
    """Everything for one fleet in one environment."""

    fleet: str
    environment: str
    home: str
    variables: tuple[str, ...]
    """Shell commands that look up what AWS has named."""
    looking: tuple[Instruction, ...]
    scenarios: tuple[Scenario, ...]


def write(fleet: Fleet, plan: Plan) -> Runbook:
    """Write the runbook of a fleet."""
    use = Instructions(fleet, plan)
    home, *standbys = use.regions
    ways = (_planned, _unplanned, _back)
    return Runbook(
        fleet=plan.fleet,
        environment=plan.environment,
        home=home,
        variables=tuple(use.variables()),
        looking=tuple(use.looking()),
        scenarios=tuple(way(use, home, to) for to in standbys for way in ways),
    )


def _planned(use: Instructions, home: str, to: str) -> Scenario:
    return Scenario(
        f"Planned: from {home} to {to}, losing nothing",
        f"{home} answers and is to be left: maintenance, a rehearsal, a region that is getting worse.",
        (
            *(use.lag(name, home, to) for name in use.moving),
            *use.rotations(pause=True),
            *(use.switch(name, home, to) for name in use.aurora),
            *(one for name in use.postgres for one in use.promote(name, home, to, planned=True)),
            *use.routes(to),
            *use.served(to),
            *(use.stop(name, home) for name in use.postgres if set(use.regions) == {home, to}),
        ),
    )


def _unplanned(use: Instructions, home: str, to: str) -> Scenario:
    return Scenario(
        f"Unplanned: {home} is lost, {to} takes over",
        f"{home} does not answer, and waiting costs more than the writes that had not arrived. Nothing of this needs "
        f"{home}. Clients of names in DNS have moved by themselves; their writes have not.",
        (
            *(use.lag_at_target(name, to) for name in use.moving),
            *(use.flee(name, to) for name in use.aurora),
            *(one for name in use.postgres for one in use.promote(name, home, to, planned=False)),
            *use.routes(to),
            *use.served(to),
            _returned(use, home),
        ),
    )


def _returned(use: Instructions, home: str) -> Instruction:
    fences = (
        call.command
        for name in use.postgres
        for call in (use.fence(name, home), postgres.rebooting(home, use.database(name)))
    )
    return Instruction(
        f"When {home} answers again, before anything else there",
        (*(use.pausing(name, pause=True).command for name in use.rotating), *fences),
        "The old writers take no writes. Aurora rebuilds its old cluster as a reader by itself; what it had not sent "
        "is in the snapshot `rds:unplanned-global-failover-…`.",
    )


def _back(use: Instructions, home: str, to: str) -> Scenario:
    return Scenario(
        f"Back home: from {to} to {home}, losing nothing",
        f"{home} is well again, and stays so.",
        (
            *(one for name in use.postgres for one in use.rebuild(name, home, to)),
            *(use.lag(name, to, home) for name in use.moving),
            *(use.switch(name, to, home) for name in use.aurora),
            *(one for name in use.postgres for one in use.promote(name, to, home, planned=True)),
            *use.routes(home),
            *use.rotations(pause=False),
            *use.served(home),
            *(
                one
                for name in use.postgres
                for region in use.regions
                if region != home
                for one in use.rebuild(name, region, home)
            ),
        ),
    )
