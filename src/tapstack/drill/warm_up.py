"""Whether all is well before anything is broken: what fails already would be taken for the outage's doing."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

from tapstack.drill.clock import DrillClock
from tapstack.drill.figuring import Seen
from tapstack.drill.naming import Named
from tapstack.drill.stores.store import Store
from tapstack.errors import UnwellFleetError
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan
from tapstack.rollout.gates import probe
from tapstack.targets.target import Target

LEAST_SLOW_SECONDS = 2.0
SLOWER_THAN_USUAL = 4.0
CALM_PATIENCE_SECONDS = 15.0
"""Wall seconds for which a calm moment is waited for; a machine that has none must do without."""
_TOLD = 5
_CALM_SECONDS = 1.5
_CALM_SHARE = 0.5
_CALM_TIMES = 4.0
_CALM_LEAST_SECONDS = 0.3


def is_calm(seen: Seen, clock: DrillClock) -> bool:
    """Tell whether answers come as usual just now: a machine that stalls must not do so while the region goes."""
    answered = [one for one in seen.requests if one.ok]
    since = clock.now() - _CALM_SECONDS * clock.factor
    lately = [one.took_seconds for one in answered if one.sent >= since]
    usual = statistics.median(one.took_seconds for one in answered) if answered else 0.0
    length = max((one.sent for one in answered), default=0.0) or 1.0
    expected = len(answered) * _CALM_SECONDS * clock.factor / length
    bound = max(_CALM_TIMES * usual, _CALM_LEAST_SECONDS)
    return len(lately) >= _CALM_SHARE * expected and max(lately, default=0.0) <= bound


def probe_regions(fleet: Fleet, plan: Plan, target: Target) -> None:
    """Refuse to begin unless each region answers for itself: DNS hides one that does not."""
    problems = [problem for _, problem in probe(fleet, plan, target) if problem]
    if problems:
        raise _unwell(problems)


def check(seen: Seen, names: Sequence[Named], stores: Sequence[Store], home: str, *, since: float) -> None:
    """Refuse to go on unless everything that was begun after a moment went well; the first calls may be cold."""
    problems = [*_problems(seen, names, stores, since), *_led_elsewhere(seen, names, home)]
    if problems:
        raise _unwell(problems)


def _unwell(problems: Sequence[str]) -> UnwellFleetError:
    return UnwellFleetError(
        "The fleet is not well, so nothing was broken.",
        "A drill breaks a fleet only while every region, every request and every write is well.\n"
        + "\n".join(problems),
    )


def _led_elsewhere(seen: Seen, names: Sequence[Named], home: str) -> Iterator[str]:
    """Clients that are not at home cannot be led away from it."""
    latest = {look.name: look.region for look in seen.looks}
    for named in names:
        region = latest.get(named.name, "")
        if named.routing == "failover" and region != home:
            yield f"DNS answers {named.name} with {region or 'nothing'}, and not with the home, {home}."


def _problems(seen: Seen, names: Sequence[Named], stores: Sequence[Store], since: float) -> Iterator[str]:
    late = [one for one in seen.requests if one.sent >= since]
    for named in names:
        own = [one for one in late if one.client.startswith(f"{named.name} ")]
        if not own:
            yield f"{named.url} was never asked: the machine is too busy for this drill."
        found = Counter(f"{named.url} from {one.region or 'nowhere'}: {one.problem}" for one in own if not one.ok)
        for text, count in found.most_common(_TOLD):
            yield f"{text} ({count} of {len(own)} requests)"
    for store in stores:
        written = [one for one in seen.writes if one.store == store.name and one.sent >= since]
        if not written:
            yield f"{store.name} was never written to."
        for text, count in Counter(one.problem for one in written if one.acknowledged is None).most_common(_TOLD):
            yield f"{store.name}: {text} ({count} of {len(written)} writes)"
