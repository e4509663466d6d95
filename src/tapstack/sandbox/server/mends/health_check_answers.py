"""A health check loses its regions and child checks, and its switches are answered wrongly.

The lists are read from the wrong element; "True" is answered, which clients take for false. Goes when MiniStack reads
`<Region>` elements as they are sent and writes booleans in lower case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import route53

from tapstack.sandbox.server.mends.patch import original, replace

_LISTS = {"Regions": "Region", "ChildHealthChecks": "ChildHealthCheck"}


def install() -> None:
    """Mend both directions."""
    find, find_all = original(route53, "_find"), original(route53, "_findall")

    def parsing(own: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
        def parse(element: Any) -> dict[str, Any]:
            config = own(element)
            for name, member in _LISTS.items():
                items = find(element, name)
                if items is not None:
                    config[name] = [str(item.text or "") for item in find_all(items, member)]
            return config

        return parse

    def building(own: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        def build(parent: Any, check: Any) -> None:
            own(parent, check)
            for element in parent.iter():
                if element.text in ("True", "False"):
                    element.text = element.text.lower()

        return build

    replace(route53, "_parse_health_check_config", parsing)
    replace(route53, "_build_health_check_el", building)
