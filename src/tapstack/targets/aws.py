"""AWS itself, by the credentials and profiles that every AWS tool uses."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tapstack.errors import AwsError, CredentialsError
from tapstack.targets.clients import Clients
from tapstack.targets.dns import ask_system
from tapstack.targets.http import STANDARD_PORTS, fetch, pool_of
from tapstack.targets.target import Answer, Resolved

if TYPE_CHECKING:
    import urllib3

ATTEMPTS = 10
CONNECTIONS = 32


class AwsTarget:
    """An account, as the credential chain or a profile gives it."""

    name = "aws"
    is_real = True

    def __init__(self, home: str, profile: str | None = None) -> None:
        self._home = home
        self._profile = profile

    @cached_property
    def account(self) -> str:
        """The account that the credentials belong to."""
        from botocore import exceptions as aws

        try:
            return str(self.client("sts", self._home).get_caller_identity()["Account"])
        except (aws.ConnectionError, aws.HTTPClientError) as error:
            # Nobody was asked yet: signing in again would not help.
            raise AwsError(f"Region {self._home} does not answer.", str(error)) from error
        except (aws.BotoCoreError, aws.ClientError) as error:
            raise CredentialsError(
                "AWS does not know who is asking.",
                f"The credential chain was followed as every AWS tool does; AWS says: {error}",
                command="aws sso login" + (f" --profile {self._profile}" if self._profile else ""),
            ) from error

    def client(self, service: str, region: str) -> Any:
        """A client of the region's own endpoint."""
        return self._clients.get(service, region)

    def hasty(self, service: str, region: str, seconds: float) -> Any:
        """A client that tries once."""
        return self._clients.get(service, region, hasty=seconds)

    def variables(self, region: str) -> Mapping[str, str]:
        """The profile and the region; credentials stay where the chain finds them."""
        return {"AWS_REGION": region, **({"AWS_PROFILE": self._profile} if self._profile else {})}

    def fetch(self, url: str, *, host: str = "", timeout: float = 5) -> Answer:
        """Ask a URL as anyone in the world does."""
        return fetch(url, host=host, timeout=timeout, tls=self._tls)

    def lookup(self, name: str, client_region: str | None = None) -> Resolved:  # noqa: ARG002 - clients stand here
        """Ask this machine's resolvers, as any client here does."""
        return ask_system(name)

    def pool(self, scheme: str, address: str, name: str, timeout: float) -> urllib3.HTTPConnectionPool:
        """Connections to an address of the world."""
        return pool_of(scheme, address, STANDARD_PORTS[scheme], name=name, timeout=timeout, tls=self._tls)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    @cached_property
    def _clients(self) -> Clients:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import ProfileNotFound

        from tapstack import __version__

        config = Config(
            # Slows down when AWS throttles, and tries again what may be tried again.
            retries={"mode": "adaptive", "max_attempts": ATTEMPTS},
            max_pool_connections=CONNECTIONS,
            connect_timeout=10,
            read_timeout=70,
            user_agent_extra=f"tapstack/{__version__}",
        )
        try:
            return Clients(boto3.Session(profile_name=self._profile), config)
        except ProfileNotFound as error:
            raise CredentialsError(f"There is no profile '{self._profile}'.", str(error)) from error
