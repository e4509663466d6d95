"""What things cost by when they stay after their unit is gone, in the same words for every engine."""

from __future__ import annotations

BUCKET = "stored GB and requests"
DATABASE_CLUSTER = "stored GB, requests and backups, and the hours of its instances"
DATABASE_INSTANCE = "hours of the instance, stored GB and backups"
GLOBAL_DATABASE = "nothing by itself; its clusters cost"
GLOBAL_TABLE = "stored GB and backups, in every region of the table"
KEY = "1 USD a month, and a little more after each rotation"
LOG_GROUP = "stored GB"
PENDING_KEY = "nothing while its deletion is pending"
QUEUE = "requests"
REPLICA_KEY = "1 USD a month"
SECRET = "a monthly price for each secret and for each replica"  # noqa: S105 - a price
SNAPSHOT = "stored GB of the snapshot"
TABLE = "stored GB and backups"
ZONE = "a monthly price for each zone, and questions answered"
NOTHING = "nothing by itself"
