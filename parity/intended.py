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
)


def explained_by(difference: Difference) -> Intended | None:
    """The first entry that explains a difference."""
    return next((entry for entry in INTENDED if entry.explains(difference)), None)


def stale(differences: Iterable[Difference]) -> list[Intended]:
    """The entries that explain none of these."""
    known = list(differences)
    return [entry for entry in INTENDED if not any(entry.explains(difference) for difference in known)]
