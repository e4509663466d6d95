"""APIs: API Gateway in front of functions, REST or HTTP, regional in every region, under names of their own."""

from __future__ import annotations

from tapstack.engines import api_settings, names_in_dns
from tapstack.engines.cloudformation import api_parts, certificates, http_apis, rest_apis
from tapstack.engines.cloudformation.template import Value, get, logical_id, ref, sub
from tapstack.engines.cloudformation.unit import UnitTemplate


def add(unit: UnitTemplate) -> None:
    """Add every API of the fleet, and the names that lead to it."""
    for name, api in unit.fleet.apis.items():
        match api.kind:
            case "rest":
                rest_apis.add(unit, name, api)
            case "http":
                http_apis.add(unit, name, api)
        for label in names_in_dns.labels_of(unit.fleet, api=name):
            _domain(unit, name, label)


def api_id(unit: UnitTemplate, name: str) -> Value:  # noqa: ARG001 - as all that outputs are made of
    """The id that API Gateway gave the API."""
    return ref(logical_id("api", name))


def host(unit: UnitTemplate, name: str) -> Value:
    """The API's own host name in this region, whatever DNS says."""
    return sub("${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}", {"Api": api_id(unit, name)})


def answering(unit: UnitTemplate, name: str) -> list[str]:
    """What has to stand before the API answers."""
    return api_parts.answering(name, unit.fleet.apis[name])


def endpoint(unit: UnitTemplate, name: str) -> Value:
    """The API's own URL in this region, which routes are appended to."""
    path = api_settings.path_of(unit.fleet.apis[name], "")
    return sub(f"https://${{Api}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}{path}", {"Api": api_id(unit, name)})


def domain(label: str) -> tuple[Value, Value]:
    """What a name in DNS points to, if it leads to an API: the target and its zone."""
    logical = logical_id("domain", names_in_dns.word(label))
    return get(logical, "RegionalDomainName"), get(logical, "RegionalHostedZoneId")


def _domain(unit: UnitTemplate, name: str, label: str) -> None:
    """Let the API answer to a name in DNS, without the stage in the path; these types serve both kinds of API."""
    word = names_in_dns.word(label)
    own = unit.template.add(
        logical_id("domain", word),
        "AWS::ApiGatewayV2::DomainName",
        {
            "DomainName": names_in_dns.of(unit.fleet).full_name(label),
            "DomainNameConfigurations": [
                {
                    "CertificateArn": certificates.add(unit, label).ref,
                    "EndpointType": "REGIONAL",
                    "SecurityPolicy": "TLS_1_2",
                }
            ],
        },
    )
    unit.template.add(
        logical_id("domain", word, "mapping"),
        "AWS::ApiGatewayV2::ApiMapping",
        {"ApiId": api_id(unit, name), "DomainName": own.ref, "Stage": ref(logical_id("api", name, "stage"))},
    )
