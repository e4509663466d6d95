"""Stacks that AWS lets nobody change: what has to happen first, for each way in which the last change failed."""

from __future__ import annotations

import uuid

from tapstack.engines.cloudformation import stacks
from tapstack.engines.cloudformation.site import Site
from tapstack.engines.cloudformation.stacks import Stack
from tapstack.engines.cloudformation.watching import Operation
from tapstack.engines.engine import Tell
from tapstack.errors import DeploymentError
from tapstack.plan.model import Unit


def settled(site: Site, unit: str, stack: Stack, tell: Tell) -> Stack | None:
    """Wait until CloudFormation is no longer at work on a stack."""
    if not stack.is_busy:
        return stack
    return Operation(site.client, unit, stack.id, tell).follow(site.pace())


def make_changeable(site: Site, unit: Unit, stack: Stack | None, tell: Tell) -> Stack | None:
    """Bring a stack to where AWS takes a change: as it is, rolled back, or gone."""
    if stack is None or not stack.is_there:
        return stack
    stack = settled(site, unit.id, stack, tell)
    if stack is None or not stack.is_there:
        return None
    if stack.status == stacks.FAILED_UPDATE_ROLLBACK:
        return _rolled_back(site, unit, stack, tell)
    if stack.status in stacks.ONLY_DELETION:
        _delete(site, unit, stack, tell)
        return None
    return stack


def _rolled_back(site: Site, unit: Unit, stack: Stack, tell: Tell) -> Stack | None:
    token = uuid.uuid4().hex
    site.check()
    site.client.continue_update_rollback(StackName=stack.name, ClientRequestToken=token)
    operation = Operation(site.client, unit.id, stack.id, tell, token)
    after = operation.follow(site.pace())
    if after is not None and after.is_broken:
        raise DeploymentError(
            f"{unit.id} cannot be rolled back: stack {stack.name} in {site.region} ends in {after.status}.",
            "\n".join([str(failure) for failure in operation.failures()] or [after.reason]),
        )
    return after


def _delete(site: Site, unit: Unit, stack: Stack, tell: Tell) -> None:
    """Take away what a failed creation or deletion left."""
    site.check()
    if stack.is_protected:
        # It never became what was to be protected.
        site.client.update_termination_protection(StackName=stack.name, EnableTerminationProtection=False)
    token = uuid.uuid4().hex
    site.client.delete_stack(StackName=stack.name, ClientRequestToken=token)
    operation = Operation(site.client, unit.id, stack.id, tell, token)
    after = operation.follow(site.pace())
    if after is not None and after.status != stacks.GONE:
        raise DeploymentError(
            f"What is left of {unit.id} is in the way: stack {stack.name} in {site.region} ends in {after.status}.",
            "\n".join([str(failure) for failure in operation.failures()] or [after.reason]),
            command=f"tapstack destroy --region {site.region}",
        )
