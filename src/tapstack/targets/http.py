"""One HTTP request, with the name resolved by whoever knows it and TLS checked against the name that was asked."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tapstack.targets.target import Answer

if TYPE_CHECKING:
    import urllib3

STANDARD_PORTS = {"http": 80, "https": 443}


def fetch(
    url: str,
    *,
    host: str,
    timeout: float,
    tls: ssl.SSLContext,
    resolve: Callable[[str], str] = str,
    ports: Mapping[str, int] = STANDARD_PORTS,
) -> Answer:
    """Ask a URL once, without following redirects; OSError when nothing answers."""
    import urllib3

    parts = urlsplit(url)
    name = host or parts.hostname or ""
    address = resolve(parts.hostname or "")
    port = parts.port or ports[parts.scheme]
    pool = pool_of(parts.scheme, address, port, name=name, timeout=timeout, tls=tls)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with pool:
            answer = pool.request("GET", path, headers={"Host": name}, redirect=False, retries=False)
            return Answer(answer.status, answer.data.decode(errors="replace"), dict(answer.headers))
    except urllib3.exceptions.HTTPError as error:
        raise OSError(str(error)) from error


def pool_of(
    scheme: str, address: str, port: int, *, name: str, timeout: float, tls: ssl.SSLContext
) -> urllib3.HTTPConnectionPool:
    """Connections to an address, whose certificate must be the name's."""
    import urllib3

    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, timeout=timeout)
    return urllib3.HTTPSConnectionPool(
        address, port, timeout=timeout, ssl_context=tls, server_hostname=name, assert_hostname=name
    )
