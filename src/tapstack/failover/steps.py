"""What a failover is made of: steps that ask AWS what is missing before they act, and so can be taken again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tapstack.errors import AwsError, DeploymentError, InterruptedDeploymentError
from tapstack.failover.calls import Act
from tapstack.rollout.record import Record
from tapstack.rollout.stopping import Stopping
from tapstack.targets.target import Target

PAUSE_SECONDS = {True: 5.0, False: 0.3}
"""Between two looks, by whether the target is real."""


@dataclass(frozen=True)
class Step:
    """One step: what it calls, and how to see whether it is done."""

    region: str
    name: str
    why: str
    missing: Callable[[], str]
    """Ask AWS what the step has still to bring about; nothing when it is done."""
    calls: tuple[Act, ...] = ()
    begun: Callable[[], bool] = field(default=lambda: False)
    """Ask AWS whether the calls were made already and take their time."""
    patience: float = 900.0
    may_be_owed: bool = False
    """Its region may be out: then the step is left, told, and taken by the same command later."""
    is_irreversible: bool = False


@dataclass(frozen=True)
class Taken:
    """How a step ended."""

    step: Step
    outcome: str
    seconds: float = 0.0


Say = Callable[[Step, str], None]
DONE, WAS_DONE, OWED = "done", "was done", "owed"


def take(
    steps: Sequence[Step], target: Target, record: Record, stopping: Stopping, *, check: Callable[[], None], say: Say
) -> tuple[Taken, ...]:
    """Take every step that is not done, each written down; the first that fails ends it."""
    taken = []
    for step in steps:
        check()
        if stopping.is_asked:
            raise InterruptedDeploymentError("Stopped, as you asked.", f"'{step.name}' was not begun. {_AGAIN}")
        began = time.monotonic()
        with record.step(step.region, step.name) as entry:
            try:
                outcome = _one(step, target, stopping, say)
            except AwsError as error:
                if not step.may_be_owed:
                    raise
                outcome = OWED
                entry.failed(f"owed: {error.summary}")
        say(step, outcome)
        taken.append(Taken(step, outcome, round(time.monotonic() - began, 3)))
    return tuple(taken)


_AGAIN = "The same command goes on from here."


def _one(step: Step, target: Target, stopping: Stopping, say: Say) -> str:
    missing = step.missing()
    if not missing:
        return WAS_DONE
    say(step, missing)
    if not step.begun():
        for call in step.calls:
            call.perform(target)
    deadline = time.monotonic() + step.patience
    told = missing
    while missing := step.missing():
        if missing != told:
            say(step, told := missing)
        if time.monotonic() > deadline:
            raise DeploymentError(
                f"'{step.name}' in {step.region} does not come to its end.", f"Still: {missing}. {_AGAIN}"
            )
        if stopping.pause(PAUSE_SECONDS[target.is_real]):
            raise InterruptedDeploymentError("Stopped, as you asked.", f"'{step.name}': {missing}. {_AGAIN}")
    return DONE
