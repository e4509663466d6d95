"""The embedded AWS as a target: the same calls, names resolved by its own DNS."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tapstack.targets.clients import Clients
from tapstack.targets.dns import ask
from tapstack.targets.http import fetch, pool_of
from tapstack.targets.target import Answer, Resolved

if TYPE_CHECKING:
    import urllib3

    from tapstack.sandbox.control import Sandbox


class SandboxTarget:
    """A running sandbox."""

    is_real = False

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    @property
    def name(self) -> str:
        """`sandbox`, and which one where it is not the default."""
        return "sandbox" if self.sandbox.name == "default" else f"sandbox {self.sandbox.name}"

    @property
    def account(self) -> str:
        """The account that it plays."""
        return self.sandbox.settings.account

    def client(self, service: str, region: str) -> Any:
        """A client of the administrator."""
        return self._clients.get(service, region)

    def hasty(self, service: str, region: str, seconds: float) -> Any:
        """A client that tries once."""
        return self._clients.get(service, region, hasty=seconds)

    def variables(self, region: str) -> Mapping[str, str]:
        """Endpoint, certificate and the administrator's key."""
        from tapstack.sandbox.shell import variables

        return {**variables(self.sandbox), "AWS_REGION": region, "AWS_DEFAULT_REGION": region}

    def fetch(self, url: str, *, host: str = "", timeout: float = 5) -> Answer:
        """Ask a URL; the name is looked up in the zones that were deployed."""
        ports = self.sandbox.settings.ports
        return fetch(
            url,
            host=host,
            timeout=timeout,
            tls=self._tls,
            resolve=self.resolve,
            ports={"http": ports.http, "https": ports.https},
        )

    def resolve(self, name: str) -> str:
        """The first address of a name, asked of the sandbox's DNS; OSError when there is none."""
        return self.lookup(name).addresses[0]

    def lookup(self, name: str, client_region: str | None = None) -> Resolved:
        """Ask the sandbox's DNS, as a client that stands in a region."""
        return ask(name, "127.0.0.1", self.sandbox.dns_port, client_region=client_region)

    def pool(self, scheme: str, address: str, name: str, timeout: float) -> urllib3.HTTPConnectionPool:
        """Connections to the sandbox's own port at an address."""
        ports = self.sandbox.settings.ports
        port = ports.http if scheme == "http" else ports.https
        return pool_of(scheme, address, port, name=name, timeout=timeout, tls=self._tls)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.sandbox.ca_bundle))

    @cached_property
    def _clients(self) -> Clients:
        return Clients(self.sandbox.session())
