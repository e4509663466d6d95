"""Which of the fleet's stores a drill can write to, and why not to the others."""

from __future__ import annotations

from dataclasses import dataclass

from tapstack.drill.stores.store import Store
from tapstack.drill.stores.tables import TableStore
from tapstack.fleet.databases import Database, Postgres
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan
from tapstack.targets.target import Target


@dataclass(frozen=True)
class Chosen:
    """The stores that are written to; of the others, why they are not."""

    stores: tuple[Store, ...]
    left_out: tuple[str, ...]


def choose(fleet: Fleet, plan: Plan, target: Target) -> Chosen:
    """All tables, and every database that lets us in from here."""
    found: list[Store] = [TableStore(name, table, plan, target) for name, table in fleet.tables.items()]
    left_out = []
    for name, database in fleet.databases.items():
        store, problem = _database(name, database, plan, target)
        if store is not None:
            found.append(store)
        else:
            left_out.append(f"databases.{name} is not written to: {problem}")
    return Chosen(tuple(found), tuple(left_out))


def _database(name: str, database: Database, plan: Plan, target: Target) -> tuple[Store | None, str]:
    if not isinstance(database, Postgres):
        return None, "the drill writes to PostgreSQL only, so what Aurora MySQL loses is not measured."
    from tapstack.drill.stores.postgres import PostgresStore

    store = PostgresStore(name, database, plan, target)
    try:
        store.prepare()
    except ModuleNotFoundError:
        return None, "psycopg is not installed (pip install 'tapstack[drill]')."
    except Exception as error:  # noqa: BLE001 - whatever keeps us out, the drill goes on without it and says so
        return None, f"it cannot be reached from here ({type(error).__name__}: {error})"[:300].replace("\n", " ")
    return store, ""
