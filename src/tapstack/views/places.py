"""Regions and times as a person says them."""

from __future__ import annotations

from collections.abc import Sequence

MINUTE = 60
HOUR = 60 * MINUTE


def where(regions: Sequence[str], everywhere: Sequence[str]) -> str:
    """Name the regions, or say that it is all of them."""
    if len(everywhere) > 1 and set(regions) == set(everywhere):
        return "both regions" if len(everywhere) == 2 else f"all {len(everywhere)} regions"
    return ", ".join(regions)


def clock(seconds: float) -> str:
    """A time that passed, as 4:05 or 1:02:03."""
    whole = int(seconds)
    if whole >= HOUR:
        return f"{whole // HOUR}:{whole % HOUR // MINUTE:02}:{whole % MINUTE:02}"
    return f"{whole // MINUTE}:{whole % MINUTE:02}"


def about(seconds: float) -> str:
    """A time to come, no more exact than an estimate is."""
    if seconds < MINUTE:
        # Rounded up to tens: nobody waits to the second.
        return f"~{max(10, -(-int(seconds) // 10) * 10)} s"
    if seconds < 90 * MINUTE:
        return f"~{round(seconds / MINUTE)} min"
    return f"~{seconds / HOUR:.1f} h"
