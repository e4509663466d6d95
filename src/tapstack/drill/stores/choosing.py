"""Which of the fleet's stores a drill can write to."""

from __future__ import annotations

from tapstack.drill.stores.store import Store
from tapstack.drill.stores.tables import TableStore
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan
from tapstack.targets.target import Target


def stores(fleet: Fleet, plan: Plan, target: Target) -> tuple[Store, ...]:
    """All that can be reached."""
    return tuple(TableStore(name, table, plan, target) for name, table in fleet.tables.items())
