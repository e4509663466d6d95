"""What only looks: changes to come, outputs, drift. Asks all units side by side and changes nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tapstack.engines import drift_metric
from tapstack.engines.engine import Engine, Tell, UnitChanges, UnitDrift
from tapstack.errors import AwsError, CredentialsError, LockedError, RefusedError, TapStackError
from tapstack.plan.model import Plan, Unit
from tapstack.targets.problems import mapped
from tapstack.targets.target import Target

Found = TypeVar("Found")
SIDE_BY_SIDE = 16
"""Looking costs AWS little; engines that run a process for each unit keep a bound of their own."""


def preview(engine: Engine, units: Sequence[Unit]) -> tuple[UnitChanges, ...]:
    """What deploying would do to each unit."""
    return _each(engine.preview, units)


def outputs(engine: Engine, units: Sequence[Unit]) -> Mapping[str, Mapping[str, str]]:
    """Each region's outputs, of all its units together."""
    by_region: dict[str, dict[str, str]] = {}
    for unit, told in zip(units, _each(engine.outputs, units), strict=True):
        by_region.setdefault(unit.region, {}).update(told)
    return by_region


def drift(engine: Engine, units: Sequence[Unit], tell: Tell) -> tuple[UnitDrift, ...]:
    """What is not as it was deployed."""
    return _each(lambda unit: engine.drift(unit, tell), units)


def has_drifted(found: Sequence[UnitDrift]) -> bool:
    """Tell whether anything drifted that nothing explains."""
    return any(not drifted.explanation for unit in found for drifted in unit.found)


def report_drift(plan: Plan, target: Target, found: Sequence[UnitDrift]) -> None:
    """Tell each region's CloudWatch how many of its resources drifted; alarms may be waiting for it."""
    drifted: dict[str, set[tuple[str, str]]] = {plan.unit(unit.unit).region: set() for unit in found}
    for unit in found:
        names = {(unit.unit, one.name) for one in unit.found if not one.explanation}
        drifted[plan.unit(unit.unit).region] |= names
    for region, resources in drifted.items():
        with mapped(region):
            drift_metric.report(target.client("cloudwatch", region), plan, len(resources))


def refuse_unnamed(changes: Sequence[UnitChanges], allowed: Collection[str]) -> None:
    """Refuse to lose data that nobody named."""
    names = sorted(
        {
            resource.name
            for unit in changes
            for resource in unit.resources
            if resource.destroys_data and resource.name not in allowed
        }
    )
    if names:
        raise RefusedError(
            f"This would replace or delete what holds data: {', '.join(names)}.",
            "Nothing was touched. If that is meant, name each of them:",
            command="tapstack deploy " + " ".join(f"--allow-replace {name}" for name in names),
        )


@contextlib.contextmanager
def forgotten_unless_done(engine: Engine, changes: Sequence[UnitChanges]) -> Iterator[None]:
    """Forget what previews prepared if the block does not come to its end: nobody else would ever take it away.

    Left alone where AWS does not answer, and where somebody else took over, who may have prepared the same.
    """
    try:
        yield
    except (AwsError, CredentialsError, LockedError):
        raise
    except BaseException:
        for change in changes:
            with contextlib.suppress(TapStackError):
                engine.discard(change)
        raise


def units_in(plan: Plan, regions: Collection[str]) -> tuple[Unit, ...]:
    """The plan's units, in some regions or in all."""
    return tuple(unit for unit in plan.units if not regions or unit.region in regions)


def _each(ask: Callable[[Unit], Found], units: Sequence[Unit]) -> tuple[Found, ...]:
    with ThreadPoolExecutor(max_workers=min(SIDE_BY_SIDE, max(1, len(units)))) as pool:
        return tuple(pool.map(ask, units))
