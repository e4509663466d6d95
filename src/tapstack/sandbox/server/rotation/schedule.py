"""When a secret's rotation is due: after so many days, at a rate, or by a cron expression, in the sandbox's time."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from ministack.services import eventbridge

from tapstack.sandbox.server.extension import Clock
from tapstack.sandbox.server.mends.patch import original

_DAY = 86400.0


class SandboxTime:
    """The date in the sandbox: the real one at its start, and from then on as fast as its clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._real_start = time.time()
        self._clock_start = clock.now()

    def now(self) -> float:
        """Seconds since 1970, in the sandbox."""
        return self._real_start + self._clock.now() - self._clock_start

    def real(self, sandbox_time: float) -> float:
        """When that will really be."""
        return time.time() + self._clock.real_seconds(sandbox_time - self.now())


def next_rotation(rules: Mapping[str, object], after: float) -> float | None:
    """The first due time after a rotation at `after`; none without a schedule, or with one that cannot be read."""
    if days := rules.get("AutomaticallyAfterDays"):
        return after + float(str(days)) * _DAY
    expression = str(rules.get("ScheduleExpression") or "")
    seconds = original(eventbridge, "_parse_rate_seconds")(expression)
    if seconds is not None:
        return after + float(seconds)
    # Secrets Manager's own examples begin a step with nothing: "cron(0 /4 * * ? *)".
    fields = original(eventbridge, "_parse_cron_fields")(re.sub(r"(?<=[ (])/", "0/", expression))
    if fields is None:
        return None
    fires = original(eventbridge, "_cron_next_fire")(fields, datetime.fromtimestamp(after, UTC))
    return float(fires.timestamp()) if fires is not None else None


def is_readable(rules: Mapping[str, object]) -> bool:
    """Tell whether the rules hold no schedule, or one that can be read."""
    expression = rules.get("ScheduleExpression")
    return not expression or next_rotation(rules, 0.0) is not None
