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
        r"[^/]+/bucket/artifacts-.*",
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
)


def explained_by(difference: Difference) -> Intended | None:
    """The first entry that explains a difference."""
    return next((entry for entry in INTENDED if entry.explains(difference)), None)


def stale(differences: Iterable[Difference]) -> list[Intended]:
    """The entries that explain none of these."""
    known = list(differences)
    return [entry for entry in INTENDED if not any(entry.explains(difference) for difference in known)]
