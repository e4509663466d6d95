"""Load balancers: one per region, with listeners, rules by path and host, and a firewall in front."""

from __future__ import annotations

from collections.abc import Mapping

from tapstack.engines import names_in_dns
from tapstack.engines.balancing import HTTP, HTTPS, TLS_POLICY
from tapstack.engines.bucket_settings import ACCESS_LOGS
from tapstack.engines.cloudformation import certificates, firewall, network, target_groups
from tapstack.engines.cloudformation.template import LintException, Resource, Value, get, logical_id, sub
from tapstack.engines.cloudformation.unit import UnitTemplate
from tapstack.errors import InvalidFleetError
from tapstack.fleet.load_balancers import LoadBalancer, Rule
from tapstack.fleet.network import Tier
from tapstack.plan.names import NameKind


def add(unit: UnitTemplate) -> None:
    """Add every load balancer of the fleet."""
    for name, balancer in unit.fleet.load_balancers.items():
        group = _security_group(unit, name, balancer)
        resource = _load_balancer(unit, name, balancer, group)
        targets = target_groups.add(unit, name, balancer, group)
        listener = _listeners(unit, name, balancer, resource, targets.default)
        for key, rule in balancer.rules.items():
            _rule(unit, name, key, rule, listener, targets.rules[key])
        if balancer.firewall:
            firewall.add(unit, f"{name}-balancer", resource.ref)


def address(unit: UnitTemplate, name: str) -> Value:  # noqa: ARG001 - as all that outputs are made of
    """The name that AWS gave this region's load balancer."""
    return get(logical_id("load-balancer", name), "DNSName")


def address_zone(name: str) -> Value:
    """The zone in which AWS keeps that name."""
    return get(logical_id("load-balancer", name), "CanonicalHostedZoneID")


def answering(unit: UnitTemplate, name: str) -> list[str]:
    """What has to stand before the load balancer answers: the listener that serves, and each rule."""
    rules = (_rule_id(name, key) for key in unit.fleet.load_balancers[name].rules)
    return [logical_id("listener", name), *rules]


def url(unit: UnitTemplate, name: str) -> Value:
    """Where this region's load balancer answers, whatever DNS says."""
    scheme = "http" if unit.fleet.load_balancers[name].tls == "none" else "https"
    return sub(f"{scheme}://${{Address}}", {"Address": address(unit, name)})


def address_groups(unit: UnitTemplate, name: str) -> Mapping[str, str]:
    """The logical IDs of the groups of targets that are addresses, by what leads there: the default or a rule."""
    return target_groups.address_groups(name, unit.fleet.load_balancers[name])


def _security_group(unit: UnitTemplate, name: str, balancer: LoadBalancer) -> Resource:
    group = network.security_group(unit, f"load-balancer-{name}", f"Load balancer {name}")
    who = "everybody" if balancer.internet_facing else "the network"
    block = network.EVERYWHERE if balancer.internet_facing else unit.by_region("Block")
    if balancer.tls == "certificate":
        network.let_in(unit, group, block, HTTPS, f"HTTPS from {who}")
        network.let_in(unit, group, block, HTTP, f"HTTP from {who} is redirected to HTTPS")
    else:
        network.let_in(unit, group, block, HTTP, f"HTTP from {who} as the fleet says")
    return group


def _load_balancer(unit: UnitTemplate, name: str, balancer: LoadBalancer, group: Resource) -> Resource:
    attributes: dict[str, Value] = {
        "deletion_protection.enabled": "true" if unit.fleet.protection.deletion else "false",
        "idle_timeout.timeout_seconds": str(balancer.idle_timeout),
        "client_keep_alive.seconds": str(balancer.keep_alive),
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "routing.http.desync_mitigation_mode": "strictest",
        "routing.http2.enabled": "true",
        "access_logs.s3.enabled": "true" if balancer.access_log else "false",
    }
    if balancer.access_log:
        attributes["access_logs.s3.bucket"] = unit.name(NameKind.BUCKET, ACCESS_LOGS)
        attributes["access_logs.s3.prefix"] = f"load-balancers/{name}"
    tiers: tuple[Tier, ...] = ("public",) if balancer.internet_facing else ("private", "isolated")
    return unit.template.add(
        logical_id("load-balancer", name),
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        {
            "Name": unit.name(NameKind.LOAD_BALANCER, name),
            "Type": "application",
            "IpAddressType": "ipv4",
            "Scheme": "internet-facing" if balancer.internet_facing else "internal",
            "Subnets": network.subnets(unit, *tiers),
            "SecurityGroups": [group.get("GroupId")],
            "LoadBalancerAttributes": [{"Key": key, "Value": value} for key, value in attributes.items()],
        },
        # Clients are served only once there is a way to them.
        depends_on=[logical_id("route", "public", str(zone + 1)) for zone in range(unit.zones)]
        if balancer.internet_facing
        else (),
        exceptions=_exceptions(balancer),
    )


def _exceptions(balancer: LoadBalancer) -> list[LintException]:
    if balancer.access_log:
        return []
    reason = "The fleet turns this load balancer's access log off."
    return [LintException("checkov", "CKV_AWS_91", reason), LintException("cdk-nag", "AwsSolutions-ELB2", reason)]


def _listeners(
    unit: UnitTemplate, name: str, balancer: LoadBalancer, resource: Resource, default: Resource | None
) -> Resource:
    """Add the listeners; the one that serves is returned."""
    action = _not_found() if default is None else _forward(default)
    if balancer.tls == "none":
        reason = "The fleet says `tls: none`, spelled out and acknowledged there."
        return unit.template.add(
            logical_id("listener", name),
            "AWS::ElasticLoadBalancingV2::Listener",
            {"LoadBalancerArn": resource.ref, "Port": HTTP, "Protocol": "HTTP", "DefaultActions": [action]},
            exceptions=[
                LintException("checkov", "CKV_AWS_2", reason),
                LintException("checkov", "CKV_AWS_103", reason),
            ],
        )
    unit.template.add(
        logical_id("listener", name, "redirect"),
        "AWS::ElasticLoadBalancingV2::Listener",
        {
            "LoadBalancerArn": resource.ref,
            "Port": HTTP,
            "Protocol": "HTTP",
            "DefaultActions": [
                {
                    "Type": "redirect",
                    "RedirectConfig": {"Protocol": "HTTPS", "Port": str(HTTPS), "StatusCode": "HTTP_301"},
                }
            ],
        },
    )
    first, further = _certificates(unit, name)
    listener = unit.template.add(
        logical_id("listener", name),
        "AWS::ElasticLoadBalancingV2::Listener",
        {
            "LoadBalancerArn": resource.ref,
            "Port": HTTPS,
            "Protocol": "HTTPS",
            "SslPolicy": TLS_POLICY,
            "Certificates": [{"CertificateArn": first}],
            "DefaultActions": [action],
        },
    )
    for label, certificate in further.items():
        unit.template.add(
            logical_id("listener", name, "certificate", names_in_dns.word(label)),
            "AWS::ElasticLoadBalancingV2::ListenerCertificate",
            {"ListenerArn": listener.ref, "Certificates": [{"CertificateArn": certificate}]},
        )
    return listener


def _certificates(unit: UnitTemplate, name: str) -> tuple[Value, Mapping[str, Value]]:
    """The listener's certificate, and those that it shows to clients that ask for other names."""
    if unit.has_own_certificate:
        return unit.by_region("Certificate"), {}
    made = {
        label: certificates.add(unit, label).ref for label in names_in_dns.labels_of(unit.fleet, load_balancer=name)
    }
    if not made:
        raise InvalidFleetError(
            f"Load balancer '{name}' has no certificate to serve HTTPS with.",
            "Give it a name under `dns.names`, give every region a `certificate`, or say `tls: none`.",
        )
    return made.pop(next(iter(made))), made


def _rule(unit: UnitTemplate, name: str, key: str, rule: Rule, listener: Resource, target: Resource) -> None:
    conditions: list[Value] = []
    if rule.paths:
        conditions.append({"Field": "path-pattern", "PathPatternConfig": {"Values": list(rule.paths)}})
    if rule.hosts:
        conditions.append({"Field": "host-header", "HostHeaderConfig": {"Values": list(rule.hosts)}})
    unit.template.add(
        _rule_id(name, key),
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        {
            "ListenerArn": listener.ref,
            "Priority": rule.priority,
            "Conditions": conditions,
            "Actions": [_forward(target)],
        },
    )


def _rule_id(name: str, key: str) -> str:
    return logical_id("listener", name, "rule", key)


def _forward(target: Resource) -> Value:
    return {"Type": "forward", "TargetGroupArn": target.ref}


def _not_found() -> Value:
    fixed = {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "Not found"}
    return {"Type": "fixed-response", "FixedResponseConfig": fixed}
