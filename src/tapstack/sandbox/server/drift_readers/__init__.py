"""Drift detection of every type that AWS can read back: one table, one small module per service.

AWS compares the properties that a template sets and that the type's read handler gives back. `READERS` is that read
handler, type by type, through the service's own API. Types that AWS cannot read are in none of the tables and stay
NOT_CHECKED: custom resources, AWS::SNS::TopicPolicy, AWS::SQS::QueuePolicy, AWS::IAM::Policy and
AWS::ElasticLoadBalancingV2::ListenerCertificate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ministack.services.cloudformation import drift

from tapstack.sandbox.server.drift_readers import (
    apigateway,
    apigatewayv2,
    backup,
    certificatemanager,
    dynamodb,
    ec2,
    elasticloadbalancing,
    events,
    functions,
    iam,
    kms,
    messaging,
    monitoring,
    rds,
    route53,
    s3,
    secretsmanager,
    wafv2,
)
from tapstack.sandbox.server.drift_readers.reader import AllBut, Reader, made

if TYPE_CHECKING:
    from tapstack.sandbox.server.extension import ServerContext, Status

READERS: Mapping[str, Reader] = {
    **apigateway.READERS,
    **apigatewayv2.READERS,
    **backup.READERS,
    **certificatemanager.READERS,
    **dynamodb.READERS,
    **ec2.READERS,
    **elasticloadbalancing.READERS,
    **events.READERS,
    **functions.READERS,
    **iam.READERS,
    **kms.READERS,
    **messaging.READERS,
    **monitoring.READERS,
    **rds.READERS,
    **route53.READERS,
    **s3.READERS,
    **secretsmanager.READERS,
    **wafv2.READERS,
}


class DriftReaders:
    """The extension that hands the readers to MiniStack's drift detection."""

    name = "drift readers"

    def install(self, context: ServerContext) -> None:  # noqa: ARG002 - the protocol's
        """Put every reader in the place of MiniStack's; those that add to a type's own reading keep that."""
        for kind, reader in READERS.items():
            own, _ = drift._DRIFT_READERS.get(kind, (None, frozenset()))
            drift._DRIFT_READERS[kind] = (made(reader, own), AllBut(reader.unread))

    async def start(self, context: ServerContext) -> None:
        """Nothing runs in the background."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def reset(self) -> None:
        """Nothing is kept here."""

    def status(self) -> Status:
        """Which types are read."""
        return {"types": sorted(READERS)}
