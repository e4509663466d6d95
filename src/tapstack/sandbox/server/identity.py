"""The sandbox's administrator: an IAM user like any other, so that nobody has to work as the all-powerful root."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from ministack.core.responses import request_scope
from ministack.services import iam

from tapstack.sandbox.credentials import Credentials
from tapstack.sandbox.folder import SandboxFolder
from tapstack.sandbox.settings import SandboxSettings

USER = "tapstack-administrator"
POLICY = "arn:aws:iam::aws:policy/AdministratorAccess"


async def ensure_administrator(folder: SandboxFolder, settings: SandboxSettings) -> None:
    """Make the administrator and its key, or keep the ones there are."""
    known = Credentials.read_if_any(folder.credentials)
    with request_scope(settings.account, settings.default_region):
        if known is not None and iam._access_keys.get(known.access_key_id, {}).get("UserName") == USER:
            return
        await _call("CreateUser", UserName=USER, unless="EntityAlreadyExists")
        await _call("AttachUserPolicy", UserName=USER, PolicyArn=POLICY)
        made = await _call("CreateAccessKey", UserName=USER)
        key = Credentials(
            access_key_id=_element(made, "AccessKeyId"), secret_access_key=_element(made, "SecretAccessKey")
        )
        if known is None:
            key.write(folder.credentials)
            return
        # After a reset the key of before goes on working, so that shells and clients need not be set up again. IAM
        # lets nobody choose a key, hence the record is renamed in place.
        iam._access_keys[known.access_key_id] = {
            **iam._access_keys.pop(key.access_key_id),
            "AccessKeyId": known.access_key_id,
            "SecretAccessKey": known.secret_access_key,
        }


async def _call(action: str, *, unless: str = "", **parameters: str) -> str:
    """Call the emulated IAM as its wire protocol does, from the inside: nobody has a key yet."""
    form = urlencode({"Action": action, "Version": "2010-05-08", **parameters}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    status, _, body = await iam.handle_request("POST", "/", headers, form, {})
    answer = body.decode() if isinstance(body, bytes) else str(body)
    if status >= 400 and not (unless and unless in answer):
        raise RuntimeError(f"IAM's {action} for the administrator failed: {answer}")
    return answer


def _element(document: str, name: str) -> str:
    found = re.search(rf"<{name}>([^<]+)</{name}>", document)
    if found is None:
        raise RuntimeError(f"IAM's answer holds no {name}")
    return found[1]
