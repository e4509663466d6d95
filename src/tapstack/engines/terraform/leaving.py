"""What stays in the account when a unit goes, since others may live by it: Terraform is to forget it, not destroy it.

Every region's certificate of a name asks for the same proof, and all REST APIs of a region write logs by one role. None
of it costs anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from tapstack.engines.terraform import certificates, rest_apis
from tapstack.engines.terraform.states import Instance

ADDRESSES = frozenset(left.address for left in (rest_apis.ACCOUNT, rest_apis.LOG_ROLE, rest_apis.LOG_ROLE_POLICY))
BEGINNINGS = (f"aws_route53_record.{certificates.PROOF}_",)


def left_behind(instances: Iterable[Instance]) -> list[Instance]:
    """What a unit leaves behind of all that it made."""
    return [instance for instance in instances if is_left_behind(instance.resource)]


def is_left_behind(address: str) -> bool:
    """Whether a unit leaves the resource of this address behind."""
    return address in ADDRESSES or address.startswith(BEGINNINGS)
