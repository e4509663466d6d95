"""Load balancers: one per region, with listeners, rules by path and host, and a firewall in front."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tapstack.engines import names_in_dns
from tapstack.engines.balancing import HTTP, HTTPS, TLS_POLICY
from tapstack.engines.bucket_settings import ACCESS_LOGS
from tapstack.engines.exceptions import LintException
from tapstack.engines.firewall_rules import NO_HOSTING_PROVIDERS
from tapstack.engines.terraform import certificates, firewall, network, target_groups
from tapstack.engines.terraform.expressions import literal
from tapstack.engines.terraform.module import Resource, label
from tapstack.engines.terraform.unit import UnitModule
from tapstack.errors import InvalidFleetError
from tapstack.fleet.load_balancers import LoadBalancer, Rule
from tapstack.fleet.network import Tier
from tapstack.plan.names import NameKind

if TYPE_CHECKING:
    from tapstack.engines.terraform import arguments

NO_TLS = "The fleet says `tls: none`, spelled out and acknowledged there."


def add(unit: UnitModule) -> None:
    """Add every load balancer of the fleet."""
    for name, balancer in unit.fleet.load_balancers.items():
        group = _security_group(unit, name, balancer)
        resource = _load_balancer(unit, name, balancer, group)
        targets = target_groups.add(unit, name, balancer, group)
        listener = _listeners(unit, name, balancer, resource, targets.default)
        for key, rule in balancer.rules.items():
            _rule(unit, name, key, rule, listener, targets.rules[key])
        if balancer.firewall:
            firewall.add(unit, f"{name}-balancer", resource.ref("arn"))


def load_balancer_of(name: str) -> Resource[str]:
    """A load balancer of the fleet."""
    return Resource("aws_lb", label("load-balancer", name))


def address(unit: UnitModule, name: str) -> str:
    """The name that AWS gave this region's load balancer."""
    del unit
    return load_balancer_of(name).ref("dns_name")


def address_zone(name: str) -> str:
    """The zone in which AWS keeps that name."""
    return load_balancer_of(name).ref("zone_id")


def answering(unit: UnitModule, name: str) -> list[Resource[Any]]:
    """What has to stand before the load balancer answers: the listener that serves, each rule, and the targets."""
    balancer = unit.fleet.load_balancers[name]
    rules = [Resource[Any]("aws_lb_listener_rule", _rule_label(name, key)) for key in balancer.rules]
    return [Resource("aws_lb_listener", label("listener", name)), *rules, *target_groups.attachments(name, balancer)]


def url(unit: UnitModule, name: str) -> str:
    """Where this region's load balancer answers, whatever DNS says."""
    scheme = "http" if unit.fleet.load_balancers[name].tls == "none" else "https"
    return f"{scheme}://{address(unit, name)}"


def address_groups(unit: UnitModule, name: str) -> Mapping[str, Resource[str]]:
    """The groups of targets that are addresses, by what leads there: the default or a rule."""
    return target_groups.address_groups(name, unit.fleet.load_balancers[name])


def _security_group(unit: UnitModule, name: str, balancer: LoadBalancer) -> Resource[Any]:
    group = network.security_group(unit, f"load-balancer-{name}", f"Load balancer {name}")
    who = "everybody" if balancer.internet_facing else "the network"
    block = network.EVERYWHERE if balancer.internet_facing else unit.by_region("block")
    if balancer.tls == "certificate":
        network.let_in(unit, group, block, HTTPS, f"HTTPS from {who}")
        network.let_in(unit, group, block, HTTP, f"HTTP from {who} is redirected to HTTPS")
    else:
        network.let_in(unit, group, block, HTTP, f"HTTP from {who} as the fleet says")
    return group


def _load_balancer(unit: UnitModule, name: str, balancer: LoadBalancer, group: Resource[Any]) -> Resource[Any]:
    tiers: tuple[Tier, ...] = ("public",) if balancer.internet_facing else ("private", "isolated")
    log: arguments.LbAccessLogs | None = None
    if balancer.access_log:
        log = {
            "enabled": True,
            "bucket": unit.name(NameKind.BUCKET, ACCESS_LOGS),
            "prefix": f"load-balancers/{name}",
        }
    return unit.resource.aws_lb(
        load_balancer_of(name).label,
        name=unit.name(NameKind.LOAD_BALANCER, name),
        load_balancer_type="application",
        ip_address_type="ipv4",
        internal=not balancer.internet_facing,
        subnets=network.subnets(unit, *tiers),
        security_groups=[group.ref("id")],
        enable_deletion_protection=unit.fleet.protection.deletion,
        idle_timeout=balancer.idle_timeout,
        client_keep_alive=balancer.keep_alive,
        drop_invalid_header_fields=True,
        desync_mitigation_mode="strictest",
        enable_http2=True,
        access_logs=log,
        # Clients are served only once there is a way to them.
        depends_on=[Resource("aws_route", label("public", str(zone + 1))) for zone in range(unit.zones)]
        if balancer.internet_facing
        else (),
        exceptions=_exceptions(unit, balancer),
    )


def _exceptions(unit: UnitModule, balancer: LoadBalancer) -> list[LintException]:
    exceptions = []
    if balancer.tls == "none":
        exceptions.append(LintException("checkov", "CKV2_AWS_20", NO_TLS))
    if balancer.firewall and balancer.internet_facing:
        exceptions.append(LintException("checkov", "CKV2_AWS_76", NO_HOSTING_PROVIDERS))
    if not unit.fleet.protection.deletion:
        reason = "The fleet takes the protection off in this environment."
        exceptions.append(LintException("checkov", "CKV_AWS_150", reason))
    if not balancer.access_log:
        reason = "The fleet turns this load balancer's access log off."
        exceptions.append(LintException("checkov", "CKV_AWS_91", reason))
    return exceptions


def _listeners(
    unit: UnitModule, name: str, balancer: LoadBalancer, resource: Resource[Any], default: Resource[Any] | None
) -> Resource[Any]:
    """Add the listeners; the one that serves is returned."""
    action: arguments.LbListenerDefaultAction
    action = {"type": "fixed-response", "fixed_response": _not_found()} if default is None else _forward(default)
    if balancer.tls == "none":
        return unit.resource.aws_lb_listener(
            label("listener", name),
            load_balancer_arn=resource.ref("arn"),
            port=HTTP,
            protocol="HTTP",
            default_action=action,
            exceptions=[
                LintException("checkov", "CKV_AWS_2", NO_TLS),
                LintException("checkov", "CKV_AWS_103", NO_TLS),
            ],
        )
    unit.resource.aws_lb_listener(
        label("listener", name, "redirect"),
        load_balancer_arn=resource.ref("arn"),
        port=HTTP,
        protocol="HTTP",
        default_action={
            "type": "redirect",
            "redirect": {"protocol": "HTTPS", "port": str(HTTPS), "status_code": "HTTP_301"},
        },
    )
    first, further = _certificates(unit, name)
    listener = unit.resource.aws_lb_listener(
        label("listener", name),
        load_balancer_arn=resource.ref("arn"),
        port=HTTPS,
        protocol="HTTPS",
        ssl_policy=TLS_POLICY,
        certificate_arn=first,
        default_action=action,
    )
    for name_label, certificate in further.items():
        unit.resource.aws_lb_listener_certificate(
            label("listener", name, names_in_dns.word(name_label)),
            listener_arn=listener.ref("arn"),
            certificate_arn=certificate,
        )
    return listener


def _certificates(unit: UnitModule, name: str) -> tuple[str, Mapping[str, str]]:
    """The listener's certificate, and those that it shows to clients that ask for other names."""
    if unit.has_own_certificate:
        return unit.by_region("certificate"), {}
    labels = names_in_dns.labels_of(unit.fleet, load_balancer=name)
    made = {name_label: certificates.add(unit, name_label) for name_label in labels}
    if not made:
        raise InvalidFleetError(
            f"Load balancer '{name}' has no certificate to serve HTTPS with.",
            "Give it a name under `dns.names`, give every region a `certificate`, or say `tls: none`.",
        )
    return made.pop(next(iter(made))), made


def _rule(unit: UnitModule, name: str, key: str, rule: Rule, listener: Resource[Any], target: Resource[Any]) -> None:
    conditions: list[arguments.LbListenerRuleCondition] = []
    if rule.paths:
        conditions.append({"path_pattern": {"values": [literal(path) for path in rule.paths]}})
    if rule.hosts:
        conditions.append({"host_header": {"values": [literal(host) for host in rule.hosts]}})
    unit.resource.aws_lb_listener_rule(
        _rule_label(name, key),
        listener_arn=listener.ref("arn"),
        priority=rule.priority,
        condition=conditions,
        action={"type": "forward", "target_group_arn": target.ref("arn")},
    )


def _rule_label(name: str, key: str) -> str:
    return label("listener", name, "rule", key)


def _forward(target: Resource[Any]) -> arguments.LbListenerDefaultAction:
    return {"type": "forward", "target_group_arn": target.ref("arn")}


def _not_found() -> arguments.LbListenerFixedResponse:
    return {"status_code": "404", "content_type": "text/plain", "message_body": "Not found"}
