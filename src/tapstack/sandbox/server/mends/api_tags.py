"""Tagging an HTTP API or its stage does not show where the API or the stage itself is read.

Goes when MiniStack keeps the tags in one place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import apigateway

from tapstack.sandbox.server.mends.patch import original, replace


def install() -> None:
    """Copy the tags to the record after each change."""
    apis, stages, tags = (original(apigateway, name) for name in ("_apis", "_stages", "_api_tags"))

    def followed(own: Callable[..., Any]) -> Callable[..., Any]:
        def change(resource_arn: str, *arguments: Any) -> Any:
            answer = own(resource_arn, *arguments)
            parts = resource_arn.split("/")[1:]
            if answer[0] < 300 and parts[0] == "apis":
                record = apis.get(parts[1])
                if len(parts) > 3:
                    record = stages.get(parts[1], {}).get(parts[3])
                if record is not None:
                    record["tags"] = dict(tags.get(resource_arn) or {})
            return answer

        return change

    replace(apigateway, "_tag_resource", followed)
    replace(apigateway, "_untag_resource", followed)
