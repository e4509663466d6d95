"""Where Lambda finds a function's code: an archive named after its content, in a bucket of its own region."""

from __future__ import annotations

from tapstack.engines.cloudformation.template import Value, ref, sub, when
from tapstack.engines.cloudformation.unit import UnitTemplate

ARTIFACT_BUCKET = "ArtifactBucket"
BOOTSTRAPPED = "cdk-bootstrap"
CDK_BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"


def location(unit: UnitTemplate, function: str) -> Value:
    """The archive of a function: in the bucket that `tapstack` names, or in the one that `cdk bootstrap` made."""
    unit.template.parameter(
        ARTIFACT_BUCKET, "The bucket that holds functions' code, or that of cdk bootstrap", default=BOOTSTRAPPED
    )
    is_bootstrapped = {"Fn::Equals": [ref(ARTIFACT_BUCKET), BOOTSTRAPPED]}
    unit.template.conditions.setdefault("HasArtifactBucket", {"Fn::Not": [is_bootstrapped]})
    return {
        "S3Bucket": when("HasArtifactBucket", ref(ARTIFACT_BUCKET), sub(CDK_BUCKET)),
        "S3Key": unit.code[function].key,
    }
