"""What was measured, held against what the fleet promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tapstack.drill.record import Criterion, Figures, NameSettings, StoreFigures, Verdict
from tapstack.drill.scenarios import Scenario
from tapstack.fleet.objectives import Objectives


def judge(
    objectives: Objectives,
    scenario: Scenario,
    names: Sequence[NameSettings],
    figures: Figures,
    *,
    lag: float | None,
    others: Sequence[Criterion] = (),
) -> Verdict:
    """The verdict, with every criterion that it rests on."""
    if scenario.is_control:
        criteria = (*_control(figures), *others)
        kept = all(one.ok for one in criteria)
        text = (
            "Nothing happened, and the instruments found just that."
            if kept
            else "Nothing happened, yet the instruments found something: no other drill can be trusted here."
        )
        return Verdict(kept=kept, text=text, criteria=criteria)
    criteria = (
        *_rto(objectives, scenario, names, figures),
        *_rpo(objectives, figures, None if scenario.holds else lag),
        *_writers(figures),
        *_afterwards(figures),
        *others,
    )
    failed = [one for one in criteria if one.ok is False]
    if failed:
        return Verdict(kept=False, text=" ".join(one.text for one in failed), criteria=criteria)
    if objectives.rto is None and objectives.rpo is None:
        return Verdict(kept=None, text="The fleet promises neither an `rto` nor an `rpo`.", criteria=criteria)
    unknown = [one for one in criteria if one.ok is None]
    rest = f" {' '.join(one.text for one in unknown)}" if unknown else ""
    return Verdict(kept=True, text=f"What is promised was kept.{rest}", criteria=criteria)


def _rto(
    objectives: Objectives, scenario: Scenario, names: Sequence[NameSettings], figures: Figures
) -> Iterator[Criterion]:
    expected = _expected(scenario, names)
    measured, limit = figures.recovered, objectives.rto
    promised = "no `rto` is promised" if limit is None else f"{limit} s are promised"
    if measured is None:
        lasted = f"{figures.outage_seconds:.0f} s"
        text = f"{_unserved(figures)} were not served again in the {lasted} of the outage; {promised}."
    elif scenario.holds:
        text = f"Clients were led away within {measured:.1f} s; {promised}."
    else:
        text = f"Clients were without the fleet for {measured:.1f} s; {promised}."
    yield Criterion(
        name="rto",
        subject="",
        text=text,
        unit="seconds",
        expected=expected,
        limit=limit,
        measured=measured,
        # An outage that never ends for clients is a failure whatever was promised, as long as anything was.
        ok=None if limit is None else measured is not None and measured <= limit,
    )


def _unserved(figures: Figures) -> str:
    """Who it was, in words."""
    kinds = [f"{one.kind} clients" for one in figures.clients if one.counts and one.recovered is None]
    writers = [f"writers of {one.store}" for one in figures.stores if one.follows_dns and one.without_writes is None]
    text = ", ".join((*kinds, *writers)) or "clients"
    return text[0].upper() + text[1:]


def _expected(scenario: Scenario, names: Sequence[NameSettings]) -> float | None:
    if scenario.holds:
        return max((name.ttl for name in names if name.ttl is not None), default=None)
    if not scenario.takes_all:
        return None
    each = [name.expected_recovery for name in names]
    return None if any(one is None for one in each) else max((one for one in each if one is not None), default=None)


def _rpo(objectives: Objectives, figures: Figures, lag: float | None) -> Iterator[Criterion]:
    limit = objectives.rpo
    if not figures.stores and limit is not None:
        yield Criterion(
            name="rpo",
            subject="",
            text="No store of the fleet could be written to, so the `rpo` was not measured.",
            unit="seconds",
            limit=limit,
        )
    for store in figures.stores:
        yield _store(store, limit, lag)


def _store(store: StoreFigures, limit: int | None, lag: float | None) -> Criterion:
    if store.acknowledged == 0:
        text, ok, measured = f"{store.store} took no write, so the `rpo` was not measured there.", None, None
    elif not store.replicated:
        text = f"{store.store} is not replicated: the outage loses everything that was ever written there."
        ok, measured = (None if limit is None else False), None
    else:
        measured = store.missing_at_takeover_seconds
        promised = "no `rpo` is promised" if limit is None else f"{limit} s are promised"
        missing = store.missing_at_takeover
        text = (
            f"{store.store} lost no acknowledged write; {promised}."
            if missing == 0
            else f"{store.store} lost {missing} acknowledged writes, the oldest {measured:.1f} s old; {promised}."
        )
        ok = None if limit is None else measured is not None and measured <= limit
    return Criterion(
        name="rpo", subject=store.store, text=text, unit="seconds", expected=lag, limit=limit, measured=measured, ok=ok
    )


def _writers(figures: Figures) -> Iterator[Criterion]:
    """How long databases took no writes. A person decides on that, so no promise is held against it."""
    for store in figures.stores:
        if store.follows_dns or store.without_writes == 0:
            continue
        took = (
            f"in the {figures.outage_seconds:.0f} s of the outage: its writer waits for a person's `tapstack failover`"
            if store.without_writes is None
            else f"for {store.without_writes:.1f} s"
        )
        yield Criterion(
            name="writes",
            subject=store.store,
            text=f"{store.store} took no writes {took}.",
            unit="seconds",
            measured=store.without_writes,
        )


def _afterwards(figures: Figures) -> Iterator[Criterion]:
    measured = figures.failed_back
    yield Criterion(
        name="failback",
        subject="",
        text=(
            "Clients did not come back after everything was whole again."
            if measured is None
            else f"Clients were back {measured:.1f} s after everything was whole again."
        ),
        unit="seconds",
        measured=measured,
        ok=measured is not None,
    )
    for store in figures.stores:
        if store.replicated:
            lost = store.missing_afterwards
            yield Criterion(
                name="settled",
                subject=store.store,
                text=(
                    f"{store.store} has every acknowledged write in every region again."
                    if lost == 0
                    else f"{store.store} still lacks {lost} acknowledged writes in some region."
                ),
                unit="count",
                limit=0,
                measured=lost,
                ok=lost == 0,
            )


def _control(figures: Figures) -> Iterator[Criterion]:
    found: Sequence[tuple[str, float]] = (
        ("failed requests", figures.failed),
        ("slow requests", figures.slowed),
        ("changes of DNS", figures.dns_switches),
        ("conflicting writes", figures.conflicting),
        ("failed writes", sum(store.failed for store in figures.stores)),
        ("missing writes", sum(store.missing_afterwards for store in figures.stores)),
    )
    for subject, measured in found:
        yield Criterion(
            name="control",
            subject=subject,
            text=f"{measured:g} {subject}; nothing was broken, so there must be none.",
            unit="count",
            expected=0,
            limit=0,
            measured=measured,
            ok=measured == 0,
        )
