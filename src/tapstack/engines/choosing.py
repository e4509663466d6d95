"""Which engine deploys a fleet. Each is imported only when it is chosen."""

from __future__ import annotations

from pathlib import Path

from tapstack.engines.engine import Engine
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan
from tapstack.targets.target import Target


def choose(fleet: Fleet, plan: Plan, target: Target, *, source: Path, folder: Path) -> Engine:
    """The engine that the plan names; `source` holds the fleet's file, `folder` is for what the engine writes."""
    match plan.engine:
        case "cloudformation":
            from tapstack.engines.cloudformation.engine import CloudFormation

            return CloudFormation(fleet, plan, target, source=source, folder=folder)
        case "terraform":
            from tapstack.engines.terraform.engine import Terraform

            return Terraform(fleet, plan, target, source=source, folder=folder)
