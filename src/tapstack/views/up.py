"""What `up` shows: where everything is, and whether it is well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from tapstack.rollout.endpoints import Endpoint
    from tapstack.sandbox.control import Sandbox

Probed = Sequence[tuple["Endpoint", str]]


def as_data(sandbox: Sandbox, deployed: Mapping[str, object], probed: Probed, urls: Sequence[str]) -> dict[str, object]:
    """For scripts."""
    return {
        **deployed,
        "sandbox": {"name": sandbox.name, "endpoint": sandbox.tls_endpoint, "dns_port": sandbox.dns_port},
        "urls": list(urls),
        "probes": [
            {"region": endpoint.region, "name": endpoint.name, "url": endpoint.url, "problem": problem or None}
            for endpoint, problem in probed
        ],
    }


def show(sandbox: Sandbox, probed: Probed, urls: Sequence[str], console: Console) -> None:
    """For a person: each region's own answer, the fleet's names, and how to ask from a shell."""
    for endpoint, problem in probed:
        console.print(
            Text.assemble(
                f"{endpoint.region:<15} ",
                ("unwell ", "red") if problem else ("well   ", "green"),
                problem or endpoint.url,
            ),
            soft_wrap=True,
        )
    for url in urls:
        console.print(f"\nThe fleet answers at {url}; from a shell:\n", highlight=False)
        console.print(f"  {_curl(sandbox, url)}", soft_wrap=True, highlight=False, markup=False)
    name = "" if sandbox.name == "default" else f" --name {sandbox.name}"
    console.print(f'\nPoint any AWS tool at it: eval "$(tapstack sandbox status --shell{name})"', highlight=False)


def _curl(sandbox: Sandbox, url: str) -> str:
    """A command that resolves by the sandbox's DNS, on its port, and trusts its certificate."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0]
    ports = sandbox.settings.ports
    port, standard = (ports.http, 80) if scheme == "http" else (ports.https, 443)
    address = f"$(dig +short @127.0.0.1 -p {sandbox.dns_port} {host} | head -n 1)"
    trusted = "" if scheme == "http" else f" --cacert {sandbox.ca_bundle}"
    return f"curl{trusted} --connect-to {host}:{standard}:{address}:{port} {url}"
