"""The TLS listener's certificates: one for the sandbox's own address, and one made for any other name it is asked by.

A load balancer, an API or a domain of a deployed zone is then served under its own name, as with a certificate of ACM.
"""

from __future__ import annotations

import re
import ssl
from functools import lru_cache

from hypercorn.config import Config

from tapstack.sandbox.certificates import Authority
from tapstack.sandbox.folder import SandboxFolder, write_private

_NAME = re.compile(r"[a-z0-9_*](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
# MiniStack is tried by its makers over HTTP/1.1 only.
_PROTOCOLS = ["http/1.1"]


class TlsConfig(Config):  # type: ignore[misc] # hypercorn is not looked at, see pyproject.toml
    """Hypercorn's settings, with a certificate for each name that a client asks for."""

    def __init__(self, folder: SandboxFolder) -> None:
        super().__init__()
        self._folder = folder
        self.certfile = str(folder.certificate)
        self.keyfile = str(folder.certificate_key)
        self.alpn_protocols = _PROTOCOLS

    def create_ssl_context(self) -> ssl.SSLContext | None:
        """The context that the listener uses until it knows the name."""
        context: ssl.SSLContext | None = super().create_ssl_context()
        if context is not None:
            context.sni_callback = self._choose
        return context

    def _choose(self, connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
        if name is not None and name != "localhost" and _NAME.fullmatch(name.lower()) and len(name) <= 253:
            connection.context = _context_for(name.lower(), self._folder)


@lru_cache(maxsize=256)
def _context_for(name: str, folder: SandboxFolder) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(_PROTOCOLS)
    # The library loads a certificate from a file only.
    file = folder.temporary / "certificate.pem"
    write_private(file, Authority(folder).issue(name))
    context.load_cert_chain(file, folder.certificate_key)
    file.unlink()
    return context
