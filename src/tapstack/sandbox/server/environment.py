"""The variables that MiniStack reads while it is imported: set here, before anything imports it."""

from __future__ import annotations

import os

from tapstack.sandbox.folder import SandboxFolder
from tapstack.sandbox.settings import SandboxSettings


def set_environment(settings: SandboxSettings, folder: SandboxFolder) -> None:
    """Fix every variable that decides where MiniStack listens, what it keeps and whom it trusts."""
    os.environ.update(
        {
            "GATEWAY_PORT": str(settings.ports.http),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": settings.default_region,
            "MINISTACK_ACCOUNT_ID": settings.account,
            "AUTH": "true" if settings.enforce_iam else "false",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(folder.state),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(folder.objects),
            "LOG_LEVEL": "INFO",
            "LAMBDA_EXECUTOR": "local",
            # Listeners of services that this project has no use for; the first would bind every interface.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            # A socket that does not exist: no Docker daemon is ever asked, even where one runs.
            "DOCKER_HOST": f"unix://{folder.path / 'no-docker.sock'}",
            # Inherited by functions: they reach this sandbox and trust its certificate.
            "AWS_ENDPOINT_URL": f"https://127.0.0.1:{settings.ports.https}",
            "AWS_CA_BUNDLE": str(folder.ca_bundle),
            "REQUESTS_CA_BUNDLE": str(folder.ca_bundle),
            "SSL_CERT_FILE": str(folder.ca_bundle),
            "NODE_EXTRA_CA_CERTS": str(folder.ca_bundle),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
    )
