"""Load balancers: rules by path and host in front of functions or addresses."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from tapstack.fleet.base import Name, Part, Seconds

Pattern = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_.$/~\"'@:+&*?-]+$")]


class TargetHealth(Part):
    """How the load balancer finds out whether a target is well."""

    path: Annotated[str, StringConstraints(pattern=r"^/")] = "/"
    interval: Annotated[Seconds, Field(ge=5, le=300)] = 15
    healthy_after: Annotated[int, Field(ge=2, le=10)] = 2
    unhealthy_after: Annotated[int, Field(ge=2, le=10)] = 2


class Target(Part):
    """Who answers: a function, or addresses inside the network."""

    function: Name | None = None
    addresses: tuple[IPv4Address, ...] = ()
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    protocol: Literal["HTTP", "HTTPS"] = "HTTP"
    health: TargetHealth = TargetHealth()

    @model_validator(mode="after")
    def _one_kind(self) -> Target:
        if (self.function is None) == (not self.addresses):
            raise ValueError("a target is either one `function` or a list of `addresses`")
        return self


def _target(value: object) -> object:
    return {"function": value} if isinstance(value, str) else value


AnyTarget = Annotated[Target, BeforeValidator(_target, json_schema_input_type=str | Target)]


class Rule(Part):
    """Requests that match go to the target. Paths and hosts together mean both; for either, write two rules."""

    priority: Annotated[int, Field(ge=1, le=50000)]
    paths: tuple[Pattern, ...] = Field(default=(), max_length=5)
    hosts: tuple[Pattern, ...] = Field(default=(), max_length=5)
    to: AnyTarget

    @model_validator(mode="after")
    def _something_to_match(self) -> Rule:
        if not self.paths and not self.hosts:
            raise ValueError("a rule needs `paths` or `hosts`; what nothing matches goes to `default`")
        if len(self.paths) + len(self.hosts) > 5:
            raise ValueError("AWS allows five values per rule, paths and hosts together")
        return self


class LoadBalancer(Part):
    """An application load balancer per region. Give `default` the target for what no rule matches."""

    internet_facing: bool = True
    tls: Literal["certificate", "none"] = Field(
        default="certificate",
        description="`certificate` serves HTTPS, with the region's `certificate` or one made for the names in `dns`, "
        "and redirects HTTP; `none` serves plain HTTP and must be spelled out.",
    )
    default: AnyTarget | None = Field(default=None, description="Without it, 404.")
    rules: Mapping[Name, Rule] = Field(default_factory=dict)
    idle_timeout: Annotated[Seconds, Field(ge=1, le=4000)] = 60
    keep_alive: Annotated[Seconds, Field(ge=60, le=604800)] = Field(
        default=60,
        description="How long a client may stay on one connection: AWS's hour glues it to a dead region.",
    )
    access_log: bool = True
    firewall: bool = Field(default=True, description="AWS WAF with the managed rule groups.")

    @model_validator(mode="after")
    def _distinct_priorities(self) -> LoadBalancer:
        owner: dict[int, str] = {}
        for name, rule in self.rules.items():
            if rule.priority in owner:
                raise ValueError(
                    f"rules '{owner[rule.priority]}' and '{name}' have the same priority {rule.priority}: "
                    "AWS refuses that"
                )
            owner[rule.priority] = name
        return self

    @property
    def targets(self) -> tuple[Target, ...]:
        """Everybody who may answer."""
        first = () if self.default is None else (self.default,)
        return first + tuple(rule.to for rule in self.rules.values())
