"""CreateSecret ignores AddReplicaRegions, and RemoveRegionsFromReplication does not exist.

Goes when MiniStack has both.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, json_response
from ministack.services import secretsmanager

from tapstack.sandbox.server.mends.patch import original, replace

_ACTION = "RemoveRegionsFromReplication"


def install() -> None:
    """Replicate on creation; stop replicating when asked."""
    names = ("_replicate_secret_to_regions", "_resolve", "_secrets", "_resource_policies")
    replicate, resolve, secrets, policies = (original(secretsmanager, name) for name in names)

    def creating(own: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def create(data: Any) -> Any:
            answer = own(data)
            if answer[0] != 200 or not data.get("AddReplicaRegions"):
                return answer
            asked = {"SecretId": data["Name"], "AddReplicaRegions": data["AddReplicaRegions"]}
            replicated = replicate({**asked, "ForceOverwriteReplicaSecret": data.get("ForceOverwriteReplicaSecret")})
            if replicated[0] != 200:
                secrets.pop(data["Name"], None)
                return replicated
            status = json.loads(replicated[2])["ReplicationStatus"]
            return json_response({**json.loads(answer[2]), "ReplicationStatus": status})

        return create

    def remove(data: Any) -> Any:
        _, secret = resolve(data.get("SecretId"))
        if not secret:
            message = "Secrets Manager can't find the specified secret."
            return error_response_json("ResourceNotFoundException", message, 400)
        going = set(data.get("RemoveReplicaRegions", ()))
        for region in going:
            replica = secrets.pop_scoped(get_account_id(), region, secret["Name"], None)
            if replica:
                policies.pop_scoped(get_account_id(), region, replica["ARN"], None)
        secret["ReplicationStatus"] = [item for item in secret["ReplicationStatus"] if item["Region"] not in going]
        return json_response({"ARN": secret["ARN"], "ReplicationStatus": secret["ReplicationStatus"]})

    def handling(own: Callable[..., Any]) -> Callable[..., Any]:
        async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Any:
            if headers.get("x-amz-target", "").endswith(f".{_ACTION}"):
                return remove(json.loads(body))
            return await own(method, path, headers, body, query)

        return handle

    replace(secretsmanager, "_create_secret", creating)
    replace(secretsmanager, "handle_request", handling)
