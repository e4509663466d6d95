"""What runs and who it runs as: Lambda, IAM, load balancers, certificates, WAF."""

from __future__ import annotations

from .listing import Detail, Listing

AWS_OWN_ROLE = "starts_with(Path, '/aws-service-role/') || starts_with(Path, '/aws-reserved/')"
FUNCTION = {"FunctionName": "FunctionName"}

FUNCTIONS = (
    Listing(
        "function",
        ("AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Lambda::EventInvokeConfig"),
        "lambda",
        "list_functions",
        "Functions",
        "FunctionName",
        details={
            "Told": Detail("get_function", FUNCTION, "{Tags: Tags, Concurrency: Concurrency, Location: Code.Location}"),
            "Code": Detail("", {}, "Told.Location", archive=True),
            "Policy": Detail("get_policy", FUNCTION, "Policy"),
            "Invoking": Detail("get_function_event_invoke_config", FUNCTION),
            "Url": Detail("get_function_url_config", FUNCTION),
        },
        drop=(
            "RevisionId",
            "CodeSha256",
            "Location",
            "Sid",
            "State",
            "StateReason",
            "StateReasonCode",
            "LastUpdateStatus",
            "LastUpdateStatusReason",
            "LastUpdateStatusReasonCode",
            "RuntimeVersionConfig",
            "CodeSize",
        ),
        children=(
            Listing(
                "function alias",
                ("AWS::Lambda::Alias",),
                "lambda",
                "list_aliases",
                "Aliases",
                "join(' ', [parent.FunctionName, Name])",
                arguments=FUNCTION,
                drop=("RevisionId",),
            ),
            Listing(
                "function version",
                ("AWS::Lambda::Version",),
                "lambda",
                "list_versions_by_function",
                "Versions",
                "join(' ', [FunctionName, Version])",
                arguments=FUNCTION,
                omit="Version=='$LATEST'",
                drop=("RevisionId",),
            ),
        ),
    ),
    Listing(
        "event source",
        ("AWS::Lambda::EventSourceMapping",),
        "lambda",
        "list_event_source_mappings",
        "EventSourceMappings",
        "join(' to ', [EventSourceArn, FunctionArn])",
        ("UUID",),
        drop=("LastProcessingResult", "StateTransitionReason"),
    ),
    Listing("layer", (), "lambda", "list_layers", "Layers", "LayerName"),
)

IDENTITIES = (
    Listing(
        "role",
        ("AWS::IAM::Role", "AWS::IAM::Policy"),
        "iam",
        "get_account_authorization_details",
        "RoleDetailList",
        "RoleName",
        ("RoleId",),
        {"Filter": "['Role']"},
        everywhere=False,
        omit=AWS_OWN_ROLE,
        drop=("RoleLastUsed", "InstanceProfileList"),
    ),
    Listing(
        "role settings",
        (),
        "iam",
        "list_roles",
        "Roles[].{Path: Path, RoleName: RoleName, Description: Description, Session: MaxSessionDuration}",
        "RoleName",
        everywhere=False,
        omit=AWS_OWN_ROLE,
    ),
    Listing(
        "policy",
        ("AWS::IAM::ManagedPolicy",),
        "iam",
        "list_policies",
        "Policies",
        "PolicyName",
        ("PolicyId",),
        {"Scope": "'Local'"},
        everywhere=False,
        details={
            "Document": Detail(
                "get_policy_version", {"PolicyArn": "Arn", "VersionId": "DefaultVersionId"}, "PolicyVersion.Document"
            )
        },
    ),
    Listing(
        "instance profile",
        (),
        "iam",
        "list_instance_profiles",
        "InstanceProfiles",
        "InstanceProfileName",
        ("InstanceProfileId",),
        everywhere=False,
    ),
    Listing(
        "user",
        (),
        "iam",
        "list_users",
        "Users",
        "UserName",
        ("UserId",),
        everywhere=False,
        omit="UserName=='tapstack-administrator'",
    ),
)

LOAD_BALANCERS = (
    Listing(
        "load balancer",
        ("AWS::ElasticLoadBalancingV2::LoadBalancer",),
        "elbv2",
        "describe_load_balancers",
        "LoadBalancers",
        "LoadBalancerName",
        ("LoadBalancerArn", "part(LoadBalancerArn, '/')", "DNSName"),
        details={
            "Attributes": Detail(
                "describe_load_balancer_attributes", {"LoadBalancerArn": "LoadBalancerArn"}, "Attributes"
            ),
            "Tags": Detail("describe_tags", {"ResourceArns": "[LoadBalancerArn]"}, "TagDescriptions[0].Tags"),
        },
        children=(
            Listing(
                "listener",
                ("AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerCertificate"),
                "elbv2",
                "describe_listeners",
                "Listeners",
                "join(':', [parent.LoadBalancerName, to_string(Port)])",
                ("ListenerArn",),
                {"LoadBalancerArn": "LoadBalancerArn"},
                details={
                    "Certificates": Detail(
                        "describe_listener_certificates", {"ListenerArn": "ListenerArn"}, "Certificates"
                    ),
                    "Tags": Detail("describe_tags", {"ResourceArns": "[ListenerArn]"}, "TagDescriptions[0].Tags"),
                },
                children=(
                    Listing(
                        "listener rule",
                        ("AWS::ElasticLoadBalancingV2::ListenerRule",),
                        "elbv2",
                        "describe_rules",
                        "Rules",
                        "join(' ', [parent.ListenerArn, Priority])",
                        ("RuleArn",),
                        {"ListenerArn": "ListenerArn"},
                    ),
                ),
            ),
        ),
    ),
    Listing(
        "target group",
        ("AWS::ElasticLoadBalancingV2::TargetGroup",),
        "elbv2",
        "describe_target_groups",
        "TargetGroups",
        "join(' ', [TargetType, join(' ', sort(Targets[].Target.Id || `[]`)), join(' ', LoadBalancerArns || `[]`)])",
        ("TargetGroupArn", "TargetGroupName"),
        details={
            "Attributes": Detail(
                "describe_target_group_attributes", {"TargetGroupArn": "TargetGroupArn"}, "Attributes"
            ),
            "Targets": Detail(
                "describe_target_health", {"TargetGroupArn": "TargetGroupArn"}, "TargetHealthDescriptions"
            ),
            "Tags": Detail("describe_tags", {"ResourceArns": "[TargetGroupArn]"}, "TagDescriptions[0].Tags"),
        },
        drop=("TargetHealth",),
    ),
)

CERTIFICATES = Listing(
    "certificate",
    ("AWS::CertificateManager::Certificate",),
    "acm",
    "list_certificates",
    "CertificateSummaryList[].{CertificateArn: CertificateArn, DomainName: DomainName}",
    "DomainName",
    ("CertificateArn", "Certificate.DomainValidationOptions[].ResourceRecord.Value"),
    details={
        "Certificate": Detail("describe_certificate", {"CertificateArn": "CertificateArn"}, "Certificate"),
        "Tags": Detail("list_tags_for_certificate", {"CertificateArn": "CertificateArn"}, "Tags"),
    },
    drop=("Serial", "InUseBy"),
)

FIREWALLS = Listing(
    "web ACL",
    ("AWS::WAFv2::WebACL", "AWS::WAFv2::LoggingConfiguration", "AWS::WAFv2::WebACLAssociation"),
    "wafv2",
    "list_web_acls",
    "WebACLs[].{Name: Name, Id: Id, ARN: ARN}",
    "Name",
    ("Id",),
    {"Scope": "'REGIONAL'"},
    details={
        "Acl": Detail("get_web_acl", {"Name": "Name", "Id": "Id", "Scope": "'REGIONAL'"}, "WebACL"),
        "Logging": Detail("get_logging_configuration", {"ResourceArn": "ARN"}, "LoggingConfiguration"),
        "Balancers": Detail(
            "list_resources_for_web_acl",
            {"WebACLArn": "ARN", "ResourceType": "'APPLICATION_LOAD_BALANCER'"},
            "ResourceArns",
        ),
        "Apis": Detail(
            "list_resources_for_web_acl", {"WebACLArn": "ARN", "ResourceType": "'API_GATEWAY'"}, "ResourceArns"
        ),
        "Tags": Detail("list_tags_for_resource", {"ResourceARN": "ARN"}, "TagInfoForResource.TagList"),
    },
    drop=("LockToken",),
)

LISTINGS = (*FUNCTIONS, *IDENTITIES, *LOAD_BALANCERS, CERTIFICATES, FIREWALLS)
