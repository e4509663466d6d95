"""From what was observed to figures: pure, without clock or network. Times are the fleet's seconds."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tapstack.drill.observations import FRESH, STICKY, Look, Request, Write
from tapstack.drill.record import ClientFigures


@dataclass(frozen=True)
class Window:
    """What a drill is measured against: when, which region, and what counts as being served."""

    zero: float
    """When something first broke; for a control drill, when it would have."""
    restored: float
    """When everything was whole again; the end, as long as it is not."""
    until: float
    """Until when failures are the outage's: its end, or that of the drill where the scenario fixes when it ends."""
    lost_region: str
    must_leave: bool
    """Whether clients must be served from elsewhere: the lost region itself goes on answering."""
    slow_after: float | None
    """Wall seconds after which an answer is as bad as none, where the drill is about speed."""

    def is_served(self, request: Request) -> bool:
        """Tell whether a client got what it wanted."""
        if not request.ok or (self.must_leave and request.region == self.lost_region):
            return False
        return self.slow_after is None or request.took_seconds <= self.slow_after


def by_client(requests: Iterable[Request]) -> Mapping[str, list[Request]]:
    """Each client's requests, in the order in which they were sent."""
    found: dict[str, list[Request]] = {}
    for request in sorted(requests, key=lambda one: one.sent):
        found.setdefault(request.client, []).append(request)
    return found


@dataclass(frozen=True)
class Recovery:
    """When one client was served again, and how exactly that is known."""

    seconds: float | None
    """From the zero until the first request of the run that never broke again; None: no such run."""
    uncertainty: float
    """Between the last request that failed and the first of that run."""


def recovery(requests: Sequence[Request], window: Window) -> Recovery:
    """When a client was served steadily."""
    within = [one for one in requests if window.zero <= one.sent < window.until]
    bad = [index for index, one in enumerate(within) if not window.is_served(one)]
    if not bad:
        return Recovery(0.0, 0.0)
    after = bad[-1] + 1
    if after == len(within):
        return Recovery(None, 0.0)
    return Recovery(within[after].sent - window.zero, within[after].sent - within[bad[-1]].sent)


def recovered(requests: Mapping[str, Sequence[Request]], kinds: Iterable[str], window: Window) -> Recovery:
    """The same for the last client of some kinds; None as soon as one of them was not."""
    wanted = set(kinds)
    each = [recovery(one, window) for one in requests.values() if one and one[0].kind in wanted]
    if not each:
        return Recovery(0.0, 0.0)
    if any(one.seconds is None for one in each):
        return Recovery(None, 0.0)
    return max(each, key=lambda one: one.seconds or 0.0)


def first_success(requests: Iterable[Request], window: Window) -> float | None:
    """When the first client that was served by the lost region was served from elsewhere."""
    moments = []
    for one in by_client(requests).values():
        if _region_before(one, window.zero) != window.lost_region:
            continue
        moments += [
            request.sent - window.zero
            for request in one
            if window.zero <= request.sent < window.restored and request.ok and request.region != window.lost_region
        ]
    return min(moments, default=None)


def returned(requests: Sequence[Request], window: Window, spread: Collection[str] = ()) -> float | None:
    """From the restore until a client was served steadily by the region that served it before; None: it was not.

    Clients of `spread` names are served by whichever region chance has it: they are nowhere to come back to.
    """
    if requests[0].name in spread:
        return 0.0
    before = _region_before(requests, window.zero)
    within = [one for one in requests if one.sent >= window.restored]
    away = [index for index, one in enumerate(within) if not one.ok or one.region != before]
    if not away:
        return 0.0
    after = away[-1] + 1
    return within[after].sent - window.restored if after < len(within) else None


def _region_before(requests: Sequence[Request], moment: float) -> str:
    """Where a client stood: by most of its answers, as the last one may already come from where it was led."""
    answered = Counter(one.region for one in requests if one.ok and one.sent < moment)
    return answered.most_common(1)[0][0] if answered else ""


def clients(
    requests: Sequence[Request], window: Window, slow_after: float, spread: Collection[str] = ()
) -> tuple[ClientFigures, ...]:
    """How each kind of client fared, from the zero on."""
    grouped = by_client(requests)
    figures = []
    for kind in dict.fromkeys(one.kind for one in requests):
        own = {client: sent for client, sent in grouped.items() if sent[0].kind == kind}
        since = [one for sent in own.values() for one in sent if one.sent >= window.zero]
        back = [returned(sent, window, spread) for sent in own.values()]
        figures.append(
            ClientFigures(
                kind=kind,
                clients=len(own),
                requests=len(since),
                failed=sum(not one.ok for one in since),
                slowed=sum(one.ok and one.took_seconds > slow_after for one in since),
                recovered=recovered(own, [kind], window).seconds,
                returned=None if any(one is None for one in back) else max((one or 0.0 for one in back), default=0.0),
                counts=kind != STICKY,
            )
        )
    return tuple(figures)


def detected(looks: Sequence[Look], window: Window, name: str) -> float | None:
    """From the zero until DNS no longer answered a name with the lost region, for clients whom it led there."""
    own = _of_lost_clients(looks, window, name)
    within = [one for one in own if window.zero <= one.at < window.restored]
    leading = [index for index, one in enumerate(within) if window.lost_region in one.region.split("/")]
    if not own or not within:
        return None
    if not leading:
        return 0.0
    after = leading[-1] + 1
    return within[after].at - window.zero if after < len(within) else None


def dns_returned(looks: Sequence[Look], window: Window, name: str, spread: Collection[str] = ()) -> float | None:
    """From the restore until DNS answered with the region again; 0 when it never stopped, None when it did not."""
    own = [one for one in _of_lost_clients(looks, window, name) if one.at >= window.restored]
    if name in spread:
        back = [one.at - window.restored for one in own if window.lost_region in one.region.split("/")]
        return min(back, default=None) if own else 0.0
    away = [index for index, one in enumerate(own) if window.lost_region not in one.region.split("/")]
    if not away:
        return 0.0
    after = away[-1] + 1
    return own[after].at - window.restored if after < len(own) else None


def switches(looks: Sequence[Look], *, since: float = 0.0, spread: Collection[str] = ()) -> int:
    """How often an answer of DNS changed; those of `spread` names change all the time, and mean nothing by it."""
    changed = 0
    last: dict[tuple[str, str], str] = {}
    for one in looks:
        if one.name in spread:
            continue
        place = (one.name, one.client_region)
        before = last.get(place)
        last[place] = one.region
        changed += before is not None and before != one.region and one.at >= since
    return changed


def longest_pause(looks: Sequence[Look], window: Window) -> float:
    """The longest time between two looks at one name, from the zero to the restore."""
    last: dict[tuple[str, str], float] = {}
    longest = 0.0
    for one in looks:
        place = (one.name, one.client_region)
        if place in last and window.zero <= one.at <= window.restored:
            longest = max(longest, one.at - last[place])
        last[place] = one.at
    return longest


def write_pause(writes: Iterable[Write], window: Window, lag: float) -> float:
    """The longest time without an acknowledged write in the lost region, within the last lag before the zero.

    What is lost is known no better: a write that nobody made cannot be missed.
    """
    begin = window.zero - lag
    own = [one for one in writes if one.acknowledged is not None and one.region == window.lost_region]
    moments = sorted(one.acknowledged for one in own if one.acknowledged and begin <= one.acknowledged <= window.zero)
    return max((after - before for before, after in itertools.pairwise([begin, *moments])), default=0.0)


def writes_recovered(writes: Iterable[Write], window: Window, store: str) -> Recovery:
    """When the last writer of a store had its writes acknowledged steadily again."""
    each: dict[str, list[Write]] = {}
    for write in sorted((one for one in writes if one.store == store), key=lambda one: one.sent):
        if window.zero <= write.sent < window.until:
            each.setdefault(write.writer, []).append(write)
    worst = Recovery(0.0, 0.0)
    for own in each.values():
        bad = [index for index, one in enumerate(own) if not _is_written(one, window)]
        if not bad:
            continue
        after = bad[-1] + 1
        if after == len(own):
            return Recovery(None, 0.0)
        if own[after].sent - window.zero > (worst.seconds or 0.0):
            worst = Recovery(own[after].sent - window.zero, own[after].sent - own[bad[-1]].sent)
    return worst


def _is_written(write: Write, window: Window) -> bool:
    return write.acknowledged is not None and not (window.must_leave and write.region == window.lost_region)


def median_ms(seconds: Iterable[float]) -> float:
    """The median of durations, in milliseconds."""
    values = list(seconds)
    return round(statistics.median(values) * 1000, 3) if values else 0.0


def _of_lost_clients(looks: Sequence[Look], window: Window, name: str) -> list[Look]:
    """The looks of those places whom DNS led to the lost region before."""
    own = [one for one in looks if one.name == name]
    led = {one.client_region for one in own if one.at < window.zero and window.lost_region in one.region.split("/")}
    return [one for one in own if one.client_region in led]


COUNTING_KINDS = ("cached", FRESH)
"""The clients that ask DNS again, so that DNS can help them; what sticks to a connection is told by itself."""
