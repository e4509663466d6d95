"""ManageMasterUserPassword for instances: RDS makes the password and keeps it in a secret of its own.

MiniStack 1.5.33 does that for clusters only; an instance gets a fixed password instead. Goes when it does it for both.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import rds, secretsmanager

from tapstack.sandbox.server.mends.patch import original, replace

Parameters = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Action = Callable[[Parameters], Answer]


def install() -> None:
    """Complete the calls that make, change and delete instances, and what describes them."""
    for name in ("_generate_master_user_password", "_p", "_error", "_resolve_instance", "_single_instance_response"):
        original(rds, name)
    replace(rds, "_create_db_instance", _creating)
    replace(rds, "_modify_db_instance", _modifying)
    replace(rds, "_delete_db_instance", _deleting)
    replace(rds, "_instance_xml", _describing)


def _creating(own: Action) -> Action:
    def create(parameters: Parameters) -> Answer:
        if not _is_set(parameters, "ManageMasterUserPassword") or rds._p(parameters, "DBClusterIdentifier"):
            return own(parameters)
        if rds._p(parameters, "MasterUserPassword"):
            return _refused("You can't specify MasterUserPassword when ManageMasterUserPassword is enabled.")
        password = rds._generate_master_user_password()
        answer = own({**parameters, "MasterUserPassword": [password]})
        if answer[0] != 200:
            return answer
        instance = rds._resolve_instance(rds._p(parameters, "DBInstanceIdentifier"))
        _keep_in_secret(instance, password, rds._p(parameters, "MasterUserSecretKmsKeyId"))
        return _answer("CreateDBInstance", instance)

    return create


def _modifying(own: Action) -> Action:
    def modify(parameters: Parameters) -> Answer:
        instance = rds._resolve_instance(rds._p(parameters, "DBInstanceIdentifier"))
        wanted = rds._p(parameters, "ManageMasterUserPassword")
        rotates = _is_set(parameters, "RotateMasterUserPassword")
        if instance is None or not (wanted or rotates or instance.get("MasterUserSecret")):
            return own(parameters)
        managed = wanted == "true" or (wanted != "false" and bool(instance.get("MasterUserSecret")))
        if managed and rds._p(parameters, "MasterUserPassword"):
            return _refused(
                "You can't specify MasterUserPassword for an instance with ManageMasterUserPassword enabled."
            )
        if rotates and not instance.get("MasterUserSecret"):
            return _refused("You can only rotate the master user password when it's managed by RDS.")
        changes = rotates or (managed and not instance.get("MasterUserSecret"))
        password = rds._generate_master_user_password() if changes else ""
        answer = own({**parameters, "MasterUserPassword": [password]} if changes else parameters)
        if answer[0] != 200:
            return answer
        if not managed:
            _drop_secret(instance)
        elif changes:
            _keep_in_secret(instance, password, rds._p(parameters, "MasterUserSecretKmsKeyId"))
        return _answer("ModifyDBInstance", instance)

    return modify


def _deleting(own: Action) -> Action:
    def delete(parameters: Parameters) -> Answer:
        instance = rds._resolve_instance(rds._p(parameters, "DBInstanceIdentifier"))
        answer = own(parameters)
        if answer[0] == 200 and instance is not None:
            _drop_secret(instance)
        return answer

    return delete


def _describing(own: Callable[[Any], str]) -> Callable[[Any], str]:
    def describe(instance: Any) -> str:
        secret = instance.get("MasterUserSecret")
        if not secret:
            return own(instance)
        members = "".join(f"<{name}>{value}</{name}>" for name, value in secret.items())
        return f"{own(instance)}<MasterUserSecret>{members}</MasterUserSecret>"

    return describe


def _keep_in_secret(instance: Any, password: str, key: str) -> None:
    value = json.dumps({"username": instance["MasterUsername"], "password": password})
    if known := instance.get("MasterUserSecret"):
        secretsmanager.put_secret_value_in_process(known["SecretArn"], value)
        return
    name = instance["DBInstanceIdentifier"]
    arn = secretsmanager.create_secret_in_process(
        f"rds!db-{new_uuid()}", value, description=f"Secret managed by RDS for DB instance {name}"
    )
    default = f"arn:aws:kms:{get_region()}:{get_account_id()}:alias/aws/secretsmanager"
    instance["MasterUserSecret"] = {"SecretArn": arn, "SecretStatus": "active", "KmsKeyId": key or default}


def _drop_secret(instance: Any) -> None:
    if secret := instance.pop("MasterUserSecret", None):
        secretsmanager.delete_secret_in_process(secret["SecretArn"])


def _is_set(parameters: Parameters, name: str) -> bool:
    return bool(rds._p(parameters, name) == "true")


def _refused(message: str) -> Answer:
    answer: Answer = rds._error("InvalidParameterCombination", message, 400)
    return answer


def _answer(action: str, instance: Any) -> Answer:
    answer: Answer = rds._single_instance_response(f"{action}Response", f"{action}Result", instance)
    return answer
