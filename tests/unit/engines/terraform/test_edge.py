"""What Terraform's own ways ask of functions and names: packed code, shared proofs, and what a unit leaves behind."""

from __future__ import annotations

from typing import Any

from tapstack.engines.terraform.leaving import is_left_behind


def of(golden_modules: Any, fleet: str, kind: str = "regional") -> Any:
    return next(made.data for made in golden_modules if made.fleet == fleet and made.shape.startswith(kind))


def test_a_unit_leaves_what_others_may_live_by() -> None:
    addresses = [
        "aws_api_gateway_account.all",
        "aws_iam_role.api_gateway_logs",
        "aws_iam_role_policy.api_gateway_logs",
        "aws_route53_record.proof_zone",
    ]
    goes = ["aws_iam_role.function_hello", "aws_route53_record.record_zone", "data.aws_route53_zone.zone"]
    assert [address for address in (*goes, *addresses) if is_left_behind(address)] == addresses


def test_everything_that_stays_is_really_made(golden_modules) -> None:
    made = {
        f"{kind}.{name}"
        for fleet in ("apis-rest", "dns")
        for kind, named in of(golden_modules, fleet)["resource"].items()
        for name in named
    }
    left = [address for address in made if is_left_behind(address)]
    assert len(left) >= 4
    assert {address.split(".")[0] for address in left} == {
        "aws_api_gateway_account",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_route53_record",
    }


def test_each_function_waits_for_its_permissions(golden_modules) -> None:
    resources = of(golden_modules, "functions")["resource"]
    for name, function in resources["aws_lambda_function"].items():
        assert f"aws_iam_role_policy.{name}" in function["depends_on"]
        assert function["source_code_hash"]


def test_standbys_share_a_name_that_is_the_secondary_and_stands_with_the_home(golden_modules) -> None:
    records = of(golden_modules, "dns")["resource"]["aws_route53_record"]
    assert records["record_zone"]["failover_routing_policy"] == {"type": "PRIMARY"}
    standby, standbys = records["record_zone_standby"], records["record_zone_standbys"]
    assert standby["name"] == standbys["alias"]["name"] == "_standbys-zone.golden-fleet.example"
    assert standby["weighted_routing_policy"] == {"weight": '${var.region == "eu-west-1" ? 1 : 0}'}
    assert standbys["failover_routing_policy"] == {"type": "SECONDARY"}
    assert standbys["count"] == "${local.is_home ? 1 : 0}"
    assert "count" not in standby


def test_a_check_begins_once_there_is_something_to_see(golden_modules) -> None:
    checks = of(golden_modules, "dns")["resource"]["aws_route53_health_check"]
    waits_for = {each for check in checks.values() for each in check["depends_on"]}
    assert {
        "aws_api_gateway_stage.api_shop",
        "aws_lambda_permission.api_shop_calls_hello",
        "aws_lb_listener.listener_web",
        "aws_lb_target_group_attachment.targets_web_function_hello",
    } <= waits_for


def test_an_address_is_outside_the_network_wherever_it_is_not_inside(golden_modules) -> None:
    attached = of(golden_modules, "load-balancers")["resource"]["aws_lb_target_group_attachment"]
    zones = {each["target_id"]: each.get("availability_zone") for each in attached.values()}
    assert zones["192.168.0.10"] == "all"
    assert zones["10.0.64.10"] == '${var.region == "us-east-1" ? null : "all"}'
