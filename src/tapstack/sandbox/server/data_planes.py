"""Finds out which load balancer, API or function a request is for, and serves it in that one's own region.

MiniStack 1.5.33 takes the region of an unsigned request to be its default one, so it finds no load balancer elsewhere;
it also answers paths such as `/health` or `/oauth2/token` itself, whosever host they are sent to. Both mends can go
when MiniStack resolves a data plane's host before anything else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

from ministack import app as emulator
from ministack.core.responses import request_scope

from tapstack.sandbox.server.addresses import region_at
from tapstack.sandbox.server.mends.patch import original, replace
from tapstack.sandbox.settings import Ports

Response = tuple[int, dict[str, str], bytes]
Kind = Literal["elasticloadbalancing", "execute-api", "lambda"]
_PATH_PREFIXES = ("/_alb/", "/_aws/", "/restapis/")
_SHORTCUTS = ("_handle_pre_body_request", "_handle_post_body_shortcuts")
_PLAIN_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


class ClosedPortError(Exception):
    """The load balancer has no listener for this protocol: on AWS, nothing would answer."""


@dataclass(frozen=True)
class DataPlane:
    """What a request is for, when it is not for an AWS API."""

    kind: Kind
    account: str
    region: str
    load_balancer: dict[str, Any] | None = None
    path: str = ""


_current: ContextVar[DataPlane | None] = ContextVar("tapstack_data_plane", default=None)


def find(host: str, path: str, address: str, account: str) -> DataPlane | None:
    """The data plane that a request is for; nothing for a call of an AWS API."""
    name = host.rsplit(":", 1)[0].lower()
    region = region_at(address)
    if name in _PLAIN_HOSTS and region is None and not path.startswith(_PATH_PREFIXES):
        return None
    api = emulator._parse_execute_api_url(host, path)
    if api is not None:
        return _api(api[0], account)
    function = emulator._parse_lambda_url(host, path)
    if function is not None:
        resolved = emulator._get_module("lambda_svc").resolve_function_url(function[0])
        return DataPlane("lambda", resolved[0], resolved[1]) if resolved is not None else None
    domain = emulator._resolve_custom_domain_request(host, path)
    if domain is not None:
        return _api(domain[0], account)
    return _load_balancer(name, path, region)


def enter(plane: DataPlane | None) -> None:
    """Let the emulator know, further down in the same request, what was found."""
    _current.set(plane)


def _api(api_id: str, account: str) -> DataPlane | None:
    for module in ("apigateway_v1", "apigateway"):
        for stored_account, region, stored_id in list(_api_store(module)._data):
            if stored_id == api_id and stored_account == account:
                return DataPlane("execute-api", stored_account, region)
    return None


def _api_store(module: str) -> Any:
    loaded = emulator._get_module(module)
    return loaded._rest_apis if module == "apigateway_v1" else loaded._apis


def _load_balancer(name: str, path: str, addressed: str | None) -> DataPlane | None:
    prefix, _, rest = path.removeprefix("/_alb/").partition("/")
    by_path = prefix.lower() if path.startswith("/_alb/") else ""
    in_region = []
    for (account, region, _), record in list(emulator._get_module("alb")._lbs._data.items()):
        own_name = record["LoadBalancerName"].lower()
        if name in (record["DNSName"].lower(), f"{own_name}.alb.localhost"):
            return DataPlane("elasticloadbalancing", account, region, record, path)
        if own_name == by_path and addressed in (None, region):
            return DataPlane("elasticloadbalancing", account, region, record, f"/{rest}")
        if region == addressed:
            in_region.append(DataPlane("elasticloadbalancing", account, region, record, path))
    return _addressed(name, in_region)


def _addressed(name: str, candidates: list[DataPlane]) -> DataPlane | None:
    """Reached by a region's address with a host name of the user's own: the balancer that DNS points the name at."""
    if name in _PLAIN_HOSTS or len(candidates) < 2:
        return candidates[0] if len(candidates) == 1 else None
    targets = _record_targets(name)
    for plane in candidates:
        if plane.load_balancer is not None and plane.load_balancer["DNSName"].lower() in targets:
            return plane
    return candidates[0]


def _record_targets(name: str) -> set[str]:
    """Where the deployed DNS records of a name point, other records in between included."""
    pointed: dict[str, set[str]] = {}
    records = emulator._get_module("route53")._records
    for zone_records in list(records._data.values()):
        for record in zone_records if isinstance(zone_records, list) else zone_records.values():
            alias = (record.get("AliasTarget") or {}).get("DNSName", "")
            owner = record.get("Name", "").rstrip(".").lower()
            pointed.setdefault(owner, set()).add(alias.rstrip(".").lower().removeprefix("dualstack."))
    found: set[str] = set()
    ahead = {name, f"*.{name.partition('.')[2]}"}
    while ahead:
        found |= ahead
        ahead = {target for owner in ahead for target in pointed.get(owner, ())} - found
    return found


def install(ports: Ports) -> None:
    """Serve what was found before the emulator looks at the path on its own account."""
    for name in _SHORTCUTS:
        replace(emulator, name, _unless_data_plane)
    serve_others = original(emulator, "_handle_special_data_plane_request")

    async def serve(
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, list[str]],
        request_id: str,
        raw_path: str | None = None,
        raw_query_string: str = "",
        client_ip: str = "127.0.0.1",
    ) -> object:
        plane = _current.get()
        host = headers.get("host", "")
        if plane is None:
            return await serve_others(
                method, path, headers, body, query_params, request_id, raw_path, raw_query_string, client_ip
            )
        if plane.load_balancer is not None:
            with request_scope(plane.account, plane.region):
                port = _listener_port(plane.load_balancer, host, headers, ports)
                raw = raw_path if plane.path == path else None
                response = await emulator._get_module("alb").dispatch_request(
                    plane.load_balancer, method, plane.path, headers, body, query_params, port,
                    raw_query_string=raw_query_string, raw_path=raw,
                )  # fmt: skip
            return _with_reachable_location(response, ports)
        if plane.kind == "execute-api":
            response = await emulator._handle_execute_api_request(
                host, path, method, headers, body, query_params, raw_path, raw_query_string
            )
            return emulator._with_data_plane_headers(response, request_id, wildcard_cors=False)
        return await emulator._handle_lambda_url_request(host, path, method, headers, body, query_params)

    replace(emulator, "_handle_special_data_plane_request", lambda _: serve)


def _unless_data_plane(shortcut: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
    async def checked(*arguments: object, **named: object) -> object:
        return None if _current.get() is not None else await shortcut(*arguments, **named)

    return checked


def _listener_port(load_balancer: dict[str, Any], host: str, headers: dict[str, str], ports: Ports) -> int:
    """The listener that stands for the gateway's port: its TLS port for HTTPS listeners, its plain port for HTTP."""
    is_tls = headers.get("x-forwarded-proto") == "https"
    named = int(host.rsplit(":", 1)[1]) if host.rpartition(":")[2].isdigit() else 0
    wanted = named if named not in (0, ports.http, ports.https) else (443 if is_tls else 80)
    open_ports = [
        listener["Port"]
        for listener in emulator._get_module("alb")._listeners.values()
        if listener["LoadBalancerArn"] == load_balancer["LoadBalancerArn"]
        and (listener.get("Protocol", "HTTP") in ("HTTPS", "TLS")) == is_tls
    ]
    if wanted in open_ports:
        return wanted
    if not open_ports:
        raise ClosedPortError(load_balancer["DNSName"])
    return int(open_ports[0])


def _with_reachable_location(response: Response, ports: Ports) -> Response:
    """A redirect to AWS's ports leads to the gateway's, where the same listeners are."""
    status, headers, body = response
    changed = {
        name: _reachable(value, ports) if name.lower() == "location" else value for name, value in headers.items()
    }
    return status, changed, body


def _reachable(location: str, ports: Ports) -> str:
    for scheme, aws_port, port in (("https", 443, ports.https), ("http", 80, ports.http)):
        host, found, rest = location.partition(f":{aws_port}/")
        if found and host.startswith(f"{scheme}://") and "/" not in host.removeprefix(f"{scheme}://"):
            return f"{host}:{port}/{rest}"
    return location
