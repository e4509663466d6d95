"""The record that proves a certificate's name is not of ACM's form, by which it can be told from other records.

On AWS it is `_DIGEST.NAME` and leads to `_DIGEST.LABEL.acm-validations.aws.`: the same for one name of one account, in
every region and each time. Goes when MiniStack answers such records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import acm

from tapstack.sandbox.server.mends.patch import replace

_LABEL_LENGTH = 10


def install() -> None:
    """Ask for the record that AWS would ask for."""

    def proven(own: Callable[[str, str], Any]) -> Callable[[str, str], Any]:
        def options(domain: str, method: str) -> Any:
            asked = own(domain, method)
            if method != "DNS":
                asked.pop("ResourceRecord", None)
                return asked
            name = domain.removeprefix("*.")
            asked["ResourceRecord"] = {
                "Name": f"_{_digest('name', name)}.{name}.",
                "Type": "CNAME",
                "Value": f"_{_digest('value', name)}.{_digest('label', name)[:_LABEL_LENGTH]}.acm-validations.aws.",
            }
            return asked

        return options

    replace(acm, "_validation_options", proven)


def _digest(purpose: str, name: str) -> str:
    return hashlib.sha256(f"{purpose} {get_account_id()} {name}".encode()).hexdigest()[:32]
