"""What the verb `drill` refuses, before anything is broken."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tapstack.cli.drill import _ask, _refuse_on_aws, _restore, _restore_abandoned
from tapstack.drill.notes import Note, Notes, Switches
from tapstack.drill.scenarios import BUILT_IN
from tapstack.errors import LockedError, RefusedError
from tapstack.rollout.stores import LocalStore

NOTE = Note("20261121T120000Z-led-away", "led-away", "2026-11-21T12:00:00+00:00", process=2**22 + 1)
AS_SEEN = Switches(disabled=False, inverted=False)


class _Route53:
    def __init__(self) -> None:
        self.updated: list[dict[str, Any]] = []

    def update_health_check(self, **parameters: Any) -> None:
        self.updated.append(parameters)


def run(*, is_real: bool) -> Any:
    route53 = _Route53()
    target = SimpleNamespace(is_real=is_real, account="123456789012", client=lambda *_: route53, route53=route53)
    return SimpleNamespace(
        target=target,
        plan=SimpleNamespace(fleet="small", environment="prod", home="us-east-1"),
        fleet=SimpleNamespace(databases={"main": SimpleNamespace(cross_region=True)}),
    )


@pytest.mark.parametrize("name", sorted(set(BUILT_IN) - {"led-away", "none"}))
def test_on_aws_nothing_is_broken(name: str) -> None:
    with pytest.raises(RefusedError) as caught:
        _refuse_on_aws(run(is_real=True), BUILT_IN[name])
    assert "led-away" in caught.value.command
    _refuse_on_aws(run(is_real=False), BUILT_IN[name])


def test_what_harms_nothing_may_be_done_there_once_somebody_said_yes() -> None:
    real = run(is_real=True)
    for name in ("led-away", "none"):
        _refuse_on_aws(real, BUILT_IN[name])
    with pytest.raises(RefusedError, match="Nobody is here"):
        _ask(real, BUILT_IN["led-away"], yes=False)
    _ask(real, BUILT_IN["led-away"], yes=True)
    _ask(real, BUILT_IN["none"], yes=False)
    _ask(run(is_real=False), BUILT_IN["region-outage"], yes=False)


def test_a_health_check_that_a_killed_drill_held_is_let_go_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = Notes(LocalStore(tmp_path))
    notes.leave(
        dataclasses.replace(NOTE, checks={"abc": AS_SEEN, "upside-down": Switches(disabled=False, inverted=True)})
    )
    real = run(is_real=True)
    _restore_abandoned(real, Notes(LocalStore(tmp_path)), tmp_path)
    assert real.target.route53.updated == [
        {"HealthCheckId": "abc", "Disabled": False, "Inverted": False},
        {"HealthCheckId": "upside-down", "Disabled": False, "Inverted": True},
    ]
    assert "Everything is whole again" in capsys.readouterr().err
    assert Notes(LocalStore(tmp_path)).read() is None
    _restore(real, Notes(LocalStore(tmp_path)), tmp_path)
    assert "No drill has left anything broken" in capsys.readouterr().err


def test_a_drill_that_goes_on_elsewhere_is_left_alone(tmp_path: Path) -> None:
    Notes(LocalStore(tmp_path)).leave(dataclasses.replace(NOTE, machine="elsewhere", checks={"abc": AS_SEEN}))
    real = run(is_real=True)
    with pytest.raises(LockedError) as caught:
        _restore_abandoned(real, Notes(LocalStore(tmp_path)), tmp_path)
    assert "--restore" in caught.value.command
    assert real.target.route53.updated == []
