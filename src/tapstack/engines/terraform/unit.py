"""What a component is given to write its part of a module with: the fleet, the plan, and names for everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tapstack.engines.archives import Archive
from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform.arguments import DataSources, Ephemerals, Resources
from tapstack.engines.terraform.expressions import Expression, Listing, document, expression, listing, quoted
from tapstack.engines.terraform.module import Lifecycle, Module, Resource, Value, label
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, UnitKind
from tapstack.plan.names import NameKind, name_of

REGION = expression("var.region")
SEVERAL_REGIONS = 2


@dataclass(frozen=True)
class UnitModule:
    """One unit's root module while its components write to it."""

    fleet: Fleet
    plan: Plan
    kind: UnitKind
    zones: int
    has_own_certificate: bool
    module: Module
    code: Mapping[str, Archive]

    @cached_property
    def resource(self) -> Resources:
        """Adds resources: `unit.resource.aws_kms_key("key_data", …)`."""
        return Resources(self.module)

    @cached_property
    def data(self) -> DataSources:
        """Looks things up: `unit.data.aws_route53_zone("zone", …)`."""
        return DataSources(self.module)

    @cached_property
    def ephemeral(self) -> Ephemerals:
        """Opens things that never reach the state: `unit.ephemeral.aws_secretsmanager_random_password("main")`."""
        return Ephemerals(self.module)

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

    # Where the unit stands -------------------------------------------------------------------------------------

    @property
    def account(self) -> Expression:
        """The account that Terraform works in; looked up when first asked for."""
        caller = self.data.aws_caller_identity("current")
        return self.module.local("account", caller.ref("account_id"))

    @property
    def partition(self) -> Expression:
        """The partition of AWS: `aws`, `aws-cn` and so on."""
        return self.module.local("partition", self.data.aws_partition("current").ref("partition"))

    @property
    def suffix(self) -> Expression:
        """The domain of AWS's services in this partition."""
        return self.module.local("suffix", self.data.aws_partition("current").ref("dns_suffix"))

    def text(self, text: str, *, region: str = REGION) -> str:
        """Fill a text's gaps {region}, {account}, {partition} and {suffix}."""
        text = text.replace("{region}", region)
        for gap in ("account", "partition", "suffix"):
            if f"{{{gap}}}" in text:
                text = text.replace(f"{{{gap}}}", getattr(self, gap))
        return text

    # Names -----------------------------------------------------------------------------------------------------

    def name(self, kind: NameKind, component: str, *, region: str = REGION) -> str:
        """The planned name of something: in this unit's own region, or in another one."""
        return self.text(name_of(kind, self.fleet.fleet, self.environment, component).text, region=region)

    def arn(self, service: str, resource: str, *, region: str = REGION, account: bool = True) -> str:
        """An ARN from planned names: `arn("rds", "db:" + name, region="eu-west-1")`."""
        owner = "{account}" if account else ""
        return self.text(f"arn:{{partition}}:{service}:{{region}}:{owner}:", region=region) + resource

    def bucket_arn(self, component: str, *, region: str = REGION, objects: str = "") -> str:
        """The ARN of a planned bucket, or of objects in it (`objects="/*"`)."""
        return self.text("arn:{partition}:s3:::") + self.name(NameKind.BUCKET, component, region=region) + objects

    # Keys ------------------------------------------------------------------------------------------------------

    def key_arn(self, purpose: str) -> Expression:
        """The ARN of a purpose's key in this region: from this unit, or looked up by its planned alias."""
        if self.kind is UnitKind.FOUNDATION:
            return Resource[str]("aws_kms_key", label("key", purpose)).ref("arn")
        alias = self.data.aws_kms_alias(label("key", purpose), name=self.name(NameKind.KEY_ALIAS, purpose))
        return alias.ref("target_key_arn")

    def key_alias_arn(self, purpose: str, region: str = REGION) -> str:
        """The ARN of a purpose's key in any region, by its planned alias."""
        alias = name_of(NameKind.KEY_ALIAS, self.fleet.fleet, self.environment, purpose).text
        return self.arn("kms", alias, region=region)

    # What differs by region ------------------------------------------------------------------------------------

    def by_region(self, key: str) -> Expression:
        """A value that is looked up by region, so that the module is the same everywhere."""
        self._facts()
        return expression(f"local.here.{key}")

    @property
    def is_home(self) -> Expression:
        """Whether the unit stands at home: `unit.is_home.code` goes into longer expressions."""
        return self.module.local("is_home", expression(f'var.region == "{self.plan.home}"'))

    @property
    def only_at_home(self) -> Expression:
        """The `count` of what exists at home alone."""
        return expression(f"{self.is_home.code} ? 1 : 0")

    @property
    def only_in_standbys(self) -> Expression:
        """The `count` of what exists everywhere but at home."""
        return expression(f"{self.is_home.code} ? 0 : 1")

    @property
    def region_names(self) -> Listing:
        """All regions, home first."""
        self.module.local("region_names", list(self.regions))
        return listing("local.region_names")

    @property
    def others(self) -> Listing:
        """All regions but the unit's own, home first."""
        others = listing(f"[for name in {self.region_names.code} : name if name != var.region]")
        self.module.local("others", others)
        return listing("local.others")

    def elsewhere(self, value: Callable[[str], str]) -> Listing:
        """A list with a text for each region but the unit's own: `elsewhere(lambda region: … region …)`."""
        return listing(f"[for region in {self.others.code} : {quoted(value(expression('region')))}]")

    def _facts(self) -> None:
        self.module.local("here", expression("local.regions[var.region]"))
        self.module.local(
            "regions", {region.name: facts(self.fleet, self.plan, region.name) for region in self.plan.regions}
        )

    # Removal ---------------------------------------------------------------------------------------------------

    @property
    def keeps_data(self) -> bool:
        """Whether data stays when its component is removed; for databases that may be as a snapshot."""
        return self.fleet.protection.when_removed != "destroy"

    @property
    def lifecycle(self) -> Lifecycle | None:
        """For what holds data: where it is to be kept, a plan that would destroy it fails."""
        return {"prevent_destroy": True} if self.keeps_data else None

    # Roles -----------------------------------------------------------------------------------------------------

    def role(
        self,
        role_label: str,
        name: str,
        service: str,
        statements: Sequence[Value],
        *,
        count: Expression | None = None,
        source_account: bool = True,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Any]:
        """A role for a service, with exactly these permissions and no managed policy."""
        trust: dict[str, Value] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        if source_account:
            # Nobody else's resources can make the service use this role.
            trust["Condition"] = {"StringEquals": {"aws:SourceAccount": self.account}}
        role = self.resource.aws_iam_role(
            role_label,
            name=self.name(NameKind.ROLE, name),
            assume_role_policy=policy([trust]),
            count=count,
        )
        if statements:
            self.resource.aws_iam_role_policy(
                role_label,
                name="least",
                role=role.ref("name"),
                policy=policy(statements),
                count=count,
                exceptions=exceptions,
            )
        return role

    # Tags ------------------------------------------------------------------------------------------------------

    def name_tag(self, *what: str) -> dict[str, str]:
        """The tag by which the console shows a thing; all other tags come by themselves."""
        return {"Name": "-".join(part for part in (self.fleet.fleet, self.environment, *what) if part)}


def facts(fleet: Fleet, plan: Plan, name: str) -> dict[str, Value]:
    """Everything that differs in one region, by the keys of `by_region`."""
    region = plan.region(name)
    found: dict[str, Value] = {"role": region.role, "weight": fleet.regions[name].weight}
    if region.block is not None:
        found["block"] = str(region.block)
        found |= {label(subnet.name): str(subnet.block) for subnet in region.subnets}
    if fleet.regions[name].certificate is not None:
        found["certificate"] = fleet.regions[name].certificate
    return found


def policy(statements: Sequence[Value]) -> str:
    """A policy of AWS."""
    return document({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions: Sequence[str], resources: Value, **conditions: Value) -> Value:
    """A policy statement that allows something."""
    statement: dict[str, Value] = {"Effect": "Allow", "Action": list(actions), "Resource": resources}
    if conditions:
        statement["Condition"] = conditions
    return statement
