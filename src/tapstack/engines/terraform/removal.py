"""Takes a unit away: what stays is let go first, protection is lifted, buckets emptied, and the rest destroyed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from tapstack.engines import costs, emptying, proofs, roles, stopped
from tapstack.engines.engine import Retained, Tell
from tapstack.engines.terraform import leaving, problems, protection
from tapstack.engines.terraform.progress import Listener
from tapstack.engines.terraform.running import Ended
from tapstack.engines.terraform.stateful import DATABASES, HOLDS_DATA, KEYS, cost_of
from tapstack.engines.terraform.states import Instance, Mark, Stage, State
from tapstack.engines.terraform.stores import Store
from tapstack.engines.terraform.workspace import Workspace, checked
from tapstack.errors import DeploymentError
from tapstack.targets.target import Target

BUCKET = "aws_s3_bucket"
ZONE = "aws_route53_zone"
ATTEMPTS = 3
"""Buckets get their last log files while they are emptied."""


@dataclass
class Removal:
    """The removal of one unit."""

    unit: str
    workspace: Workspace
    store: Store
    module: Mapping[str, Any]
    """What stands: the module that was applied last."""
    mark: Mark
    target: Target
    region: str
    tell: Tell
    delete_data: bool
    keeps_data: bool
    """Whether the fleet wants data to stay, if only as a snapshot."""
    _left: dict[str, Retained] = field(default_factory=dict)
    _writers: frozenset[str] = frozenset()
    """Databases that write here since a failover: the module takes them for replicas, of which there is no snapshot."""

    def run(self) -> tuple[Retained, ...]:
        """Remove it; what stays, and what that costs by."""
        self._left = {each["identity"]: Retained(**each) for each in self.mark.retained}
        state = self.store.state()
        if state is not None and state.instances:
            staying = self._staying(state)
            gone = {instance.address for instance in staying}
            going = replace(state, instances=tuple(each for each in state.instances if each.address not in gone))
            # As long as the state still knows all: what is lifted may need what stays.
            self._lift(going)
            self._let_go(staying)
            self._destroy(going)
        self.workspace.override({})
        self.store.drop()
        return tuple(self._left.values())

    def _staying(self, state: State) -> Sequence[Instance]:
        """What stays, what that cannot be without, and what others live by."""
        kept = self._kept(state)
        staying = protection.retained(state, kept)
        for instance in staying:
            why = "" if instance.resource in kept else "; what stays needs it"
            self._keep(instance.kind, instance.identity, cost_of(instance.kind) + why)
        others = tuple(each for each in leaving.left_behind(state.instances) if each not in staying)
        for instance in others:
            # A proof goes with its zone, and where that stays CloudFormation does not tell of it either.
            if instance.resource in leaving.ADDRESSES:
                self._keep(instance.kind, instance.identity, cost_of(instance.kind) + "; others may live by it")
        return (*staying, *others)

    def _kept(self, state: State) -> frozenset[str]:
        """What the module protects, and data of a later one that was applied in part: nothing tells its wishes."""
        if self.delete_data:
            return frozenset()
        resources = self.module.get("resource", {})
        unnamed = (
            instance.resource
            for instance in state.instances
            if instance.kind in HOLDS_DATA and _label(instance) not in resources.get(instance.kind, {})
        )
        return protection.kept(self.module) | frozenset(unnamed if self.keeps_data else ())

    def _lift(self, state: State) -> None:
        """Lift the module's protection, and where AWS itself protects something, change that and nothing else."""
        overrides: dict[str, dict[str, Any]] = {
            kind: {label: dict(body) for label, body in named.items()}
            for kind, named in protection.unprotected(protection.kept(self.module)).items()
        }
        self._writers = frozenset() if self.delete_data else frozenset(self._promoted(state))
        changes_of = dict(protection.switched_off(state.instances, delete_data=self.delete_data))
        for address in self._writers:
            changes_of[address] = {**changes_of.get(address, {}), protection.SKIP_SNAPSHOT: False}
        targets = []
        for instance in state.instances:
            kind, label = instance.kind, _label(instance)
            if instance.address in changes_of and label in self.module.get("resource", {}).get(kind, {}):
                overrides.setdefault(kind, {}).setdefault(label, {}).update(changes_of[instance.address])
                targets.append(instance.address)
        self.workspace.override(overrides)
        if not targets:
            return
        for instance in state.instances:
            if instance.address in targets and instance.kind == "aws_db_instance":
                stopped.start(self.target, self.region, self.unit, str(instance.values["identifier"]), self.tell)
        planned = checked(self._plan_targets(targets), self.workspace)
        if planned.has_changes:
            # What somebody has deleted by hand is not made anew to be destroyed.
            changes_to_come = self.workspace.show(planned)["resource_changes"]
            gone = {each["address"] for each in changes_to_come if each["change"]["actions"] == ["create"]}
            if gone:
                left = [address for address in targets if address not in gone]
                if not left:
                    return
                planned = checked(self._plan_targets(left), self.workspace)
            if planned.has_changes:
                ended = self.workspace.apply(planned.file, Listener(self.unit, len(targets), self.tell))
                if ended.code != 0:
                    raise self.workspace.error(ended)

    def _promoted(self, state: State) -> Iterator[str]:
        """Databases of which the module leaves a snapshot only where they write, and that now write here."""
        for instance in state.instances:
            body = self.module.get("resource", {}).get(instance.kind, {}).get(_label(instance), {})
            if (
                instance.kind == "aws_db_instance"
                and instance.values.get(protection.SKIP_SNAPSHOT) is True
                and isinstance(body.get(protection.SKIP_SNAPSHOT), str)
                and not self._has_left(str(instance.values["identifier"]))
            ):
                yield instance.address

    def _has_left(self, database: str) -> bool:
        return roles.has_left(self.target.client("rds", self.region), self.region, database)

    def _plan_targets(self, addresses: Sequence[str]) -> Any:
        return self.workspace.plan("lift", "-lock=false", *(f"-target={address}" for address in addresses))

    def _let_go(self, staying: Sequence[Instance]) -> None:
        """Have Terraform forget it."""
        # Written down before it is done: a removal that is killed here still tells what it left.
        self._note()
        self.workspace.forget([instance.address for instance in staying])

    def _destroy(self, state: State) -> None:
        ended: Ended | None = None
        for _ in range(ATTEMPTS):
            self._empty(state)
            planned = checked(self.workspace.plan("destroy", "-destroy", "-lock=false"), self.workspace)
            listener = Listener(self.unit, len(state.instances), self.tell)
            ended = self.workspace.apply(planned.file, listener)
            planned.file.unlink(missing_ok=True)
            if ended.code == 0:
                self._foresee(state)
                return
            if "BucketNotEmpty" not in problems.in_words(ended.diagnostics):
                break
        if ended is not None:
            error = self.workspace.error(ended)
            if isinstance(error, DeploymentError):
                raise DeploymentError(f"{self.unit} could not be removed whole.", error.detail)
            raise error

    def _empty(self, state: State) -> None:
        """Empty the buckets that are to go, and the zones of what ACM has left in them."""
        buckets = [str(each.values["bucket"]) for each in state.instances if each.kind == BUCKET]
        s3, account = self.target.client("s3", self.region), self.target.account
        with ThreadPoolExecutor(max(len(buckets), 1)) as pool:
            list(pool.map(lambda bucket: emptying.empty(s3, bucket, account), buckets))
        for zone in (str(each.values["zone_id"]) for each in state.instances if each.kind == ZONE):
            proofs.take_away(self.target.client("route53", self.region), zone)

    def _foresee(self, state: State) -> None:
        """Tell what a deletion leaves behind without a word: snapshots, and keys that wait for their end."""
        for instance in state.instances:
            if instance.kind in KEYS:
                days = instance.values.get("deletion_window_in_days") or 30
                self._keep(f"{instance.kind}, to be deleted in {days} days", instance.identity, costs.PENDING_KEY)
            elif self._leaves_snapshot(instance):
                name = instance.values.get("final_snapshot_identifier")
                self._keep(f"snapshot of {instance.kind}", str(name), costs.SNAPSHOT)

    def _leaves_snapshot(self, instance: Instance) -> bool:
        return (
            not self.delete_data
            and instance.kind in DATABASES
            and (not instance.values.get(protection.SKIP_SNAPSHOT) or instance.address in self._writers)
            and bool(instance.values.get("final_snapshot_identifier"))
        )

    def _keep(self, kind: str, identity: str, cost: str) -> None:
        self._left[identity] = Retained(self.unit, kind, identity, cost)

    def _note(self) -> None:
        left = [asdict(each) for each in self._left.values()]
        self.store.put_mark(replace(self.mark, stage=Stage.REMOVING, retained=left))


def _label(instance: Instance) -> str:
    return instance.resource.partition(".")[2]
