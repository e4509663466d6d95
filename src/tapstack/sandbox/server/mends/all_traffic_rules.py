"""A security group's rule for all traffic cannot be revoked by whoever says ports with it, as Terraform does.

AWS takes no notice of ports where the protocol is -1, so that the rule which lets a new group reach everything goes.
Goes when MiniStack compares such rules without their ports.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import ec2

from tapstack.sandbox.server.mends.patch import replace

ALL_TRAFFIC = "-1"
PORTS = ("FromPort", "ToPort")

Rule = dict[str, Any]


def install() -> None:
    """Compare rules for all traffic without ports."""

    def without_ports(own: Callable[[Rule], Rule]) -> Callable[[Rule], Rule]:
        def stripped(rule: Rule) -> Rule:
            compared = own(rule)
            if str(compared.get("IpProtocol")) != ALL_TRAFFIC:
                return compared
            return {name: value for name, value in compared.items() if name not in PORTS}

        return stripped

    replace(ec2, "_strip_descriptions", without_ports)
