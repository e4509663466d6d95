"""The sandbox's administrator: an IAM user like any other, so that nobody has to work as the all-powerful root."""

from __future__ import annotations

import contextlib

from tapstack.sandbox.credentials import Credentials
from tapstack.sandbox.folder import SandboxFolder
from tapstack.sandbox.server import loopback

USER = "tapstack-administrator"
POLICY = "arn:aws:iam::aws:policy/AdministratorAccess"


def ensure_administrator(folder: SandboxFolder, region: str) -> None:
    """Make the administrator and its key, or keep the ones there are; blocks, so call it from a worker thread."""
    from ministack.services import iam as emulated

    iam = loopback.client("iam", region)
    known = Credentials.read_if_any(folder.credentials)
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_user(UserName=USER)
    iam.attach_user_policy(UserName=USER, PolicyArn=POLICY)
    keys = {key["AccessKeyId"] for key in iam.list_access_keys(UserName=USER)["AccessKeyMetadata"]}
    if known is not None and known.access_key_id in keys:
        return
    made = iam.create_access_key(UserName=USER)["AccessKey"]
    if known is None:
        Credentials(access_key_id=made["AccessKeyId"], secret_access_key=made["SecretAccessKey"]).write(
            folder.credentials
        )
        return
    # After a reset the key of before goes on working, so that shells and clients need not be set up again. IAM lets
    # nobody choose a key, hence the record is renamed in place. (A worker thread sees the sandbox's account.)
    records = emulated._access_keys
    record = records.pop(made["AccessKeyId"])
    records[known.access_key_id] = {
        **record,
        "AccessKeyId": known.access_key_id,
        "SecretAccessKey": known.secret_access_key,
    }
