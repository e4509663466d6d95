"""Adds a queue that hears of every new document, with constructs of AWS CDK.

TapStack calls `extend` once for each kind of unit, not once for each region: the template is the same everywhere, so
whatever differs by region must be looked up inside it, with `Aws.REGION` for instance.
"""

from aws_cdk import Aws, CfnOutput, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk.cloudformation_include import CfnInclude


def extend(stack: Stack, template: CfnInclude, kind: str) -> None:
    """`template.get_resource("BucketDocuments")` would give the bucket of the foundation as a CfnBucket."""
    if kind != "regional":
        return
    queue = sqs.Queue(stack, "Audit", enforce_ssl=True, retention_period=Duration.days(14))
    pattern = events.EventPattern(
        source=["aws.s3"],
        detail_type=["Object Created"],
        detail={"bucket": {"name": [f"audit-queue-dev-documents-{Aws.ACCOUNT_ID}-{Aws.REGION}"]}},
    )
    events.Rule(stack, "NewDocuments", event_pattern=pattern, targets=[targets.SqsQueue(queue)])
    CfnOutput(stack, "AuditQueueUrl", value=queue.queue_url)
