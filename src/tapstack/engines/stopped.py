"""A database that a failover stopped: RDS changes nothing of it, so whoever has to change it starts it first."""

from __future__ import annotations

import time
from typing import Any

from tapstack.engines.roles import STOPPED
from tapstack.errors import DeploymentError

AVAILABLE = "available"
LONGEST = 1800.0
PAUSE_SECONDS = {True: 10.0, False: 0.5}
"""Between two looks, by whether the target is real."""


def start(rds: Any, identifier: str, *, is_real: bool) -> bool:
    """Start an instance if it is stopped, and wait until it takes changes; tell whether it was."""
    if _status(rds, identifier) not in STOPPED:
        return False
    deadline = time.monotonic() + LONGEST
    while (status := _status(rds, identifier)) != AVAILABLE:
        if time.monotonic() > deadline:
            raise DeploymentError(f"The database {identifier} does not start.", f"RDS says that it is {status}.")
        if status == STOPPED[0]:
            rds.start_db_instance(DBInstanceIdentifier=identifier)
        time.sleep(PAUSE_SECONDS[is_real])
    return True


def _status(rds: Any, identifier: str) -> str:
    """What RDS says of it; empty where there is none."""
    pages = rds.get_paginator("describe_db_instances").paginate()
    found = (one for page in pages for one in page["DBInstances"] if one["DBInstanceIdentifier"] == identifier)
    return next((str(one["DBInstanceStatus"]) for one in found), "")
