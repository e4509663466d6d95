"""Every part that is added to the emulator, in the order in which it is installed and started."""

from __future__ import annotations

from tapstack.sandbox.server.alarms.extension import Alarms
from tapstack.sandbox.server.databases.extension import Databases
from tapstack.sandbox.server.dns.extension import Dns
from tapstack.sandbox.server.drift_readers import DriftReaders
from tapstack.sandbox.server.extension import Extension
from tapstack.sandbox.server.functions import Functions
from tapstack.sandbox.server.mends import Mends
from tapstack.sandbox.server.replication import Replication
from tapstack.sandbox.server.resource_types import ResourceTypes
from tapstack.sandbox.server.rotation import Rotation
from tapstack.sandbox.server.schedules import Schedules
from tapstack.sandbox.server.target_health import TargetHealth

_TARGET_HEALTH = TargetHealth()

# One line each. An extension may rely on those above it.
EXTENSIONS: tuple[Extension, ...] = (
    Databases(),
    Mends(),
    ResourceTypes(),
    DriftReaders(),
    Replication(),
    Functions(),
    Rotation(),
    Schedules(),
    _TARGET_HEALTH,
    Dns(_TARGET_HEALTH),
    Alarms(),
)
