"""APIs in front of functions: REST (API Gateway v1) or HTTP (v2), regional in every region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from tapstack.fleet.base import Name, Part, Text

RouteKey = Annotated[
    str, StringConstraints(pattern=r"^(GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS|ANY) /[A-Za-z0-9._~{}+/-]*$")
]


class ApiRoute(Part):
    """Where a request goes; in YAML the function's name alone will do."""

    function: Name
    authorization: Literal["iam", "none"] | None = Field(default=None, description="As the API says, if not said.")


def _route(value: object) -> object:
    return {"function": value} if isinstance(value, str) else value


class Throttle(Part):
    """How much the API takes before it answers 429."""

    rate: Annotated[int, Field(ge=1, le=10000)] = Field(default=100, description="Requests a second, lasting.")
    burst: Annotated[int, Field(ge=1, le=5000)] = Field(default=200, description="Requests at once.")


def _default_stage(given: dict[str, object]) -> str:
    return "$default" if given.get("kind") == "http" else "prod"


class Api(Part):
    """An API per region; the health path answers from the first function that has a route there."""

    kind: Literal["rest", "http"] = "rest"
    stage: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_]+|\$default)$", max_length=64)] = Field(
        default_factory=_default_stage,
        description="Part of the API's own URL, not of its names in `dns`. Unless said, `prod` for REST; HTTP APIs "
        "have `$default`, which is no part of any URL.",
    )
    description: Text = ""
    routes: Mapping[RouteKey, Annotated[ApiRoute, BeforeValidator(_route, json_schema_input_type=str | ApiRoute)]] = (
        Field(min_length=1)
    )
    authorization: Literal["iam", "none"] = Field(
        default="iam",
        description="`iam` asks for a signature; `none` lets everybody in and must be spelled out.",
    )
    throttle: Throttle = Throttle()
    access_log: bool = True
    tracing: bool = True
    firewall: bool | None = Field(
        default=None, description="AWS WAF with the managed rule groups; on for REST, not to be had for HTTP."
    )

    @model_validator(mode="after")
    def _possible_for_its_kind(self) -> Api:
        if self.kind == "rest" and self.stage == "$default":
            raise ValueError("only an HTTP API can have the stage `$default`; give another name or leave `stage` out")
        if self.kind == "http" and self.firewall:
            raise ValueError("AWS WAF cannot protect an HTTP API; use `kind: rest` or leave `firewall` out")
        if self.kind == "http" and self.tracing and "tracing" in self.model_fields_set:
            raise ValueError("an HTTP API cannot be traced by X-Ray; use `kind: rest` or leave `tracing` out")
        return self

    @property
    def has_firewall(self) -> bool:
        """Tell whether AWS WAF stands in front."""
        return self.kind == "rest" if self.firewall is None else self.firewall

    def authorization_of(self, route: ApiRoute) -> Literal["iam", "none"]:
        """What a route asks of callers."""
        return route.authorization or self.authorization
