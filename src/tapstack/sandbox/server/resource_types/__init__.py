"""The CloudFormation types that MiniStack lacks or leaves incomplete: one table, one small module per service.

`TYPES` lists every type of this package; `install` hands them to MiniStack's stack engine. Types that are not listed
are MiniStack's own, unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import drift, provisioners, stacks

from tapstack.sandbox.server.mends.names_taken_types import NAMES
from tapstack.sandbox.server.resource_types import (
    apigateway,
    apigatewayv2,
    backup,
    certificatemanager,
    cloudwatch,
    dynamodb,
    ec2,
    elasticloadbalancing,
    functions,
    iam,
    kms,
    messaging,
    rds,
    replacements,
    route53,
    s3,
    secretsmanager,
    wafv2,
)
from tapstack.sandbox.server.resource_types.resource_type import (
    CompletedType,
    ResourceType,
    handler_of,
    reader_of,
)

if TYPE_CHECKING:
    from tapstack.sandbox.server.extension import ServerContext, Status

TYPES: tuple[type[ResourceType], ...] = (
    *ec2.TYPES,
    *kms.TYPES,
    *s3.TYPES,
    *dynamodb.TYPES,
    *rds.TYPES,
    *route53.TYPES,
    *elasticloadbalancing.TYPES,
    *cloudwatch.TYPES,
    *secretsmanager.TYPES,
    *wafv2.TYPES,
    *backup.TYPES,
    *certificatemanager.TYPES,
    *functions.TYPES,
    *iam.TYPES,
    *messaging.TYPES,
    *apigateway.TYPES,
    *apigatewayv2.TYPES,
)

# MiniStack's own types that take tags, and are not given those of their stack.
_TAGGED_BY_LIST = ("AWS::Events::Rule", "AWS::WAFv2::WebACL")


class ResourceTypes:
    """The extension that registers the types."""

    name = "resource types"

    def install(self, context: ServerContext) -> None:  # noqa: ARG002 - the protocol's
        """Register every type with MiniStack's stack engine."""
        for kind in TYPES:
            _register(kind())
        replacements.install()
        for name, naming in NAMES.items():
            provisioners._CUSTOM_NAME_REPLACEMENT.setdefault(name, {"name": naming.property})
        for name in _TAGGED_BY_LIST:
            provisioners._STACK_TAG_PROPERTY.setdefault(name, ("Tags", "list"))
        _run_on_worker_threads(frozenset(kind.name for kind in TYPES))

    async def start(self, context: ServerContext) -> None:
        """Nothing runs in the background."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def reset(self) -> None:
        """Nothing is kept here."""

    def status(self) -> Status:
        """Which types were added or completed."""
        return {"types": sorted(kind.name for kind in TYPES)}


def _register(kind: ResourceType) -> None:
    own = provisioners._RESOURCE_HANDLERS.get(kind.name, {})
    if isinstance(kind, CompletedType):
        kind.own = own
    handler = handler_of(kind)
    if "snapshot" in own:
        # For the policy that keeps a snapshot of what is deleted.
        handler["snapshot"] = own["snapshot"]
    provisioners._RESOURCE_HANDLERS[kind.name] = handler
    if kind.replaced_by or not isinstance(kind, CompletedType):
        provisioners._REPLACING_PROPERTIES[kind.name] = kind.replaced_by
        provisioners._CONDITIONALLY_REPLACING_PROPERTIES.pop(kind.name, None)
        provisioners._CUSTOM_NAME_REPLACEMENT.pop(kind.name, None)
    if kind.custom_name:
        provisioners._CUSTOM_NAME_REPLACEMENT[kind.name] = {"name": kind.custom_name}
    if kind.tags:
        provisioners._STACK_TAG_PROPERTY[kind.name] = kind.tags
    if kind.reads:
        drift._DRIFT_READERS[kind.name] = (reader_of(kind), frozenset(kind.reads))


def _run_on_worker_threads(names: frozenset[str]) -> None:
    # A type that calls the server's own API would wait for itself on the event loop.
    own = stacks._runs_on_worker_thread

    def runs_on_worker_thread(resource_type: str) -> bool:
        return resource_type in names or bool(own(resource_type))

    stacks._runs_on_worker_thread = runs_on_worker_thread
