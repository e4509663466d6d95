"""A load balancer's zones and network are made up, and a target group forgets its protocol version.

Goes when MiniStack looks at the subnets and keeps the version.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ministack.services import alb, ec2

from tapstack.sandbox.server.mends.patch import original, replace

_ZONE = re.compile(r"<ZoneName>[^<]*</ZoneName><SubnetId>([^<]+)</SubnetId>")
_WITH_VERSION = ("HTTP", "HTTPS")


def install() -> None:
    """Answer from the subnets' records."""
    subnets, groups, actions = original(ec2, "_subnets"), original(alb, "_tgs"), original(alb, "_ACTION_MAP")

    def balancer(own: Callable[[Any], str]) -> Callable[[Any], str]:
        def render(record: Any) -> str:
            known = [subnets.get(subnet) for subnet in record.get("Subnets", ())]
            found = [subnet for subnet in known if subnet]
            if found:
                record["VpcId"] = found[0]["VpcId"]
            return _ZONE.sub(zone, own(record))

        return render

    def zone(match: re.Match[str]) -> str:
        subnet = subnets.get(match[1])
        if not subnet:
            return match[0]
        return f"<ZoneName>{subnet['AvailabilityZone']}</ZoneName><SubnetId>{match[1]}</SubnetId>"

    def group(own: Callable[[Any], str]) -> Callable[[Any], str]:
        def render(record: Any) -> str:
            text = own(record)
            if record.get("Protocol") in _WITH_VERSION and "<ProtocolVersion>" not in text:
                version = record.get("ProtocolVersion") or "HTTP1"
                text = text.replace("<Port>", f"<ProtocolVersion>{version}</ProtocolVersion><Port>", 1)
            return text

        return render

    create = actions["CreateTargetGroup"]

    def creating(parameters: Any) -> Any:
        known = set(groups.keys())
        answer = create(parameters)
        version = parameters.get("ProtocolVersion")
        for made in set(groups.keys()) - known if version else ():
            groups[made]["ProtocolVersion"] = version[0] if isinstance(version, list) else version
        return answer

    actions["CreateTargetGroup"] = creating
    replace(alb, "_lb_xml", balancer)
    replace(alb, "_tg_xml", group)
