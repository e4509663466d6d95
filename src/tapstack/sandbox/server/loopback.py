"""boto3 clients for the sandbox's own parts: they call the emulator as its root, from any thread.

Root keys (the account's twelve digits) are all-powerful and their signature is not checked, so the gateway refuses
them unless the request carries a secret that only this process knows. `client` adds it.
"""

from __future__ import annotations

import functools
import secrets
from typing import Any

from tapstack.sandbox.settings import SandboxSettings

HEADER = "x-tapstack-loopback"
SECRET = secrets.token_urlsafe(32)
_settings: list[SandboxSettings] = []
_loader: list[Any] = []


def configure(settings: SandboxSettings) -> None:
    """Tell where the server listens; called once at boot."""
    _settings[:] = [settings]
    client.cache_clear()


@functools.lru_cache(maxsize=256)
def client(service: str, region: str) -> Any:
    """A client with every right, for code of the sandbox itself; never call it on the event loop."""
    # Loaded when first needed: booting does without it, which makes it a fifth shorter.
    import boto3
    from botocore.config import Config
    from botocore.loaders import create_loader

    settings = _settings[0]
    config = Config(
        retries={"mode": "standard", "max_attempts": 3},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=20,
        s3={"addressing_style": "path"},
    )
    # One session per client: sessions are not safe to share between threads, clients are.
    session = boto3.Session(
        aws_access_key_id=settings.account,
        aws_secret_access_key="unchecked",  # noqa: S106 - MiniStack does not look at it
        region_name=region,
    )
    if not _loader:
        _loader.append(create_loader())
    # Otherwise each session reads the services' models anew.
    session._session.register_component("data_loader", _loader[0])
    made = session.client(  # type: ignore[call-overload] # the service's name is only known to the caller
        service, endpoint_url=f"http://127.0.0.1:{settings.ports.http}", config=config
    )
    made.meta.events.register("before-send.*", _add_secret)
    return made


def _add_secret(request: Any, **_: object) -> None:
    request.headers[HEADER] = SECRET
