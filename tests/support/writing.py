"""A small fleet on PostgreSQL, and a client that goes on writing to it wherever writes are taken."""

from __future__ import annotations

import contextlib
import json
import textwrap
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from botocore.exceptions import BotoCoreError
from rollouts import HELLO

from tapstack.sandbox.control import Sandbox

HOME, STANDBY = "us-east-1", "us-west-2"
DATABASE = "ledger-dev-main"
LEDGER = """
fleet: ledger
engine: {engine}
regions:
  us-east-1: {}
  us-west-2: {}
home: us-east-1
objectives: {rto: 5m, rpo: 1m}
tags: {CostCenter: tests}
network: {zones: 2, tiers: [private, isolated], nat: none}
databases:
  main:
    engine: postgres
    name: shop
    user: app_owner
    instance_class: db.t3.micro
    multi_az: false
    enhanced_monitoring: 0
    log_exports: false
functions:
  hello:
    code: functions/hello
    timeout: 5s
apis:
  front:
    kind: http
    routes:
      GET /health: {function: hello, authorization: none}
dns:
  zone: ledger.example
  names:
    app:
      api: front
      health_check: {path: /health, interval: 10s, threshold: 3}
observability: {alarms: false, dashboards: false}
environments:
  dev:
    dns: {zone: dev.ledger.example}
    objectives: {availability: standard}
    protection: {deletion: false, when_removed: destroy}
    encryption: {deletion_window: 7}
"""


def write_ledger(folder: Path, engine: str = "cloudformation") -> Path:
    """Write the fleet with its function; the fleet's file."""
    code = folder / "functions" / "hello"
    code.mkdir(parents=True, exist_ok=True)
    (code / "index.py").write_text(HELLO)
    file = folder / "fleet.yaml"
    file.write_text(textwrap.dedent(LEDGER).replace("{engine}", engine))
    return file


def described(sandbox: Sandbox, region: str, identifier: str = DATABASE) -> Any:
    """An instance, as RDS describes it."""
    answer = sandbox.client("rds", region).describe_db_instances(DBInstanceIdentifier=identifier)
    return answer["DBInstances"][0]


def rotation_rests(sandbox: Sandbox, name: str) -> bool:
    """Tell whether Secrets Manager is done with trying a rotation's function, as it does whenever one is set up."""
    try:
        secret = sandbox.client("secretsmanager", HOME).describe_secret(SecretId=name)
    except BotoCoreError:
        # Its region is out: nothing of it can be waited for.
        return True
    return not any(
        "AWSPENDING" in stages and "AWSCURRENT" not in stages for stages in secret["VersionIdsToStages"].values()
    )


class Client:
    """Connects with what the region's own secret says."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._ports = {region: described(sandbox, region)["Endpoint"]["Port"] for region in (HOME, STANDBY)}
        secret = sandbox.client("secretsmanager", HOME).get_secret_value(SecretId=DATABASE)["SecretString"]
        self._password = json.loads(secret)["password"]

    def connect(self, region: str) -> psycopg.Connection[Any]:
        """A connection that commits each statement."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self._ports[region],
            user="app_owner",
            password=self._password,
            dbname="shop",
            sslmode="require",
            autocommit=True,
            connect_timeout=3,
        )

    def numbers(self, region: str) -> set[int]:
        """Everything that was written, as this region has it."""
        with self.connect(region) as connection:
            return {row[0] for row in connection.execute("SELECT number FROM writes")}


class Load:
    """Writes numbers one after another and remembers which were acknowledged, and when."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._stop = threading.Event()
        self._next = 0
        self.acknowledged: dict[int, float] = {}
        self.by_region: dict[str, int] = {HOME: 0, STANDBY: 0}
        with client.connect(HOME) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS writes (number bigint PRIMARY KEY)")

    @contextlib.contextmanager
    def going(self, regions: Sequence[str] = (HOME, STANDBY)) -> Iterator[None]:
        """Write for as long as the block, to whichever region takes it."""
        self._stop.clear()
        thread = threading.Thread(target=self._write, args=(regions,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(30)
            assert not thread.is_alive()

    def _write(self, regions: Sequence[str]) -> None:
        number = 0
        while not self._stop.is_set():
            region = regions[number % len(regions)]
            number += 1
            with contextlib.suppress(psycopg.Error), self._client.connect(region) as connection:
                while not self._stop.is_set():
                    # A number that failed may have been written all the same: it is never used again.
                    self._next += 1
                    connection.execute("INSERT INTO writes VALUES (%s)", (self._next,))
                    self.acknowledged[self._next] = time.monotonic()
                    self.by_region[region] += 1
                    time.sleep(0.005)
            time.sleep(0.02)
