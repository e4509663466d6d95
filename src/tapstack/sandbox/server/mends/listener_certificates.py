"""ELBv2 has no further certificates of a listener: the three calls for them do not exist.

Goes when MiniStack has them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import alb

from tapstack.sandbox.server.mends.patch import original

_KEY = "_tapstack_certificates"


def install() -> None:
    """Add the calls."""
    actions, listeners = original(alb, "_ACTION_MAP"), original(alb, "_listeners")
    xml, error, arns = original(alb, "_xml"), original(alb, "_error"), original(alb, "_parse_certificate_arns")

    def on_listener(change: Callable[[Any, list[str]], str], action: str) -> Callable[[Any], Any]:
        def call(params: Any) -> Any:
            value = params.get("ListenerArn", "")
            listener = listeners.get(value[0] if isinstance(value, list) else value)
            if listener is None:
                return error("ListenerNotFound", "One or more listeners not found", 400)
            return xml(200, action, change(listener, arns(params)))

        return call

    def add(listener: Any, certificates: list[str]) -> str:
        kept = listener.setdefault(_KEY, [])
        kept.extend(certificate for certificate in certificates if certificate not in kept)
        return _members(certificates, "false")

    def remove(listener: Any, certificates: list[str]) -> str:
        listener[_KEY] = [kept for kept in listener.get(_KEY, []) if kept not in certificates]
        return ""

    def describe(listener: Any, _certificates: list[str]) -> str:
        default = _members(listener.get("Certificates", []), "true", wrap=False)
        more = _members(listener.get(_KEY, []), "false", wrap=False)
        return f"<Certificates>{default}{more}</Certificates>"

    actions["AddListenerCertificates"] = on_listener(add, "AddListenerCertificates")
    actions["RemoveListenerCertificates"] = on_listener(remove, "RemoveListenerCertificates")
    actions["DescribeListenerCertificates"] = on_listener(describe, "DescribeListenerCertificates")


def _members(certificates: list[str], is_default: str, *, wrap: bool = True) -> str:
    members = "".join(
        f"<member><CertificateArn>{arn}</CertificateArn><IsDefault>{is_default}</IsDefault></member>"
        for arn in certificates
    )
    return f"<Certificates>{members}</Certificates>" if wrap else members
