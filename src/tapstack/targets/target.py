"""What the rollout and the engines know of the place that they work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import urllib3


@dataclass(frozen=True)
class Answer:
    """What an HTTP request brought back."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Resolved:
    """What DNS answered."""

    addresses: tuple[str, ...]
    ttl: float
    """Seconds of the wall clock for which it may be kept."""


class Target(Protocol):
    """AWS, or something that answers like it."""

    @property
    def name(self) -> str:
        """What it is called in messages and journals."""

    @property
    def account(self) -> str:
        """The account's twelve digits."""

    @property
    def is_real(self) -> bool:
        """Tell whether what happens there costs money."""

    def client(self, service: str, region: str) -> Any:
        """A boto3 client of one region; the same one each time."""

    def hasty(self, service: str, region: str, seconds: float) -> Any:
        """The same, but one that tries once and gives up soon: it shows what is, not what trying again makes of it."""

    def variables(self, region: str) -> Mapping[str, str]:
        """What a program such as `terraform` needs in its environment to reach it."""

    def fetch(self, url: str, *, host: str = "", timeout: float = 5) -> Answer:
        """Ask a URL, resolved as this target's clients resolve it; `host` asks the same server in another's name.

        Raises OSError when nothing answers.
        """

    def lookup(self, name: str, client_region: str | None = None) -> Resolved:
        """What DNS answers a client, in a sandbox one that stands in a region; OSError when there is no address."""

    def pool(self, scheme: str, address: str, name: str, timeout: float) -> urllib3.HTTPConnectionPool:
        """Connections to one address, asked in a name's own name."""
