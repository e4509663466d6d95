# ruff: noqa: A002, PYI021
"""What each type of Terraform's AWS provider takes and gives. Written by `make terraform-types` from 5.100.0."""

from collections.abc import Iterable, Mapping
from typing import Literal, Required, TypeAlias, TypedDict

from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform.expressions import Expression
from tapstack.engines.terraform.module import Block, Blocks, Data, Ephemeral, Lifecycle, Many, Module, Resource

Flag: TypeAlias = bool | Expression
Number: TypeAlias = int | float | Expression

class AcmCertificateOptions(TypedDict, total=False):
    certificate_transparency_logging_preference: str | None

class AcmCertificateValidationOption(TypedDict, total=False):
    domain_name: Required[str]
    validation_domain: Required[str]

class ApiGatewayDomainNameEndpointConfiguration(TypedDict, total=False):
    ip_address_type: str | None
    types: Required[Many[str]]

class ApiGatewayDomainNameMutualTlsAuthentication(TypedDict, total=False):
    truststore_uri: Required[str]
    truststore_version: str | None

class ApiGatewayIntegrationTlsConfig(TypedDict, total=False):
    insecure_skip_verification: Flag | None

class ApiGatewayMethodSettingsSettings(TypedDict, total=False):
    cache_data_encrypted: Flag | None
    cache_ttl_in_seconds: Number | None
    caching_enabled: Flag | None
    data_trace_enabled: Flag | None
    logging_level: str | None
    metrics_enabled: Flag | None
    require_authorization_for_cache_control: Flag | None
    throttling_burst_limit: Number | None
    throttling_rate_limit: Number | None
    unauthorized_cache_control_header_strategy: str | None

class ApiGatewayRestApiEndpointConfiguration(TypedDict, total=False):
    ip_address_type: str | None
    types: Required[Many[str]]
    vpc_endpoint_ids: Many[str] | None

class ApiGatewayStageAccessLogSettings(TypedDict, total=False):
    destination_arn: Required[str]
    format: Required[str]

class ApiGatewayStageCanarySettings(TypedDict, total=False):
    deployment_id: Required[str]
    percent_traffic: Number | None
    stage_variable_overrides: Mapping[str, str] | Expression | None
    use_stage_cache: Flag | None

class Apigatewayv2ApiCorsConfiguration(TypedDict, total=False):
    allow_credentials: Flag | None
    allow_headers: Many[str] | None
    allow_methods: Many[str] | None
    allow_origins: Many[str] | None
    expose_headers: Many[str] | None
    max_age: Number | None

class Apigatewayv2DomainNameDomainNameConfiguration(TypedDict, total=False):
    certificate_arn: Required[str]
    endpoint_type: Required[str]
    ip_address_type: str | None
    ownership_verification_certificate_arn: str | None
    security_policy: Required[str]

class Apigatewayv2DomainNameMutualTlsAuthentication(TypedDict, total=False):
    truststore_uri: Required[str]
    truststore_version: str | None

class Apigatewayv2IntegrationResponseParameters(TypedDict, total=False):
    mappings: Required[Mapping[str, str] | Expression]
    status_code: Required[str]

class Apigatewayv2IntegrationTlsConfig(TypedDict, total=False):
    server_name_to_verify: str | None

class Apigatewayv2RouteRequestParameter(TypedDict, total=False):
    request_parameter_key: Required[str]
    required: Required[Flag]

class Apigatewayv2StageAccessLogSettings(TypedDict, total=False):
    destination_arn: Required[str]
    format: Required[str]

class Apigatewayv2StageDefaultRouteSettings(TypedDict, total=False):
    data_trace_enabled: Flag | None
    detailed_metrics_enabled: Flag | None
    logging_level: str | None
    throttling_burst_limit: Number | None
    throttling_rate_limit: Number | None

class Apigatewayv2StageRouteSettings(TypedDict, total=False):
    data_trace_enabled: Flag | None
    detailed_metrics_enabled: Flag | None
    logging_level: str | None
    route_key: Required[str]
    throttling_burst_limit: Number | None
    throttling_rate_limit: Number | None

class CloudwatchEventTargetAppsyncTarget(TypedDict, total=False):
    graphql_operation: str | None

class CloudwatchEventTargetBatchTarget(TypedDict, total=False):
    array_size: Number | None
    job_attempts: Number | None
    job_definition: Required[str]
    job_name: Required[str]

class CloudwatchEventTargetDeadLetterConfig(TypedDict, total=False):
    arn: str | None

class CloudwatchEventTargetCapacityProviderStrategy(TypedDict, total=False):
    base: Number | None
    capacity_provider: Required[str]
    weight: Number | None

class CloudwatchEventTargetNetworkConfiguration(TypedDict, total=False):
    assign_public_ip: Flag | None
    security_groups: Many[str] | None
    subnets: Required[Many[str]]

class CloudwatchEventTargetOrderedPlacementStrategy(TypedDict, total=False):
    field: str | None
    type: Required[str]

class CloudwatchEventTargetPlacementConstraint(TypedDict, total=False):
    expression: str | None
    type: Required[str]

class CloudwatchEventTargetEcsTarget(TypedDict, total=False):
    enable_ecs_managed_tags: Flag | None
    enable_execute_command: Flag | None
    group: str | None
    launch_type: str | None
    platform_version: str | None
    propagate_tags: str | None
    tags: Mapping[str, str] | Expression | None
    task_count: Number | None
    task_definition_arn: Required[str]
    capacity_provider_strategy: Blocks[CloudwatchEventTargetCapacityProviderStrategy] | None
    network_configuration: Block[CloudwatchEventTargetNetworkConfiguration] | None
    ordered_placement_strategy: Blocks[CloudwatchEventTargetOrderedPlacementStrategy] | None
    placement_constraint: Blocks[CloudwatchEventTargetPlacementConstraint] | None

class CloudwatchEventTargetHttpTarget(TypedDict, total=False):
    header_parameters: Mapping[str, str] | Expression | None
    path_parameter_values: Many[str] | None
    query_string_parameters: Mapping[str, str] | Expression | None

class CloudwatchEventTargetInputTransformer(TypedDict, total=False):
    input_paths: Mapping[str, str] | Expression | None
    input_template: Required[str]

class CloudwatchEventTargetKinesisTarget(TypedDict, total=False):
    partition_key_path: str | None

class CloudwatchEventTargetRedshiftTarget(TypedDict, total=False):
    database: Required[str]
    db_user: str | None
    secrets_manager_arn: str | None
    sql: str | None
    statement_name: str | None
    with_event: Flag | None

class CloudwatchEventTargetRetryPolicy(TypedDict, total=False):
    maximum_event_age_in_seconds: Number | None
    maximum_retry_attempts: Number | None

class CloudwatchEventTargetRunCommandTargets(TypedDict, total=False):
    key: Required[str]
    values: Required[Many[str]]

class CloudwatchEventTargetPipelineParameterList(TypedDict, total=False):
    name: Required[str]
    value: Required[str]

class CloudwatchEventTargetSagemakerPipelineTarget(TypedDict, total=False):
    pipeline_parameter_list: Blocks[CloudwatchEventTargetPipelineParameterList] | None

class CloudwatchEventTargetSqsTarget(TypedDict, total=False):
    message_group_id: str | None

class CloudwatchMetricAlarmMetric(TypedDict, total=False):
    dimensions: Mapping[str, str] | Expression | None
    metric_name: Required[str]
    namespace: str | None
    period: Required[Number]
    stat: Required[str]
    unit: str | None

class CloudwatchMetricAlarmMetricQuery(TypedDict, total=False):
    account_id: str | None
    expression: str | None
    id: Required[str]
    label: str | None
    period: Number | None
    return_data: Flag | None
    metric: Block[CloudwatchMetricAlarmMetric] | None

class DbInstanceBlueGreenUpdate(TypedDict, total=False):
    enabled: Flag | None

class DbInstanceRestoreToPointInTime(TypedDict, total=False):
    restore_time: str | None
    source_db_instance_automated_backups_arn: str | None
    source_db_instance_identifier: str | None
    source_dbi_resource_id: str | None
    use_latest_restorable_time: Flag | None

class DbInstanceS3Import(TypedDict, total=False):
    bucket_name: Required[str]
    bucket_prefix: str | None
    ingestion_role: Required[str]
    source_engine: Required[str]
    source_engine_version: Required[str]

class DbParameterGroupParameter(TypedDict, total=False):
    apply_method: str | None
    name: Required[str]
    value: Required[str]

class DefaultSecurityGroupEgress(TypedDict, total=False):
    cidr_blocks: Required[Many[str]]
    description: Required[str]
    from_port: Required[Number]
    ipv6_cidr_blocks: Required[Many[str]]
    prefix_list_ids: Required[Many[str]]
    protocol: Required[str]
    security_groups: Required[Many[str]]
    self: Required[Flag]
    to_port: Required[Number]

class DynamodbTableAttribute(TypedDict, total=False):
    name: Required[str]
    type: Required[str]

class DynamodbTableOnDemandThroughput(TypedDict, total=False):
    max_read_request_units: Number | None
    max_write_request_units: Number | None

class DynamodbTableGlobalSecondaryIndex(TypedDict, total=False):
    hash_key: Required[str]
    name: Required[str]
    non_key_attributes: Many[str] | None
    projection_type: Required[str]
    range_key: str | None
    read_capacity: Number | None
    write_capacity: Number | None
    on_demand_throughput: Block[DynamodbTableOnDemandThroughput] | None

class DynamodbTableCsv(TypedDict, total=False):
    delimiter: str | None
    header_list: Many[str] | None

class DynamodbTableInputFormatOptions(TypedDict, total=False):
    csv: Block[DynamodbTableCsv] | None

class DynamodbTableS3BucketSource(TypedDict, total=False):
    bucket: Required[str]
    bucket_owner: str | None
    key_prefix: str | None

class DynamodbTableImportTable(TypedDict, total=False):
    input_compression_type: str | None
    input_format: Required[str]
    input_format_options: Block[DynamodbTableInputFormatOptions] | None
    s3_bucket_source: Required[Block[DynamodbTableS3BucketSource]]

class DynamodbTableLocalSecondaryIndex(TypedDict, total=False):
    name: Required[str]
    non_key_attributes: Many[str] | None
    projection_type: Required[str]
    range_key: Required[str]

class DynamodbTablePointInTimeRecovery(TypedDict, total=False):
    enabled: Required[Flag]
    recovery_period_in_days: Number | None

class DynamodbTableReplica(TypedDict, total=False):
    kms_key_arn: str | None
    point_in_time_recovery: Flag | None
    propagate_tags: Flag | None
    region_name: Required[str]

class DynamodbTableServerSideEncryption(TypedDict, total=False):
    enabled: Required[Flag]
    kms_key_arn: str | None

class DynamodbTableTtl(TypedDict, total=False):
    attribute_name: str | None
    enabled: Flag | None

class FlowLogDestinationOptions(TypedDict, total=False):
    file_format: str | None
    hive_compatible_partitions: Flag | None
    per_hour_partition: Flag | None

class LambdaEventSourceMappingAmazonManagedKafkaEventSourceConfig(TypedDict, total=False):
    consumer_group_id: str | None

class LambdaEventSourceMappingOnFailure(TypedDict, total=False):
    destination_arn: Required[str]

class LambdaEventSourceMappingDestinationConfig(TypedDict, total=False):
    on_failure: Block[LambdaEventSourceMappingOnFailure] | None

class LambdaEventSourceMappingDocumentDbEventSourceConfig(TypedDict, total=False):
    collection_name: str | None
    database_name: Required[str]
    full_document: str | None

class LambdaEventSourceMappingFilter(TypedDict, total=False):
    pattern: str | None

class LambdaEventSourceMappingFilterCriteria(TypedDict, total=False):
    filter: Blocks[LambdaEventSourceMappingFilter] | None

class LambdaEventSourceMappingMetricsConfig(TypedDict, total=False):
    metrics: Required[Many[str]]

class LambdaEventSourceMappingProvisionedPollerConfig(TypedDict, total=False):
    maximum_pollers: Number | None
    minimum_pollers: Number | None

class LambdaEventSourceMappingScalingConfig(TypedDict, total=False):
    maximum_concurrency: Number | None

class LambdaEventSourceMappingSelfManagedEventSource(TypedDict, total=False):
    endpoints: Required[Mapping[str, str] | Expression]

class LambdaEventSourceMappingSourceAccessConfiguration(TypedDict, total=False):
    type: Required[str]
    uri: Required[str]

class LambdaFunctionDeadLetterConfig(TypedDict, total=False):
    target_arn: Required[str]

class LambdaFunctionEnvironment(TypedDict, total=False):
    variables: Mapping[str, str] | Expression | None

class LambdaFunctionEphemeralStorage(TypedDict, total=False):
    size: Number | None

class LambdaFunctionFileSystemConfig(TypedDict, total=False):
    arn: Required[str]
    local_mount_path: Required[str]

class LambdaFunctionImageConfig(TypedDict, total=False):
    command: Many[str] | None
    entry_point: Many[str] | None
    working_directory: str | None

class LambdaFunctionLoggingConfig(TypedDict, total=False):
    application_log_level: str | None
    log_format: Required[str]
    log_group: str | None
    system_log_level: str | None

class LambdaFunctionSnapStart(TypedDict, total=False):
    apply_on: Required[str]

class LambdaFunctionTracingConfig(TypedDict, total=False):
    mode: Required[str]

class LambdaFunctionVpcConfig(TypedDict, total=False):
    ipv6_allowed_for_dual_stack: Flag | None
    security_group_ids: Required[Many[str]]
    subnet_ids: Required[Many[str]]

class LambdaFunctionEventInvokeConfigOnFailure(TypedDict, total=False):
    destination: Required[str]

class LambdaFunctionEventInvokeConfigDestinationConfig(TypedDict, total=False):
    on_failure: Block[LambdaFunctionEventInvokeConfigOnFailure] | None
    on_success: Block[LambdaFunctionEventInvokeConfigOnFailure] | None

class LbAccessLogs(TypedDict, total=False):
    bucket: Required[str]
    enabled: Flag | None
    prefix: str | None

class LbIpamPools(TypedDict, total=False):
    ipv4_ipam_pool_id: Required[str]

class LbMinimumLoadBalancerCapacity(TypedDict, total=False):
    capacity_units: Required[Number]

class LbSubnetMapping(TypedDict, total=False):
    allocation_id: str | None
    ipv6_address: str | None
    private_ipv4_address: str | None
    subnet_id: Required[str]

class LbListenerAuthenticateCognito(TypedDict, total=False):
    authentication_request_extra_params: Mapping[str, str] | Expression | None
    on_unauthenticated_request: str | None
    scope: str | None
    session_cookie_name: str | None
    session_timeout: Number | None
    user_pool_arn: Required[str]
    user_pool_client_id: Required[str]
    user_pool_domain: Required[str]

class LbListenerAuthenticateOidc(TypedDict, total=False):
    authentication_request_extra_params: Mapping[str, str] | Expression | None
    authorization_endpoint: Required[str]
    client_id: Required[str]
    client_secret: Required[str]
    issuer: Required[str]
    on_unauthenticated_request: str | None
    scope: str | None
    session_cookie_name: str | None
    session_timeout: Number | None
    token_endpoint: Required[str]
    user_info_endpoint: Required[str]

class LbListenerFixedResponse(TypedDict, total=False):
    content_type: Required[str]
    message_body: str | None
    status_code: str | None

class LbListenerStickiness(TypedDict, total=False):
    duration: Required[Number]
    enabled: Flag | None

class LbListenerTargetGroup(TypedDict, total=False):
    arn: Required[str]
    weight: Number | None

class LbListenerForward(TypedDict, total=False):
    stickiness: Block[LbListenerStickiness] | None
    target_group: Required[Blocks[LbListenerTargetGroup]]

class LbListenerRedirect(TypedDict, total=False):
    host: str | None
    path: str | None
    port: str | None
    protocol: str | None
    query: str | None
    status_code: Required[str]

class LbListenerDefaultAction(TypedDict, total=False):
    order: Number | None
    target_group_arn: str | None
    type: Required[str]
    authenticate_cognito: Block[LbListenerAuthenticateCognito] | None
    authenticate_oidc: Block[LbListenerAuthenticateOidc] | None
    fixed_response: Block[LbListenerFixedResponse] | None
    forward: Block[LbListenerForward] | None
    redirect: Block[LbListenerRedirect] | None

class LbListenerMutualAuthentication(TypedDict, total=False):
    advertise_trust_store_ca_names: str | None
    ignore_client_certificate_expiry: Flag | None
    mode: Required[str]
    trust_store_arn: str | None

class LbListenerRuleAuthenticateCognito(TypedDict, total=False):
    authentication_request_extra_params: Mapping[str, str] | Expression | None
    on_unauthenticated_request: str | None
    scope: str | None
    session_cookie_name: str | None
    session_timeout: Number | None
    user_pool_arn: Required[str]
    user_pool_client_id: Required[str]
    user_pool_domain: Required[str]

class LbListenerRuleAuthenticateOidc(TypedDict, total=False):
    authentication_request_extra_params: Mapping[str, str] | Expression | None
    authorization_endpoint: Required[str]
    client_id: Required[str]
    client_secret: Required[str]
    issuer: Required[str]
    on_unauthenticated_request: str | None
    scope: str | None
    session_cookie_name: str | None
    session_timeout: Number | None
    token_endpoint: Required[str]
    user_info_endpoint: Required[str]

class LbListenerRuleFixedResponse(TypedDict, total=False):
    content_type: Required[str]
    message_body: str | None
    status_code: str | None

class LbListenerRuleStickiness(TypedDict, total=False):
    duration: Required[Number]
    enabled: Flag | None

class LbListenerRuleTargetGroup(TypedDict, total=False):
    arn: Required[str]
    weight: Number | None

class LbListenerRuleForward(TypedDict, total=False):
    stickiness: Block[LbListenerRuleStickiness] | None
    target_group: Required[Blocks[LbListenerRuleTargetGroup]]

class LbListenerRuleRedirect(TypedDict, total=False):
    host: str | None
    path: str | None
    port: str | None
    protocol: str | None
    query: str | None
    status_code: Required[str]

class LbListenerRuleAction(TypedDict, total=False):
    order: Number | None
    target_group_arn: str | None
    type: Required[str]
    authenticate_cognito: Block[LbListenerRuleAuthenticateCognito] | None
    authenticate_oidc: Block[LbListenerRuleAuthenticateOidc] | None
    fixed_response: Block[LbListenerRuleFixedResponse] | None
    forward: Block[LbListenerRuleForward] | None
    redirect: Block[LbListenerRuleRedirect] | None

class LbListenerRuleHostHeader(TypedDict, total=False):
    values: Required[Many[str]]

class LbListenerRuleHttpHeader(TypedDict, total=False):
    http_header_name: Required[str]
    values: Required[Many[str]]

class LbListenerRuleQueryString(TypedDict, total=False):
    key: str | None
    value: Required[str]

class LbListenerRuleCondition(TypedDict, total=False):
    host_header: Block[LbListenerRuleHostHeader] | None
    http_header: Block[LbListenerRuleHttpHeader] | None
    http_request_method: Block[LbListenerRuleHostHeader] | None
    path_pattern: Block[LbListenerRuleHostHeader] | None
    query_string: Blocks[LbListenerRuleQueryString] | None
    source_ip: Block[LbListenerRuleHostHeader] | None

class LbTargetGroupHealthCheck(TypedDict, total=False):
    enabled: Flag | None
    healthy_threshold: Number | None
    interval: Number | None
    matcher: str | None
    path: str | None
    port: str | None
    protocol: str | None
    timeout: Number | None
    unhealthy_threshold: Number | None

class LbTargetGroupStickiness(TypedDict, total=False):
    cookie_duration: Number | None
    cookie_name: str | None
    enabled: Flag | None
    type: Required[str]

class LbTargetGroupTargetFailover(TypedDict, total=False):
    on_deregistration: Required[str]
    on_unhealthy: Required[str]

class LbTargetGroupDnsFailover(TypedDict, total=False):
    minimum_healthy_targets_count: str | None
    minimum_healthy_targets_percentage: str | None

class LbTargetGroupUnhealthyStateRouting(TypedDict, total=False):
    minimum_healthy_targets_count: Number | None
    minimum_healthy_targets_percentage: str | None

class LbTargetGroupTargetGroupHealth(TypedDict, total=False):
    dns_failover: Block[LbTargetGroupDnsFailover] | None
    unhealthy_state_routing: Block[LbTargetGroupUnhealthyStateRouting] | None

class LbTargetGroupTargetHealthState(TypedDict, total=False):
    enable_unhealthy_connection_termination: Required[Flag]
    unhealthy_draining_interval: Number | None

class RdsClusterRestoreToPointInTime(TypedDict, total=False):
    restore_to_time: str | None
    restore_type: str | None
    source_cluster_identifier: str | None
    source_cluster_resource_id: str | None
    use_latest_restorable_time: Flag | None

class RdsClusterS3Import(TypedDict, total=False):
    bucket_name: Required[str]
    bucket_prefix: str | None
    ingestion_role: Required[str]
    source_engine: Required[str]
    source_engine_version: Required[str]

class RdsClusterScalingConfiguration(TypedDict, total=False):
    auto_pause: Flag | None
    max_capacity: Number | None
    min_capacity: Number | None
    seconds_before_timeout: Number | None
    seconds_until_auto_pause: Number | None
    timeout_action: str | None

class RdsClusterServerlessv2ScalingConfiguration(TypedDict, total=False):
    max_capacity: Required[Number]
    min_capacity: Required[Number]
    seconds_until_auto_pause: Number | None

class RdsClusterParameterGroupParameter(TypedDict, total=False):
    apply_method: str | None
    name: Required[str]
    value: Required[str]

class Route53RecordAlias(TypedDict, total=False):
    evaluate_target_health: Required[Flag]
    name: Required[str]
    zone_id: Required[str]

class Route53RecordCidrRoutingPolicy(TypedDict, total=False):
    collection_id: Required[str]
    location_name: Required[str]

class Route53RecordFailoverRoutingPolicy(TypedDict, total=False):
    type: Required[str]

class Route53RecordGeolocationRoutingPolicy(TypedDict, total=False):
    continent: str | None
    country: str | None
    subdivision: str | None

class Route53RecordCoordinates(TypedDict, total=False):
    latitude: Required[str]
    longitude: Required[str]

class Route53RecordGeoproximityRoutingPolicy(TypedDict, total=False):
    aws_region: str | None
    bias: Number | None
    local_zone_group: str | None
    coordinates: Blocks[Route53RecordCoordinates] | None

class Route53RecordLatencyRoutingPolicy(TypedDict, total=False):
    region: Required[str]

class Route53RecordWeightedRoutingPolicy(TypedDict, total=False):
    weight: Required[Number]

class Route53ZoneVpc(TypedDict, total=False):
    vpc_id: Required[str]
    vpc_region: str | None

class RouteTableRoute(TypedDict, total=False):
    carrier_gateway_id: Required[str]
    cidr_block: Required[str]
    core_network_arn: Required[str]
    destination_prefix_list_id: Required[str]
    egress_only_gateway_id: Required[str]
    gateway_id: Required[str]
    ipv6_cidr_block: Required[str]
    local_gateway_id: Required[str]
    nat_gateway_id: Required[str]
    network_interface_id: Required[str]
    transit_gateway_id: Required[str]
    vpc_endpoint_id: Required[str]
    vpc_peering_connection_id: Required[str]

class S3BucketLifecycleConfigurationAbortIncompleteMultipartUpload(TypedDict, total=False):
    days_after_initiation: Number | None

class S3BucketLifecycleConfigurationExpiration(TypedDict, total=False):
    date: str | None
    days: Number | None
    expired_object_delete_marker: Flag | None

class S3BucketLifecycleConfigurationAnd(TypedDict, total=False):
    object_size_greater_than: Number | None
    object_size_less_than: Number | None
    prefix: str | None
    tags: Mapping[str, str] | Expression | None

class S3BucketLifecycleConfigurationTag(TypedDict, total=False):
    key: Required[str]
    value: Required[str]

S3BucketLifecycleConfigurationFilter = TypedDict(
    "S3BucketLifecycleConfigurationFilter",
    {
        "object_size_greater_than": Number | None,
        "object_size_less_than": Number | None,
        "prefix": str | None,
        "and": Blocks[S3BucketLifecycleConfigurationAnd] | None,
        "tag": Blocks[S3BucketLifecycleConfigurationTag] | None,
    },
    total=False,
)

class S3BucketLifecycleConfigurationNoncurrentVersionExpiration(TypedDict, total=False):
    newer_noncurrent_versions: Number | None
    noncurrent_days: Required[Number]

class S3BucketLifecycleConfigurationNoncurrentVersionTransition(TypedDict, total=False):
    newer_noncurrent_versions: Number | None
    noncurrent_days: Required[Number]
    storage_class: Required[str]

class S3BucketLifecycleConfigurationTransition(TypedDict, total=False):
    date: str | None
    days: Number | None
    storage_class: Required[str]

class S3BucketLifecycleConfigurationRule(TypedDict, total=False):
    id: Required[str]
    status: Required[str]
    abort_incomplete_multipart_upload: Blocks[S3BucketLifecycleConfigurationAbortIncompleteMultipartUpload] | None
    expiration: Blocks[S3BucketLifecycleConfigurationExpiration] | None
    filter: Blocks[S3BucketLifecycleConfigurationFilter] | None
    noncurrent_version_expiration: Blocks[S3BucketLifecycleConfigurationNoncurrentVersionExpiration] | None
    noncurrent_version_transition: Blocks[S3BucketLifecycleConfigurationNoncurrentVersionTransition] | None
    transition: Blocks[S3BucketLifecycleConfigurationTransition] | None

class S3BucketLoggingGrantee(TypedDict, total=False):
    email_address: str | None
    id: str | None
    type: Required[str]
    uri: str | None

class S3BucketLoggingTargetGrant(TypedDict, total=False):
    permission: Required[str]
    grantee: Required[Block[S3BucketLoggingGrantee]]

class S3BucketLoggingPartitionedPrefix(TypedDict, total=False):
    partition_date_source: Required[str]

class S3BucketLoggingSimplePrefix(TypedDict, total=False): ...

class S3BucketLoggingTargetObjectKeyFormat(TypedDict, total=False):
    partitioned_prefix: Block[S3BucketLoggingPartitionedPrefix] | None
    simple_prefix: Block[S3BucketLoggingSimplePrefix] | None

class S3BucketNotificationLambdaFunction(TypedDict, total=False):
    events: Required[Many[str]]
    filter_prefix: str | None
    filter_suffix: str | None
    id: str | None
    lambda_function_arn: str | None

class S3BucketNotificationQueue(TypedDict, total=False):
    events: Required[Many[str]]
    filter_prefix: str | None
    filter_suffix: str | None
    id: str | None
    queue_arn: Required[str]

class S3BucketNotificationTopic(TypedDict, total=False):
    events: Required[Many[str]]
    filter_prefix: str | None
    filter_suffix: str | None
    id: str | None
    topic_arn: Required[str]

class S3BucketOwnershipControlsRule(TypedDict, total=False):
    object_ownership: Required[str]

class S3BucketReplicationConfigurationDeleteMarkerReplication(TypedDict, total=False):
    status: Required[str]

class S3BucketReplicationConfigurationAccessControlTranslation(TypedDict, total=False):
    owner: Required[str]

class S3BucketReplicationConfigurationEncryptionConfiguration(TypedDict, total=False):
    replica_kms_key_id: Required[str]

class S3BucketReplicationConfigurationEventThreshold(TypedDict, total=False):
    minutes: Required[Number]

class S3BucketReplicationConfigurationMetrics(TypedDict, total=False):
    status: Required[str]
    event_threshold: Block[S3BucketReplicationConfigurationEventThreshold] | None

class S3BucketReplicationConfigurationReplicationTime(TypedDict, total=False):
    status: Required[str]
    time: Required[Block[S3BucketReplicationConfigurationEventThreshold]]

class S3BucketReplicationConfigurationDestination(TypedDict, total=False):
    account: str | None
    bucket: Required[str]
    storage_class: str | None
    access_control_translation: Block[S3BucketReplicationConfigurationAccessControlTranslation] | None
    encryption_configuration: Block[S3BucketReplicationConfigurationEncryptionConfiguration] | None
    metrics: Block[S3BucketReplicationConfigurationMetrics] | None
    replication_time: Block[S3BucketReplicationConfigurationReplicationTime] | None

class S3BucketReplicationConfigurationAnd(TypedDict, total=False):
    prefix: str | None
    tags: Mapping[str, str] | Expression | None

class S3BucketReplicationConfigurationTag(TypedDict, total=False):
    key: Required[str]
    value: Required[str]

S3BucketReplicationConfigurationFilter = TypedDict(
    "S3BucketReplicationConfigurationFilter",
    {
        "prefix": str | None,
        "and": Block[S3BucketReplicationConfigurationAnd] | None,
        "tag": Block[S3BucketReplicationConfigurationTag] | None,
    },
    total=False,
)

class S3BucketReplicationConfigurationSourceSelectionCriteria(TypedDict, total=False):
    replica_modifications: Block[S3BucketReplicationConfigurationDeleteMarkerReplication] | None
    sse_kms_encrypted_objects: Block[S3BucketReplicationConfigurationDeleteMarkerReplication] | None

class S3BucketReplicationConfigurationRule(TypedDict, total=False):
    id: str | None
    priority: Number | None
    status: Required[str]
    delete_marker_replication: Block[S3BucketReplicationConfigurationDeleteMarkerReplication] | None
    destination: Required[Block[S3BucketReplicationConfigurationDestination]]
    existing_object_replication: Block[S3BucketReplicationConfigurationDeleteMarkerReplication] | None
    filter: Block[S3BucketReplicationConfigurationFilter] | None
    source_selection_criteria: Block[S3BucketReplicationConfigurationSourceSelectionCriteria] | None

class S3BucketServerSideEncryptionConfigurationApplyServerSideEncryptionByDefault(TypedDict, total=False):
    kms_master_key_id: str | None
    sse_algorithm: Required[str]

class S3BucketServerSideEncryptionConfigurationRule(TypedDict, total=False):
    bucket_key_enabled: Flag | None
    apply_server_side_encryption_by_default: (
        Block[S3BucketServerSideEncryptionConfigurationApplyServerSideEncryptionByDefault] | None
    )

class S3BucketVersioningVersioningConfiguration(TypedDict, total=False):
    mfa_delete: str | None
    status: Required[str]

class SchedulerScheduleFlexibleTimeWindow(TypedDict, total=False):
    maximum_window_in_minutes: Number | None
    mode: Required[str]

class SchedulerScheduleDeadLetterConfig(TypedDict, total=False):
    arn: Required[str]

class SchedulerScheduleCapacityProviderStrategy(TypedDict, total=False):
    base: Number | None
    capacity_provider: Required[str]
    weight: Number | None

class SchedulerScheduleNetworkConfiguration(TypedDict, total=False):
    assign_public_ip: Flag | None
    security_groups: Many[str] | None
    subnets: Required[Many[str]]

class SchedulerSchedulePlacementConstraints(TypedDict, total=False):
    expression: str | None
    type: Required[str]

class SchedulerSchedulePlacementStrategy(TypedDict, total=False):
    field: str | None
    type: Required[str]

class SchedulerScheduleEcsParameters(TypedDict, total=False):
    enable_ecs_managed_tags: Flag | None
    enable_execute_command: Flag | None
    group: str | None
    launch_type: str | None
    platform_version: str | None
    propagate_tags: str | None
    reference_id: str | None
    tags: Mapping[str, str] | Expression | None
    task_count: Number | None
    task_definition_arn: Required[str]
    capacity_provider_strategy: Blocks[SchedulerScheduleCapacityProviderStrategy] | None
    network_configuration: Block[SchedulerScheduleNetworkConfiguration] | None
    placement_constraints: Blocks[SchedulerSchedulePlacementConstraints] | None
    placement_strategy: Blocks[SchedulerSchedulePlacementStrategy] | None

class SchedulerScheduleEventbridgeParameters(TypedDict, total=False):
    detail_type: Required[str]
    source: Required[str]

class SchedulerScheduleKinesisParameters(TypedDict, total=False):
    partition_key: Required[str]

class SchedulerScheduleRetryPolicy(TypedDict, total=False):
    maximum_event_age_in_seconds: Number | None
    maximum_retry_attempts: Number | None

class SchedulerSchedulePipelineParameter(TypedDict, total=False):
    name: Required[str]
    value: Required[str]

class SchedulerScheduleSagemakerPipelineParameters(TypedDict, total=False):
    pipeline_parameter: Blocks[SchedulerSchedulePipelineParameter] | None

class SchedulerScheduleSqsParameters(TypedDict, total=False):
    message_group_id: str | None

class SchedulerScheduleTarget(TypedDict, total=False):
    arn: Required[str]
    input: str | None
    role_arn: Required[str]
    dead_letter_config: Block[SchedulerScheduleDeadLetterConfig] | None
    ecs_parameters: Block[SchedulerScheduleEcsParameters] | None
    eventbridge_parameters: Block[SchedulerScheduleEventbridgeParameters] | None
    kinesis_parameters: Block[SchedulerScheduleKinesisParameters] | None
    retry_policy: Block[SchedulerScheduleRetryPolicy] | None
    sagemaker_pipeline_parameters: Block[SchedulerScheduleSagemakerPipelineParameters] | None
    sqs_parameters: Block[SchedulerScheduleSqsParameters] | None

class SecretsmanagerSecretReplica(TypedDict, total=False):
    kms_key_id: str | None
    region: Required[str]

class SecretsmanagerSecretRotationRotationRules(TypedDict, total=False):
    automatically_after_days: Number | None
    duration: str | None
    schedule_expression: str | None

class SecurityGroupEgress(TypedDict, total=False):
    cidr_blocks: Required[Many[str]]
    description: Required[str]
    from_port: Required[Number]
    ipv6_cidr_blocks: Required[Many[str]]
    prefix_list_ids: Required[Many[str]]
    protocol: Required[str]
    security_groups: Required[Many[str]]
    self: Required[Flag]
    to_port: Required[Number]

class VpcEndpointDnsOptions(TypedDict, total=False):
    dns_record_ip_type: str | None
    private_dns_only_for_inbound_resolver_endpoint: Flag | None

class VpcEndpointSubnetConfiguration(TypedDict, total=False):
    ipv4: str | None
    ipv6: str | None
    subnet_id: str | None

class Wafv2WebAclApiGateway(TypedDict, total=False):
    default_size_inspection_limit: Required[str]

class Wafv2WebAclRequestBody(TypedDict, total=False):
    api_gateway: Block[Wafv2WebAclApiGateway] | None
    app_runner_service: Block[Wafv2WebAclApiGateway] | None
    cloudfront: Block[Wafv2WebAclApiGateway] | None
    cognito_user_pool: Block[Wafv2WebAclApiGateway] | None
    verified_access_instance: Block[Wafv2WebAclApiGateway] | None

class Wafv2WebAclAssociationConfig(TypedDict, total=False):
    request_body: Blocks[Wafv2WebAclRequestBody] | None

class Wafv2WebAclImmunityTimeProperty(TypedDict, total=False):
    immunity_time: Number | None

class Wafv2WebAclCaptchaConfig(TypedDict, total=False):
    immunity_time_property: Block[Wafv2WebAclImmunityTimeProperty] | None

class Wafv2WebAclCustomResponseBody(TypedDict, total=False):
    content: Required[str]
    content_type: Required[str]
    key: Required[str]

class Wafv2WebAclField(TypedDict, total=False):
    field_keys: Many[str] | None
    field_type: Required[str]

class Wafv2WebAclDataProtection(TypedDict, total=False):
    action: Required[str]
    exclude_rate_based_details: Flag | None
    exclude_rule_match_details: Flag | None
    field: Required[Block[Wafv2WebAclField]]

class Wafv2WebAclDataProtectionConfig(TypedDict, total=False):
    data_protection: Blocks[Wafv2WebAclDataProtection] | None

class Wafv2WebAclInsertHeader(TypedDict, total=False):
    name: Required[str]
    value: Required[str]

class Wafv2WebAclCustomRequestHandling(TypedDict, total=False):
    insert_header: Required[Blocks[Wafv2WebAclInsertHeader]]

class Wafv2WebAclAllow(TypedDict, total=False):
    custom_request_handling: Block[Wafv2WebAclCustomRequestHandling] | None

class Wafv2WebAclCustomResponse(TypedDict, total=False):
    custom_response_body_key: str | None
    response_code: Required[Number]
    response_header: Blocks[Wafv2WebAclInsertHeader] | None

class Wafv2WebAclBlock(TypedDict, total=False):
    custom_response: Block[Wafv2WebAclCustomResponse] | None

class Wafv2WebAclDefaultAction(TypedDict, total=False):
    allow: Block[Wafv2WebAclAllow] | None
    block: Block[Wafv2WebAclBlock] | None

class Wafv2WebAclAction(TypedDict, total=False):
    allow: Block[Wafv2WebAclAllow] | None
    block: Block[Wafv2WebAclBlock] | None
    captcha: Block[Wafv2WebAclAllow] | None
    challenge: Block[Wafv2WebAclAllow] | None
    count: Block[Wafv2WebAclAllow] | None

class Wafv2WebAclCount(TypedDict, total=False): ...

class Wafv2WebAclOverrideAction(TypedDict, total=False):
    count: Block[Wafv2WebAclCount] | None
    none: Block[Wafv2WebAclCount] | None

class Wafv2WebAclRuleLabel(TypedDict, total=False):
    name: Required[str]

class Wafv2WebAclForwardedIpConfig(TypedDict, total=False):
    fallback_behavior: Required[str]
    header_name: Required[str]

class Wafv2WebAclAsnMatchStatement(TypedDict, total=False):
    asn_list: Required[Many[Number]]
    forwarded_ip_config: Block[Wafv2WebAclForwardedIpConfig] | None

class Wafv2WebAclBody(TypedDict, total=False):
    oversize_handling: str | None

class Wafv2WebAclMatchPattern(TypedDict, total=False):
    excluded_cookies: Many[str] | None
    included_cookies: Many[str] | None
    all: Block[Wafv2WebAclCount] | None

class Wafv2WebAclCookies(TypedDict, total=False):
    match_scope: Required[str]
    oversize_handling: Required[str]
    match_pattern: Required[Blocks[Wafv2WebAclMatchPattern]]

class Wafv2WebAclHeaderOrder(TypedDict, total=False):
    oversize_handling: Required[str]

class Wafv2WebAclHeadersMatchPattern(TypedDict, total=False):
    excluded_headers: Many[str] | None
    included_headers: Many[str] | None
    all: Block[Wafv2WebAclCount] | None

class Wafv2WebAclHeaders(TypedDict, total=False):
    match_scope: Required[str]
    oversize_handling: Required[str]
    match_pattern: Required[Block[Wafv2WebAclHeadersMatchPattern]]

class Wafv2WebAclJa3Fingerprint(TypedDict, total=False):
    fallback_behavior: Required[str]

class Wafv2WebAclJsonBodyMatchPattern(TypedDict, total=False):
    included_paths: Many[str] | None
    all: Block[Wafv2WebAclCount] | None

class Wafv2WebAclJsonBody(TypedDict, total=False):
    invalid_fallback_behavior: str | None
    match_scope: Required[str]
    oversize_handling: str | None
    match_pattern: Required[Block[Wafv2WebAclJsonBodyMatchPattern]]

class Wafv2WebAclUriFragment(TypedDict, total=False):
    fallback_behavior: str | None

class Wafv2WebAclFieldToMatch(TypedDict, total=False):
    all_query_arguments: Block[Wafv2WebAclCount] | None
    body: Block[Wafv2WebAclBody] | None
    cookies: Block[Wafv2WebAclCookies] | None
    header_order: Blocks[Wafv2WebAclHeaderOrder] | None
    headers: Blocks[Wafv2WebAclHeaders] | None
    ja3_fingerprint: Block[Wafv2WebAclJa3Fingerprint] | None
    ja4_fingerprint: Block[Wafv2WebAclJa3Fingerprint] | None
    json_body: Block[Wafv2WebAclJsonBody] | None
    method: Block[Wafv2WebAclCount] | None
    query_string: Block[Wafv2WebAclCount] | None
    single_header: Block[Wafv2WebAclRuleLabel] | None
    single_query_argument: Block[Wafv2WebAclRuleLabel] | None
    uri_fragment: Block[Wafv2WebAclUriFragment] | None
    uri_path: Block[Wafv2WebAclCount] | None

class Wafv2WebAclTextTransformation(TypedDict, total=False):
    priority: Required[Number]
    type: Required[str]

class Wafv2WebAclByteMatchStatement(TypedDict, total=False):
    positional_constraint: Required[str]
    search_string: Required[str]
    field_to_match: Block[Wafv2WebAclFieldToMatch] | None
    text_transformation: Required[Blocks[Wafv2WebAclTextTransformation]]

class Wafv2WebAclGeoMatchStatement(TypedDict, total=False):
    country_codes: Required[Many[str]]
    forwarded_ip_config: Block[Wafv2WebAclForwardedIpConfig] | None

class Wafv2WebAclIpSetForwardedIpConfig(TypedDict, total=False):
    fallback_behavior: Required[str]
    header_name: Required[str]
    position: Required[str]

class Wafv2WebAclIpSetReferenceStatement(TypedDict, total=False):
    arn: Required[str]
    ip_set_forwarded_ip_config: Block[Wafv2WebAclIpSetForwardedIpConfig] | None

class Wafv2WebAclLabelMatchStatement(TypedDict, total=False):
    key: Required[str]
    scope: Required[str]

class Wafv2WebAclRegexMatchStatement(TypedDict, total=False):
    regex_string: Required[str]
    field_to_match: Block[Wafv2WebAclFieldToMatch] | None
    text_transformation: Required[Blocks[Wafv2WebAclTextTransformation]]

class Wafv2WebAclRegexPatternSetReferenceStatement(TypedDict, total=False):
    arn: Required[str]
    field_to_match: Block[Wafv2WebAclFieldToMatch] | None
    text_transformation: Required[Blocks[Wafv2WebAclTextTransformation]]

class Wafv2WebAclSizeConstraintStatement(TypedDict, total=False):
    comparison_operator: Required[str]
    size: Required[Number]
    field_to_match: Block[Wafv2WebAclFieldToMatch] | None
    text_transformation: Required[Blocks[Wafv2WebAclTextTransformation]]

class Wafv2WebAclSqliMatchStatement(TypedDict, total=False):
    sensitivity_level: str | None
    field_to_match: Block[Wafv2WebAclFieldToMatch] | None
    text_transformation: Required[Blocks[Wafv2WebAclTextTransformation]]

class Wafv2WebAclXssMatchStatement(TypedDict, total=False):
    field_to_match: Block[Wafv2WebAclFieldToMatch] | None
    text_transformation: Required[Blocks[Wafv2WebAclTextTransformation]]

class Wafv2WebAclAndStatementStatementAndStatementStatement(TypedDict, total=False):
    asn_match_statement: Block[Wafv2WebAclAsnMatchStatement] | None
    byte_match_statement: Block[Wafv2WebAclByteMatchStatement] | None
    geo_match_statement: Block[Wafv2WebAclGeoMatchStatement] | None
    ip_set_reference_statement: Block[Wafv2WebAclIpSetReferenceStatement] | None
    label_match_statement: Block[Wafv2WebAclLabelMatchStatement] | None
    regex_match_statement: Block[Wafv2WebAclRegexMatchStatement] | None
    regex_pattern_set_reference_statement: Block[Wafv2WebAclRegexPatternSetReferenceStatement] | None
    size_constraint_statement: Block[Wafv2WebAclSizeConstraintStatement] | None
    sqli_match_statement: Block[Wafv2WebAclSqliMatchStatement] | None
    xss_match_statement: Block[Wafv2WebAclXssMatchStatement] | None

class Wafv2WebAclAndStatementStatementAndStatement(TypedDict, total=False):
    statement: Required[Blocks[Wafv2WebAclAndStatementStatementAndStatementStatement]]

class Wafv2WebAclStatementAndStatementStatement(TypedDict, total=False):
    and_statement: Block[Wafv2WebAclAndStatementStatementAndStatement] | None
    asn_match_statement: Block[Wafv2WebAclAsnMatchStatement] | None
    byte_match_statement: Block[Wafv2WebAclByteMatchStatement] | None
    geo_match_statement: Block[Wafv2WebAclGeoMatchStatement] | None
    ip_set_reference_statement: Block[Wafv2WebAclIpSetReferenceStatement] | None
    label_match_statement: Block[Wafv2WebAclLabelMatchStatement] | None
    not_statement: Block[Wafv2WebAclAndStatementStatementAndStatement] | None
    or_statement: Block[Wafv2WebAclAndStatementStatementAndStatement] | None
    regex_match_statement: Block[Wafv2WebAclRegexMatchStatement] | None
    regex_pattern_set_reference_statement: Block[Wafv2WebAclRegexPatternSetReferenceStatement] | None
    size_constraint_statement: Block[Wafv2WebAclSizeConstraintStatement] | None
    sqli_match_statement: Block[Wafv2WebAclSqliMatchStatement] | None
    xss_match_statement: Block[Wafv2WebAclXssMatchStatement] | None

class Wafv2WebAclStatementAndStatement(TypedDict, total=False):
    statement: Required[Blocks[Wafv2WebAclStatementAndStatementStatement]]

class Wafv2WebAclAndStatementStatement(TypedDict, total=False):
    and_statement: Block[Wafv2WebAclStatementAndStatement] | None
    asn_match_statement: Block[Wafv2WebAclAsnMatchStatement] | None
    byte_match_statement: Block[Wafv2WebAclByteMatchStatement] | None
    geo_match_statement: Block[Wafv2WebAclGeoMatchStatement] | None
    ip_set_reference_statement: Block[Wafv2WebAclIpSetReferenceStatement] | None
    label_match_statement: Block[Wafv2WebAclLabelMatchStatement] | None
    not_statement: Block[Wafv2WebAclStatementAndStatement] | None
    or_statement: Block[Wafv2WebAclStatementAndStatement] | None
    regex_match_statement: Block[Wafv2WebAclRegexMatchStatement] | None
    regex_pattern_set_reference_statement: Block[Wafv2WebAclRegexPatternSetReferenceStatement] | None
    size_constraint_statement: Block[Wafv2WebAclSizeConstraintStatement] | None
    sqli_match_statement: Block[Wafv2WebAclSqliMatchStatement] | None
    xss_match_statement: Block[Wafv2WebAclXssMatchStatement] | None

class Wafv2WebAclAndStatement(TypedDict, total=False):
    statement: Required[Blocks[Wafv2WebAclAndStatementStatement]]

class Wafv2WebAclAddressFields(TypedDict, total=False):
    identifiers: Required[Many[str]]

class Wafv2WebAclEmailField(TypedDict, total=False):
    identifier: Required[str]

class Wafv2WebAclRequestInspection(TypedDict, total=False):
    payload_type: Required[str]
    address_fields: Block[Wafv2WebAclAddressFields] | None
    email_field: Block[Wafv2WebAclEmailField] | None
    password_field: Block[Wafv2WebAclEmailField] | None
    phone_number_fields: Block[Wafv2WebAclAddressFields] | None
    username_field: Block[Wafv2WebAclEmailField] | None

class Wafv2WebAclBodyContains(TypedDict, total=False):
    failure_strings: Required[Many[str]]
    success_strings: Required[Many[str]]

class Wafv2WebAclHeader(TypedDict, total=False):
    failure_values: Required[Many[str]]
    name: Required[str]
    success_values: Required[Many[str]]

class Wafv2WebAclJson(TypedDict, total=False):
    failure_values: Required[Many[str]]
    identifier: Required[str]
    success_values: Required[Many[str]]

class Wafv2WebAclStatusCode(TypedDict, total=False):
    failure_codes: Required[Many[Number]]
    success_codes: Required[Many[Number]]

class Wafv2WebAclResponseInspection(TypedDict, total=False):
    body_contains: Block[Wafv2WebAclBodyContains] | None
    header: Block[Wafv2WebAclHeader] | None
    json: Block[Wafv2WebAclJson] | None
    status_code: Block[Wafv2WebAclStatusCode] | None

class Wafv2WebAclAwsManagedRulesAcfpRuleSet(TypedDict, total=False):
    creation_path: Required[str]
    enable_regex_in_path: Flag | None
    registration_page_path: Required[str]
    request_inspection: Required[Block[Wafv2WebAclRequestInspection]]
    response_inspection: Block[Wafv2WebAclResponseInspection] | None

class Wafv2WebAclAwsManagedRulesAtpRuleSetRequestInspection(TypedDict, total=False):
    payload_type: Required[str]
    password_field: Required[Block[Wafv2WebAclEmailField]]
    username_field: Required[Block[Wafv2WebAclEmailField]]

class Wafv2WebAclAwsManagedRulesAtpRuleSet(TypedDict, total=False):
    enable_regex_in_path: Flag | None
    login_path: Required[str]
    request_inspection: Block[Wafv2WebAclAwsManagedRulesAtpRuleSetRequestInspection] | None
    response_inspection: Block[Wafv2WebAclResponseInspection] | None

class Wafv2WebAclAwsManagedRulesBotControlRuleSet(TypedDict, total=False):
    enable_machine_learning: Flag | None
    inspection_level: Required[str]

class Wafv2WebAclManagedRuleGroupConfigs(TypedDict, total=False):
    login_path: str | None
    payload_type: str | None
    aws_managed_rules_acfp_rule_set: Block[Wafv2WebAclAwsManagedRulesAcfpRuleSet] | None
    aws_managed_rules_atp_rule_set: Block[Wafv2WebAclAwsManagedRulesAtpRuleSet] | None
    aws_managed_rules_bot_control_rule_set: Block[Wafv2WebAclAwsManagedRulesBotControlRuleSet] | None
    password_field: Block[Wafv2WebAclEmailField] | None
    username_field: Block[Wafv2WebAclEmailField] | None

class Wafv2WebAclRuleActionOverride(TypedDict, total=False):
    name: Required[str]
    action_to_use: Required[Block[Wafv2WebAclAction]]

class Wafv2WebAclManagedRuleGroupStatement(TypedDict, total=False):
    name: Required[str]
    vendor_name: Required[str]
    version: str | None
    managed_rule_group_configs: Blocks[Wafv2WebAclManagedRuleGroupConfigs] | None
    rule_action_override: Blocks[Wafv2WebAclRuleActionOverride] | None
    scope_down_statement: Block[Wafv2WebAclAndStatementStatement] | None

class Wafv2WebAclCookie(TypedDict, total=False):
    name: Required[str]
    text_transformation: Required[Blocks[Wafv2WebAclTextTransformation]]

class Wafv2WebAclLabelNamespace(TypedDict, total=False):
    namespace: Required[str]

class Wafv2WebAclQueryString(TypedDict, total=False):
    text_transformation: Required[Blocks[Wafv2WebAclTextTransformation]]

class Wafv2WebAclCustomKey(TypedDict, total=False):
    cookie: Block[Wafv2WebAclCookie] | None
    forwarded_ip: Block[Wafv2WebAclCount] | None
    header: Block[Wafv2WebAclCookie] | None
    http_method: Block[Wafv2WebAclCount] | None
    ip: Block[Wafv2WebAclCount] | None
    ja3_fingerprint: Block[Wafv2WebAclJa3Fingerprint] | None
    ja4_fingerprint: Block[Wafv2WebAclJa3Fingerprint] | None
    label_namespace: Block[Wafv2WebAclLabelNamespace] | None
    query_argument: Block[Wafv2WebAclCookie] | None
    query_string: Block[Wafv2WebAclQueryString] | None
    uri_path: Block[Wafv2WebAclQueryString] | None

class Wafv2WebAclRateBasedStatement(TypedDict, total=False):
    aggregate_key_type: str | None
    evaluation_window_sec: Number | None
    limit: Required[Number]
    custom_key: Blocks[Wafv2WebAclCustomKey] | None
    forwarded_ip_config: Block[Wafv2WebAclForwardedIpConfig] | None
    scope_down_statement: Block[Wafv2WebAclAndStatementStatement] | None

class Wafv2WebAclRuleGroupReferenceStatement(TypedDict, total=False):
    arn: Required[str]
    rule_action_override: Blocks[Wafv2WebAclRuleActionOverride] | None

class Wafv2WebAclStatement(TypedDict, total=False):
    and_statement: Block[Wafv2WebAclAndStatement] | None
    asn_match_statement: Block[Wafv2WebAclAsnMatchStatement] | None
    byte_match_statement: Block[Wafv2WebAclByteMatchStatement] | None
    geo_match_statement: Block[Wafv2WebAclGeoMatchStatement] | None
    ip_set_reference_statement: Block[Wafv2WebAclIpSetReferenceStatement] | None
    label_match_statement: Block[Wafv2WebAclLabelMatchStatement] | None
    managed_rule_group_statement: Block[Wafv2WebAclManagedRuleGroupStatement] | None
    not_statement: Block[Wafv2WebAclAndStatement] | None
    or_statement: Block[Wafv2WebAclAndStatement] | None
    rate_based_statement: Block[Wafv2WebAclRateBasedStatement] | None
    regex_match_statement: Block[Wafv2WebAclRegexMatchStatement] | None
    regex_pattern_set_reference_statement: Block[Wafv2WebAclRegexPatternSetReferenceStatement] | None
    rule_group_reference_statement: Block[Wafv2WebAclRuleGroupReferenceStatement] | None
    size_constraint_statement: Block[Wafv2WebAclSizeConstraintStatement] | None
    sqli_match_statement: Block[Wafv2WebAclSqliMatchStatement] | None
    xss_match_statement: Block[Wafv2WebAclXssMatchStatement] | None

class Wafv2WebAclVisibilityConfig(TypedDict, total=False):
    cloudwatch_metrics_enabled: Required[Flag]
    metric_name: Required[str]
    sampled_requests_enabled: Required[Flag]

class Wafv2WebAclRule(TypedDict, total=False):
    name: Required[str]
    priority: Required[Number]
    action: Block[Wafv2WebAclAction] | None
    captcha_config: Block[Wafv2WebAclCaptchaConfig] | None
    challenge_config: Block[Wafv2WebAclCaptchaConfig] | None
    override_action: Block[Wafv2WebAclOverrideAction] | None
    rule_label: Blocks[Wafv2WebAclRuleLabel] | None
    statement: Required[Block[Wafv2WebAclStatement]]
    visibility_config: Required[Block[Wafv2WebAclVisibilityConfig]]

class Wafv2WebAclLoggingConfigurationActionCondition(TypedDict, total=False):
    action: Required[str]

class Wafv2WebAclLoggingConfigurationLabelNameCondition(TypedDict, total=False):
    label_name: Required[str]

class Wafv2WebAclLoggingConfigurationCondition(TypedDict, total=False):
    action_condition: Block[Wafv2WebAclLoggingConfigurationActionCondition] | None
    label_name_condition: Block[Wafv2WebAclLoggingConfigurationLabelNameCondition] | None

class Wafv2WebAclLoggingConfigurationFilter(TypedDict, total=False):
    behavior: Required[str]
    requirement: Required[str]
    condition: Required[Blocks[Wafv2WebAclLoggingConfigurationCondition]]

class Wafv2WebAclLoggingConfigurationLoggingFilter(TypedDict, total=False):
    default_behavior: Required[str]
    filter: Required[Blocks[Wafv2WebAclLoggingConfigurationFilter]]

class Wafv2WebAclLoggingConfigurationMethod(TypedDict, total=False): ...

class Wafv2WebAclLoggingConfigurationSingleHeader(TypedDict, total=False):
    name: Required[str]

class Wafv2WebAclLoggingConfigurationRedactedFields(TypedDict, total=False):
    method: Block[Wafv2WebAclLoggingConfigurationMethod] | None
    query_string: Block[Wafv2WebAclLoggingConfigurationMethod] | None
    single_header: Block[Wafv2WebAclLoggingConfigurationSingleHeader] | None
    uri_path: Block[Wafv2WebAclLoggingConfigurationMethod] | None

class DataAvailabilityZonesFilter(TypedDict, total=False):
    name: Required[str]
    values: Required[Many[str]]

class DataDynamodbTableServerSideEncryption(TypedDict, total=False): ...

class DataPrefixListFilter(TypedDict, total=False):
    name: Required[str]
    values: Required[Many[str]]

class Resources:
    def __init__(self, module: Module) -> None: ...
    def aws_acm_certificate(
        self,
        label: str,
        /,
        *,
        certificate_authority_arn: str | None = None,
        certificate_body: str | None = None,
        certificate_chain: str | None = None,
        domain_name: str | None = None,
        early_renewal_duration: str | None = None,
        key_algorithm: str | None = None,
        private_key: str | None = None,
        subject_alternative_names: Many[str] | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        validation_method: str | None = None,
        options: Block[AcmCertificateOptions] | None = None,
        validation_option: Blocks[AcmCertificateValidationOption] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "certificate_authority_arn",
            "certificate_body",
            "certificate_chain",
            "domain_name",
            "domain_validation_options",
            "early_renewal_duration",
            "id",
            "key_algorithm",
            "not_after",
            "not_before",
            "options",
            "pending_renewal",
            "private_key",
            "renewal_eligibility",
            "renewal_summary",
            "status",
            "subject_alternative_names",
            "tags",
            "tags_all",
            "type",
            "validation_emails",
            "validation_method",
            "validation_option",
        ]
    ]: ...
    def aws_acm_certificate_validation(
        self,
        label: str,
        /,
        *,
        certificate_arn: str,
        validation_record_fqdns: Many[str] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["certificate_arn", "id", "timeouts", "validation_record_fqdns"]]: ...
    def aws_api_gateway_account(
        self,
        label: str,
        /,
        *,
        cloudwatch_role_arn: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal["api_key_version", "cloudwatch_role_arn", "features", "id", "reset_on_delete", "throttle_settings"]
    ]: ...
    def aws_api_gateway_base_path_mapping(
        self,
        label: str,
        /,
        *,
        api_id: str,
        domain_name: str,
        base_path: str | None = None,
        domain_name_id: str | None = None,
        stage_name: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["api_id", "base_path", "domain_name", "domain_name_id", "id", "stage_name"]]: ...
    def aws_api_gateway_deployment(
        self,
        label: str,
        /,
        *,
        rest_api_id: str,
        description: str | None = None,
        triggers: Mapping[str, str] | Expression | None = None,
        variables: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "canary_settings",
            "created_date",
            "description",
            "execution_arn",
            "id",
            "invoke_url",
            "rest_api_id",
            "stage_description",
            "stage_name",
            "triggers",
            "variables",
        ]
    ]: ...
    def aws_api_gateway_domain_name(
        self,
        label: str,
        /,
        *,
        domain_name: str,
        certificate_arn: str | None = None,
        certificate_body: str | None = None,
        certificate_chain: str | None = None,
        certificate_name: str | None = None,
        certificate_private_key: str | None = None,
        ownership_verification_certificate_arn: str | None = None,
        policy: str | None = None,
        regional_certificate_arn: str | None = None,
        regional_certificate_name: str | None = None,
        security_policy: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        endpoint_configuration: Block[ApiGatewayDomainNameEndpointConfiguration] | None = None,
        mutual_tls_authentication: Block[ApiGatewayDomainNameMutualTlsAuthentication] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "certificate_arn",
            "certificate_body",
            "certificate_chain",
            "certificate_name",
            "certificate_private_key",
            "certificate_upload_date",
            "cloudfront_domain_name",
            "cloudfront_zone_id",
            "domain_name",
            "domain_name_id",
            "endpoint_configuration",
            "id",
            "mutual_tls_authentication",
            "ownership_verification_certificate_arn",
            "policy",
            "regional_certificate_arn",
            "regional_certificate_name",
            "regional_domain_name",
            "regional_zone_id",
            "security_policy",
            "tags",
            "tags_all",
        ]
    ]: ...
    def aws_api_gateway_integration(
        self,
        label: str,
        /,
        *,
        http_method: str,
        resource_id: str,
        rest_api_id: str,
        type: str,
        cache_key_parameters: Many[str] | None = None,
        cache_namespace: str | None = None,
        connection_id: str | None = None,
        connection_type: str | None = None,
        content_handling: str | None = None,
        credentials: str | None = None,
        integration_http_method: str | None = None,
        passthrough_behavior: str | None = None,
        request_parameters: Mapping[str, str] | Expression | None = None,
        request_templates: Mapping[str, str] | Expression | None = None,
        timeout_milliseconds: Number | None = None,
        uri: str | None = None,
        tls_config: Block[ApiGatewayIntegrationTlsConfig] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "cache_key_parameters",
            "cache_namespace",
            "connection_id",
            "connection_type",
            "content_handling",
            "credentials",
            "http_method",
            "id",
            "integration_http_method",
            "passthrough_behavior",
            "request_parameters",
            "request_templates",
            "resource_id",
            "rest_api_id",
            "timeout_milliseconds",
            "tls_config",
            "type",
            "uri",
        ]
    ]: ...
    def aws_api_gateway_integration_response(
        self,
        label: str,
        /,
        *,
        http_method: str,
        resource_id: str,
        rest_api_id: str,
        status_code: str,
        content_handling: str | None = None,
        response_parameters: Mapping[str, str] | Expression | None = None,
        response_templates: Mapping[str, str] | Expression | None = None,
        selection_pattern: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "content_handling",
            "http_method",
            "id",
            "resource_id",
            "response_parameters",
            "response_templates",
            "rest_api_id",
            "selection_pattern",
            "status_code",
        ]
    ]: ...
    def aws_api_gateway_method(
        self,
        label: str,
        /,
        *,
        authorization: str,
        http_method: str,
        resource_id: str,
        rest_api_id: str,
        api_key_required: Flag | None = None,
        authorization_scopes: Many[str] | None = None,
        authorizer_id: str | None = None,
        operation_name: str | None = None,
        request_models: Mapping[str, str] | Expression | None = None,
        request_parameters: Mapping[str, Flag] | Expression | None = None,
        request_validator_id: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "api_key_required",
            "authorization",
            "authorization_scopes",
            "authorizer_id",
            "http_method",
            "id",
            "operation_name",
            "request_models",
            "request_parameters",
            "request_validator_id",
            "resource_id",
            "rest_api_id",
        ]
    ]: ...
    def aws_api_gateway_method_response(
        self,
        label: str,
        /,
        *,
        http_method: str,
        resource_id: str,
        rest_api_id: str,
        status_code: str,
        response_models: Mapping[str, str] | Expression | None = None,
        response_parameters: Mapping[str, Flag] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "http_method", "id", "resource_id", "response_models", "response_parameters", "rest_api_id", "status_code"
        ]
    ]: ...
    def aws_api_gateway_method_settings(
        self,
        label: str,
        /,
        *,
        method_path: str,
        rest_api_id: str,
        stage_name: str,
        settings: Block[ApiGatewayMethodSettingsSettings],
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["id", "method_path", "rest_api_id", "settings", "stage_name"]]: ...
    def aws_api_gateway_request_validator(
        self,
        label: str,
        /,
        *,
        name: str,
        rest_api_id: str,
        validate_request_body: Flag | None = None,
        validate_request_parameters: Flag | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["id", "name", "rest_api_id", "validate_request_body", "validate_request_parameters"]]: ...
    def aws_api_gateway_resource(
        self,
        label: str,
        /,
        *,
        parent_id: str,
        path_part: str,
        rest_api_id: str,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["id", "parent_id", "path", "path_part", "rest_api_id"]]: ...
    def aws_api_gateway_rest_api(
        self,
        label: str,
        /,
        *,
        name: str,
        api_key_source: str | None = None,
        binary_media_types: Many[str] | None = None,
        body: str | None = None,
        description: str | None = None,
        disable_execute_api_endpoint: Flag | None = None,
        fail_on_warnings: Flag | None = None,
        minimum_compression_size: str | None = None,
        parameters: Mapping[str, str] | Expression | None = None,
        policy: str | None = None,
        put_rest_api_mode: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        endpoint_configuration: Block[ApiGatewayRestApiEndpointConfiguration] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "api_key_source",
            "arn",
            "binary_media_types",
            "body",
            "created_date",
            "description",
            "disable_execute_api_endpoint",
            "endpoint_configuration",
            "execution_arn",
            "fail_on_warnings",
            "id",
            "minimum_compression_size",
            "name",
            "parameters",
            "policy",
            "put_rest_api_mode",
            "root_resource_id",
            "tags",
            "tags_all",
        ]
    ]: ...
    def aws_api_gateway_stage(
        self,
        label: str,
        /,
        *,
        deployment_id: str,
        rest_api_id: str,
        stage_name: str,
        cache_cluster_enabled: Flag | None = None,
        cache_cluster_size: str | None = None,
        client_certificate_id: str | None = None,
        description: str | None = None,
        documentation_version: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        variables: Mapping[str, str] | Expression | None = None,
        xray_tracing_enabled: Flag | None = None,
        access_log_settings: Block[ApiGatewayStageAccessLogSettings] | None = None,
        canary_settings: Block[ApiGatewayStageCanarySettings] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "access_log_settings",
            "arn",
            "cache_cluster_enabled",
            "cache_cluster_size",
            "canary_settings",
            "client_certificate_id",
            "deployment_id",
            "description",
            "documentation_version",
            "execution_arn",
            "id",
            "invoke_url",
            "rest_api_id",
            "stage_name",
            "tags",
            "tags_all",
            "variables",
            "web_acl_arn",
            "xray_tracing_enabled",
        ]
    ]: ...
    def aws_apigatewayv2_api(
        self,
        label: str,
        /,
        *,
        name: str,
        protocol_type: str,
        api_key_selection_expression: str | None = None,
        body: str | None = None,
        credentials_arn: str | None = None,
        description: str | None = None,
        disable_execute_api_endpoint: Flag | None = None,
        fail_on_warnings: Flag | None = None,
        ip_address_type: str | None = None,
        route_key: str | None = None,
        route_selection_expression: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        target: str | None = None,
        version: str | None = None,
        cors_configuration: Block[Apigatewayv2ApiCorsConfiguration] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "api_endpoint",
            "api_key_selection_expression",
            "arn",
            "body",
            "cors_configuration",
            "credentials_arn",
            "description",
            "disable_execute_api_endpoint",
            "execution_arn",
            "fail_on_warnings",
            "id",
            "ip_address_type",
            "name",
            "protocol_type",
            "route_key",
            "route_selection_expression",
            "tags",
            "tags_all",
            "target",
            "version",
        ]
    ]: ...
    def aws_apigatewayv2_api_mapping(
        self,
        label: str,
        /,
        *,
        api_id: str,
        domain_name: str,
        stage: str,
        api_mapping_key: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["api_id", "api_mapping_key", "domain_name", "id", "stage"]]: ...
    def aws_apigatewayv2_domain_name(
        self,
        label: str,
        /,
        *,
        domain_name: str,
        domain_name_configuration: Block[Apigatewayv2DomainNameDomainNameConfiguration],
        tags: Mapping[str, str] | Expression | None = None,
        mutual_tls_authentication: Block[Apigatewayv2DomainNameMutualTlsAuthentication] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "api_mapping_selection_expression",
            "arn",
            "domain_name",
            "domain_name_configuration",
            "id",
            "mutual_tls_authentication",
            "tags",
            "tags_all",
            "timeouts",
        ]
    ]: ...
    def aws_apigatewayv2_integration(
        self,
        label: str,
        /,
        *,
        api_id: str,
        integration_type: str,
        connection_id: str | None = None,
        connection_type: str | None = None,
        content_handling_strategy: str | None = None,
        credentials_arn: str | None = None,
        description: str | None = None,
        integration_method: str | None = None,
        integration_subtype: str | None = None,
        integration_uri: str | None = None,
        passthrough_behavior: str | None = None,
        payload_format_version: str | None = None,
        request_parameters: Mapping[str, str] | Expression | None = None,
        request_templates: Mapping[str, str] | Expression | None = None,
        template_selection_expression: str | None = None,
        timeout_milliseconds: Number | None = None,
        response_parameters: Blocks[Apigatewayv2IntegrationResponseParameters] | None = None,
        tls_config: Block[Apigatewayv2IntegrationTlsConfig] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "api_id",
            "connection_id",
            "connection_type",
            "content_handling_strategy",
            "credentials_arn",
            "description",
            "id",
            "integration_method",
            "integration_response_selection_expression",
            "integration_subtype",
            "integration_type",
            "integration_uri",
            "passthrough_behavior",
            "payload_format_version",
            "request_parameters",
            "request_templates",
            "response_parameters",
            "template_selection_expression",
            "timeout_milliseconds",
            "tls_config",
        ]
    ]: ...
    def aws_apigatewayv2_route(
        self,
        label: str,
        /,
        *,
        api_id: str,
        route_key: str,
        api_key_required: Flag | None = None,
        authorization_scopes: Many[str] | None = None,
        authorization_type: str | None = None,
        authorizer_id: str | None = None,
        model_selection_expression: str | None = None,
        operation_name: str | None = None,
        request_models: Mapping[str, str] | Expression | None = None,
        route_response_selection_expression: str | None = None,
        target: str | None = None,
        request_parameter: Blocks[Apigatewayv2RouteRequestParameter] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "api_id",
            "api_key_required",
            "authorization_scopes",
            "authorization_type",
            "authorizer_id",
            "id",
            "model_selection_expression",
            "operation_name",
            "request_models",
            "request_parameter",
            "route_key",
            "route_response_selection_expression",
            "target",
        ]
    ]: ...
    def aws_apigatewayv2_stage(
        self,
        label: str,
        /,
        *,
        api_id: str,
        name: str,
        auto_deploy: Flag | None = None,
        client_certificate_id: str | None = None,
        deployment_id: str | None = None,
        description: str | None = None,
        stage_variables: Mapping[str, str] | Expression | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        access_log_settings: Block[Apigatewayv2StageAccessLogSettings] | None = None,
        default_route_settings: Block[Apigatewayv2StageDefaultRouteSettings] | None = None,
        route_settings: Blocks[Apigatewayv2StageRouteSettings] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "access_log_settings",
            "api_id",
            "arn",
            "auto_deploy",
            "client_certificate_id",
            "default_route_settings",
            "deployment_id",
            "description",
            "execution_arn",
            "id",
            "invoke_url",
            "name",
            "route_settings",
            "stage_variables",
            "tags",
            "tags_all",
        ]
    ]: ...
    def aws_cloudwatch_dashboard(
        self,
        label: str,
        /,
        *,
        dashboard_body: str,
        dashboard_name: str,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["dashboard_arn", "dashboard_body", "dashboard_name", "id"]]: ...
    def aws_cloudwatch_event_rule(
        self,
        label: str,
        /,
        *,
        description: str | None = None,
        event_bus_name: str | None = None,
        event_pattern: str | None = None,
        force_destroy: Flag | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        role_arn: str | None = None,
        schedule_expression: str | None = None,
        state: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "description",
            "event_bus_name",
            "event_pattern",
            "force_destroy",
            "id",
            "is_enabled",
            "name",
            "name_prefix",
            "role_arn",
            "schedule_expression",
            "state",
            "tags",
            "tags_all",
        ]
    ]: ...
    def aws_cloudwatch_event_target(
        self,
        label: str,
        /,
        *,
        arn: str,
        rule: str,
        event_bus_name: str | None = None,
        force_destroy: Flag | None = None,
        input: str | None = None,
        input_path: str | None = None,
        role_arn: str | None = None,
        target_id: str | None = None,
        appsync_target: Block[CloudwatchEventTargetAppsyncTarget] | None = None,
        batch_target: Block[CloudwatchEventTargetBatchTarget] | None = None,
        dead_letter_config: Block[CloudwatchEventTargetDeadLetterConfig] | None = None,
        ecs_target: Block[CloudwatchEventTargetEcsTarget] | None = None,
        http_target: Block[CloudwatchEventTargetHttpTarget] | None = None,
        input_transformer: Block[CloudwatchEventTargetInputTransformer] | None = None,
        kinesis_target: Block[CloudwatchEventTargetKinesisTarget] | None = None,
        redshift_target: Block[CloudwatchEventTargetRedshiftTarget] | None = None,
        retry_policy: Block[CloudwatchEventTargetRetryPolicy] | None = None,
        run_command_targets: Blocks[CloudwatchEventTargetRunCommandTargets] | None = None,
        sagemaker_pipeline_target: Block[CloudwatchEventTargetSagemakerPipelineTarget] | None = None,
        sqs_target: Block[CloudwatchEventTargetSqsTarget] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "appsync_target",
            "arn",
            "batch_target",
            "dead_letter_config",
            "ecs_target",
            "event_bus_name",
            "force_destroy",
            "http_target",
            "id",
            "input",
            "input_path",
            "input_transformer",
            "kinesis_target",
            "redshift_target",
            "retry_policy",
            "role_arn",
            "rule",
            "run_command_targets",
            "sagemaker_pipeline_target",
            "sqs_target",
            "target_id",
        ]
    ]: ...
    def aws_cloudwatch_log_group(
        self,
        label: str,
        /,
        *,
        kms_key_id: str | None = None,
        log_group_class: str | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        retention_in_days: Number | None = None,
        skip_destroy: Flag | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "id",
            "kms_key_id",
            "log_group_class",
            "name",
            "name_prefix",
            "retention_in_days",
            "skip_destroy",
            "tags",
            "tags_all",
        ]
    ]: ...
    def aws_cloudwatch_log_resource_policy(
        self,
        label: str,
        /,
        *,
        policy_document: str,
        policy_name: str,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["id", "policy_document", "policy_name"]]: ...
    def aws_cloudwatch_metric_alarm(
        self,
        label: str,
        /,
        *,
        alarm_name: str,
        comparison_operator: str,
        evaluation_periods: Number,
        actions_enabled: Flag | None = None,
        alarm_actions: Many[str] | None = None,
        alarm_description: str | None = None,
        datapoints_to_alarm: Number | None = None,
        dimensions: Mapping[str, str] | Expression | None = None,
        evaluate_low_sample_count_percentiles: str | None = None,
        extended_statistic: str | None = None,
        insufficient_data_actions: Many[str] | None = None,
        metric_name: str | None = None,
        namespace: str | None = None,
        ok_actions: Many[str] | None = None,
        period: Number | None = None,
        statistic: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        threshold: Number | None = None,
        threshold_metric_id: str | None = None,
        treat_missing_data: str | None = None,
        unit: str | None = None,
        metric_query: Blocks[CloudwatchMetricAlarmMetricQuery] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "actions_enabled",
            "alarm_actions",
            "alarm_description",
            "alarm_name",
            "arn",
            "comparison_operator",
            "datapoints_to_alarm",
            "dimensions",
            "evaluate_low_sample_count_percentiles",
            "evaluation_periods",
            "extended_statistic",
            "id",
            "insufficient_data_actions",
            "metric_name",
            "metric_query",
            "namespace",
            "ok_actions",
            "period",
            "statistic",
            "tags",
            "tags_all",
            "threshold",
            "threshold_metric_id",
            "treat_missing_data",
            "unit",
        ]
    ]: ...
    def aws_db_instance(
        self,
        label: str,
        /,
        *,
        instance_class: str,
        allocated_storage: Number | None = None,
        allow_major_version_upgrade: Flag | None = None,
        apply_immediately: Flag | None = None,
        auto_minor_version_upgrade: Flag | None = None,
        availability_zone: str | None = None,
        backup_retention_period: Number | None = None,
        backup_target: str | None = None,
        backup_window: str | None = None,
        ca_cert_identifier: str | None = None,
        character_set_name: str | None = None,
        copy_tags_to_snapshot: Flag | None = None,
        custom_iam_instance_profile: str | None = None,
        customer_owned_ip_enabled: Flag | None = None,
        database_insights_mode: str | None = None,
        db_name: str | None = None,
        db_subnet_group_name: str | None = None,
        dedicated_log_volume: Flag | None = None,
        delete_automated_backups: Flag | None = None,
        deletion_protection: Flag | None = None,
        domain: str | None = None,
        domain_auth_secret_arn: str | None = None,
        domain_dns_ips: Many[str] | None = None,
        domain_fqdn: str | None = None,
        domain_iam_role_name: str | None = None,
        domain_ou: str | None = None,
        enabled_cloudwatch_logs_exports: Many[str] | None = None,
        engine: str | None = None,
        engine_lifecycle_support: str | None = None,
        engine_version: str | None = None,
        final_snapshot_identifier: str | None = None,
        iam_database_authentication_enabled: Flag | None = None,
        identifier: str | None = None,
        identifier_prefix: str | None = None,
        iops: Number | None = None,
        kms_key_id: str | None = None,
        license_model: str | None = None,
        maintenance_window: str | None = None,
        manage_master_user_password: Flag | None = None,
        master_user_secret_kms_key_id: str | None = None,
        max_allocated_storage: Number | None = None,
        monitoring_interval: Number | None = None,
        monitoring_role_arn: str | None = None,
        multi_az: Flag | None = None,
        nchar_character_set_name: str | None = None,
        network_type: str | None = None,
        option_group_name: str | None = None,
        parameter_group_name: str | None = None,
        password: str | None = None,
        password_wo: str | None = None,
        password_wo_version: Number | None = None,
        performance_insights_enabled: Flag | None = None,
        performance_insights_kms_key_id: str | None = None,
        performance_insights_retention_period: Number | None = None,
        port: Number | None = None,
        publicly_accessible: Flag | None = None,
        replica_mode: str | None = None,
        replicate_source_db: str | None = None,
        skip_final_snapshot: Flag | None = None,
        snapshot_identifier: str | None = None,
        storage_encrypted: Flag | None = None,
        storage_throughput: Number | None = None,
        storage_type: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        timezone: str | None = None,
        upgrade_storage_config: Flag | None = None,
        username: str | None = None,
        vpc_security_group_ids: Many[str] | None = None,
        blue_green_update: Block[DbInstanceBlueGreenUpdate] | None = None,
        restore_to_point_in_time: Block[DbInstanceRestoreToPointInTime] | None = None,
        s3_import: Block[DbInstanceS3Import] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "address",
            "allocated_storage",
            "allow_major_version_upgrade",
            "apply_immediately",
            "arn",
            "auto_minor_version_upgrade",
            "availability_zone",
            "backup_retention_period",
            "backup_target",
            "backup_window",
            "blue_green_update",
            "ca_cert_identifier",
            "character_set_name",
            "copy_tags_to_snapshot",
            "custom_iam_instance_profile",
            "customer_owned_ip_enabled",
            "database_insights_mode",
            "db_name",
            "db_subnet_group_name",
            "dedicated_log_volume",
            "delete_automated_backups",
            "deletion_protection",
            "domain",
            "domain_auth_secret_arn",
            "domain_dns_ips",
            "domain_fqdn",
            "domain_iam_role_name",
            "domain_ou",
            "enabled_cloudwatch_logs_exports",
            "endpoint",
            "engine",
            "engine_lifecycle_support",
            "engine_version",
            "engine_version_actual",
            "final_snapshot_identifier",
            "hosted_zone_id",
            "iam_database_authentication_enabled",
            "id",
            "identifier",
            "identifier_prefix",
            "instance_class",
            "iops",
            "kms_key_id",
            "latest_restorable_time",
            "license_model",
            "listener_endpoint",
            "maintenance_window",
            "manage_master_user_password",
            "master_user_secret",
            "master_user_secret_kms_key_id",
            "max_allocated_storage",
            "monitoring_interval",
            "monitoring_role_arn",
            "multi_az",
            "nchar_character_set_name",
            "network_type",
            "option_group_name",
            "parameter_group_name",
            "password",
            "password_wo",
            "password_wo_version",
            "performance_insights_enabled",
            "performance_insights_kms_key_id",
            "performance_insights_retention_period",
            "port",
            "publicly_accessible",
            "replica_mode",
            "replicas",
            "replicate_source_db",
            "resource_id",
            "restore_to_point_in_time",
            "s3_import",
            "skip_final_snapshot",
            "snapshot_identifier",
            "status",
            "storage_encrypted",
            "storage_throughput",
            "storage_type",
            "tags",
            "tags_all",
            "timeouts",
            "timezone",
            "upgrade_storage_config",
            "username",
            "vpc_security_group_ids",
        ]
    ]: ...
    def aws_db_parameter_group(
        self,
        label: str,
        /,
        *,
        family: str,
        description: str | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        skip_destroy: Flag | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        parameter: Blocks[DbParameterGroupParameter] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn", "description", "family", "id", "name", "name_prefix", "parameter", "skip_destroy", "tags", "tags_all"
        ]
    ]: ...
    def aws_db_subnet_group(
        self,
        label: str,
        /,
        *,
        subnet_ids: Many[str],
        description: str | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "description",
            "id",
            "name",
            "name_prefix",
            "subnet_ids",
            "supported_network_types",
            "tags",
            "tags_all",
            "vpc_id",
        ]
    ]: ...
    def aws_default_security_group(
        self,
        label: str,
        /,
        *,
        egress: Many[DefaultSecurityGroupEgress] | None = None,
        ingress: Many[DefaultSecurityGroupEgress] | None = None,
        revoke_rules_on_delete: Flag | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        vpc_id: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "description",
            "egress",
            "id",
            "ingress",
            "name",
            "name_prefix",
            "owner_id",
            "revoke_rules_on_delete",
            "tags",
            "tags_all",
            "vpc_id",
        ]
    ]: ...
    def aws_dynamodb_resource_policy(
        self,
        label: str,
        /,
        *,
        policy: str,
        resource_arn: str,
        confirm_remove_self_resource_access: Flag | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["confirm_remove_self_resource_access", "id", "policy", "resource_arn", "revision_id"]]: ...
    def aws_dynamodb_table(
        self,
        label: str,
        /,
        *,
        name: str,
        billing_mode: str | None = None,
        deletion_protection_enabled: Flag | None = None,
        hash_key: str | None = None,
        range_key: str | None = None,
        read_capacity: Number | None = None,
        restore_date_time: str | None = None,
        restore_source_name: str | None = None,
        restore_source_table_arn: str | None = None,
        restore_to_latest_time: Flag | None = None,
        stream_enabled: Flag | None = None,
        stream_view_type: str | None = None,
        table_class: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        write_capacity: Number | None = None,
        attribute: Blocks[DynamodbTableAttribute] | None = None,
        global_secondary_index: Blocks[DynamodbTableGlobalSecondaryIndex] | None = None,
        import_table: Block[DynamodbTableImportTable] | None = None,
        local_secondary_index: Blocks[DynamodbTableLocalSecondaryIndex] | None = None,
        on_demand_throughput: Block[DynamodbTableOnDemandThroughput] | None = None,
        point_in_time_recovery: Block[DynamodbTablePointInTimeRecovery] | None = None,
        replica: Blocks[DynamodbTableReplica] | None = None,
        server_side_encryption: Block[DynamodbTableServerSideEncryption] | None = None,
        ttl: Block[DynamodbTableTtl] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "attribute",
            "billing_mode",
            "deletion_protection_enabled",
            "global_secondary_index",
            "hash_key",
            "id",
            "import_table",
            "local_secondary_index",
            "name",
            "on_demand_throughput",
            "point_in_time_recovery",
            "range_key",
            "read_capacity",
            "replica",
            "restore_date_time",
            "restore_source_name",
            "restore_source_table_arn",
            "restore_to_latest_time",
            "server_side_encryption",
            "stream_arn",
            "stream_enabled",
            "stream_label",
            "stream_view_type",
            "table_class",
            "tags",
            "tags_all",
            "timeouts",
            "ttl",
            "write_capacity",
        ]
    ]: ...
    def aws_dynamodb_table_replica(
        self,
        label: str,
        /,
        *,
        global_table_arn: str,
        deletion_protection_enabled: Flag | None = None,
        kms_key_arn: str | None = None,
        point_in_time_recovery: Flag | None = None,
        table_class_override: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "deletion_protection_enabled",
            "global_table_arn",
            "id",
            "kms_key_arn",
            "point_in_time_recovery",
            "table_class_override",
            "tags",
            "tags_all",
            "timeouts",
        ]
    ]: ...
    def aws_dynamodb_tag(
        self,
        label: str,
        /,
        *,
        key: str,
        resource_arn: str,
        value: str,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["id", "key", "resource_arn", "value"]]: ...
    def aws_eip(
        self,
        label: str,
        /,
        *,
        address: str | None = None,
        associate_with_private_ip: str | None = None,
        customer_owned_ipv4_pool: str | None = None,
        domain: str | None = None,
        instance: str | None = None,
        ipam_pool_id: str | None = None,
        network_border_group: str | None = None,
        network_interface: str | None = None,
        public_ipv4_pool: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "address",
            "allocation_id",
            "arn",
            "associate_with_private_ip",
            "association_id",
            "carrier_ip",
            "customer_owned_ip",
            "customer_owned_ipv4_pool",
            "domain",
            "id",
            "instance",
            "ipam_pool_id",
            "network_border_group",
            "network_interface",
            "private_dns",
            "private_ip",
            "ptr_record",
            "public_dns",
            "public_ip",
            "public_ipv4_pool",
            "tags",
            "tags_all",
            "timeouts",
            "vpc",
        ]
    ]: ...
    def aws_flow_log(
        self,
        label: str,
        /,
        *,
        deliver_cross_account_role: str | None = None,
        eni_id: str | None = None,
        iam_role_arn: str | None = None,
        log_destination: str | None = None,
        log_destination_type: str | None = None,
        log_format: str | None = None,
        max_aggregation_interval: Number | None = None,
        subnet_id: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        traffic_type: str | None = None,
        transit_gateway_attachment_id: str | None = None,
        transit_gateway_id: str | None = None,
        vpc_id: str | None = None,
        destination_options: Block[FlowLogDestinationOptions] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "deliver_cross_account_role",
            "destination_options",
            "eni_id",
            "iam_role_arn",
            "id",
            "log_destination",
            "log_destination_type",
            "log_format",
            "log_group_name",
            "max_aggregation_interval",
            "subnet_id",
            "tags",
            "tags_all",
            "traffic_type",
            "transit_gateway_attachment_id",
            "transit_gateway_id",
            "vpc_id",
        ]
    ]: ...
    def aws_iam_role(
        self,
        label: str,
        /,
        *,
        assume_role_policy: str,
        description: str | None = None,
        force_detach_policies: Flag | None = None,
        max_session_duration: Number | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        path: str | None = None,
        permissions_boundary: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "assume_role_policy",
            "create_date",
            "description",
            "force_detach_policies",
            "id",
            "inline_policy",
            "managed_policy_arns",
            "max_session_duration",
            "name",
            "name_prefix",
            "path",
            "permissions_boundary",
            "tags",
            "tags_all",
            "unique_id",
        ]
    ]: ...
    def aws_iam_role_policy(
        self,
        label: str,
        /,
        *,
        policy: str,
        role: str,
        name: str | None = None,
        name_prefix: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["id", "name", "name_prefix", "policy", "role"]]: ...
    def aws_internet_gateway(
        self,
        label: str,
        /,
        *,
        tags: Mapping[str, str] | Expression | None = None,
        vpc_id: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["arn", "id", "owner_id", "tags", "tags_all", "timeouts", "vpc_id"]]: ...
    def aws_kms_alias(
        self,
        label: str,
        /,
        *,
        target_key_id: str,
        name: str | None = None,
        name_prefix: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["arn", "id", "name", "name_prefix", "target_key_arn", "target_key_id"]]: ...
    def aws_kms_key(
        self,
        label: str,
        /,
        *,
        bypass_policy_lockout_safety_check: Flag | None = None,
        custom_key_store_id: str | None = None,
        customer_master_key_spec: str | None = None,
        deletion_window_in_days: Number | None = None,
        description: str | None = None,
        enable_key_rotation: Flag | None = None,
        is_enabled: Flag | None = None,
        key_usage: str | None = None,
        multi_region: Flag | None = None,
        policy: str | None = None,
        rotation_period_in_days: Number | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        xks_key_id: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "bypass_policy_lockout_safety_check",
            "custom_key_store_id",
            "customer_master_key_spec",
            "deletion_window_in_days",
            "description",
            "enable_key_rotation",
            "id",
            "is_enabled",
            "key_id",
            "key_usage",
            "multi_region",
            "policy",
            "rotation_period_in_days",
            "tags",
            "tags_all",
            "timeouts",
            "xks_key_id",
        ]
    ]: ...
    def aws_lambda_event_source_mapping(
        self,
        label: str,
        /,
        *,
        function_name: str,
        batch_size: Number | None = None,
        bisect_batch_on_function_error: Flag | None = None,
        enabled: Flag | None = None,
        event_source_arn: str | None = None,
        function_response_types: Many[str] | None = None,
        kms_key_arn: str | None = None,
        maximum_batching_window_in_seconds: Number | None = None,
        maximum_record_age_in_seconds: Number | None = None,
        maximum_retry_attempts: Number | None = None,
        parallelization_factor: Number | None = None,
        queues: Many[str] | None = None,
        starting_position: str | None = None,
        starting_position_timestamp: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        topics: Many[str] | None = None,
        tumbling_window_in_seconds: Number | None = None,
        amazon_managed_kafka_event_source_config: Block[LambdaEventSourceMappingAmazonManagedKafkaEventSourceConfig]
        | None = None,
        destination_config: Block[LambdaEventSourceMappingDestinationConfig] | None = None,
        document_db_event_source_config: Block[LambdaEventSourceMappingDocumentDbEventSourceConfig] | None = None,
        filter_criteria: Block[LambdaEventSourceMappingFilterCriteria] | None = None,
        metrics_config: Block[LambdaEventSourceMappingMetricsConfig] | None = None,
        provisioned_poller_config: Block[LambdaEventSourceMappingProvisionedPollerConfig] | None = None,
        scaling_config: Block[LambdaEventSourceMappingScalingConfig] | None = None,
        self_managed_event_source: Block[LambdaEventSourceMappingSelfManagedEventSource] | None = None,
        self_managed_kafka_event_source_config: Block[LambdaEventSourceMappingAmazonManagedKafkaEventSourceConfig]
        | None = None,
        source_access_configuration: Blocks[LambdaEventSourceMappingSourceAccessConfiguration] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "amazon_managed_kafka_event_source_config",
            "arn",
            "batch_size",
            "bisect_batch_on_function_error",
            "destination_config",
            "document_db_event_source_config",
            "enabled",
            "event_source_arn",
            "filter_criteria",
            "function_arn",
            "function_name",
            "function_response_types",
            "id",
            "kms_key_arn",
            "last_modified",
            "last_processing_result",
            "maximum_batching_window_in_seconds",
            "maximum_record_age_in_seconds",
            "maximum_retry_attempts",
            "metrics_config",
            "parallelization_factor",
            "provisioned_poller_config",
            "queues",
            "scaling_config",
            "self_managed_event_source",
            "self_managed_kafka_event_source_config",
            "source_access_configuration",
            "starting_position",
            "starting_position_timestamp",
            "state",
            "state_transition_reason",
            "tags",
            "tags_all",
            "topics",
            "tumbling_window_in_seconds",
            "uuid",
        ]
    ]: ...
    def aws_lambda_function(
        self,
        label: str,
        /,
        *,
        function_name: str,
        role: str,
        architectures: Many[str] | None = None,
        code_signing_config_arn: str | None = None,
        description: str | None = None,
        filename: str | None = None,
        handler: str | None = None,
        image_uri: str | None = None,
        kms_key_arn: str | None = None,
        layers: Many[str] | None = None,
        memory_size: Number | None = None,
        package_type: str | None = None,
        publish: Flag | None = None,
        replace_security_groups_on_destroy: Flag | None = None,
        replacement_security_group_ids: Many[str] | None = None,
        reserved_concurrent_executions: Number | None = None,
        runtime: str | None = None,
        s3_bucket: str | None = None,
        s3_key: str | None = None,
        s3_object_version: str | None = None,
        skip_destroy: Flag | None = None,
        source_code_hash: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        timeout: Number | None = None,
        dead_letter_config: Block[LambdaFunctionDeadLetterConfig] | None = None,
        environment: Block[LambdaFunctionEnvironment] | None = None,
        ephemeral_storage: Block[LambdaFunctionEphemeralStorage] | None = None,
        file_system_config: Block[LambdaFunctionFileSystemConfig] | None = None,
        image_config: Block[LambdaFunctionImageConfig] | None = None,
        logging_config: Block[LambdaFunctionLoggingConfig] | None = None,
        snap_start: Block[LambdaFunctionSnapStart] | None = None,
        tracing_config: Block[LambdaFunctionTracingConfig] | None = None,
        vpc_config: Block[LambdaFunctionVpcConfig] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "architectures",
            "arn",
            "code_sha256",
            "code_signing_config_arn",
            "dead_letter_config",
            "description",
            "environment",
            "ephemeral_storage",
            "file_system_config",
            "filename",
            "function_name",
            "handler",
            "id",
            "image_config",
            "image_uri",
            "invoke_arn",
            "kms_key_arn",
            "last_modified",
            "layers",
            "logging_config",
            "memory_size",
            "package_type",
            "publish",
            "qualified_arn",
            "qualified_invoke_arn",
            "replace_security_groups_on_destroy",
            "replacement_security_group_ids",
            "reserved_concurrent_executions",
            "role",
            "runtime",
            "s3_bucket",
            "s3_key",
            "s3_object_version",
            "signing_job_arn",
            "signing_profile_version_arn",
            "skip_destroy",
            "snap_start",
            "source_code_hash",
            "source_code_size",
            "tags",
            "tags_all",
            "timeout",
            "timeouts",
            "tracing_config",
            "version",
            "vpc_config",
        ]
    ]: ...
    def aws_lambda_function_event_invoke_config(
        self,
        label: str,
        /,
        *,
        function_name: str,
        maximum_event_age_in_seconds: Number | None = None,
        maximum_retry_attempts: Number | None = None,
        qualifier: str | None = None,
        destination_config: Block[LambdaFunctionEventInvokeConfigDestinationConfig] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "destination_config",
            "function_name",
            "id",
            "maximum_event_age_in_seconds",
            "maximum_retry_attempts",
            "qualifier",
        ]
    ]: ...
    def aws_lambda_permission(
        self,
        label: str,
        /,
        *,
        action: str,
        function_name: str,
        principal: str,
        event_source_token: str | None = None,
        function_url_auth_type: str | None = None,
        principal_org_id: str | None = None,
        qualifier: str | None = None,
        source_account: str | None = None,
        source_arn: str | None = None,
        statement_id: str | None = None,
        statement_id_prefix: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "action",
            "event_source_token",
            "function_name",
            "function_url_auth_type",
            "id",
            "principal",
            "principal_org_id",
            "qualifier",
            "source_account",
            "source_arn",
            "statement_id",
            "statement_id_prefix",
        ]
    ]: ...
    def aws_lb(
        self,
        label: str,
        /,
        *,
        client_keep_alive: Number | None = None,
        customer_owned_ipv4_pool: str | None = None,
        desync_mitigation_mode: str | None = None,
        dns_record_client_routing_policy: str | None = None,
        drop_invalid_header_fields: Flag | None = None,
        enable_cross_zone_load_balancing: Flag | None = None,
        enable_deletion_protection: Flag | None = None,
        enable_http2: Flag | None = None,
        enable_tls_version_and_cipher_suite_headers: Flag | None = None,
        enable_waf_fail_open: Flag | None = None,
        enable_xff_client_port: Flag | None = None,
        enable_zonal_shift: Flag | None = None,
        enforce_security_group_inbound_rules_on_private_link_traffic: str | None = None,
        idle_timeout: Number | None = None,
        internal: Flag | None = None,
        ip_address_type: str | None = None,
        load_balancer_type: str | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        preserve_host_header: Flag | None = None,
        security_groups: Many[str] | None = None,
        subnets: Many[str] | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        xff_header_processing_mode: str | None = None,
        access_logs: Block[LbAccessLogs] | None = None,
        connection_logs: Block[LbAccessLogs] | None = None,
        ipam_pools: Block[LbIpamPools] | None = None,
        minimum_load_balancer_capacity: Block[LbMinimumLoadBalancerCapacity] | None = None,
        subnet_mapping: Blocks[LbSubnetMapping] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "access_logs",
            "arn",
            "arn_suffix",
            "client_keep_alive",
            "connection_logs",
            "customer_owned_ipv4_pool",
            "desync_mitigation_mode",
            "dns_name",
            "dns_record_client_routing_policy",
            "drop_invalid_header_fields",
            "enable_cross_zone_load_balancing",
            "enable_deletion_protection",
            "enable_http2",
            "enable_tls_version_and_cipher_suite_headers",
            "enable_waf_fail_open",
            "enable_xff_client_port",
            "enable_zonal_shift",
            "enforce_security_group_inbound_rules_on_private_link_traffic",
            "id",
            "idle_timeout",
            "internal",
            "ip_address_type",
            "ipam_pools",
            "load_balancer_type",
            "minimum_load_balancer_capacity",
            "name",
            "name_prefix",
            "preserve_host_header",
            "security_groups",
            "subnet_mapping",
            "subnets",
            "tags",
            "tags_all",
            "timeouts",
            "vpc_id",
            "xff_header_processing_mode",
            "zone_id",
        ]
    ]: ...
    def aws_lb_listener(
        self,
        label: str,
        /,
        *,
        load_balancer_arn: str,
        default_action: Blocks[LbListenerDefaultAction],
        alpn_policy: str | None = None,
        certificate_arn: str | None = None,
        port: Number | None = None,
        protocol: str | None = None,
        routing_http_request_x_amzn_mtls_clientcert_header_name: str | None = None,
        routing_http_request_x_amzn_mtls_clientcert_issuer_header_name: str | None = None,
        routing_http_request_x_amzn_mtls_clientcert_leaf_header_name: str | None = None,
        routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name: str | None = None,
        routing_http_request_x_amzn_mtls_clientcert_subject_header_name: str | None = None,
        routing_http_request_x_amzn_mtls_clientcert_validity_header_name: str | None = None,
        routing_http_request_x_amzn_tls_cipher_suite_header_name: str | None = None,
        routing_http_request_x_amzn_tls_version_header_name: str | None = None,
        routing_http_response_access_control_allow_credentials_header_value: str | None = None,
        routing_http_response_access_control_allow_headers_header_value: str | None = None,
        routing_http_response_access_control_allow_methods_header_value: str | None = None,
        routing_http_response_access_control_allow_origin_header_value: str | None = None,
        routing_http_response_access_control_expose_headers_header_value: str | None = None,
        routing_http_response_access_control_max_age_header_value: str | None = None,
        routing_http_response_content_security_policy_header_value: str | None = None,
        routing_http_response_server_enabled: Flag | None = None,
        routing_http_response_strict_transport_security_header_value: str | None = None,
        routing_http_response_x_content_type_options_header_value: str | None = None,
        routing_http_response_x_frame_options_header_value: str | None = None,
        ssl_policy: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        tcp_idle_timeout_seconds: Number | None = None,
        mutual_authentication: Block[LbListenerMutualAuthentication] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "alpn_policy",
            "arn",
            "certificate_arn",
            "default_action",
            "id",
            "load_balancer_arn",
            "mutual_authentication",
            "port",
            "protocol",
            "routing_http_request_x_amzn_mtls_clientcert_header_name",
            "routing_http_request_x_amzn_mtls_clientcert_issuer_header_name",
            "routing_http_request_x_amzn_mtls_clientcert_leaf_header_name",
            "routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name",
            "routing_http_request_x_amzn_mtls_clientcert_subject_header_name",
            "routing_http_request_x_amzn_mtls_clientcert_validity_header_name",
            "routing_http_request_x_amzn_tls_cipher_suite_header_name",
            "routing_http_request_x_amzn_tls_version_header_name",
            "routing_http_response_access_control_allow_credentials_header_value",
            "routing_http_response_access_control_allow_headers_header_value",
            "routing_http_response_access_control_allow_methods_header_value",
            "routing_http_response_access_control_allow_origin_header_value",
            "routing_http_response_access_control_expose_headers_header_value",
            "routing_http_response_access_control_max_age_header_value",
            "routing_http_response_content_security_policy_header_value",
            "routing_http_response_server_enabled",
            "routing_http_response_strict_transport_security_header_value",
            "routing_http_response_x_content_type_options_header_value",
            "routing_http_response_x_frame_options_header_value",
            "ssl_policy",
            "tags",
            "tags_all",
            "tcp_idle_timeout_seconds",
            "timeouts",
        ]
    ]: ...
    def aws_lb_listener_certificate(
        self,
        label: str,
        /,
        *,
        certificate_arn: str,
        listener_arn: str,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["certificate_arn", "id", "listener_arn"]]: ...
    def aws_lb_listener_rule(
        self,
        label: str,
        /,
        *,
        listener_arn: str,
        action: Blocks[LbListenerRuleAction],
        condition: Blocks[LbListenerRuleCondition],
        priority: Number | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["action", "arn", "condition", "id", "listener_arn", "priority", "tags", "tags_all"]]: ...
    def aws_lb_target_group(
        self,
        label: str,
        /,
        *,
        connection_termination: Flag | None = None,
        deregistration_delay: str | None = None,
        ip_address_type: str | None = None,
        lambda_multi_value_headers_enabled: Flag | None = None,
        load_balancing_algorithm_type: str | None = None,
        load_balancing_anomaly_mitigation: str | None = None,
        load_balancing_cross_zone_enabled: str | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        port: Number | None = None,
        preserve_client_ip: str | None = None,
        protocol: str | None = None,
        protocol_version: str | None = None,
        proxy_protocol_v2: Flag | None = None,
        slow_start: Number | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        target_type: str | None = None,
        vpc_id: str | None = None,
        health_check: Block[LbTargetGroupHealthCheck] | None = None,
        stickiness: Block[LbTargetGroupStickiness] | None = None,
        target_failover: Blocks[LbTargetGroupTargetFailover] | None = None,
        target_group_health: Block[LbTargetGroupTargetGroupHealth] | None = None,
        target_health_state: Blocks[LbTargetGroupTargetHealthState] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "arn_suffix",
            "connection_termination",
            "deregistration_delay",
            "health_check",
            "id",
            "ip_address_type",
            "lambda_multi_value_headers_enabled",
            "load_balancer_arns",
            "load_balancing_algorithm_type",
            "load_balancing_anomaly_mitigation",
            "load_balancing_cross_zone_enabled",
            "name",
            "name_prefix",
            "port",
            "preserve_client_ip",
            "protocol",
            "protocol_version",
            "proxy_protocol_v2",
            "slow_start",
            "stickiness",
            "tags",
            "tags_all",
            "target_failover",
            "target_group_health",
            "target_health_state",
            "target_type",
            "vpc_id",
        ]
    ]: ...
    def aws_lb_target_group_attachment(
        self,
        label: str,
        /,
        *,
        target_group_arn: str,
        target_id: str,
        availability_zone: str | None = None,
        port: Number | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["availability_zone", "id", "port", "target_group_arn", "target_id"]]: ...
    def aws_nat_gateway(
        self,
        label: str,
        /,
        *,
        subnet_id: str,
        allocation_id: str | None = None,
        connectivity_type: str | None = None,
        private_ip: str | None = None,
        secondary_allocation_ids: Many[str] | None = None,
        secondary_private_ip_address_count: Number | None = None,
        secondary_private_ip_addresses: Many[str] | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "allocation_id",
            "association_id",
            "connectivity_type",
            "id",
            "network_interface_id",
            "private_ip",
            "public_ip",
            "secondary_allocation_ids",
            "secondary_private_ip_address_count",
            "secondary_private_ip_addresses",
            "subnet_id",
            "tags",
            "tags_all",
            "timeouts",
        ]
    ]: ...
    def aws_rds_cluster(
        self,
        label: str,
        /,
        *,
        engine: str,
        allocated_storage: Number | None = None,
        allow_major_version_upgrade: Flag | None = None,
        apply_immediately: Flag | None = None,
        availability_zones: Many[str] | None = None,
        backtrack_window: Number | None = None,
        backup_retention_period: Number | None = None,
        ca_certificate_identifier: str | None = None,
        cluster_identifier: str | None = None,
        cluster_identifier_prefix: str | None = None,
        cluster_members: Many[str] | None = None,
        cluster_scalability_type: str | None = None,
        copy_tags_to_snapshot: Flag | None = None,
        database_insights_mode: str | None = None,
        database_name: str | None = None,
        db_cluster_instance_class: str | None = None,
        db_cluster_parameter_group_name: str | None = None,
        db_instance_parameter_group_name: str | None = None,
        db_subnet_group_name: str | None = None,
        db_system_id: str | None = None,
        delete_automated_backups: Flag | None = None,
        deletion_protection: Flag | None = None,
        domain: str | None = None,
        domain_iam_role_name: str | None = None,
        enable_global_write_forwarding: Flag | None = None,
        enable_http_endpoint: Flag | None = None,
        enable_local_write_forwarding: Flag | None = None,
        enabled_cloudwatch_logs_exports: Many[str] | None = None,
        engine_lifecycle_support: str | None = None,
        engine_mode: str | None = None,
        engine_version: str | None = None,
        final_snapshot_identifier: str | None = None,
        global_cluster_identifier: str | None = None,
        iam_database_authentication_enabled: Flag | None = None,
        iam_roles: Many[str] | None = None,
        iops: Number | None = None,
        kms_key_id: str | None = None,
        manage_master_user_password: Flag | None = None,
        master_password: str | None = None,
        master_password_wo: str | None = None,
        master_password_wo_version: Number | None = None,
        master_user_secret_kms_key_id: str | None = None,
        master_username: str | None = None,
        monitoring_interval: Number | None = None,
        monitoring_role_arn: str | None = None,
        network_type: str | None = None,
        performance_insights_enabled: Flag | None = None,
        performance_insights_kms_key_id: str | None = None,
        performance_insights_retention_period: Number | None = None,
        port: Number | None = None,
        preferred_backup_window: str | None = None,
        preferred_maintenance_window: str | None = None,
        replication_source_identifier: str | None = None,
        skip_final_snapshot: Flag | None = None,
        snapshot_identifier: str | None = None,
        source_region: str | None = None,
        storage_encrypted: Flag | None = None,
        storage_type: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        vpc_security_group_ids: Many[str] | None = None,
        restore_to_point_in_time: Block[RdsClusterRestoreToPointInTime] | None = None,
        s3_import: Block[RdsClusterS3Import] | None = None,
        scaling_configuration: Block[RdsClusterScalingConfiguration] | None = None,
        serverlessv2_scaling_configuration: Block[RdsClusterServerlessv2ScalingConfiguration] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "allocated_storage",
            "allow_major_version_upgrade",
            "apply_immediately",
            "arn",
            "availability_zones",
            "backtrack_window",
            "backup_retention_period",
            "ca_certificate_identifier",
            "ca_certificate_valid_till",
            "cluster_identifier",
            "cluster_identifier_prefix",
            "cluster_members",
            "cluster_resource_id",
            "cluster_scalability_type",
            "copy_tags_to_snapshot",
            "database_insights_mode",
            "database_name",
            "db_cluster_instance_class",
            "db_cluster_parameter_group_name",
            "db_instance_parameter_group_name",
            "db_subnet_group_name",
            "db_system_id",
            "delete_automated_backups",
            "deletion_protection",
            "domain",
            "domain_iam_role_name",
            "enable_global_write_forwarding",
            "enable_http_endpoint",
            "enable_local_write_forwarding",
            "enabled_cloudwatch_logs_exports",
            "endpoint",
            "engine",
            "engine_lifecycle_support",
            "engine_mode",
            "engine_version",
            "engine_version_actual",
            "final_snapshot_identifier",
            "global_cluster_identifier",
            "hosted_zone_id",
            "iam_database_authentication_enabled",
            "iam_roles",
            "id",
            "iops",
            "kms_key_id",
            "manage_master_user_password",
            "master_password",
            "master_password_wo",
            "master_password_wo_version",
            "master_user_secret",
            "master_user_secret_kms_key_id",
            "master_username",
            "monitoring_interval",
            "monitoring_role_arn",
            "network_type",
            "performance_insights_enabled",
            "performance_insights_kms_key_id",
            "performance_insights_retention_period",
            "port",
            "preferred_backup_window",
            "preferred_maintenance_window",
            "reader_endpoint",
            "replication_source_identifier",
            "restore_to_point_in_time",
            "s3_import",
            "scaling_configuration",
            "serverlessv2_scaling_configuration",
            "skip_final_snapshot",
            "snapshot_identifier",
            "source_region",
            "storage_encrypted",
            "storage_type",
            "tags",
            "tags_all",
            "timeouts",
            "vpc_security_group_ids",
        ]
    ]: ...
    def aws_rds_cluster_instance(
        self,
        label: str,
        /,
        *,
        cluster_identifier: str,
        engine: str,
        instance_class: str,
        apply_immediately: Flag | None = None,
        auto_minor_version_upgrade: Flag | None = None,
        availability_zone: str | None = None,
        ca_cert_identifier: str | None = None,
        copy_tags_to_snapshot: Flag | None = None,
        custom_iam_instance_profile: str | None = None,
        db_parameter_group_name: str | None = None,
        db_subnet_group_name: str | None = None,
        engine_version: str | None = None,
        force_destroy: Flag | None = None,
        identifier: str | None = None,
        identifier_prefix: str | None = None,
        monitoring_interval: Number | None = None,
        monitoring_role_arn: str | None = None,
        performance_insights_enabled: Flag | None = None,
        performance_insights_kms_key_id: str | None = None,
        performance_insights_retention_period: Number | None = None,
        preferred_backup_window: str | None = None,
        preferred_maintenance_window: str | None = None,
        promotion_tier: Number | None = None,
        publicly_accessible: Flag | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "apply_immediately",
            "arn",
            "auto_minor_version_upgrade",
            "availability_zone",
            "ca_cert_identifier",
            "cluster_identifier",
            "copy_tags_to_snapshot",
            "custom_iam_instance_profile",
            "db_parameter_group_name",
            "db_subnet_group_name",
            "dbi_resource_id",
            "endpoint",
            "engine",
            "engine_version",
            "engine_version_actual",
            "force_destroy",
            "id",
            "identifier",
            "identifier_prefix",
            "instance_class",
            "kms_key_id",
            "monitoring_interval",
            "monitoring_role_arn",
            "network_type",
            "performance_insights_enabled",
            "performance_insights_kms_key_id",
            "performance_insights_retention_period",
            "port",
            "preferred_backup_window",
            "preferred_maintenance_window",
            "promotion_tier",
            "publicly_accessible",
            "storage_encrypted",
            "tags",
            "tags_all",
            "timeouts",
            "writer",
        ]
    ]: ...
    def aws_rds_cluster_parameter_group(
        self,
        label: str,
        /,
        *,
        family: str,
        description: str | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        parameter: Blocks[RdsClusterParameterGroupParameter] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal["arn", "description", "family", "id", "name", "name_prefix", "parameter", "tags", "tags_all"]
    ]: ...
    def aws_rds_global_cluster(
        self,
        label: str,
        /,
        *,
        global_cluster_identifier: str,
        database_name: str | None = None,
        deletion_protection: Flag | None = None,
        engine: str | None = None,
        engine_lifecycle_support: str | None = None,
        engine_version: str | None = None,
        force_destroy: Flag | None = None,
        source_db_cluster_identifier: str | None = None,
        storage_encrypted: Flag | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "database_name",
            "deletion_protection",
            "endpoint",
            "engine",
            "engine_lifecycle_support",
            "engine_version",
            "engine_version_actual",
            "force_destroy",
            "global_cluster_identifier",
            "global_cluster_members",
            "global_cluster_resource_id",
            "id",
            "source_db_cluster_identifier",
            "storage_encrypted",
            "tags",
            "tags_all",
            "timeouts",
        ]
    ]: ...
    def aws_route(
        self,
        label: str,
        /,
        *,
        route_table_id: str,
        carrier_gateway_id: str | None = None,
        core_network_arn: str | None = None,
        destination_cidr_block: str | None = None,
        destination_ipv6_cidr_block: str | None = None,
        destination_prefix_list_id: str | None = None,
        egress_only_gateway_id: str | None = None,
        gateway_id: str | None = None,
        local_gateway_id: str | None = None,
        nat_gateway_id: str | None = None,
        network_interface_id: str | None = None,
        transit_gateway_id: str | None = None,
        vpc_endpoint_id: str | None = None,
        vpc_peering_connection_id: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "carrier_gateway_id",
            "core_network_arn",
            "destination_cidr_block",
            "destination_ipv6_cidr_block",
            "destination_prefix_list_id",
            "egress_only_gateway_id",
            "gateway_id",
            "id",
            "instance_id",
            "instance_owner_id",
            "local_gateway_id",
            "nat_gateway_id",
            "network_interface_id",
            "origin",
            "route_table_id",
            "state",
            "timeouts",
            "transit_gateway_id",
            "vpc_endpoint_id",
            "vpc_peering_connection_id",
        ]
    ]: ...
    def aws_route53_health_check(
        self,
        label: str,
        /,
        *,
        type: str,
        child_health_threshold: Number | None = None,
        child_healthchecks: Many[str] | None = None,
        cloudwatch_alarm_name: str | None = None,
        cloudwatch_alarm_region: str | None = None,
        disabled: Flag | None = None,
        enable_sni: Flag | None = None,
        failure_threshold: Number | None = None,
        fqdn: str | None = None,
        insufficient_data_health_status: str | None = None,
        invert_healthcheck: Flag | None = None,
        ip_address: str | None = None,
        measure_latency: Flag | None = None,
        port: Number | None = None,
        reference_name: str | None = None,
        regions: Many[str] | None = None,
        request_interval: Number | None = None,
        resource_path: str | None = None,
        routing_control_arn: str | None = None,
        search_string: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        triggers: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "child_health_threshold",
            "child_healthchecks",
            "cloudwatch_alarm_name",
            "cloudwatch_alarm_region",
            "disabled",
            "enable_sni",
            "failure_threshold",
            "fqdn",
            "id",
            "insufficient_data_health_status",
            "invert_healthcheck",
            "ip_address",
            "measure_latency",
            "port",
            "reference_name",
            "regions",
            "request_interval",
            "resource_path",
            "routing_control_arn",
            "search_string",
            "tags",
            "tags_all",
            "triggers",
            "type",
        ]
    ]: ...
    def aws_route53_query_log(
        self,
        label: str,
        /,
        *,
        cloudwatch_log_group_arn: str,
        zone_id: str,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["arn", "cloudwatch_log_group_arn", "id", "zone_id"]]: ...
    def aws_route53_record(
        self,
        label: str,
        /,
        *,
        name: str,
        type: str,
        zone_id: str,
        allow_overwrite: Flag | None = None,
        health_check_id: str | None = None,
        multivalue_answer_routing_policy: Flag | None = None,
        records: Many[str] | None = None,
        set_identifier: str | None = None,
        ttl: Number | None = None,
        alias: Block[Route53RecordAlias] | None = None,
        cidr_routing_policy: Block[Route53RecordCidrRoutingPolicy] | None = None,
        failover_routing_policy: Block[Route53RecordFailoverRoutingPolicy] | None = None,
        geolocation_routing_policy: Block[Route53RecordGeolocationRoutingPolicy] | None = None,
        geoproximity_routing_policy: Block[Route53RecordGeoproximityRoutingPolicy] | None = None,
        latency_routing_policy: Block[Route53RecordLatencyRoutingPolicy] | None = None,
        weighted_routing_policy: Block[Route53RecordWeightedRoutingPolicy] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "alias",
            "allow_overwrite",
            "cidr_routing_policy",
            "failover_routing_policy",
            "fqdn",
            "geolocation_routing_policy",
            "geoproximity_routing_policy",
            "health_check_id",
            "id",
            "latency_routing_policy",
            "multivalue_answer_routing_policy",
            "name",
            "records",
            "set_identifier",
            "timeouts",
            "ttl",
            "type",
            "weighted_routing_policy",
            "zone_id",
        ]
    ]: ...
    def aws_route53_zone(
        self,
        label: str,
        /,
        *,
        name: str,
        comment: str | None = None,
        delegation_set_id: str | None = None,
        force_destroy: Flag | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        vpc: Blocks[Route53ZoneVpc] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "comment",
            "delegation_set_id",
            "force_destroy",
            "id",
            "name",
            "name_servers",
            "primary_name_server",
            "tags",
            "tags_all",
            "timeouts",
            "vpc",
            "zone_id",
        ]
    ]: ...
    def aws_route_table(
        self,
        label: str,
        /,
        *,
        vpc_id: str,
        propagating_vgws: Many[str] | None = None,
        route: Many[RouteTableRoute] | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal["arn", "id", "owner_id", "propagating_vgws", "route", "tags", "tags_all", "timeouts", "vpc_id"]
    ]: ...
    def aws_route_table_association(
        self,
        label: str,
        /,
        *,
        route_table_id: str,
        gateway_id: str | None = None,
        subnet_id: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["gateway_id", "id", "route_table_id", "subnet_id", "timeouts"]]: ...
    def aws_s3_bucket(
        self,
        label: str,
        /,
        *,
        bucket: str | None = None,
        bucket_prefix: str | None = None,
        force_destroy: Flag | None = None,
        object_lock_enabled: Flag | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "acceleration_status",
            "acl",
            "arn",
            "bucket",
            "bucket_domain_name",
            "bucket_prefix",
            "bucket_regional_domain_name",
            "cors_rule",
            "force_destroy",
            "grant",
            "hosted_zone_id",
            "id",
            "lifecycle_rule",
            "logging",
            "object_lock_configuration",
            "object_lock_enabled",
            "policy",
            "region",
            "replication_configuration",
            "request_payer",
            "server_side_encryption_configuration",
            "tags",
            "tags_all",
            "timeouts",
            "versioning",
            "website",
            "website_domain",
            "website_endpoint",
        ]
    ]: ...
    def aws_s3_bucket_lifecycle_configuration(
        self,
        label: str,
        /,
        *,
        bucket: str,
        expected_bucket_owner: str | None = None,
        transition_default_minimum_object_size: str | None = None,
        rule: Blocks[S3BucketLifecycleConfigurationRule] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal["bucket", "expected_bucket_owner", "id", "rule", "timeouts", "transition_default_minimum_object_size"]
    ]: ...
    def aws_s3_bucket_logging(
        self,
        label: str,
        /,
        *,
        bucket: str,
        target_bucket: str,
        target_prefix: str,
        expected_bucket_owner: str | None = None,
        target_grant: Blocks[S3BucketLoggingTargetGrant] | None = None,
        target_object_key_format: Block[S3BucketLoggingTargetObjectKeyFormat] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "bucket",
            "expected_bucket_owner",
            "id",
            "target_bucket",
            "target_grant",
            "target_object_key_format",
            "target_prefix",
        ]
    ]: ...
    def aws_s3_bucket_notification(
        self,
        label: str,
        /,
        *,
        bucket: str,
        eventbridge: Flag | None = None,
        lambda_function: Blocks[S3BucketNotificationLambdaFunction] | None = None,
        queue: Blocks[S3BucketNotificationQueue] | None = None,
        topic: Blocks[S3BucketNotificationTopic] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["bucket", "eventbridge", "id", "lambda_function", "queue", "topic"]]: ...
    def aws_s3_bucket_ownership_controls(
        self,
        label: str,
        /,
        *,
        bucket: str,
        rule: Block[S3BucketOwnershipControlsRule],
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["bucket", "id", "rule"]]: ...
    def aws_s3_bucket_policy(
        self,
        label: str,
        /,
        *,
        bucket: str,
        policy: str,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["bucket", "id", "policy"]]: ...
    def aws_s3_bucket_public_access_block(
        self,
        label: str,
        /,
        *,
        bucket: str,
        block_public_acls: Flag | None = None,
        block_public_policy: Flag | None = None,
        ignore_public_acls: Flag | None = None,
        restrict_public_buckets: Flag | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "block_public_acls", "block_public_policy", "bucket", "id", "ignore_public_acls", "restrict_public_buckets"
        ]
    ]: ...
    def aws_s3_bucket_replication_configuration(
        self,
        label: str,
        /,
        *,
        bucket: str,
        role: str,
        rule: Blocks[S3BucketReplicationConfigurationRule],
        token: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["bucket", "id", "role", "rule", "token"]]: ...
    def aws_s3_bucket_server_side_encryption_configuration(
        self,
        label: str,
        /,
        *,
        bucket: str,
        rule: Blocks[S3BucketServerSideEncryptionConfigurationRule],
        expected_bucket_owner: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["bucket", "expected_bucket_owner", "id", "rule"]]: ...
    def aws_s3_bucket_versioning(
        self,
        label: str,
        /,
        *,
        bucket: str,
        versioning_configuration: Block[S3BucketVersioningVersioningConfiguration],
        expected_bucket_owner: str | None = None,
        mfa: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["bucket", "expected_bucket_owner", "id", "mfa", "versioning_configuration"]]: ...
    def aws_scheduler_schedule(
        self,
        label: str,
        /,
        *,
        schedule_expression: str,
        flexible_time_window: Block[SchedulerScheduleFlexibleTimeWindow],
        target: Block[SchedulerScheduleTarget],
        description: str | None = None,
        end_date: str | None = None,
        group_name: str | None = None,
        kms_key_arn: str | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        schedule_expression_timezone: str | None = None,
        start_date: str | None = None,
        state: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "description",
            "end_date",
            "flexible_time_window",
            "group_name",
            "id",
            "kms_key_arn",
            "name",
            "name_prefix",
            "schedule_expression",
            "schedule_expression_timezone",
            "start_date",
            "state",
            "target",
        ]
    ]: ...
    def aws_secretsmanager_secret(
        self,
        label: str,
        /,
        *,
        description: str | None = None,
        force_overwrite_replica_secret: Flag | None = None,
        kms_key_id: str | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        policy: str | None = None,
        recovery_window_in_days: Number | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        replica: Blocks[SecretsmanagerSecretReplica] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "description",
            "force_overwrite_replica_secret",
            "id",
            "kms_key_id",
            "name",
            "name_prefix",
            "policy",
            "recovery_window_in_days",
            "replica",
            "tags",
            "tags_all",
        ]
    ]: ...
    def aws_secretsmanager_secret_rotation(
        self,
        label: str,
        /,
        *,
        secret_id: str,
        rotation_rules: Block[SecretsmanagerSecretRotationRotationRules],
        rotate_immediately: Flag | None = None,
        rotation_lambda_arn: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal["id", "rotate_immediately", "rotation_enabled", "rotation_lambda_arn", "rotation_rules", "secret_id"]
    ]: ...
    def aws_secretsmanager_secret_version(
        self,
        label: str,
        /,
        *,
        secret_id: str,
        secret_binary: str | None = None,
        secret_string: str | None = None,
        secret_string_wo: str | None = None,
        secret_string_wo_version: Number | None = None,
        version_stages: Many[str] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "has_secret_string_wo",
            "id",
            "secret_binary",
            "secret_id",
            "secret_string",
            "secret_string_wo",
            "secret_string_wo_version",
            "version_id",
            "version_stages",
        ]
    ]: ...
    def aws_security_group(
        self,
        label: str,
        /,
        *,
        description: str | None = None,
        egress: Many[SecurityGroupEgress] | None = None,
        ingress: Many[SecurityGroupEgress] | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        revoke_rules_on_delete: Flag | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        vpc_id: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "description",
            "egress",
            "id",
            "ingress",
            "name",
            "name_prefix",
            "owner_id",
            "revoke_rules_on_delete",
            "tags",
            "tags_all",
            "timeouts",
            "vpc_id",
        ]
    ]: ...
    def aws_sns_topic(
        self,
        label: str,
        /,
        *,
        application_failure_feedback_role_arn: str | None = None,
        application_success_feedback_role_arn: str | None = None,
        application_success_feedback_sample_rate: Number | None = None,
        archive_policy: str | None = None,
        content_based_deduplication: Flag | None = None,
        delivery_policy: str | None = None,
        display_name: str | None = None,
        fifo_throughput_scope: str | None = None,
        fifo_topic: Flag | None = None,
        firehose_failure_feedback_role_arn: str | None = None,
        firehose_success_feedback_role_arn: str | None = None,
        firehose_success_feedback_sample_rate: Number | None = None,
        http_failure_feedback_role_arn: str | None = None,
        http_success_feedback_role_arn: str | None = None,
        http_success_feedback_sample_rate: Number | None = None,
        kms_master_key_id: str | None = None,
        lambda_failure_feedback_role_arn: str | None = None,
        lambda_success_feedback_role_arn: str | None = None,
        lambda_success_feedback_sample_rate: Number | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        policy: str | None = None,
        signature_version: Number | None = None,
        sqs_failure_feedback_role_arn: str | None = None,
        sqs_success_feedback_role_arn: str | None = None,
        sqs_success_feedback_sample_rate: Number | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        tracing_config: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "application_failure_feedback_role_arn",
            "application_success_feedback_role_arn",
            "application_success_feedback_sample_rate",
            "archive_policy",
            "arn",
            "beginning_archive_time",
            "content_based_deduplication",
            "delivery_policy",
            "display_name",
            "fifo_throughput_scope",
            "fifo_topic",
            "firehose_failure_feedback_role_arn",
            "firehose_success_feedback_role_arn",
            "firehose_success_feedback_sample_rate",
            "http_failure_feedback_role_arn",
            "http_success_feedback_role_arn",
            "http_success_feedback_sample_rate",
            "id",
            "kms_master_key_id",
            "lambda_failure_feedback_role_arn",
            "lambda_success_feedback_role_arn",
            "lambda_success_feedback_sample_rate",
            "name",
            "name_prefix",
            "owner",
            "policy",
            "signature_version",
            "sqs_failure_feedback_role_arn",
            "sqs_success_feedback_role_arn",
            "sqs_success_feedback_sample_rate",
            "tags",
            "tags_all",
            "tracing_config",
        ]
    ]: ...
    def aws_sns_topic_policy(
        self,
        label: str,
        /,
        *,
        arn: str,
        policy: str,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["arn", "id", "owner", "policy"]]: ...
    def aws_sns_topic_subscription(
        self,
        label: str,
        /,
        *,
        endpoint: str,
        protocol: str,
        topic_arn: str,
        confirmation_timeout_in_minutes: Number | None = None,
        delivery_policy: str | None = None,
        endpoint_auto_confirms: Flag | None = None,
        filter_policy: str | None = None,
        filter_policy_scope: str | None = None,
        raw_message_delivery: Flag | None = None,
        redrive_policy: str | None = None,
        replay_policy: str | None = None,
        subscription_role_arn: str | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "confirmation_timeout_in_minutes",
            "confirmation_was_authenticated",
            "delivery_policy",
            "endpoint",
            "endpoint_auto_confirms",
            "filter_policy",
            "filter_policy_scope",
            "id",
            "owner_id",
            "pending_confirmation",
            "protocol",
            "raw_message_delivery",
            "redrive_policy",
            "replay_policy",
            "subscription_role_arn",
            "topic_arn",
        ]
    ]: ...
    def aws_sqs_queue(
        self,
        label: str,
        /,
        *,
        content_based_deduplication: Flag | None = None,
        deduplication_scope: str | None = None,
        delay_seconds: Number | None = None,
        fifo_queue: Flag | None = None,
        fifo_throughput_limit: str | None = None,
        kms_data_key_reuse_period_seconds: Number | None = None,
        kms_master_key_id: str | None = None,
        max_message_size: Number | None = None,
        message_retention_seconds: Number | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        policy: str | None = None,
        receive_wait_time_seconds: Number | None = None,
        redrive_allow_policy: str | None = None,
        redrive_policy: str | None = None,
        sqs_managed_sse_enabled: Flag | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        visibility_timeout_seconds: Number | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "content_based_deduplication",
            "deduplication_scope",
            "delay_seconds",
            "fifo_queue",
            "fifo_throughput_limit",
            "id",
            "kms_data_key_reuse_period_seconds",
            "kms_master_key_id",
            "max_message_size",
            "message_retention_seconds",
            "name",
            "name_prefix",
            "policy",
            "receive_wait_time_seconds",
            "redrive_allow_policy",
            "redrive_policy",
            "sqs_managed_sse_enabled",
            "tags",
            "tags_all",
            "timeouts",
            "url",
            "visibility_timeout_seconds",
        ]
    ]: ...
    def aws_sqs_queue_policy(
        self,
        label: str,
        /,
        *,
        policy: str,
        queue_url: str,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["id", "policy", "queue_url"]]: ...
    def aws_subnet(
        self,
        label: str,
        /,
        *,
        vpc_id: str,
        assign_ipv6_address_on_creation: Flag | None = None,
        availability_zone: str | None = None,
        availability_zone_id: str | None = None,
        cidr_block: str | None = None,
        customer_owned_ipv4_pool: str | None = None,
        enable_dns64: Flag | None = None,
        enable_lni_at_device_index: Number | None = None,
        enable_resource_name_dns_a_record_on_launch: Flag | None = None,
        enable_resource_name_dns_aaaa_record_on_launch: Flag | None = None,
        ipv6_cidr_block: str | None = None,
        ipv6_native: Flag | None = None,
        map_customer_owned_ip_on_launch: Flag | None = None,
        map_public_ip_on_launch: Flag | None = None,
        outpost_arn: str | None = None,
        private_dns_hostname_type_on_launch: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "assign_ipv6_address_on_creation",
            "availability_zone",
            "availability_zone_id",
            "cidr_block",
            "customer_owned_ipv4_pool",
            "enable_dns64",
            "enable_lni_at_device_index",
            "enable_resource_name_dns_a_record_on_launch",
            "enable_resource_name_dns_aaaa_record_on_launch",
            "id",
            "ipv6_cidr_block",
            "ipv6_cidr_block_association_id",
            "ipv6_native",
            "map_customer_owned_ip_on_launch",
            "map_public_ip_on_launch",
            "outpost_arn",
            "owner_id",
            "private_dns_hostname_type_on_launch",
            "tags",
            "tags_all",
            "timeouts",
            "vpc_id",
        ]
    ]: ...
    def aws_vpc(
        self,
        label: str,
        /,
        *,
        assign_generated_ipv6_cidr_block: Flag | None = None,
        cidr_block: str | None = None,
        enable_dns_hostnames: Flag | None = None,
        enable_dns_support: Flag | None = None,
        enable_network_address_usage_metrics: Flag | None = None,
        instance_tenancy: str | None = None,
        ipv4_ipam_pool_id: str | None = None,
        ipv4_netmask_length: Number | None = None,
        ipv6_cidr_block: str | None = None,
        ipv6_cidr_block_network_border_group: str | None = None,
        ipv6_ipam_pool_id: str | None = None,
        ipv6_netmask_length: Number | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "assign_generated_ipv6_cidr_block",
            "cidr_block",
            "default_network_acl_id",
            "default_route_table_id",
            "default_security_group_id",
            "dhcp_options_id",
            "enable_dns_hostnames",
            "enable_dns_support",
            "enable_network_address_usage_metrics",
            "id",
            "instance_tenancy",
            "ipv4_ipam_pool_id",
            "ipv4_netmask_length",
            "ipv6_association_id",
            "ipv6_cidr_block",
            "ipv6_cidr_block_network_border_group",
            "ipv6_ipam_pool_id",
            "ipv6_netmask_length",
            "main_route_table_id",
            "owner_id",
            "tags",
            "tags_all",
        ]
    ]: ...
    def aws_vpc_endpoint(
        self,
        label: str,
        /,
        *,
        vpc_id: str,
        auto_accept: Flag | None = None,
        ip_address_type: str | None = None,
        policy: str | None = None,
        private_dns_enabled: Flag | None = None,
        resource_configuration_arn: str | None = None,
        route_table_ids: Many[str] | None = None,
        security_group_ids: Many[str] | None = None,
        service_name: str | None = None,
        service_network_arn: str | None = None,
        service_region: str | None = None,
        subnet_ids: Many[str] | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        vpc_endpoint_type: str | None = None,
        dns_options: Block[VpcEndpointDnsOptions] | None = None,
        subnet_configuration: Blocks[VpcEndpointSubnetConfiguration] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "auto_accept",
            "cidr_blocks",
            "dns_entry",
            "dns_options",
            "id",
            "ip_address_type",
            "network_interface_ids",
            "owner_id",
            "policy",
            "prefix_list_id",
            "private_dns_enabled",
            "requester_managed",
            "resource_configuration_arn",
            "route_table_ids",
            "security_group_ids",
            "service_name",
            "service_network_arn",
            "service_region",
            "state",
            "subnet_configuration",
            "subnet_ids",
            "tags",
            "tags_all",
            "timeouts",
            "vpc_endpoint_type",
            "vpc_id",
        ]
    ]: ...
    def aws_vpc_security_group_egress_rule(
        self,
        label: str,
        /,
        *,
        ip_protocol: str,
        security_group_id: str,
        cidr_ipv4: str | None = None,
        cidr_ipv6: str | None = None,
        description: str | None = None,
        from_port: Number | None = None,
        prefix_list_id: str | None = None,
        referenced_security_group_id: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        to_port: Number | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "cidr_ipv4",
            "cidr_ipv6",
            "description",
            "from_port",
            "id",
            "ip_protocol",
            "prefix_list_id",
            "referenced_security_group_id",
            "security_group_id",
            "security_group_rule_id",
            "tags",
            "tags_all",
            "to_port",
        ]
    ]: ...
    def aws_vpc_security_group_ingress_rule(
        self,
        label: str,
        /,
        *,
        ip_protocol: str,
        security_group_id: str,
        cidr_ipv4: str | None = None,
        cidr_ipv6: str | None = None,
        description: str | None = None,
        from_port: Number | None = None,
        prefix_list_id: str | None = None,
        referenced_security_group_id: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        to_port: Number | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "arn",
            "cidr_ipv4",
            "cidr_ipv6",
            "description",
            "from_port",
            "id",
            "ip_protocol",
            "prefix_list_id",
            "referenced_security_group_id",
            "security_group_id",
            "security_group_rule_id",
            "tags",
            "tags_all",
            "to_port",
        ]
    ]: ...
    def aws_wafv2_web_acl(
        self,
        label: str,
        /,
        *,
        scope: str,
        default_action: Block[Wafv2WebAclDefaultAction],
        visibility_config: Block[Wafv2WebAclVisibilityConfig],
        description: str | None = None,
        name: str | None = None,
        name_prefix: str | None = None,
        rule_json: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        token_domains: Many[str] | None = None,
        association_config: Block[Wafv2WebAclAssociationConfig] | None = None,
        captcha_config: Block[Wafv2WebAclCaptchaConfig] | None = None,
        challenge_config: Block[Wafv2WebAclCaptchaConfig] | None = None,
        custom_response_body: Blocks[Wafv2WebAclCustomResponseBody] | None = None,
        data_protection_config: Block[Wafv2WebAclDataProtectionConfig] | None = None,
        rule: Blocks[Wafv2WebAclRule] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[
        Literal[
            "application_integration_url",
            "arn",
            "association_config",
            "capacity",
            "captcha_config",
            "challenge_config",
            "custom_response_body",
            "data_protection_config",
            "default_action",
            "description",
            "id",
            "lock_token",
            "name",
            "name_prefix",
            "rule",
            "rule_json",
            "scope",
            "tags",
            "tags_all",
            "token_domains",
            "visibility_config",
        ]
    ]: ...
    def aws_wafv2_web_acl_association(
        self,
        label: str,
        /,
        *,
        resource_arn: str,
        web_acl_arn: str,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["id", "resource_arn", "timeouts", "web_acl_arn"]]: ...
    def aws_wafv2_web_acl_logging_configuration(
        self,
        label: str,
        /,
        *,
        log_destination_configs: Many[str],
        resource_arn: str,
        logging_filter: Block[Wafv2WebAclLoggingConfigurationLoggingFilter] | None = None,
        redacted_fields: Blocks[Wafv2WebAclLoggingConfigurationRedactedFields] | None = None,
        count: Expression | None = None,
        for_each: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        lifecycle: Lifecycle | None = None,
        exceptions: Iterable[LintException] = (),
    ) -> Resource[Literal["id", "log_destination_configs", "logging_filter", "redacted_fields", "resource_arn"]]: ...

class DataSources:
    def __init__(self, module: Module) -> None: ...
    def aws_availability_zones(
        self,
        label: str,
        /,
        *,
        all_availability_zones: Flag | None = None,
        exclude_names: Many[str] | None = None,
        exclude_zone_ids: Many[str] | None = None,
        state: str | None = None,
        filter: Blocks[DataAvailabilityZonesFilter] | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[
        Literal[
            "all_availability_zones",
            "exclude_names",
            "exclude_zone_ids",
            "filter",
            "group_names",
            "id",
            "names",
            "state",
            "timeouts",
            "zone_ids",
        ]
    ]: ...
    def aws_caller_identity(
        self,
        label: str,
        /,
        *,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[Literal["account_id", "arn", "id", "user_id"]]: ...
    def aws_db_cluster_snapshot(
        self,
        label: str,
        /,
        *,
        db_cluster_identifier: str | None = None,
        db_cluster_snapshot_identifier: str | None = None,
        include_public: Flag | None = None,
        include_shared: Flag | None = None,
        most_recent: Flag | None = None,
        snapshot_type: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[
        Literal[
            "allocated_storage",
            "availability_zones",
            "db_cluster_identifier",
            "db_cluster_snapshot_arn",
            "db_cluster_snapshot_identifier",
            "engine",
            "engine_version",
            "id",
            "include_public",
            "include_shared",
            "kms_key_id",
            "license_model",
            "most_recent",
            "port",
            "snapshot_create_time",
            "snapshot_type",
            "source_db_cluster_snapshot_arn",
            "status",
            "storage_encrypted",
            "tags",
            "vpc_id",
        ]
    ]: ...
    def aws_db_instance(
        self,
        label: str,
        /,
        *,
        db_instance_identifier: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[
        Literal[
            "address",
            "allocated_storage",
            "auto_minor_version_upgrade",
            "availability_zone",
            "backup_retention_period",
            "ca_cert_identifier",
            "database_insights_mode",
            "db_cluster_identifier",
            "db_instance_arn",
            "db_instance_class",
            "db_instance_identifier",
            "db_instance_port",
            "db_name",
            "db_parameter_groups",
            "db_subnet_group",
            "enabled_cloudwatch_logs_exports",
            "endpoint",
            "engine",
            "engine_version",
            "hosted_zone_id",
            "id",
            "iops",
            "kms_key_id",
            "license_model",
            "master_user_secret",
            "master_username",
            "max_allocated_storage",
            "monitoring_interval",
            "monitoring_role_arn",
            "multi_az",
            "network_type",
            "option_group_memberships",
            "port",
            "preferred_backup_window",
            "preferred_maintenance_window",
            "publicly_accessible",
            "replicate_source_db",
            "resource_id",
            "storage_encrypted",
            "storage_throughput",
            "storage_type",
            "tags",
            "timezone",
            "vpc_security_groups",
        ]
    ]: ...
    def aws_db_snapshot(
        self,
        label: str,
        /,
        *,
        db_instance_identifier: str | None = None,
        db_snapshot_identifier: str | None = None,
        include_public: Flag | None = None,
        include_shared: Flag | None = None,
        most_recent: Flag | None = None,
        snapshot_type: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[
        Literal[
            "allocated_storage",
            "availability_zone",
            "db_instance_identifier",
            "db_snapshot_arn",
            "db_snapshot_identifier",
            "encrypted",
            "engine",
            "engine_version",
            "id",
            "include_public",
            "include_shared",
            "iops",
            "kms_key_id",
            "license_model",
            "most_recent",
            "option_group_name",
            "original_snapshot_create_time",
            "port",
            "snapshot_create_time",
            "snapshot_type",
            "source_db_snapshot_identifier",
            "source_region",
            "status",
            "storage_type",
            "tags",
            "vpc_id",
        ]
    ]: ...
    def aws_dynamodb_table(
        self,
        label: str,
        /,
        *,
        name: str,
        tags: Mapping[str, str] | Expression | None = None,
        server_side_encryption: Block[DataDynamodbTableServerSideEncryption] | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[
        Literal[
            "arn",
            "attribute",
            "billing_mode",
            "deletion_protection_enabled",
            "global_secondary_index",
            "hash_key",
            "id",
            "local_secondary_index",
            "name",
            "on_demand_throughput",
            "point_in_time_recovery",
            "range_key",
            "read_capacity",
            "replica",
            "server_side_encryption",
            "stream_arn",
            "stream_enabled",
            "stream_label",
            "stream_view_type",
            "table_class",
            "tags",
            "ttl",
            "write_capacity",
        ]
    ]: ...
    def aws_kms_alias(
        self,
        label: str,
        /,
        *,
        name: str,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[Literal["arn", "id", "name", "target_key_arn", "target_key_id"]]: ...
    def aws_kms_key(
        self,
        label: str,
        /,
        *,
        key_id: str,
        grant_tokens: Many[str] | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[
        Literal[
            "arn",
            "aws_account_id",
            "cloud_hsm_cluster_id",
            "creation_date",
            "custom_key_store_id",
            "customer_master_key_spec",
            "deletion_date",
            "description",
            "enabled",
            "expiration_model",
            "grant_tokens",
            "id",
            "key_id",
            "key_manager",
            "key_spec",
            "key_state",
            "key_usage",
            "multi_region",
            "multi_region_configuration",
            "origin",
            "pending_deletion_window_in_days",
            "valid_to",
            "xks_key_configuration",
        ]
    ]: ...
    def aws_partition(
        self,
        label: str,
        /,
        *,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[Literal["dns_suffix", "id", "partition", "reverse_dns_prefix"]]: ...
    def aws_prefix_list(
        self,
        label: str,
        /,
        *,
        name: str | None = None,
        prefix_list_id: str | None = None,
        filter: Blocks[DataPrefixListFilter] | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[Literal["cidr_blocks", "filter", "id", "name", "prefix_list_id", "timeouts"]]: ...
    def aws_rds_cluster(
        self,
        label: str,
        /,
        *,
        cluster_identifier: str,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[
        Literal[
            "arn",
            "availability_zones",
            "backtrack_window",
            "backup_retention_period",
            "cluster_identifier",
            "cluster_members",
            "cluster_resource_id",
            "cluster_scalability_type",
            "database_insights_mode",
            "database_name",
            "db_cluster_parameter_group_name",
            "db_subnet_group_name",
            "db_system_id",
            "enabled_cloudwatch_logs_exports",
            "endpoint",
            "engine",
            "engine_mode",
            "engine_version",
            "final_snapshot_identifier",
            "hosted_zone_id",
            "iam_database_authentication_enabled",
            "iam_roles",
            "id",
            "kms_key_id",
            "master_user_secret",
            "master_username",
            "monitoring_interval",
            "monitoring_role_arn",
            "network_type",
            "port",
            "preferred_backup_window",
            "preferred_maintenance_window",
            "reader_endpoint",
            "replication_source_identifier",
            "storage_encrypted",
            "tags",
            "vpc_security_group_ids",
        ]
    ]: ...
    def aws_route53_zone(
        self,
        label: str,
        /,
        *,
        name: str | None = None,
        private_zone: Flag | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        vpc_id: str | None = None,
        zone_id: str | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[
        Literal[
            "arn",
            "caller_reference",
            "comment",
            "id",
            "linked_service_description",
            "linked_service_principal",
            "name",
            "name_servers",
            "primary_name_server",
            "private_zone",
            "resource_record_set_count",
            "tags",
            "vpc_id",
            "zone_id",
        ]
    ]: ...
    def aws_s3_bucket(
        self,
        label: str,
        /,
        *,
        bucket: str,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[
        Literal[
            "arn",
            "bucket",
            "bucket_domain_name",
            "bucket_regional_domain_name",
            "hosted_zone_id",
            "id",
            "region",
            "website_domain",
            "website_endpoint",
        ]
    ]: ...
    def aws_secretsmanager_random_password(
        self,
        label: str,
        /,
        *,
        exclude_characters: str | None = None,
        exclude_lowercase: Flag | None = None,
        exclude_numbers: Flag | None = None,
        exclude_punctuation: Flag | None = None,
        exclude_uppercase: Flag | None = None,
        include_space: Flag | None = None,
        password_length: Number | None = None,
        require_each_included_type: Flag | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[
        Literal[
            "exclude_characters",
            "exclude_lowercase",
            "exclude_numbers",
            "exclude_punctuation",
            "exclude_uppercase",
            "id",
            "include_space",
            "password_length",
            "random_password",
            "require_each_included_type",
        ]
    ]: ...
    def aws_secretsmanager_secret(
        self,
        label: str,
        /,
        *,
        arn: str | None = None,
        name: str | None = None,
        tags: Mapping[str, str] | Expression | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
        exceptions: Iterable[LintException] = (),
    ) -> Data[
        Literal["arn", "created_date", "description", "id", "kms_key_id", "last_changed_date", "name", "policy", "tags"]
    ]: ...

class Ephemerals:
    def __init__(self, module: Module) -> None: ...
    def aws_secretsmanager_random_password(
        self,
        label: str,
        /,
        *,
        exclude_characters: str | None = None,
        exclude_lowercase: Flag | None = None,
        exclude_numbers: Flag | None = None,
        exclude_punctuation: Flag | None = None,
        exclude_uppercase: Flag | None = None,
        include_space: Flag | None = None,
        password_length: Number | None = None,
        require_each_included_type: Flag | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
    ) -> Ephemeral[
        Literal[
            "exclude_characters",
            "exclude_lowercase",
            "exclude_numbers",
            "exclude_punctuation",
            "exclude_uppercase",
            "include_space",
            "password_length",
            "random_password",
            "require_each_included_type",
        ]
    ]: ...
    def aws_secretsmanager_secret_version(
        self,
        label: str,
        /,
        *,
        secret_id: str,
        version_id: str | None = None,
        version_stage: str | None = None,
        count: Expression | None = None,
        depends_on: Iterable[Resource[str]] = (),
    ) -> Ephemeral[
        Literal[
            "arn",
            "created_date",
            "secret_binary",
            "secret_id",
            "secret_string",
            "version_id",
            "version_stage",
            "version_stages",
        ]
    ]: ...
