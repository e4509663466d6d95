"""PutSecretValue drops the labels of a new version but for AWSCURRENT, where that is among them.

On AWS a version carries every label that it is written with, and one that has a label is not deleted. Goes when
MiniStack keeps all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import json_response
from ministack.services import secretsmanager

from tapstack.sandbox.server.mends.patch import original, replace

_OWN = ("AWSCURRENT", "AWSPENDING", "AWSPREVIOUS")


def install() -> None:
    """Keep all labels."""
    resolve = original(secretsmanager, "_resolve")
    take_away, add = original(secretsmanager, "_remove_stage_everywhere"), original(secretsmanager, "_add_stage")

    def putting(own: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def put(data: Any) -> Any:
            answer = own(data)
            labels = [label for label in data.get("VersionStages") or () if label not in _OWN]
            if answer[0] != 200 or not labels:
                return answer
            _, secret = resolve(data.get("SecretId"))
            answered = json.loads(answer[2])
            version = answered["VersionId"]
            for label in labels:
                take_away(secret, label, except_version_id=version)
                add(secret, version, label)
            return json_response({**answered, "VersionStages": list(secret["Versions"][version]["Stages"])})

        return put

    replace(secretsmanager, "_put_secret_value", putting)
