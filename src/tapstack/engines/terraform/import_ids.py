"""By which ID Terraform imports what exists already: each kind's own, as the provider's documentation has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

ID = "{id}"
"""What Terraform told when it had made the thing: AWS invents it."""
IMPORT_IDS: Mapping[str, tuple[str, ...]] = {
    "aws_acm_certificate": (ID,),
    "aws_api_gateway_base_path_mapping": ("{domain_name}/{base_path}", "{domain_name}/"),
    "aws_api_gateway_deployment": ("{rest_api_id}/{id}",),
    "aws_api_gateway_domain_name": ("{domain_name}",),
    "aws_api_gateway_method": ("{rest_api_id}/{resource_id}/{http_method}",),
    "aws_api_gateway_method_response": ("{rest_api_id}/{resource_id}/{http_method}/{status_code}",),
    "aws_api_gateway_request_validator": ("{rest_api_id}/{id}",),
    "aws_api_gateway_resource": ("{rest_api_id}/{id}",),
    "aws_api_gateway_rest_api": (ID,),
    "aws_api_gateway_stage": ("{rest_api_id}/{stage_name}",),
    "aws_apigatewayv2_api": (ID,),
    "aws_apigatewayv2_api_mapping": ("{id}/{domain_name}",),
    "aws_apigatewayv2_domain_name": ("{domain_name}",),
    "aws_apigatewayv2_integration": ("{api_id}/{id}",),
    "aws_apigatewayv2_route": ("{api_id}/{id}",),
    "aws_apigatewayv2_stage": ("{api_id}/{name}",),
    "aws_cloudwatch_event_rule": (ID,),
    "aws_cloudwatch_log_group": ("{name}",),
    "aws_db_instance": ("{identifier}",),
    "aws_db_parameter_group": ("{name}", ID),
    "aws_db_subnet_group": ("{name}", ID),
    "aws_dynamodb_table": ("{name}",),
    "aws_dynamodb_table_replica": (ID,),
    "aws_eip": (ID,),
    "aws_flow_log": (ID,),
    "aws_iam_role": ("{name}",),
    "aws_internet_gateway": (ID,),
    "aws_kms_alias": ("{name}",),
    "aws_kms_key": (ID,),
    "aws_lambda_event_source_mapping": (ID,),
    "aws_lambda_function": ("{function_name}",),
    "aws_lambda_permission": ("{function_name}/{statement_id}",),
    "aws_lb": (ID,),
    "aws_lb_listener": (ID,),
    "aws_lb_listener_rule": (ID,),
    "aws_lb_target_group": (ID,),
    "aws_nat_gateway": (ID,),
    "aws_rds_cluster": ("{cluster_identifier}",),
    "aws_rds_cluster_instance": ("{identifier}",),
    "aws_rds_cluster_parameter_group": ("{name}", ID),
    "aws_rds_global_cluster": ("{global_cluster_identifier}",),
    "aws_route": ("{route_table_id}_{destination_cidr_block}",),
    "aws_route53_health_check": (ID,),
    "aws_route53_query_log": (ID,),
    "aws_route53_record": ("{zone_id}_{name}_{type}_{set_identifier}", "{zone_id}_{name}_{type}"),
    "aws_route53_zone": (ID,),
    "aws_route_table": (ID,),
    "aws_route_table_association": ("{subnet_id}/{route_table_id}",),
    "aws_s3_bucket": ("{bucket}",),
    "aws_scheduler_schedule": ("{group_name}/{name}", "default/{name}"),
    "aws_secretsmanager_secret": (ID,),
    "aws_security_group": (ID,),
    "aws_sns_topic_subscription": (ID,),
    "aws_sqs_queue": (ID,),
    "aws_subnet": (ID,),
    "aws_vpc": (ID,),
    "aws_vpc_endpoint": (ID,),
    "aws_vpc_security_group_egress_rule": (ID,),
    "aws_vpc_security_group_ingress_rule": (ID,),
    "aws_wafv2_web_acl": ("{id}/{name}/{scope}",),
}
"""For each kind the first pattern all of whose gaps are known. What is not here can be made a second time without harm:
its creation only sets something (`Put…`), or the same call finds what is there."""
GAP = re.compile(r"{(\w+)}")


def import_id(kind: str, planned: Mapping[str, Any], told: str) -> str:
    """The ID of one thing from what is planned of it, and what was told when it was made; empty if nobody knows it."""
    known = {**planned, "id": told}
    for pattern in IMPORT_IDS.get(kind, ()):
        if all(known.get(gap) for gap in GAP.findall(pattern)):
            return GAP.sub(lambda gap: str(known[gap[1]]), pattern)
    return ""
