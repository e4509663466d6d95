"""A fleet's home is where its writer was born: editing it moves nothing, and would only ask for everything twice."""

from __future__ import annotations

from collections.abc import Mapping

from tapstack.engines.engine import Engine, Standing
from tapstack.errors import RefusedError
from tapstack.plan.model import Plan, UnitKind


def refuse_moved(engine: Engine, plan: Plan, standing: Mapping[str, Standing] | None = None) -> None:
    """Refuse a home that is not the standing one: what all regions share stands in the home alone.

    Asked only where nothing of it stands in the described home; `standing` tells of what was asked already.
    """
    shared = next((unit for unit in plan.units if unit.kind is UnitKind.GLOBAL), None)
    if shared is None or (standing is not None and standing.get(shared.id) is not Standing.ABSENT):
        return
    if standing is None and engine.inspect([shared])[shared.id] is not Standing.ABSENT:
        return
    for region in plan.regions:
        unit = shared.model_copy(update={"region": region.name})
        if region.name != plan.home and engine.inspect([unit])[unit.id] is not Standing.ABSENT:
            raise RefusedError(
                f"The home of {plan.fleet} in {plan.environment} is {region.name}, not {plan.home}.",
                f"What all regions share stands in {region.name}. Editing `home` does not move it, nor the writer. Put "
                f"{region.name} back into the fleet as its home; to write in {plan.home}:",
                command=f"tapstack failover --to {plan.home}",
            )
