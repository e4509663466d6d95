"""The keys that AWS manages (`alias/aws/s3` and the like) do not exist in MiniStack.

On AWS such a key is there as soon as a service is used with it. Here it is made when somebody first names it. Goes
when MiniStack makes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.services import kms

from tapstack.sandbox.server.mends.patch import original, replace

_PREFIX = "alias/aws/"


def install() -> None:
    """Make a managed key when its alias is first looked up."""
    create_key, aliases, alias_arn = (original(kms, name) for name in ("_create_key", "_aliases", "_alias_arn"))

    def resolving(own: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def resolve(key: Any) -> Any:
            record = own(key)
            if record is not None or not isinstance(key, str) or _PREFIX not in key:
                return record
            alias = key[key.index(_PREFIX) :]
            service = alias.removeprefix(_PREFIX)
            description = f"Default key that protects my {service} data when no other key is defined"
            made = json.loads(create_key({"Description": description})[2])["KeyMetadata"]
            record = own(made["KeyId"])
            record["KeyManager"] = "AWS"
            record["KeyRotationEnabled"] = True
            aliases[alias_arn(alias)] = made["KeyId"]
            return record

        return resolve

    def describing(own: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def metadata(record: Any) -> Any:
            return {**own(record), **({"KeyManager": "AWS"} if record.get("KeyManager") == "AWS" else {})}

        return metadata

    replace(kms, "_resolve_key", resolving)
    replace(kms, "_key_metadata", describing)
