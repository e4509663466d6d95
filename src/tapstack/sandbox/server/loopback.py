"""boto3 clients for the sandbox's own parts: they call the emulator as its root, from any thread.

Root keys (the account's twelve digits) are all-powerful and their signature is not checked, so the gateway refuses
them. These calls do not come by the gateway.
"""

from __future__ import annotations

import functools
from typing import Any

from ministack import app as emulator

from tapstack.sandbox.server.in_process import Transport
from tapstack.sandbox.settings import SandboxSettings

_TIMEOUT_SECONDS = 60.0
_configured: list[tuple[SandboxSettings, Transport]] = []
_loader: list[Any] = []


def configure(settings: SandboxSettings) -> None:
    """Tell what the server is; called once at boot, on its event loop."""
    _configured[:] = [(settings, Transport(emulator.app, settings.ports.http, _TIMEOUT_SECONDS))]
    client.cache_clear()


@functools.lru_cache(maxsize=256)
def client(service: str, region: str) -> Any:
    """A client with every right, for code of the sandbox itself; never call it on the event loop."""
    # Loaded when first needed: booting does without it, which makes it a fifth shorter.
    import boto3
    from botocore.config import Config
    from botocore.loaders import create_loader

    settings, transport = _configured[0]
    config = Config(retries={"mode": "standard", "max_attempts": 3}, s3={"addressing_style": "path"})
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
    made.meta.events.register("before-send.*", transport.send)
    return made
