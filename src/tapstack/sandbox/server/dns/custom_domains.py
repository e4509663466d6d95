"""API Gateway's custom domains and own names lead to the API of the region that was connected to.

MiniStack 1.5.33 takes the first region's custom domain when several regions have one of the same name, knows no
wildcards among them, and APIs as `ID.execute-api.localhost` only. Can go when it looks up custom domains by region and
by wildcard, and APIs by AWS's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core.responses import get_account_id
from ministack.services import apigateway_v1

from tapstack.sandbox.server import connections
from tapstack.sandbox.server.addresses import region_at
from tapstack.sandbox.server.dns.resolution import Resolver
from tapstack.sandbox.server.mends.patch import replace

_EXECUTE_API_HOST = re.compile(
    r"^([a-f0-9]{8})\.execute-api\.(?:localhost|[a-z0-9-]+\.amazonaws\.com)(?::\d+)?$", re.IGNORECASE
)


def install(resolver: Resolver) -> None:
    """Replace the emulator's own look-ups."""

    def by_region(_: Callable[[str], Any]) -> Callable[[str], Any]:
        def find_domain_scope(domain_name: str) -> Any:
            stored = list(apigateway_v1._domain_names.to_dict())
            account, name = get_account_id(), domain_name.lower()
            own = [key for key in stored if key[0] == account]
            wildcard = f"*.{name.partition('.')[2]}"
            found = [key for key in own if key[2].lower() == name] or [key for key in own if key[2] == wildcard]
            if len(found) < 2:
                return found[0] if found else None
            region = _connected_region() or _answered_region(resolver, name)
            return next((key for key in found if key[1] == region), found[0])

        return find_domain_scope

    replace(app, "_EXECUTE_API_RE", lambda _: _EXECUTE_API_HOST)
    replace(apigateway_v1, "find_domain_scope", by_region)


def _connected_region() -> str | None:
    """The region whose address the client of the request being served connected to."""
    transport = connections._transport.get(None)
    name = transport.get_extra_info("sockname") if transport is not None else None
    return region_at(name[0]) if name else None


def _answered_region(resolver: Resolver, name: str) -> str | None:
    """Where all regions share one address: the region that DNS answers at this moment."""
    endpoints = resolver.resolve(name, "A").endpoints
    return endpoints[0].region if endpoints else None
