"""Whatever happens to a deployment, one plain re-run ends in just what an undisturbed one comes to."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from aftermath import (
    Undisturbed,
    assert_is,
    assert_is_empty,
    assert_journal_is_closed,
    assert_nothing_half_made,
    assert_nothing_to_do,
)
from disturbing import DISTURBANCES, UNFORESEEN, Case, Deployer, Scene, Stage, disturbed, fleet_text, write_fleet
from rollouts import tapstack

from tapstack.sandbox.control import Sandbox

ROUNDS = 5
FIRST = int(os.environ.get("FAULT_SEED", "0"))
"""Another seed, another sample of the same kinds."""
COUNT = len(DISTURBANCES)
CASES = [
    pytest.param(
        case := Case.of(FIRST * COUNT * ROUNDS + number, is_sample=number < COUNT),
        id=str(case),
        marks=[pytest.mark.slow] * (number >= COUNT),
    )
    for number in range(ROUNDS * COUNT)
]
SECONDS_OF_A_CHANGE = {"cloudformation": 5.0, "terraform": 20.0}
"""Roughly how long an update or a removal takes: moments after its end would disturb nothing."""
VERBS = {
    Stage.CREATE: ("deploy", "--yes"),
    Stage.UPDATE: ("deploy", "--yes"),
    Stage.DESTROY: ("destroy", "--yes", "--delete-data"),
}


@pytest.mark.parametrize("case", CASES)
def test_random_disturbance_and_one_plain_run_more(
    case: Case,
    engine: str,
    sandbox: Sandbox,
    undisturbed: Undisturbed,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    texts = [
        fleet_text(case.regions, replication=case.replication, changed=changed, is_named=engine != "terraform")
        for changed in (False, True)
        if changed is False or case.stage is Stage.UPDATE
    ]
    first, last = (undisturbed.of(text, case.places) for text in (texts[0], texts[-1]))
    verb = (*VERBS[case.stage], "--engine", engine)

    file = write_fleet(tmp_path, texts[0])
    if not case.is_cold:
        first.lend(tmp_path, sandbox)
    if case.stage is not Stage.CREATE:
        tapstack("deploy", "--yes", "--engine", engine, file=file, sandbox=sandbox.name)
    write_fleet(tmp_path, texts[-1])

    def start(*more: str) -> Deployer:
        return Deployer.start(*verb, *more, file=file, sandbox=sandbox.name)

    usual = first.seconds if case.stage is Stage.CREATE else SECONDS_OF_A_CHANGE[engine]
    ran, others = disturbed(Scene(case, sandbox, start(), lambda: start("--take-over")), usual)
    record_property("disturbed", ran.code)
    for one in (ran, *others):
        assert one.code != UNFORESEEN, f"nobody foresaw this: {one.err[-3000:]}"
        # Python itself ends so, where it is told to before it has read the command's code.
        assert one.code == -signal.SIGINT or "Traceback" not in one.err, one.err[-3000:]

    again = start().end()
    assert again.code == 0, f"disturbed: {ran.code}\n{ran.err[-2500:]}\n\nagain: {again.code}\n{again.err[-3500:]}"
    if case.stage is Stage.DESTROY:
        assert_is_empty(sandbox, case.places)
    else:
        assert_is(last.stands, sandbox, case.places)
        assert_nothing_to_do(file, sandbox, engine)
    assert_nothing_half_made(sandbox, case.places)
    assert_journal_is_closed(file, sandbox)
