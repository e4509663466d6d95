"""A load balancer with deletion protection is deleted all the same, and its listeners stay behind.

Goes when MiniStack refuses the one and deletes the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import alb

from tapstack.sandbox.server.mends.patch import original, replace

_PROTECTED = {"Key": "deletion_protection.enabled", "Value": "true"}


def install() -> None:
    """Look at the attribute first."""
    attributes, listeners = original(alb, "_lb_attrs"), original(alb, "_listeners")
    original(alb, "_error")

    def deleting(own: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def delete(parameters: Any) -> Any:
            arn = alb._p(parameters, "LoadBalancerArn")
            if _PROTECTED in (attributes.get(arn) or ()):
                message = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
                return alb._error("OperationNotPermitted", message)
            for listener, record in list(listeners.items()):
                if record.get("LoadBalancerArn") == arn:
                    listeners.pop(listener, None)
            return own(parameters)

        return delete

    replace(alb, "_delete_lb", deleting)
