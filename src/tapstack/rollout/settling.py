"""Before anything is compared: wait for what is still being changed, as after a deployment that was killed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from tapstack.engines.engine import Standing
from tapstack.plan.model import Unit
from tapstack.rollout.looking import units_in
from tapstack.rollout.run import Run


def settle_in(run: Run, regions: Collection[str]) -> Mapping[str, Standing]:
    """What there is in some regions, or in all, and of what is missing there whatever it needs.

    What stands has had what it needs: no region is asked that this run does not touch.
    """
    here = settle(run, units_in(run.plan, regions))
    new = [unit for unit, found in here.items() if found is not Standing.STANDS]
    needs = {need for unit in new for need in run.plan.unit(unit).needs} - here.keys()
    return {**here, **settle(run, [unit for unit in run.plan.units if unit.id in needs])}


def settle(run: Run, units: Sequence[Unit]) -> Mapping[str, Standing]:
    """What there is of each unit once nobody changes it any more."""
    standing = dict(run.engine.inspect(units))
    busy = [unit for unit in units if standing[unit.id] is Standing.BUSY]
    if busy:
        run.watch.note(f"Waiting for what is being changed already: {', '.join(unit.id for unit in busy)}.")
        with ThreadPoolExecutor(max_workers=len(busy)) as pool:
            settled = pool.map(lambda unit: run.engine.settle(unit, run.watch.progressed), busy)
            standing |= {unit.id: found for unit, found in zip(busy, settled, strict=True)}
    return standing
