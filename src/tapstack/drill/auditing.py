"""The auditor: reads back, region by region, what was acknowledged; it knows nothing of clients but their files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tapstack.drill.observations import Write
from tapstack.drill.stores.store import Store

EXAMPLES = 5


@dataclass(frozen=True)
class Missing:
    """The acknowledged writes that a set of regions does not have."""

    writes: tuple[Write, ...]
    asked: int
    """How many were looked for."""

    @property
    def nothing_found(self) -> bool:
        """Tell whether not a single one was there: nothing is replicated at all."""
        return self.asked > 0 and len(self.writes) == self.asked

    def seconds(self, until: float) -> float:
        """The age of the oldest of them at a moment; 0 when none is missing."""
        moments = [write.acknowledged for write in self.writes if write.acknowledged is not None]
        return max(0.0, until - min(moments)) if moments else 0.0


def audit(store: Store, acknowledged: Iterable[Write], regions: Collection[str]) -> Missing:
    """Look for each acknowledged write in each of the regions; a write that any of them lacks is missing."""
    wanted = [write for write in acknowledged if write.store == store.name]
    lacking: set[Write] = set()
    for region in regions:
        there = store.read({write.key for write in wanted}, region)
        lacking |= {write for write in wanted if not stands(write, there)}
    return Missing(tuple(sorted(lacking, key=lambda write: write.sent)), len(wanted))


def stands(write: Write, there: Mapping[str, int]) -> bool:
    """Tell whether a write is there, or a later one in its place: that one's writer knew of it, or conflicts tell."""
    return there.get(write.key, 0) >= write.sequence


def conflicts(acknowledged: Sequence[Write]) -> dict[str, int]:
    """Acknowledged writes that were overwritten unseen, by store: what stood there was older than them."""
    by_key: dict[tuple[str, str], list[Write]] = {}
    for write in acknowledged:
        by_key.setdefault((write.store, write.key), []).append(write)
    counted: dict[str, int] = {}
    for (store, _), writes in by_key.items():
        for write in writes:
            seen = write.replaced or 0
            unseen = [
                other for other in writes if seen < other.sequence < write.sequence and other.region != write.region
            ]
            if unseen:
                counted[store] = counted.get(store, 0) + len(unseen)
    return counted
