"""What a component is given to write its part of a template with: the fleet, the plan, and names for everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tapstack.engines.cloudformation.template import (
    NO_VALUE,
    REGION,
    LintException,
    Removal,
    Resource,
    Template,
    Value,
    get,
    imported,
    logical_id,
    sub,
    when,
)
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, UnitKind
from tapstack.plan.names import NameKind, name_of

REGIONS = "Regions"
IS_HOME = "IsHome"
IS_STANDBY = "IsStandby"
SEVERAL_REGIONS = 2


@dataclass(frozen=True)
class Code:
    """Where the code of a function will lie: the key of its archive, which is named after its content."""

    key: str


@dataclass(frozen=True)
class UnitTemplate:
    """One unit's template while its components write to it."""

    fleet: Fleet
    plan: Plan
    kind: UnitKind
    zones: int
    has_own_certificate: bool
    template: Template
    code: Mapping[str, Code]

    @property
    def environment(self) -> str:
        """The environment's name."""
        return self.plan.environment

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """All regions, home first."""
        return tuple(region.name for region in self.plan.regions)

    @property
    def spreads(self) -> bool:
        """Tell whether there is more than one region."""
        return len(self.regions) >= SEVERAL_REGIONS

    # Names -----------------------------------------------------------------------------------------------------

    def name(self, kind: NameKind, component: str, *, region: str | None = None) -> Value:
        """The planned name of something: in this stack's own region, or in another one."""
        text = name_of(kind, self.fleet.fleet, self.environment, component).text
        if region is not None:
            text = text.replace("{region}", region)
        text = text.replace("{region}", "${AWS::Region}").replace("{account}", "${AWS::AccountId}")
        return sub(text) if "${" in text else text

    def arn(self, service: str, resource: str, *, region: str = "${AWS::Region}", account: bool = True) -> Value:
        """An ARN from planned names: `arn("rds", "db:" + name, region="eu-west-1")`."""
        return sub(f"arn:${{AWS::Partition}}:{service}:{region}:{'${AWS::AccountId}' if account else ''}:{resource}")

    def bucket_arn(self, component: str, *, region: str = "${AWS::Region}", objects: str = "") -> Value:
        """The ARN of a planned bucket, or of objects in it (`objects="/*"`)."""
        text = name_of(NameKind.BUCKET, self.fleet.fleet, self.environment, component).text
        text = text.replace("{region}", region).replace("{account}", "${AWS::AccountId}")
        return sub(f"arn:${{AWS::Partition}}:s3:::{text}{objects}")

    def text_name(self, kind: NameKind, component: str) -> str:
        """A planned name with CloudFormation's gaps, to be built into a longer text for `sub`."""
        text = name_of(kind, self.fleet.fleet, self.environment, component).text
        return text.replace("{region}", "${AWS::Region}").replace("{account}", "${AWS::AccountId}")

    # Keys ------------------------------------------------------------------------------------------------------

    def key_arn(self, purpose: str) -> Value:
        """The ARN of a purpose's key in this region: from this stack, or exported by the foundation."""
        if self.kind is UnitKind.FOUNDATION:
            return get(logical_id("key", purpose), "Arn")
        return imported(self.export_name(f"key-{purpose}-arn"))

    def key_alias_arn(self, purpose: str, region: str) -> Value:
        """The ARN of a purpose's key in any region, by its planned alias."""
        alias = name_of(NameKind.KEY_ALIAS, self.fleet.fleet, self.environment, purpose).text
        return self.arn("kms", alias, region=region)

    def export_name(self, what: str) -> str:
        """The name under which a stack exports something; exports are kept per region."""
        return f"{self.fleet.fleet}-{self.environment}-{what}"

    # What differs by region ------------------------------------------------------------------------------------

    def by_region(self, key: str) -> Value:
        """A value that is looked up by region, so that the template is the same everywhere."""
        return {"Fn::FindInMap": [REGIONS, REGION, key]}

    def is_region(self, region: str) -> str:
        """The condition that the stack stands in this region; declared when first asked for."""
        name = logical_id("is", region)
        self.template.conditions.setdefault(name, {"Fn::Equals": [REGION, region]})
        return name

    def elsewhere(self, values: Mapping[str, Value]) -> list[Value]:
        """A list with a value for each region, of which the stack's own region leaves out its own."""
        return [when(self.is_region(region), NO_VALUE, value) for region, value in values.items()]

    # Removal ---------------------------------------------------------------------------------------------------

    @property
    def removal(self) -> Removal:
        """What becomes of data when its component is removed."""
        return "Delete" if self.fleet.protection.when_removed == "destroy" else "RetainExceptOnCreate"

    @property
    def database_removal(self) -> Removal:
        """The same for databases, which can leave a snapshot."""
        return {"destroy": "Delete", "snapshot": "Snapshot", "retain": "RetainExceptOnCreate"}[
            self.fleet.protection.when_removed
        ]  # type: ignore[return-value] # mypy does not narrow the values of a dict display

    # Roles -----------------------------------------------------------------------------------------------------

    def role(
        self,
        logical: str,
        name: str,
        service: str,
        statements: Sequence[Value],
        *,
        condition: str | None = None,
        source_account: bool = True,
        exceptions: Sequence[LintException] = (),
    ) -> Resource:
        """A role for a service, with exactly these permissions and no managed policy."""
        trust: dict[str, Value] = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
        }
        if source_account:
            # Nobody else's resources can make the service use this role.
            trust["Condition"] = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
        policy = {"PolicyName": "least", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}
        return self.template.add(
            logical,
            "AWS::IAM::Role",
            {
                "RoleName": self.name(NameKind.ROLE, name),
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
                "Policies": [policy] if statements else None,
            },
            condition=condition,
            exceptions=exceptions,
        )


def allow(actions: Sequence[str], resources: Value, **conditions: Value) -> Value:
    """A policy statement that allows something."""
    statement: dict[str, Value] = {"Effect": "Allow", "Action": list(actions), "Resource": resources}
    if conditions:
        statement["Condition"] = conditions
    return statement
