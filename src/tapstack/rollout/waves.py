"""Waves: units side by side, with a bound; one failure, or one word of a person, and nothing new begins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tapstack.engines.engine import Standing
from tapstack.errors import DeploymentError, RefusedError, TapStackError
from tapstack.plan.model import Plan, Unit, UnitKind, Wave
from tapstack.rollout.stopping import Stopping
from tapstack.rollout.watch import Outcome


@dataclass
class WaveResult:
    """What became of a wave's units."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)

    @property
    def changed(self) -> tuple[str, ...]:
        """The units that something was done to."""
        return tuple(unit for unit, outcome in self.outcomes.items() if outcome is Outcome.DONE)

    def error(self, what: str, advice: str) -> TapStackError:
        """One error for all that failed: where it is one kind, that kind with its exit code."""
        said = "\n".join(f"  {unit}: {_in_words(error)}" for unit, error in self.errors.items())
        first = next(iter(self.errors.values()))
        kinds = {type(error) for error in self.errors.values()}
        kind = type(first) if len(kinds) == 1 and isinstance(first, TapStackError) else DeploymentError
        return kind(
            f"{' and '.join(self.errors)} {what}; nothing after it was begun.",
            f"{said}\n\n{advice}",
            command=first.command if isinstance(first, TapStackError) and len(self.errors) == 1 else "",
        )


def run_wave(
    units: Sequence[Unit], work: Callable[[Unit], Outcome], *, parallel: int, stopping: Stopping
) -> WaveResult:
    """Do the work on each unit; what has begun ends, whatever happens to the others."""
    result = WaveResult()

    def one(unit: Unit) -> None:
        if stopping.is_asked:
            result.outcomes[unit.id] = Outcome.STOPPED
            return
        try:
            result.outcomes[unit.id] = work(unit)
        except Exception as error:  # noqa: BLE001 - kept, and told together with the others'
            stopping.ask()
            result.outcomes[unit.id] = Outcome.FAILED
            result.errors[unit.id] = error

    with ThreadPoolExecutor(max_workers=parallel) as pool:
        for future in [pool.submit(one, unit) for unit in units]:
            future.result()
    return result


def chosen_waves(
    plan: Plan, standing: Mapping[str, Standing], regions: Collection[str], waves: Collection[str]
) -> tuple[Wave, ...]:
    """The waves of this run: in the order of creation until the home stands, and only what was asked for.

    Refuses a choice that leaves out what a chosen unit needs and what does not stand yet. What `standing` does not tell
    of is needed only by units that stand: they have had it.
    """
    home = standing.get(f"{UnitKind.REGIONAL}/{plan.home}", Standing.ABSENT)
    order = plan.waves if home is Standing.ABSENT else plan.update_waves
    chosen = tuple(
        Wave(name=wave.name, units=units)
        for wave in order
        if not waves or wave.name in waves
        if (units := tuple(unit for unit in wave.units if not regions or plan.unit(unit).region in regions))
    )
    included = {unit for wave in chosen for unit in wave.units}
    missing = sorted(
        {
            need
            for unit in included
            for need in plan.unit(unit).needs
            if need not in included and standing.get(need, Standing.STANDS) is not Standing.STANDS
        }
    )
    if missing:
        raise RefusedError(
            "What was chosen needs more than that.",
            f"These units do not stand, and were not chosen: {', '.join(missing)}. Deploy them first, or with it.",
        )
    return chosen


def standbys_first(waves: Sequence[Wave]) -> tuple[Wave, ...]:
    """The same waves with the home's behind the standbys': so go new versions of a database that others follow."""
    home = [wave for wave in waves if wave.name == "home"]
    return (*(wave for wave in waves if wave.name != "home"), *home)


def _in_words(error: Exception) -> str:
    if isinstance(error, TapStackError):
        return f"{error.summary} {error.detail}".strip()
    return f"{type(error).__name__}: {error}"
