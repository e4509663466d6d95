"""Deploy: wave after wave, a gate behind each, and a failure keeps the rest as it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tapstack.engines.engine import Standing, UnitChanges
from tapstack.errors import DeploymentError, InterruptedDeploymentError, TapStackError
from tapstack.plan.model import Unit, UnitKind, Wave
from tapstack.rollout import gates
from tapstack.rollout.gates import Problem
from tapstack.rollout.record import Record
from tapstack.rollout.run import Run
from tapstack.rollout.watch import Outcome
from tapstack.rollout.waves import run_wave

NOT_WAITED_FOR = "nobody waited for it"
"""What is said of a gate where a person stops the rollout: neither open nor shut."""


@dataclass(frozen=True)
class GateSettings:
    """How much proof a wave owes before the next one begins."""

    bake: float
    patience: float
    memory: float = 0
    """For how much longer an alarm may ring for what is over."""
    is_owed: bool = False
    """Tell whether a run before did not end, and so may have left a wave without its proof."""


class Deployment:
    """One deployment on its way through the waves."""

    def __init__(
        self,
        run: Run,
        record: Record,
        shown: Mapping[str, UnitChanges],
        gate: GateSettings,
        *,
        check: Callable[[], None],
    ) -> None:
        self._run = run
        self._record = record
        self._shown = shown
        self._gate = gate
        self._check = check
        self._outcomes: dict[str, Outcome] = {}

    def through(self, waves: Sequence[Wave]) -> Mapping[str, Outcome]:
        """Go through the waves; what became of each unit. Raises when it could not go to the end."""
        run = self._run
        changing = [unit for wave in waves for unit in wave.units if self._has_work(unit)]
        run.engine.publish(sorted({run.plan.unit(unit).region for unit in changing}))
        for number, wave in enumerate(waves):
            is_followed = any(self._has_work(unit) for later in waves[number + 1 :] for unit in later.units)
            self._wave(wave, owes=is_followed or self._gate.is_owed)
        if run.stopping.is_asked:
            raise InterruptedDeploymentError(
                "Stopped, as you asked.",
                f"{self._summary()} What stands, stands; the same command goes on from here.",
            )
        return self._outcomes

    def _wave(self, wave: Wave, *, owes: bool) -> None:
        """Change what is to be changed, and ask for proof.

        A region that nothing changes owes it too before others follow, and after a run that did not end at its gate.
        """
        run = self._run
        units = [run.plan.unit(unit) for unit in wave.units]
        regions = {unit.region for unit in units}
        run.watch.wave_began(wave.name, wave.units)
        has_work = any(self._has_work(unit.id) for unit in units)
        ringing = gates.ringing(run.plan, run.target, regions) if has_work or owes else frozenset()
        result = run_wave(units, self._apply, parallel=run.parallel, stopping=run.stopping)
        self._outcomes |= result.outcomes
        for unit, outcome in result.outcomes.items():
            if outcome is Outcome.STOPPED:
                run.watch.unit_ended(unit, outcome, 0.0)
        if result.errors:
            raise result.error("failed", f"{self._summary()} The same command goes on from here.")
        owing = units if owes else [unit for unit in units if unit.id in result.changed]
        if not result.changed:
            owing = [unit for unit in owing if unit.kind is UnitKind.REGIONAL]
        if owing and not run.stopping.is_asked:
            problems = self._pass_gate(wave, owing, ringing)
            if problems:
                self._put_back([unit for unit in units if unit.id in result.changed], problems)
                raise self._not_passed(wave, problems)

    def _apply(self, unit: Unit) -> Outcome:
        run = self._run
        changes = self._shown[unit.id]
        if not self._has_work(unit.id):
            run.watch.unit_ended(unit.id, Outcome.UNCHANGED, 0.0)
            return Outcome.UNCHANGED
        self._check()
        began = time.monotonic()
        run.watch.unit_began(unit.id)
        try:
            with self._record.step(unit.id, "apply", was=changes.standing):
                run.engine.apply(unit, changes, run.watch.progressed)
        except Exception as error:
            run.watch.unit_ended(unit.id, Outcome.FAILED, time.monotonic() - began, str(error))
            # Whoever took over may have taken away what this run had prepared: then that is what happened.
            self._check()
            raise
        run.watch.unit_ended(unit.id, Outcome.DONE, time.monotonic() - began)
        return Outcome.DONE

    def _has_work(self, unit: str) -> bool:
        changes = self._shown[unit]
        return not (changes.is_empty and changes.standing is Standing.STANDS)

    def _pass_gate(self, wave: Wave, units: Sequence[Unit], ringing: frozenset[Problem]) -> list[Problem]:
        """Ask what must hold, in the order of how long it takes; what does not, by region."""
        run = self._run
        regions = sorted({unit.region for unit in units})
        checks: list[tuple[str, Callable[[], list[Problem]]]] = [
            ("stands", lambda: gates.standing(run.engine, units)),
            (
                "answers",
                lambda: gates.answering(
                    run.fleet, run.plan, run.target, units, run.stopping, patience=self._gate.patience
                ),
            ),
            (
                f"alarms are quiet for {self._gate.bake:g} s" if self._gate.bake else "alarms are quiet",
                lambda: gates.quiet(
                    run.plan,
                    run.target,
                    regions,
                    run.stopping,
                    before=ringing,
                    bake=self._gate.bake,
                    patience=self._gate.patience + self._gate.memory,
                ),
            ),
        ]
        run.watch.gate_began(wave.name, ", ".join(name for name, _ in checks))
        problems: list[Problem] = []
        with self._record.step(wave.name, "gate") as step:
            for _, check in checks:
                problems = check()
                if problems:
                    step.failed("; ".join(what for _, what in problems))
                    break
            if run.stopping.is_asked:
                problems = []
                step.failed(NOT_WAITED_FOR)
        said = NOT_WAITED_FOR if run.stopping.is_asked else "; ".join(what for _, what in problems)
        run.watch.gate_ended(wave.name, not said, said)
        return problems

    def _put_back(self, units: Sequence[Unit], problems: Sequence[Problem]) -> None:
        """Give the regions that failed what they had before; those that did not fail keep what they got."""
        run = self._run
        regions = {region for region, _ in problems}
        for unit in units:
            if unit.region not in regions or unit.kind is not UnitKind.REGIONAL:
                continue
            try:
                with self._record.step(unit.id, "revert"):
                    reverted = run.engine.revert(unit, run.watch.progressed)
            except TapStackError as error:
                run.watch.note(f"{unit.id} could not be put back: {error.summary}")
                continue
            run.watch.note(
                f"{unit.id} is what it was before."
                if reverted
                else f"{unit.id} is new: there is nothing to go back to. It stays, for a look at it."
            )

    def _not_passed(self, wave: Wave, problems: Sequence[Problem]) -> DeploymentError:
        said = "\n".join(f"  {region}: {what}" for region, what in problems)
        return DeploymentError(
            f"The wave '{wave.name}' stands but is not well; nothing after it was begun.",
            f"{said}\n\n{self._summary()}",
        )

    def _summary(self) -> str:
        counts = {outcome.value: sum(1 for found in self._outcomes.values() if found is outcome) for outcome in Outcome}
        counts["not begun"] = len(self._shown) - len(self._outcomes)
        return "Units: " + ", ".join(f"{count} {word}" for word, count in counts.items() if count) + "."
