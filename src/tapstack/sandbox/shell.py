"""The environment variables that point any AWS SDK, `aws`, `cdk` or `terraform` at a sandbox."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tapstack.sandbox.control import Sandbox

# Would win over the key, or send some calls elsewhere.
_UNSET = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")


def variables(sandbox: Sandbox) -> Mapping[str, str]:
    """What a program needs in its environment.

    The endpoint names an address, not `localhost`: every SDK then writes a bucket's name into the path and not in front
    of the host, where it would not resolve.
    """
    key = sandbox.credentials
    return {
        "AWS_ENDPOINT_URL": sandbox.tls_endpoint,
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
        "AWS_DEFAULT_REGION": sandbox.settings.default_region,
        "AWS_REGION": sandbox.settings.default_region,
        # boto3, `aws` and Terraform read the first, Node.js and with it `cdk` the second.
        "AWS_CA_BUNDLE": str(sandbox.ca_bundle),
        "NODE_EXTRA_CA_CERTS": str(sandbox.ca_bundle),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def lines(sandbox: Sandbox) -> list[str]:
    """The same as lines for a POSIX shell."""
    return [
        f"unset {' '.join(_UNSET)}",
        *(f"export {name}={shlex.quote(value)}" for name, value in variables(sandbox).items()),
    ]
