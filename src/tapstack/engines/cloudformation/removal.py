"""Takes a stack away: protection off, buckets and zones emptied, deleted again and again where AWS refuses at first.

What the fleet retains stays, and with it whatever it needs, such as the network under a database.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tapstack.engines import costs, emptying, proofs, stopped
from tapstack.engines.cloudformation import applying, lifting, protection, recovery, stacks
from tapstack.engines.cloudformation.site import Site
from tapstack.engines.cloudformation.stacks import Stack
from tapstack.engines.cloudformation.stateful import cost_of
from tapstack.engines.cloudformation.watching import Failure, Operation
from tapstack.engines.engine import Retained, Tell
from tapstack.errors import DeploymentError
from tapstack.plan.model import Unit
from tapstack.targets.problems import code_of, message_of

FAILED_CREATION = "CREATE_FAILED"
BUCKET = "AWS::S3::Bucket"
KEY = "AWS::KMS::Key"
ZONE = "AWS::Route53::HostedZone"
SNAPSHOT = "Snapshot"
IN_USE = ("is imported by", "in use by")
"""What CloudFormation says while another stack still imports an export."""
UNDER_DATA = ("AWS::EC2::", "AWS::KMS::", "AWS::RDS::")
"""What data may stand on: networks, keys, groups of subnets and of parameters."""
ATTEMPTS = 6
REAL_REST, SANDBOX_REST = 20.0, 0.5
"""Seconds between attempts: network interfaces of functions and last log files take a while to go."""


@dataclass
class Removal:
    """The removal of one unit's stack."""

    site: Site
    unit: Unit
    stack: Stack
    tell: Tell
    delete_data: bool
    _left: dict[str, Retained] = field(default_factory=dict)
    _stays: bool = False
    """Whether the template keeps something."""
    _said: str = ""
    """What AWS said when it refused the whole stack."""

    def run(self) -> tuple[Retained, ...]:
        """Remove it; what stays, and what that costs by."""
        client = self.site.client
        if not self.stack.is_there:
            client.delete_stack(StackName=self.stack.name)
            return ()
        stack = recovery.settled(self.site, self.unit.id, self.stack, self.tell)
        if stack is None or not stack.is_there:
            return ()
        if stack.status == stacks.FAILED_UPDATE_ROLLBACK:
            stack = recovery.make_changeable(self.site, self.unit, stack, self.tell) or stack
        if stack.status in stacks.STANDING_FAILURES:
            stack = self._roll_back(stack)
        template = self._lift(stack)
        if stack.is_protected:
            client.update_termination_protection(StackName=stack.name, EnableTerminationProtection=False)
        resources = self._resources(stack)
        self._empty(template, resources)
        self._foresee(template, resources)
        self._delete(stack, template)
        return tuple(self._left.values())

    def _roll_back(self, stack: Stack) -> Stack:
        """Undo what failed half-way; of a first creation, which never held data, nothing is left then."""
        if stack.status == FAILED_CREATION:
            for resource in self._resources(stack).values():
                lifting.lift(self.site, resource["ResourceType"], resource["PhysicalResourceId"])
        token = uuid.uuid4().hex
        self.site.check()
        self.site.client.rollback_stack(StackName=stack.name, ClientRequestToken=token)
        operation = Operation(self.site.client, self.unit.id, stack.id, self.tell, token)
        return operation.follow(self.site.pace()) or stack

    def _lift(self, stack: Stack) -> Mapping[str, Any]:
        """Take protection off by an update of its own, or by the services' calls where the stack takes none."""
        live = stacks.template_of(self.site.client, stack.name)
        if stack.status in stacks.ONLY_DELETION:
            definitions = live.get("Resources", {})
            for name, resource in self._resources(stack).items():
                if not protection.is_kept(definitions.get(name, {})):
                    lifting.lift(self.site, resource["ResourceType"], resource["PhysicalResourceId"])
            return live
        if "Text" in live:
            return live
        template = protection.lifted(live, delete_data=self.delete_data)
        if template != live:
            for name, resource in self._resources(stack).items():
                changes = template["Resources"].get(name) != live["Resources"].get(name)
                if changes and resource["ResourceType"] == "AWS::RDS::DBInstance":
                    stopped.start(
                        self.site.target, self.site.region, self.unit.id, resource["PhysicalResourceId"], self.tell
                    )
            kept: dict[str, str | None] = dict.fromkeys(stack.parameters)
            self.site.bucket.make()
            applying.update(self.site, self.unit.id, stack, template, kept, stack.tags, self.tell)
        return template

    def _resources(self, stack: Stack) -> Mapping[str, Mapping[str, Any]]:
        pages = self.site.client.get_paginator("list_stack_resources").paginate(StackName=stack.id)
        found = [resource for page in pages for resource in page["StackResourceSummaries"]]
        return {
            resource["LogicalResourceId"]: resource
            for resource in found
            if resource["ResourceStatus"] != stacks.GONE and resource.get("PhysicalResourceId")
        }

    def _empty(self, template: Mapping[str, Any], resources: Mapping[str, Mapping[str, Any]]) -> None:
        """Empty the buckets that are to go, and the zones of what ACM has left in them."""
        definitions = template.get("Resources", {})
        going = [resource for name, resource in resources.items() if not protection.is_kept(definitions.get(name, {}))]
        buckets = [each["PhysicalResourceId"] for each in going if each["ResourceType"] == BUCKET]
        s3, account = self.site.target.client("s3", self.site.region), self.site.target.account
        with ThreadPoolExecutor(max(len(buckets), 1)) as pool:
            list(pool.map(lambda bucket: emptying.empty(s3, bucket, account), buckets))
        for zone in (each["PhysicalResourceId"] for each in going if each["ResourceType"] == ZONE):
            proofs.take_away(self.site.target.client("route53", self.site.region), zone)

    def _foresee(self, template: Mapping[str, Any], resources: Mapping[str, Mapping[str, Any]]) -> None:
        """Note what a deletion leaves behind without a word: snapshots, and keys that wait for their end."""
        for name, resource in resources.items():
            kind, identity = resource["ResourceType"], resource["PhysicalResourceId"]
            definition = template.get("Resources", {}).get(name, {})
            if definition.get("DeletionPolicy") == SNAPSHOT:
                self._keep(name, f"snapshot of {kind}", identity, costs.SNAPSHOT)
            elif kind == KEY and not protection.is_kept(definition):
                days = definition.get("Properties", {}).get("PendingWindowInDays", 30)
                self._keep(name, f"{kind}, to be deleted in {days} days", identity, costs.PENDING_KEY)

    def _delete(self, stack: Stack, template: Mapping[str, Any]) -> None:
        held: list[str] = []
        refused: tuple[Failure, ...] = ()
        attempts = 0
        while attempts < ATTEMPTS:
            if attempts:
                time.sleep(REAL_REST if self.site.target.is_real else SANDBOX_REST)
                self._empty(template, self._resources(stack))
            attempts += 1
            operation, after = self._attempt(stack, held)
            if operation is None:
                continue
            self._said = after.reason if after is not None else ""
            self._note(operation.skipped(), held)
            if after is None or after.status == stacks.GONE:
                return
            before, refused = refused, operation.failures()
            if self._is_held(before, refused):
                # Then AWS goes on with what these stood on, and that may be held too.
                held = sorted({*held, *(failure.name for failure in refused)})
                refused, attempts = (), 1
        raise DeploymentError(
            f"{self.unit.id} could not be removed: stack {stack.name} in {self.site.region} still stands.",
            "\n".join(map(str, refused)) or self._said or "AWS gives no reason.",
        )

    def _is_held(self, before: Sequence[Failure], now: Sequence[Failure]) -> bool:
        """Tell whether data that stays needs what cannot be deleted: the same refusal twice is no matter of time."""
        is_same = {failure.name for failure in before} == {failure.name for failure in now}
        return bool(now) and is_same and self._stays and all(f.kind.startswith(UNDER_DATA) for f in now)

    def _attempt(self, stack: Stack, held: Sequence[str]) -> tuple[Operation | None, Stack | None]:
        """Delete once; no operation where AWS refuses to begin, since another stack still uses this one."""
        from botocore.exceptions import ClientError

        token = uuid.uuid4().hex
        retain = {"RetainResources": list(held)} if held else {}
        self.site.check()
        try:
            self.site.client.delete_stack(StackName=stack.id, ClientRequestToken=token, **retain)
        except ClientError as error:
            if code_of(error) == "ValidationError" and any(text in message_of(error) for text in IN_USE):
                self._said = message_of(error)
                return None, stack
            raise
        operation = Operation(self.site.client, self.unit.id, stack.id, self.tell, token)
        return operation, operation.follow(self.site.pace())

    def _note(self, skipped: Sequence[Failure], held: Sequence[str]) -> None:
        self._stays = self._stays or bool(skipped)
        for resource in skipped:
            why = "; what stays needs it" if resource.name in held else ""
            self._keep(resource.name, resource.kind, resource.identity, cost_of(resource.kind) + why)

    def _keep(self, name: str, kind: str, identity: str, cost: str) -> None:
        self._left[name] = Retained(self.unit.id, kind, identity, cost)
