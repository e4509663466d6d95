"""What stays in the account when a unit goes, since others may live by it: Terraform is to forget it, not destroy it.

`terraform destroy` has no word for that (a `removed` block needs another module), so the engine says
`terraform state rm` of these before.
"""

from __future__ import annotations

from collections.abc import Iterable

from tapstack.engines.terraform import certificates, rest_apis

ADDRESSES = frozenset(left.address for left in (rest_apis.ACCOUNT, rest_apis.LOG_ROLE, rest_apis.LOG_ROLE_POLICY))
BEGINNINGS = (f"aws_route53_record.{certificates.PROOF}_",)


def left_behind(addresses: Iterable[str]) -> list[str]:
    """Those of a state's addresses that a unit leaves behind."""
    return [address for address in addresses if address in ADDRESSES or address.startswith(BEGINNINGS)]
