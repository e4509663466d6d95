"""A database that a failover stopped: RDS changes nothing of it, so whoever has to change it starts it first."""

from __future__ import annotations

import time
from typing import Any

from tapstack.engines.engine import Progress, Tell
from tapstack.engines.roles import STOPPED
from tapstack.errors import DeploymentError
from tapstack.targets.target import Target

AVAILABLE = "available"
LONGEST = 1800.0
PAUSE_SECONDS = {True: 10.0, False: 0.5}
"""Between two looks, by whether the target is real."""


def start(target: Target, region: str, unit: str, identifier: str, tell: Tell) -> None:
    """Start an instance if it is stopped, and wait until it takes changes."""
    rds = target.client("rds", region)
    if _status(rds, identifier) not in STOPPED:
        return
    tell(Progress(unit, 0, 1, note=f"{unit}: {identifier} is stopped, and started to be changed."))
    deadline, is_asked = time.monotonic() + LONGEST, False
    while (status := _status(rds, identifier)) != AVAILABLE:
        if time.monotonic() > deadline:
            raise DeploymentError(f"The database {identifier} does not start.", f"RDS says that it is {status}.")
        if status == STOPPED[0] and not is_asked:
            rds.start_db_instance(DBInstanceIdentifier=identifier)
            is_asked = True
        time.sleep(PAUSE_SECONDS[target.is_real])


def _status(rds: Any, identifier: str) -> str:
    """What RDS says of it; empty where there is none."""
    pages = rds.get_paginator("describe_db_instances").paginate()
    found = (one for page in pages for one in page["DBInstances"] if one["DBInstanceIdentifier"] == identifier)
    return next((str(one["DBInstanceStatus"]) for one in found), "")
