"""Destroy: the waves backwards, or one region alone; what was retained is told, with what it costs by."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager

from tapstack.engines.engine import Retained, Standing
from tapstack.errors import InterruptedDeploymentError, RefusedError
from tapstack.plan.model import Plan, Unit, UnitKind, Wave
from tapstack.rollout.looking import units_in
from tapstack.rollout.record import Record
from tapstack.rollout.run import Run
from tapstack.rollout.watch import Outcome
from tapstack.rollout.waves import run_wave


def units_to_ask(plan: Plan, regions: Collection[str]) -> tuple[Unit, ...]:
    """The units whose standing decides what can go: no other region is asked, unless its home is to go."""
    return units_in(plan, () if plan.home in regions else regions)


def removal_waves(plan: Plan, standing: Mapping[str, Standing], regions: Collection[str]) -> tuple[Wave, ...]:
    """What is to be taken away, backwards: everything that there is, or what there is of some regions.

    The home can only go last: what the regions share stands there.
    """
    staying = sorted(
        unit.region
        for unit in plan.units
        if plan.home in regions and unit.region not in regions and standing[unit.id] is not Standing.ABSENT
    )
    if staying:
        raise RefusedError(
            f"{plan.home} is the home of regions that stay: {', '.join(sorted(set(staying)))}.",
            "What all regions share stands there. Move the home first, or destroy all of them.",
        )
    chosen = (
        (wave.name, tuple(unit for unit in wave.units if _goes(plan.unit(unit), standing, regions)))
        for wave in plan.destroy_waves
    )
    return tuple(Wave(name=name, units=units) for name, units in chosen if units)


def _goes(unit: Unit, standing: Mapping[str, Standing], regions: Collection[str]) -> bool:
    return (not regions or unit.region in regions) and standing[unit.id] is not Standing.ABSENT


class Removal:
    """One destruction on its way."""

    def __init__(self, run: Run, record: Record, *, delete_data: bool, check: Callable[[], None]) -> None:
        self._run = run
        self._record = record
        self._check = check
        self._delete_data = delete_data

    def through(self, waves: Sequence[Wave], regions: Collection[str] = ()) -> tuple[Retained, ...]:
        """Take the waves away; what stays of these and of what went before them."""
        run = self._run
        for wave in waves:
            units = [run.plan.unit(unit) for unit in wave.units]
            run.watch.wave_began(wave.name, wave.units)
            result = run_wave(units, self._remove, parallel=run.parallel, stopping=run.stopping)
            if result.errors:
                raise result.error("could not be removed", "The same command goes on from here.")
            if run.stopping.is_asked:
                raise InterruptedDeploymentError(
                    "Stopped, as you asked.", "What is left is still there; the same command goes on from here."
                )
        # Also where an earlier run has taken the last unit away, and was killed before it could tidy up.
        tidy(run, regions, lambda region: self._record.step(region, "clean"))
        return run.journal.left()

    def _remove(self, unit: Unit) -> Outcome:
        run = self._run
        self._check()
        began = time.monotonic()
        run.watch.unit_began(unit.id)
        try:
            with self._record.step(unit.id, "remove"):
                run.engine.settle(unit, run.watch.progressed)
                self._record.left(run.engine.remove(unit, run.watch.progressed, delete_data=self._delete_data))
        except Exception as error:
            run.watch.unit_ended(unit.id, Outcome.FAILED, time.monotonic() - began, str(error))
            raise
        run.watch.unit_ended(unit.id, Outcome.DONE, time.monotonic() - began)
        return Outcome.DONE


def tidy(run: Run, regions: Collection[str], step: Callable[[str], AbstractContextManager[object]]) -> None:
    """Take away what deploying had made for itself, in each region where nothing of the fleet stands any more."""
    units = [unit for unit in units_in(run.plan, regions) if unit.kind is not UnitKind.LINKS]
    standing = run.engine.inspect(units)
    for region in sorted({unit.region for unit in units}):
        if all(standing[unit.id] is Standing.ABSENT for unit in units if unit.region == region):
            with step(region):
                run.engine.clean(region)
