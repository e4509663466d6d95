"""Targets of load balancers are looked at, as their target groups say.

MiniStack 1.5.33 calls every registered target healthy. Here targets on this machine (loopback addresses, `localhost`)
are really asked, by the group's own protocol, path, port, codes and thresholds. Two kinds stay "healthy" unasked, and
`status` counts them: functions, which AWS does not ask either unless told to, and addresses inside an emulated VPC,
where nothing runs. Can go when MiniStack checks targets.
"""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from ministack.core.responses import request_scope
from ministack.services import alb, cloudwatch

from tapstack.sandbox.server.extension import ServerContext, Status
from tapstack.sandbox.server.mends.patch import replace

_log = logging.getLogger("tapstack.targets")
_LOOK_FOR_CHANGES_SECONDS = 0.5
_PUBLISH_SECONDS = 60.0

Key = tuple[str, str, int]
"""Target group, target and port."""
_ZONE = "AvailabilityZone"


@dataclass
class _Target:
    task: asyncio.Task[None] | None = None
    state: str = "initial"
    reason: str = "Elb.RegistrationInProgress"
    description: str = "Target registration is in progress"
    contrary_in_a_row: int = 0


class TargetHealth:
    """Looks at targets and answers `DescribeTargetHealth`."""

    name = "target health"

    def __init__(self) -> None:
        self._targets: dict[Key, _Target] = {}
        self._supervision: asyncio.Task[None] | None = None

    def install(self, context: ServerContext) -> None:
        """Put what was seen in place of the emulator's constant."""
        self._clock = context.clock

        def described(_: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
            return self._describe

        replace(alb, "_parse_targets_param", _with_zones)
        replace(alb, "_describe_target_health", described)
        alb._ACTION_MAP["DescribeTargetHealth"] = self._describe

    async def start(self, context: ServerContext) -> None:  # noqa: ARG002 - the protocol's
        """Look for targets to ask, now and whenever they change."""
        self._supervision = asyncio.create_task(self._supervise())

    async def stop(self) -> None:
        """Ask nobody any more."""
        tasks = [target.task for target in self._targets.values()] + [self._supervision]
        for task in tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*filter(None, tasks), return_exceptions=True)

    def reset(self) -> None:
        """Forget what was seen."""
        for target in self._targets.values():
            if target.task is not None:
                target.task.cancel()
        self._targets.clear()

    def status(self) -> Status:
        """How many targets are asked, and how many are not and count as healthy."""
        keys = {key for _, key, _ in _registered()}
        return {"asked": len(keys & self._targets.keys()), "not asked": len(keys - self._targets.keys())}

    def is_load_balancer_healthy(self, name: str) -> bool:
        """What Route 53 finds: every target group has a target, and one that is healthy."""
        arn = next(
            (arn for (_, _, arn), record in alb._lbs.all_items() if record["DNSName"].lower() == name),
            None,
        )
        if arn is None:
            return False
        groups = target_groups_of(arn)
        states: dict[str, list[bool]] = {group: [] for group in groups}
        for _, key, _ in _registered():
            if key[0] in states:
                states[key[0]].append(self._state(key).state == "healthy")
        return all(map(any, states.values()))

    def _state(self, key: Key) -> _Target:
        return self._targets.get(key) or _Target(state="healthy", reason="", description="")

    def _describe(self, params: Mapping[str, Any]) -> Any:
        group_arn = alb._p(params, "TargetGroupArn")
        group = alb._tgs.get(group_arn)
        if group is None:
            return alb._error("TargetGroupNotFound", f"Target group '{group_arn}' not found.")
        wanted = {target["Id"] for target in alb._parse_targets_param(params)}
        members = ""
        for target in alb._targets.get(group_arn, []):
            if wanted and target["Id"] not in wanted:
                continue
            port = _port(target, group)
            seen = self._state((group_arn, target["Id"], port))
            because = (
                f"<Reason>{seen.reason}</Reason><Description>{escape(seen.description)}</Description>"
                if seen.reason
                else ""
            )
            shown_port = "" if group.get("TargetType") == "lambda" else f"<Port>{port}</Port>"
            zone = f"<AvailabilityZone>{escape(target[_ZONE])}</AvailabilityZone>" if _ZONE in target else ""
            members += (
                f"<member><Target><Id>{escape(target['Id'])}</Id>{shown_port}{zone}</Target>"
                f"<HealthCheckPort>{_check_port(group, port)}</HealthCheckPort>"
                f"<TargetHealth><State>{seen.state}</State>{because}</TargetHealth></member>"
            )
        return alb._xml(200, "DescribeTargetHealth", f"<TargetHealthDescriptions>{members}</TargetHealthDescriptions>")

    async def _supervise(self) -> None:
        published = time.monotonic()
        while True:
            try:
                self._pick_up_changes()
                if self._targets and time.monotonic() - published >= self._clock.real_seconds(_PUBLISH_SECONDS):
                    published = time.monotonic()
                    self._publish()
            except Exception:  # noqa: BLE001 - logged; looks must go on
                _log.exception("Looking for changed targets failed")
            await asyncio.sleep(_LOOK_FOR_CHANGES_SECONDS)

    def _pick_up_changes(self) -> None:
        current = {key: group for _, key, group in _registered() if _is_asked(key, group)}
        for key in self._targets.keys() - current.keys():
            task = self._targets.pop(key).task
            if task is not None:
                task.cancel()
        for key in current.keys() - self._targets.keys():
            target = _Target()
            target.task = asyncio.create_task(self._ask_repeatedly(key, target))
            self._targets[key] = target

    async def _ask_repeatedly(self, key: Key, target: _Target) -> None:
        _, host, port = key
        while True:
            # Read anew each time: the group's settings may have changed.
            group = next((group for _, known, group in _registered() if known == key), None)
            if group is None:
                return
            failure = await asyncio.to_thread(_ask, host, port, group)
            _judge(target, group, failure)
            await asyncio.sleep(self._clock.real_seconds(group.get("HealthCheckIntervalSeconds") or 30))

    def _publish(self) -> None:
        counts: dict[tuple[str, str], list[int]] = {}
        for account, key, _ in _registered():
            if key in self._targets:
                count = counts.setdefault((account, key[0]), [0, 0])
                count[0 if self._state(key).state == "healthy" else 1] += 1
        for (account, group_arn), (healthy, unhealthy) in counts.items():
            region, group_name = group_arn.split(":")[3], group_arn.split(":", 5)[5]
            for balancer in _load_balancers_of(group_arn):
                dimensions = {"TargetGroup": group_name, "LoadBalancer": balancer.split("loadbalancer/", 1)[1]}
                with request_scope(account, region):
                    for metric, value in (("HealthyHostCount", healthy), ("UnHealthyHostCount", unhealthy)):
                        cloudwatch.record_metric("AWS/ApplicationELB", metric, value, "Count", dimensions)


def _with_zones(own: Callable[..., list[dict[str, Any]]]) -> Callable[..., list[dict[str, Any]]]:
    """Keep the zones of targets, which MiniStack 1.5.33 leaves out; goes when it keeps them."""

    def parse(params: Mapping[str, Any], prefix: str = "Targets") -> list[dict[str, Any]]:
        targets = own(params, prefix)
        for number, target in enumerate(targets, start=1):
            if zone := alb._p(params, f"{prefix}.member.{number}.{_ZONE}"):
                target[_ZONE] = zone
        return targets

    return parse


def target_groups_of(balancer: str) -> set[str]:
    """The target groups that a load balancer's listeners and rules forward to."""
    listeners = {
        arn: listener for (_, _, arn), listener in alb._listeners.all_items() if listener["LoadBalancerArn"] == balancer
    }
    actions = [action for listener in listeners.values() for action in listener.get("DefaultActions") or ()]
    for rule in alb._rules.all_values():
        if rule.get("ListenerArn") in listeners:
            actions += rule.get("Actions") or ()
    return {arn for action in actions for arn in _groups_in(action)}


def _groups_in(action: Mapping[str, Any]) -> Iterator[str]:
    if action.get("TargetGroupArn"):
        yield action["TargetGroupArn"]
    for group in (action.get("ForwardConfig") or {}).get("TargetGroups") or ():
        if group.get("TargetGroupArn"):
            yield group["TargetGroupArn"]


def _load_balancers_of(group_arn: str) -> list[str]:
    return [arn for (_, _, arn), _ in alb._lbs.all_items() if group_arn in target_groups_of(arn)]


def _registered() -> Iterator[tuple[str, Key, Mapping[str, Any]]]:
    """Every registered target of every account, with its group."""
    groups = {(account, arn): group for (account, _, arn), group in alb._tgs.all_items()}
    for (account, arn), targets in alb._targets.to_dict().items():
        group = groups.get((account, arn))
        if group is not None:
            for target in list(targets):
                yield account, (arn, target["Id"], _port(target, group)), group


def _is_asked(key: Key, group: Mapping[str, Any]) -> bool:
    if group.get("TargetType") == "lambda" or not group.get("HealthCheckEnabled", True):
        return False
    if key[1] == "localhost":
        return True
    try:
        return ipaddress.ip_address(key[1]).is_loopback
    except ValueError:
        return False


def _port(target: Mapping[str, Any], group: Mapping[str, Any]) -> int:
    return int(target.get("Port") or group.get("Port") or 80)


def _check_port(group: Mapping[str, Any], port: int) -> int:
    wanted = str(group.get("HealthCheckPort") or "traffic-port")
    return int(wanted) if wanted.isdecimal() else port


def _ask(host: str, port: int, group: Mapping[str, Any]) -> tuple[str, str] | None:
    """Why a target is not fine, in ELB's words; None when it is."""
    seconds = float(group.get("HealthCheckTimeoutSeconds") or 5)
    uses_tls = group.get("HealthCheckProtocol") == "HTTPS"
    checked = _check_port(group, port)
    connection = (
        http.client.HTTPSConnection(host, checked, timeout=seconds, context=_any_certificate())
        if uses_tls
        else http.client.HTTPConnection(host, checked, timeout=seconds)
    )
    try:
        connection.request("GET", group.get("HealthCheckPath") or "/", headers={"User-Agent": "ELB-HealthChecker/2.0"})
        status = connection.getresponse().status
    except TimeoutError:
        return "Target.Timeout", "Request timed out"
    except (OSError, http.client.HTTPException):
        return "Target.FailedHealthChecks", "Health checks failed"
    finally:
        connection.close()
    if _matches(status, str((group.get("Matcher") or {}).get("HttpCode") or "200")):
        return None
    return "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{status}]"


def _matches(status: int, codes: str) -> bool:
    for part in codes.split(","):
        first, _, last = part.strip().partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False


def _judge(target: _Target, group: Mapping[str, Any], failure: tuple[str, str] | None) -> None:
    """A new target is what its first look says; later it takes several contrary looks in a row."""
    is_healthy = target.state == "healthy"
    if target.state != "initial" and (failure is None) == is_healthy:
        target.contrary_in_a_row = 0
    else:
        target.contrary_in_a_row += 1
        threshold = int(group.get("HealthyThresholdCount") or 5)
        if is_healthy:
            threshold = int(group.get("UnhealthyThresholdCount") or 2)
        if target.state == "initial" or target.contrary_in_a_row >= threshold:
            target.state = "healthy" if failure is None else "unhealthy"
            target.contrary_in_a_row = 0
    if target.state == "healthy":
        target.reason = target.description = ""
    elif failure is not None:
        target.reason, target.description = failure


def _any_certificate() -> ssl.SSLContext:
    """Load balancers do not validate their targets' certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
