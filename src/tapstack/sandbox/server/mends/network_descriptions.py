"""What EC2 knows of a NAT gateway's address and of a VPC endpoint's policy is missing from its answers.

CreateVpcEndpoint does not even keep the policy. Goes when MiniStack reports both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import ec2

from tapstack.sandbox.server.mends.patch import original, replace

Answer = tuple[int, dict[str, str], bytes]

_NO_ADDRESS = re.compile(r"<natGatewayId>([^<]+)</natGatewayId>(.*?)<natGatewayAddressSet/>", re.DOTALL)


def install() -> None:
    """Complete the answers."""
    gateways, addresses, endpoints = (original(ec2, name) for name in ("_nat_gateways", "_addresses", "_vpc_endpoints"))

    def with_addresses(own: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        def answer(params: Any) -> Answer:
            status, headers, body = own(params)
            text = body.decode()
            return status, headers, _NO_ADDRESS.sub(fill, text).encode()

        return answer

    def fill(match: re.Match[str]) -> str:
        allocation = gateways[match[1]].get("AllocationId")
        if not allocation:
            return match[0]
        public = (addresses.get(allocation) or {}).get("PublicIp", "")
        item = f"<allocationId>{allocation}</allocationId><publicIp>{public}</publicIp><isPrimary>true</isPrimary>"
        filled = f"<natGatewayAddressSet><item>{item}<status>succeeded</status></item></natGatewayAddressSet>"
        return match[0].replace("<natGatewayAddressSet/>", filled)

    def keeping_policy(own: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        def create(params: Any) -> Answer:
            known = set(endpoints.keys())
            answer = own(params)
            policy = params.get("PolicyDocument")
            if policy:
                for made in set(endpoints.keys()) - known:
                    endpoints[made]["PolicyDocument"] = policy[0] if isinstance(policy, list) else policy
            return answer

        return create

    def with_policy(own: Callable[..., str]) -> Callable[..., str]:
        def fields(endpoint: dict[str, Any], *arguments: Any, **options: Any) -> str:
            text = own(endpoint, *arguments, **options)
            policy = endpoint.get("PolicyDocument")
            if not policy or "<policyDocument>" in text:
                return text
            policy = policy if isinstance(policy, str) else json.dumps(policy)
            identifier = f"<vpcEndpointId>{endpoint['VpcEndpointId']}</vpcEndpointId>"
            return text.replace(identifier, f"{identifier}<policyDocument>{escape(policy)}</policyDocument>", 1)

        return fields

    replace(ec2, "_create_nat_gateway", with_addresses)
    replace(ec2, "_describe_nat_gateways", with_addresses)
    replace(ec2, "_create_vpc_endpoint", keeping_policy)
    replace(ec2, "_vpce_fields_xml", with_policy)
