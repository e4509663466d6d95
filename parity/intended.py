"""The differences between the engines that are meant, each with its reason; one that matches nothing is stale."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tests.support.inventory import Difference


@dataclass(frozen=True)
class Intended:
    """A difference that is meant, wherever the whole of its path matches."""

    path: str
    reason: str

    def explains(self, difference: Difference) -> bool:
        """Tell whether a difference is this one."""
        return re.fullmatch(self.path, difference.path) is not None


INTENDED: tuple[Intended, ...] = (
    Intended(
        r"[^/]+/bucket/[a-z0-9-]+-artifacts-\d{12}-.*",
        "CloudFormation fetches templates and code from a bucket; Terraform hands code over itself.",
    ),
    Intended(
        r"[^/]+/bucket/terraform-state-.*",
        "Terraform keeps its state in a bucket; CloudFormation keeps it itself.",
    ),
    Intended(
        r"global/hosted zone/.*\.Features",
        "The oldest AWS provider that is supported, 5.100, cannot ask for a zone's accelerated recovery.",
    ),
    Intended(
        r"global/record/CNAME _acme-challenge\..*",
        "Terraform writes the proof of a certificate as a record; for CloudFormation ACM does, which the sandbox "
        "does not show.",
    ),
    Intended(
        r"global/role( settings)?/(terraform-\d{26}|.*-ApiGatewayLogR.*)",
        "The role by which API Gateway writes logs stays behind and so has a name that each engine generates.",
    ),
    Intended(
        r"[^/]+/REST deployment/.*\.description",
        "A deployment is told by a digest of the API's routes, and each engine takes that of its own text.",
    ),
    Intended(
        r"[^/]+/queue/.*\.Attributes\.MaximumMessageSize",
        "AWS takes 1 MiB where nothing is said; the AWS provider 5 takes 256 KiB and allows no more.",
    ),
    Intended(
        r"[^/]+/(function|log group)/.*default-group|global/role( settings)?/.*-default-group-function-.*",
        "A function of ours empties the network's default group; Terraform has a resource for that.",
    ),
    Intended(r"[^/]+/security group/default\.Tags", "Terraform manages the default group, and so tags it."),
    Intended(
        r"[^/]+/function/.*\.Code\.cfnresponse\.py",
        "Lambda adds this module to code that stands in a CloudFormation template.",
    ),
    Intended(
        r"[^/]+/(schedule/.*-drift-.*|rule/A stack of this region was changed by hand)"
        r"|global/role( settings)?/.*-drift-watch-.*",
        "CloudFormation can be asked for drift from within AWS; so a schedule asks, and a rule tells.",
    ),
    Intended(
        r"[^/]+/alarm/.*-drift-(found|unwatched)",
        "Nobody but Terraform itself can tell its drift; so alarms watch what `tapstack drift --report` tells.",
    ),
    Intended(
        r"[^/]+/security group rule/.* to 255\.255\.255\.255/32 icmp 252 86",
        "A group of CloudFormation's without any way out would be open to everywhere; so it has one to nowhere.",
    ),
    Intended(r"[^/]+/security group rule/.*\.Tags", "CloudFormation knows no tags of a security group's rule."),
    Intended(r"[^/]+/security group/.*\.GroupName", "Each engine generates the name in its own way."),
    Intended(
        r"[^/]+/flow log/.*\.(LogDestination|LogGroupName)",
        "The same log group, which CloudFormation is told by its name and Terraform by its ARN.",
    ),
    Intended(
        r"[^/]+/table/.*\.Table\.SSEDescription\.KMSMasterKeyArn",
        "The same key; the sandbox tells the alias by which CloudFormation named it, DynamoDB the key.",
    ),
)


def explained_by(difference: Difference) -> Intended | None:
    """The first entry that explains a difference."""
    return next((entry for entry in INTENDED if entry.explains(difference)), None)


def stale(differences: Iterable[Difference]) -> list[Intended]:
    """The entries that explain none of these."""
    known = list(differences)
    return [entry for entry in INTENDED if not any(entry.explains(difference) for difference in known)]
