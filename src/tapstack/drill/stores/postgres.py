"""A PostgreSQL database: rows in a table of the drill's own, written wherever the writer is, read in every region."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal

from tapstack.drill.stores.store import Landed
from tapstack.fleet.databases import Postgres
from tapstack.plan.model import Plan
from tapstack.plan.names import NameKind, name_of
from tapstack.targets.target import Target

if TYPE_CHECKING:
    import psycopg

TABLE = "tapstack_drill"
CALL_SECONDS = 2.0
"""Of the wall clock, for connecting and for each statement: a region that is gone does not refuse."""
_LOOK_AGAIN_SECONDS = 0.5

CREATE = f"CREATE TABLE IF NOT EXISTS {TABLE} (key text PRIMARY KEY, sequence bigint NOT NULL)"
# One statement tells what it overwrote: the old row is read as it was before the statement.
WRITE = f"""\
WITH before AS (SELECT sequence FROM {TABLE} WHERE key = %(key)s)
INSERT INTO {TABLE} (key, sequence) VALUES (%(key)s, %(sequence)s)
ON CONFLICT (key) DO UPDATE SET sequence = excluded.sequence
RETURNING (SELECT sequence FROM before)"""  # noqa: S608 - the table's name is ours
READ = f"SELECT key, sequence FROM {TABLE} WHERE key = ANY(%s)"  # noqa: S608 - same
REMOVE = f"DROP TABLE IF EXISTS {TABLE}"


class PostgresStore:
    """One database and its replicas."""

    kind: Literal["table", "database"] = "database"
    follows_dns = False

    def __init__(self, component: str, database: Postgres, plan: Plan, target: Target) -> None:
        self.name = f"databases.{component}"
        self.regions = tuple(region.name for region in plan.regions)
        self._database, self._target, self._home = database, target, plan.home
        self._identifier = name_of(NameKind.DATABASE, plan.fleet, plan.environment, component).text
        self._secret = name_of(NameKind.SECRET, plan.fleet, plan.environment, component).text
        self._local = threading.local()
        self._lock = threading.Lock()
        self._writer: Mapping[str, Any] | None = None
        self._looked = 0.0
        self._password = ""

    def prepare(self) -> None:
        """Make the table; raises where nobody lets us in."""
        _, connection = self._to_writer()
        connection.execute(CREATE)

    def write(self, key: str, sequence: int, region: str) -> Landed:  # noqa: ARG002 - one region writes, wherever DNS leads
        """Write one row where the writer is; the commit is the acknowledgement."""
        where, connection = self._to_writer()
        try:
            row = connection.execute(WRITE, {"key": key, "sequence": sequence}).fetchone()
        except Exception:
            self._forget()
            raise
        return Landed(where, row[0] if row and row[0] is not None else None)

    def read(self, keys: Collection[str], region: str) -> Mapping[str, int]:
        """Read rows from a region's own instance, replica or not."""
        import psycopg

        with self._connect(self._instance(region), region) as connection:
            try:
                return dict(connection.execute(READ, (list(keys),)).fetchall())
            except psycopg.errors.UndefinedTable:
                return {}

    def remove(self, keys: Collection[str]) -> None:  # noqa: ARG002 - the table is the drill's own
        """Take the table away; replicas follow."""
        self._forget()
        _, connection = self._to_writer()
        connection.execute(REMOVE)
        self._forget()

    def _to_writer(self) -> tuple[str, psycopg.Connection[Any]]:
        """This thread's connection to the writer, and the writer's region."""
        held: tuple[str, psycopg.Connection[Any]] | None = getattr(self._local, "held", None)
        if held is None:
            instance = self._current_writer()
            region = str(instance["region"])
            held = region, self._connect(instance, region)
            self._local.held = held
        return held

    def _forget(self) -> None:
        """After a failure: the writer may be elsewhere by now."""
        held = getattr(self._local, "held", None)
        if held is not None:
            held[1].close()
            self._local.held = None
        with self._lock:
            self._writer = None

    def _current_writer(self) -> Mapping[str, Any]:
        """The instance that follows no other, as RDS tells; looked for at most twice a second."""
        with self._lock:
            if self._writer is not None:
                return self._writer
            if time.monotonic() - self._looked < _LOOK_AGAIN_SECONDS:
                raise OSError(f"{self.name} has no writer that could be reached")
            self._looked = time.monotonic()
            for region in self.regions:
                try:
                    instance = self._instance(region)
                except Exception:  # noqa: BLE001, S112 - a region that does not answer holds no writer for us
                    continue
                if not instance.get("ReadReplicaSourceDBInstanceIdentifier"):
                    self._writer = {**instance, "region": region}
                    return self._writer
            raise OSError(f"{self.name} has no writer that could be reached")

    def _instance(self, region: str) -> Mapping[str, Any]:
        client = self._target.hasty("rds", region, CALL_SECONDS)
        found = client.describe_db_instances(DBInstanceIdentifier=self._identifier)["DBInstances"]
        return dict(found[0])

    def _connect(self, instance: Mapping[str, Any], region: str) -> psycopg.Connection[Any]:
        import psycopg

        return psycopg.connect(
            host=instance["Endpoint"]["Address"],
            port=instance["Endpoint"]["Port"],
            dbname=self._database.name,
            user=self._database.user,
            password=self._known_password(region),
            sslmode="require" if self._database.require_tls else "prefer",
            connect_timeout=max(2, int(CALL_SECONDS)),
            options=f"-c statement_timeout={int(CALL_SECONDS * 1000)}",
            application_name="tapstack drill",
            autocommit=True,
        )

    def _known_password(self, region: str) -> str:
        """The master's password; the secret is in every region, so that an outage does not hide it."""
        if not self._password:
            found = self._target.client("secretsmanager", region).get_secret_value(SecretId=self._secret)
            self._password = str(json.loads(found["SecretString"])["password"])
        return self._password
