"""What happens to a fleet in a drill: steps with times, built in or from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from tapstack.errors import FileAccessError, InvalidFleetError
from tapstack.fleet.base import Part, Seconds

RECOVERED = "recovered"
"""The moment at which all clients are served steadily again, or the drill has waited as long as it may."""


class Action(StrEnum):
    """What a step does."""

    OUTAGE = "outage"
    SLOW = "slow"
    ERRORS = "errors"
    HOLD_CHECK = "hold-check"
    RESTORE = "restore"
    STOP_WRITES = "stop-writes"
    START_WRITES = "start-writes"
    DEPLOY = "deploy"

    @property
    def breaks(self) -> bool:
        """Whether something is broken by it."""
        return self in (Action.OUTAGE, Action.SLOW, Action.ERRORS, Action.HOLD_CHECK)


class Step(Part):
    """One step. Times count from the end of the warm-up, in the fleet's seconds."""

    at: Seconds | Literal["recovered"] = 0
    do: Action
    region: str = Field(default="home", description="`home`, `standby` for the first of them, or a region's name.")
    services: Sequence[str] = Field(default=(), description="Only these services of the region, as IAM names them.")
    latency: Annotated[float, Field(gt=0, le=60)] = Field(default=3.0, description="Seconds of the wall, for `slow`.")
    rate: Annotated[float, Field(gt=0, le=1)] = Field(default=0.5, description="Share of the calls, for `errors`.")

    @property
    def detail(self) -> str:
        """What is special about it, in words."""
        match self.do:
            case Action.SLOW:
                return f"each answer {self.latency:g} s later"
            case Action.ERRORS:
                return f"{self.rate:.0%} of the calls fail"
            case Action.OUTAGE if self.services:
                return f"only {', '.join(self.services)}"
            case _:
                return ""


class Scenario(Part):
    """A scenario."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
    summary: str = ""
    steps: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Scenario:
        times = [float("inf") if step.at == RECOVERED else float(step.at) for step in self.steps]
        if times != sorted(times):
            raise ValueError("steps stand in the order of their times, `recovered` last")
        if [step.do for step in self.steps].count(Action.DEPLOY) > 1:
            raise ValueError("one drill deploys once at most")
        return self

    @property
    def is_control(self) -> bool:
        """Tell whether nothing is broken: then nothing may be found."""
        return not any(step.do.breaks for step in self.steps)

    @property
    def holds(self) -> bool:
        """Tell whether clients are only led away, and nothing is harmed."""
        return any(step.do is Action.HOLD_CHECK for step in self.steps)

    @property
    def deploys(self) -> bool:
        """Tell whether the fleet is deployed meanwhile."""
        return any(step.do is Action.DEPLOY for step in self.steps)

    @property
    def waits(self) -> bool:
        """Tell whether it goes on until clients have recovered by themselves."""
        return any(step.at == RECOVERED for step in self.steps)

    @property
    def is_harmless(self) -> bool:
        """Tell whether all that it does is to lead clients away and back."""
        return all(step.do in (Action.HOLD_CHECK, Action.RESTORE) for step in self.steps)

    @property
    def takes_all(self) -> bool:
        """Tell whether a whole region goes at once and stays away: then the design tells how long it takes."""
        breaking = [step for step in self.steps if step.do.breaks]
        return len(breaking) == 1 and breaking[0].do is Action.OUTAGE and not breaking[0].services

    @property
    def is_about_speed(self) -> bool:
        """Tell whether a slow answer is as bad as none."""
        return any(step.do is Action.SLOW for step in self.steps)


_RESTORE = Step(at=RECOVERED, do=Action.RESTORE)
_DATABASES = ("rds",)
_UNNOTICED_SECONDS = 15
"""Too short for three failed checks ten seconds apart; twenty-five would be noticed by chance."""

BUILT_IN: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            name="region-outage",
            summary="The home region is gone, until every client is served from elsewhere.",
            steps=(Step(do=Action.OUTAGE), _RESTORE),
        ),
        Scenario(
            name="quiet-outage",
            summary="The same, a minute after the last write: nothing may be lost.",
            steps=(Step(do=Action.STOP_WRITES), Step(at="1m", do=Action.OUTAGE), _RESTORE),
        ),
        Scenario(
            name="region-slow",
            summary="The home region answers each call three seconds late.",
            steps=(Step(do=Action.SLOW), _RESTORE),
        ),
        Scenario(
            name="service-outage",
            summary="DynamoDB is out in the home region; everything else there works.",
            steps=(Step(do=Action.OUTAGE, services=("dynamodb",)), _RESTORE),
        ),
        Scenario(
            name="writer-lost",
            summary="The home region's databases are out; everything else there works.",
            steps=(Step(do=Action.OUTAGE, services=_DATABASES), _RESTORE),
        ),
        Scenario(
            name="flapping",
            summary="The home region goes and comes back, three times, before it stays away.",
            steps=(
                *(
                    step
                    for begin in (0, 45, 90)
                    for step in (
                        Step(at=f"{begin}s", do=Action.OUTAGE),
                        Step(at=f"{begin + _UNNOTICED_SECONDS}s", do=Action.RESTORE),
                    )
                ),
                Step(at="135s", do=Action.OUTAGE),
                _RESTORE,
            ),
        ),
        Scenario(
            name="outage-during-deploy",
            summary="The home region is gone during a deployment; afterwards the same one goes through.",
            steps=(Step(do=Action.DEPLOY), Step(do=Action.OUTAGE), _RESTORE),
        ),
        Scenario(
            name="led-away",
            summary="The home's health check is held unhealthy: clients are led to the standby, and nothing is harmed.",
            steps=(Step(do=Action.HOLD_CHECK), _RESTORE),
        ),
        Scenario(name="none", summary="Nothing happens, and the instruments must find just that."),
    )
}


def choose(name: str) -> tuple[Scenario, str]:
    """A built-in scenario, or one from a file; and which of the two it is."""
    if name in BUILT_IN:
        return BUILT_IN[name], "built in"
    file = Path(name)
    if not file.suffix and not file.exists():
        raise InvalidFleetError(
            f"There is no scenario '{name}'.",
            f"Built in: {', '.join(BUILT_IN)}. A path to a YAML file describes another one.",
        )
    return read(file), file.name


def read(file: Path) -> Scenario:
    """A scenario from a YAML file."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        content = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
        return Scenario.model_validate(content)
    except OSError as error:
        raise FileAccessError(f"The scenario {file} cannot be read.", str(error)) from error
    except YAMLError as error:
        raise InvalidFleetError(f"The scenario {file} is no YAML.", str(error)) from error
    except ValidationError as error:
        problems = "\n".join(f"{'.'.join(map(str, one['loc'])) or file.name}: {one['msg']}" for one in error.errors())
        raise InvalidFleetError(f"The scenario {file} does not hold.", problems) from error
