"""A boto3 session whose clients reach the sandbox, whatever the environment says of endpoints and keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.loaders import create_loader

# Answers come from this machine: fail fast, and try again only as a region's client on AWS would.
_CONFIG = Config(retries={"mode": "standard", "max_attempts": 2}, connect_timeout=5, read_timeout=65)


# Each session would read the services' models anew, which takes four times as long as all the rest.
_LOADER = create_loader()


class SandboxSession(boto3.Session):
    """Adds the endpoint and the certificate to each client and resource."""

    def __init__(self, *, endpoint: str, ca_bundle: Path, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._session.register_component("data_loader", _LOADER)
        self._sandbox_defaults: dict[str, Any] = {"endpoint_url": endpoint, "verify": str(ca_bundle)}

    def client(self, *arguments: Any, **options: Any) -> Any:
        """A client of the sandbox; arguments given win."""
        return super().client(*arguments, **self._with_defaults(options))

    def resource(self, *arguments: Any, **options: Any) -> Any:
        """A resource of the sandbox; arguments given win."""
        return super().resource(*arguments, **self._with_defaults(options))

    def _with_defaults(self, options: dict[str, Any]) -> dict[str, Any]:
        config = options.get("config")
        return {
            **self._sandbox_defaults,
            **options,
            "config": _CONFIG.merge(config) if config is not None else _CONFIG,
        }
