"""An HTTP or WebSocket API names the emulator's own host and port as its endpoint, which no DNS answers.

Goes when MiniStack's CreateApi answers AWS's names.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_region
from ministack.services import apigateway

from tapstack.sandbox.server.mends.patch import original, replace


def install() -> None:
    """Give a new API the name that AWS gives it."""
    apis, respond = (original(apigateway, name) for name in ("_apis", "_apigw_response"))

    def addressed(own: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def create(data: Any) -> Any:
            answer = own(data)
            status, _, body = answer
            if status >= 300:
                return answer
            api = apis[json.loads(body)["apiId"]]
            scheme = "wss" if api["protocolType"] == "WEBSOCKET" else "https"
            api["apiEndpoint"] = f"{scheme}://{api['apiId']}.execute-api.{get_region()}.amazonaws.com"
            return respond(api, status)

        return create

    replace(apigateway, "_create_api", addressed)
