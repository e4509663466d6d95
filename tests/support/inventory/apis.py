"""Doors: API Gateway, both kinds, and Route 53."""

from __future__ import annotations

from .listing import NAME_TAG, Detail, Listing

REST = {"restApiId": "id"}
HTTP = {"ApiId": "ApiId"}

REST_APIS = (
    Listing(
        "REST API",
        ("AWS::ApiGateway::RestApi",),
        "apigateway",
        "get_rest_apis",
        "items",
        "name",
        ("id",),
        drop=("rootResourceId",),
        children=(
            Listing(
                "REST resource",
                ("AWS::ApiGateway::Resource", "AWS::ApiGateway::Method"),
                "apigateway",
                "get_resources",
                "items",
                "join(' ', [parent.name, path])",
                ("id",),
                {**REST, "embed": "['methods']"},
                drop=("cacheNamespace",),
            ),
            Listing(
                "REST stage",
                ("AWS::ApiGateway::Stage",),
                "apigateway",
                "get_stages",
                "item",
                "join(' ', [parent.name, stageName])",
                arguments=REST,
                drop=("deploymentId",),
            ),
            Listing(
                "REST deployment",
                ("AWS::ApiGateway::Deployment",),
                "apigateway",
                "get_deployments",
                "items",
                "parent.name",
                ("id",),
                REST,
            ),
            Listing(
                "request validator",
                ("AWS::ApiGateway::RequestValidator",),
                "apigateway",
                "get_request_validators",
                "items",
                "join(' ', [parent.name, name])",
                ("id",),
                REST,
            ),
            Listing(
                "authorizer",
                (),
                "apigateway",
                "get_authorizers",
                "items",
                "join(' ', [parent.name, name])",
                ("id",),
                REST,
            ),
            Listing(
                "gateway response",
                (),
                "apigateway",
                "get_gateway_responses",
                "items",
                "join(' ', [parent.name, responseType])",
                (),
                REST,
                omit="defaultResponse",
            ),
        ),
    ),
    Listing("usage plan", ("AWS::ApiGateway::UsagePlan",), "apigateway", "get_usage_plans", "items", "name", ("id",)),
    Listing("API key", (), "apigateway", "get_api_keys", "items", "name", ("id",)),
    Listing("VPC link", (), "apigateway", "get_vpc_links", "items", "name", ("id",)),
    Listing(
        "REST domain",
        ("AWS::ApiGateway::DomainName", "AWS::ApiGateway::BasePathMapping"),
        "apigateway",
        "get_domain_names",
        "items",
        "domainName",
        ("regionalDomainName",),
        drop=("distributionDomainName",),
        details={"mappings": Detail("get_base_path_mappings", {"domainName": "domainName"}, "items")},
    ),
    Listing(
        "API account",
        ("AWS::ApiGateway::Account",),
        "apigateway",
        "get_account",
        "[@]",
        "'logging'",
        omit="!cloudwatchRoleArn",
        kept="'stays as set: the service has no call that takes it back'",
        drop=("throttleSettings", "features", "apiKeyVersion"),
    ),
)

HTTP_APIS = (
    Listing(
        "HTTP API",
        ("AWS::ApiGatewayV2::Api",),
        "apigatewayv2",
        "get_apis",
        "Items",
        "Name",
        ("ApiId", "ApiEndpoint"),
        drop=("ApiId",),
        children=(
            Listing(
                "integration",
                ("AWS::ApiGatewayV2::Integration",),
                "apigatewayv2",
                "get_integrations",
                "Items",
                "join(' ', [parent.Name, IntegrationUri || IntegrationType])",
                ("IntegrationId",),
                HTTP,
            ),
            Listing(
                "route",
                ("AWS::ApiGatewayV2::Route",),
                "apigatewayv2",
                "get_routes",
                "Items",
                "join(' ', [parent.Name, RouteKey])",
                ("RouteId",),
                HTTP,
            ),
            Listing(
                "HTTP stage",
                ("AWS::ApiGatewayV2::Stage",),
                "apigatewayv2",
                "get_stages",
                "Items",
                "join(' ', [parent.Name, StageName])",
                (),
                HTTP,
                drop=("DeploymentId", "LastDeploymentStatusMessage"),
            ),
            Listing(
                "HTTP authorizer",
                (),
                "apigatewayv2",
                "get_authorizers",
                "Items",
                "join(' ', [parent.Name, Name])",
                ("AuthorizerId",),
                HTTP,
            ),
        ),
    ),
    Listing("HTTP VPC link", (), "apigatewayv2", "get_vpc_links", "Items", "Name", ("VpcLinkId",)),
    Listing(
        "HTTP domain",
        ("AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::ApiMapping"),
        "apigatewayv2",
        "get_domain_names",
        "Items",
        "DomainName",
        ("DomainNameConfigurations[0].ApiGatewayDomainName",),
        details={
            "Mappings": Detail(
                "get_api_mappings",
                {"DomainName": "DomainName"},
                "Items[].{Key: ApiMappingKey, Api: ApiId, Stage: Stage}",
            )
        },
    ),
)

DNS = (
    Listing(
        "hosted zone",
        ("AWS::Route53::HostedZone",),
        "route53",
        "list_hosted_zones",
        "HostedZones[].{Id: Id, Name: Name}",
        "Name",
        ("part(Id, '/')",),
        everywhere=False,
        drop=("CallerReference", "ResourceRecordSetCount"),
        details={
            "Zone": Detail("get_hosted_zone", {"Id": "Id"}),
            "Tags": Detail(
                "list_tags_for_resource",
                {"ResourceType": "'hostedzone'", "ResourceId": "part(Id, '/')"},
                "ResourceTagSet.Tags",
            ),
            "QueryLogging": Detail(
                "list_query_logging_configs",
                {"HostedZoneId": "part(Id, '/')"},
                "QueryLoggingConfigs[].CloudWatchLogsLogGroupArn",
            ),
        },
        children=(
            Listing(
                "record",
                ("AWS::Route53::RecordSet",),
                "route53",
                "list_resource_record_sets",
                "ResourceRecordSets",
                "join(' ', [Type, Name, SetIdentifier || ''])",
                arguments={"HostedZoneId": "Id"},
            ),
        ),
    ),
    Listing(
        "health check",
        ("AWS::Route53::HealthCheck",),
        "route53",
        "list_health_checks",
        "HealthChecks",
        f"{NAME_TAG} || HealthCheckConfig.FullyQualifiedDomainName || HealthCheckConfig.Type",
        ("Id",),
        everywhere=False,
        drop=("CallerReference", "HealthCheckVersion"),
        details={
            "Tags": Detail(
                "list_tags_for_resource", {"ResourceType": "'healthcheck'", "ResourceId": "Id"}, "ResourceTagSet.Tags"
            )
        },
    ),
)

LISTINGS = (*REST_APIS, *HTTP_APIS, *DNS)
