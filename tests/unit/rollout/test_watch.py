"""Who looks on is told of the end in any case."""

from __future__ import annotations

import pytest

from tapstack.errors import DeploymentError, InterruptedDeploymentError
from tapstack.fleet.loading import FleetFile
from tapstack.plan.planning import make
from tapstack.rollout.watch import Outcome, SilentWatch, Verb, watched

TEXT = b"""\
fleet: shop
home: us-east-1
regions: {us-east-1: {}}
tags: {CostCenter: shop}
buckets: {uploads: {}}
environments: {prod: {}}
"""


class Ends(SilentWatch):
    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []

    def deployment_ended(self, outcome: Outcome, seconds: float) -> None:
        assert seconds >= 0
        self.outcomes.append(outcome)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, Outcome.DONE),
        (DeploymentError("no"), Outcome.FAILED),
        (InterruptedDeploymentError("stop"), Outcome.STOPPED),
        (KeyboardInterrupt(), Outcome.STOPPED),
    ],
)
def test_the_end_is_told_however_it_comes(error: BaseException | None, outcome: Outcome) -> None:
    described = FleetFile.parse(TEXT).describe("prod")
    assert described.fleet is not None, described.findings
    plan, watch = make(described.fleet, "prod"), Ends()
    try:
        with watched(watch, plan, plan.waves, Verb.DEPLOY, {}):
            if error is not None:
                raise error
    except BaseException as raised:  # noqa: BLE001 - an interrupt is one of the ways
        assert raised is error
    assert watch.outcomes == [outcome]
