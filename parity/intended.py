"""The differences between the engines that are meant, each with its reason; one that matches nothing is stale."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tests.support.inventory import Difference


@dataclass(frozen=True)
class Intended:
    """A difference that is meant, wherever the whole of its path matches."""

    what: str
    path: str
    reason: str

    def explains(self, difference: Difference) -> bool:
        """Tell whether a difference is this one."""
        return re.fullmatch(self.path, difference.path) is not None


INTENDED: tuple[Intended, ...] = (
    Intended(
        "the artifact bucket",
        r"[^/]+/bucket/[a-z0-9-]+-artifacts-\d{12}-.*",
        "CloudFormation fetches templates and code from a bucket; Terraform hands code over itself.",
    ),
    Intended(
        "the state bucket",
        r"[^/]+/bucket/terraform-state-.*",
        "Terraform keeps its state in a bucket; CloudFormation keeps it itself.",
    ),
    Intended(
        "a zone's accelerated recovery",
        r"global/hosted zone/.*\.Features",
        "The oldest AWS provider that is supported, 5.100, cannot ask for it.",
    ),
    Intended(
        "the name of the role by which API Gateway writes logs",
        r"global/role( settings)?/(terraform-\d{26}|.*-ApiGatewayLogR.*)",
        "It stays behind when a fleet goes, since other APIs may live by it, and so each engine generates a name.",
    ),
    Intended(
        "what a REST API's deployment says of itself",
        r"[^/]+/REST deployment/.*\.description",
        "A deployment is told by a digest of the API's routes, and each engine takes that of its own text.",
    ),
    Intended(
        "the largest message of a queue",
        r"[^/]+/queue/.*\.Attributes\.MaximumMessageSize",
        "AWS takes 1 MiB where nothing is said; the AWS provider 5 takes 256 KiB and allows no more.",
    ),
    Intended(
        "the function that empties a network's default security group",
        r"[^/]+/(function|log group)/.*default-group|global/role( settings)?/.*-default-group-function-.*",
        "CloudFormation has no resource for that; Terraform has.",
    ),
    Intended(
        "tags of the default security group",
        r"[^/]+/security group/default\.Tags",
        "Terraform manages the group, and so tags it.",
    ),
    Intended(
        "a module beside a function's code",
        r"[^/]+/function/.*\.Code\.cfnresponse\.py",
        "Lambda adds this module to code that stands in a CloudFormation template.",
    ),
    Intended(
        "the schedule and the rule that watch for drift",
        r"[^/]+/(schedule/.*-drift-.*|rule/A stack of this region was changed by hand)"
        r"|global/role( settings)?/.*-drift-watch-.*",
        "CloudFormation can be asked for drift from within AWS; so a schedule asks, and a rule tells.",
    ),
    Intended(
        "the alarms that watch for drift",
        r"[^/]+/alarm/.*-drift-(found|unwatched)",
        "Nobody but Terraform itself can tell its drift; so alarms watch what `tapstack drift --report` tells.",
    ),
    Intended(
        "a way out of a security group that leads nowhere",
        r"[^/]+/security group rule/.* to 255\.255\.255\.255/32 icmp 252 86",
        "A group of CloudFormation's without any way out would be open to everywhere; so it has one to nowhere.",
    ),
    Intended(
        "tags of a security group's rules",
        r"[^/]+/security group rule/.*\.Tags",
        "CloudFormation knows no tags there.",
    ),
    Intended(
        "the name of a security group",
        r"[^/]+/security group/.*\.GroupName",
        "Each engine generates it in its own way.",
    ),
    Intended(
        "the destination of a flow log",
        r"[^/]+/flow log/.*\.(LogDestination|LogGroupName)",
        "The same log group, which CloudFormation is told by its name and Terraform by its ARN.",
    ),
)


def explained_by(difference: Difference) -> Intended | None:
    """The first entry that explains a difference."""
    return next((entry for entry in INTENDED if entry.explains(difference)), None)


def stale(differences: Iterable[Difference]) -> list[Intended]:
    """The entries that explain none of these."""
    known = list(differences)
    return [entry for entry in INTENDED if not any(entry.explains(difference) for difference in known)]
