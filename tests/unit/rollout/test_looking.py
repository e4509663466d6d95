"""Looking changes nothing, asks side by side, and says no before data is lost."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from fake_engine import HOME, STANDBYS, TABLE, World, world

from tapstack.engines.engine import Action, Drifted, ResourceChange, Standing, UnitChanges, UnitDrift
from tapstack.errors import AwsError, LockedError, RefusedError
from tapstack.plan.model import Unit
from tapstack.rollout import looking
from tapstack.rollout.settling import settle_in

FIRST = STANDBYS[0]


@pytest.fixture
def standing(tmp_path: Path) -> World:
    made = world(tmp_path)
    made.stand()
    return made


def _change(action: Action, *, name: str = TABLE, holds_data: bool = True) -> UnitChanges:
    resource = ResourceChange(name, "AWS::DynamoDB::GlobalTable", action, holds_data=holds_data)
    return UnitChanges(f"global/{HOME}", Standing.STANDS, (resource,))


def test_units_are_asked_side_by_side_and_answers_keep_their_order(standing: World) -> None:
    units = standing.plan.units
    together = threading.Barrier(len(units))

    class Slow:
        def preview(self, unit: Unit) -> UnitChanges:
            together.wait(timeout=5)
            return standing.engine.preview(unit)

    found = looking.preview(Slow(), units)  # type: ignore[arg-type] # all that previews need
    assert [changes.unit for changes in found] == [unit.id for unit in units]


def test_outputs_are_told_by_region(standing: World) -> None:
    told = looking.outputs(standing.engine, standing.plan.units)
    assert told[HOME] == {"foundationText": "first", "globalText": "first", "regionalText": "first"}
    assert told[FIRST] == {"foundationText": "first", "regionalText": "first"}


def test_drift_counts_unless_something_explains_it(standing: World) -> None:
    standing.engine.stands[f"regional/{FIRST}"] = "by hand"
    found = looking.drift(standing.engine, standing.plan.units, lambda _: None)
    assert [unit.unit for unit in found if unit.found] == [f"regional/{FIRST}"]
    assert looking.has_drifted(found)
    swapped = Drifted("regional/x", "Database", "AWS::RDS::DBCluster", "Role", "writer", "reader", "roles swapped")
    assert not looking.has_drifted([UnitDrift("regional/x", Standing.STANDS, (swapped,))])
    assert not looking.has_drifted([])


@pytest.mark.parametrize("action", [Action.REPLACE, Action.MAY_REPLACE, Action.REMOVE])
def test_data_that_nobody_named_is_not_lost(action: Action) -> None:
    with pytest.raises(RefusedError) as refused:
        looking.refuse_unnamed([_change(action), _change(action, name="Other")], ["Other"])
    assert refused.value.command == f"tapstack deploy --allow-replace {TABLE}"
    looking.refuse_unnamed([_change(action)], [TABLE])


@pytest.mark.parametrize("action", [Action.ADD, Action.CHANGE, Action.FORGET])
def test_what_loses_nothing_needs_no_name(action: Action) -> None:
    looking.refuse_unnamed([_change(action)], [])
    looking.refuse_unnamed([_change(Action.REPLACE, holds_data=False)], [])


@pytest.mark.parametrize(
    ("error", "forgotten"),
    [
        (RefusedError("No."), True),
        (KeyboardInterrupt(), True),
        (AwsError("No answer."), False),
        (LockedError("Taken over."), False),
    ],
)
def test_what_was_prepared_is_forgotten_unless_it_may_be_another_one_s(
    standing: World, error: BaseException, forgotten: bool
) -> None:
    changes = looking.preview(standing.engine, standing.plan.units)
    with pytest.raises(type(error)), looking.forgotten_unless_done(standing.engine, changes):
        raise error
    assert bool(standing.engine.of("discard")) is forgotten
    with looking.forgotten_unless_done(standing.engine, changes):
        standing.engine.log.clear()
    assert standing.engine.of("discard") == []


def test_only_regions_of_interest_are_asked_and_what_new_ones_need(standing: World) -> None:
    assert {unit.split("/")[1] for unit in settle_in(standing.run, [FIRST])} == {FIRST}
    del standing.engine.stands[f"regional/{FIRST}"]
    asked = settle_in(standing.run, [FIRST])
    assert asked[f"regional/{HOME}"] is asked[f"global/{HOME}"] is Standing.STANDS
    assert len(settle_in(standing.run, ())) == len(standing.plan.units)
