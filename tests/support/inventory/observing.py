"""Watching and messages: CloudWatch, Logs, EventBridge, Scheduler, SNS, SQS, SSM, CloudTrail."""

from __future__ import annotations

from .listing import Detail, Listing

CLOUDWATCH_TAGS = Detail("list_tags_for_resource", {"ResourceARN": "AlarmArn"}, "Tags")
STATE = (
    "StateValue",
    "StateReason",
    "StateReasonData",
    "StateUpdatedTimestamp",
    "StateTransitionedTimestamp",
    "EvaluationState",
    "ActionsSuppressedBy",
    "ActionsSuppressedReason",
)

METRICS = (
    Listing(
        "alarm",
        ("AWS::CloudWatch::Alarm",),
        "cloudwatch",
        "describe_alarms",
        "MetricAlarms",
        "AlarmName",
        details={"Tags": CLOUDWATCH_TAGS},
        drop=STATE,
    ),
    Listing(
        "composite alarm",
        ("AWS::CloudWatch::CompositeAlarm",),
        "cloudwatch",
        "describe_alarms",
        "CompositeAlarms",
        "AlarmName",
        (),
        {"AlarmTypes": "['CompositeAlarm']"},
        details={"Tags": CLOUDWATCH_TAGS},
        drop=STATE,
    ),
    Listing(
        "dashboard",
        ("AWS::CloudWatch::Dashboard",),
        "cloudwatch",
        "list_dashboards",
        "DashboardEntries",
        "DashboardName",
        details={"Body": Detail("get_dashboard", {"DashboardName": "DashboardName"}, "DashboardBody")},
        drop=("Size",),
    ),
)

LOGS = (
    Listing(
        "log group",
        ("AWS::Logs::LogGroup", "AWS::Logs::SubscriptionFilter", "AWS::Logs::MetricFilter"),
        "logs",
        "describe_log_groups",
        "logGroups",
        "logGroupName",
        details={
            "tags": Detail("list_tags_log_group", {"logGroupName": "logGroupName"}, "tags"),
            "subscriptions": Detail(
                "describe_subscription_filters", {"logGroupName": "logGroupName"}, "subscriptionFilters"
            ),
            "metrics": Detail("describe_metric_filters", {"logGroupName": "logGroupName"}, "metricFilters"),
        },
        drop=("storedBytes", "metricFilterCount", "creationTime"),
    ),
    Listing(
        "log policy",
        ("AWS::Logs::ResourcePolicy",),
        "logs",
        "describe_resource_policies",
        "resourcePolicies",
        "policyName",
        drop=("lastUpdatedTime",),
    ),
)

EVENTS = (
    Listing(
        "rule",
        ("AWS::Events::Rule",),
        "events",
        "list_rules",
        "Rules",
        "Description || Name",
        ("Name",),
        details={
            "Targets": Detail("list_targets_by_rule", {"Rule": "Name"}, "Targets"),
            "Tags": Detail("list_tags_for_resource", {"ResourceARN": "Arn"}, "Tags"),
        },
        omit="ManagedBy",
    ),
    Listing("event bus", (), "events", "list_event_buses", "EventBuses", "Name", omit="Name=='default' && !Policy"),
    Listing(
        "schedule",
        ("AWS::Scheduler::Schedule",),
        "scheduler",
        "list_schedules",
        "Schedules[].{Name: Name, GroupName: GroupName}",
        "Name",
        details={"Schedule": Detail("get_schedule", {"Name": "Name", "GroupName": "GroupName"})},
    ),
    Listing(
        "schedule group", (), "scheduler", "list_schedule_groups", "ScheduleGroups", "Name", omit="Name=='default'"
    ),
)

MESSAGES = (
    Listing(
        "topic",
        ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy"),
        "sns",
        "list_topics",
        "Topics",
        "part(TopicArn, ':')",
        details={
            "Attributes": Detail("get_topic_attributes", {"TopicArn": "TopicArn"}, "Attributes"),
            "Tags": Detail("list_tags_for_resource", {"ResourceArn": "TopicArn"}, "Tags"),
        },
        drop=("SubscriptionsConfirmed", "SubscriptionsDeleted", "SubscriptionsPending"),
    ),
    Listing(
        "subscription",
        ("AWS::SNS::Subscription",),
        "sns",
        "list_subscriptions",
        "Subscriptions",
        "join(' ', [part(TopicArn, ':'), Protocol, Endpoint])",
        ("SubscriptionArn",),
        details={
            "Attributes": Detail(
                "get_subscription_attributes",
                {"SubscriptionArn": "SubscriptionArn"},
                "Attributes",
                when="starts_with(SubscriptionArn, 'arn:')",
            )
        },
    ),
    Listing(
        "queue",
        ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy"),
        "sqs",
        "list_queues",
        "QueueUrls[].{QueueUrl: @}",
        "part(QueueUrl, '/')",
        details={
            "Attributes": Detail(
                "get_queue_attributes", {"QueueUrl": "QueueUrl", "AttributeNames": "['All']"}, "Attributes"
            ),
            "Tags": Detail("list_queue_tags", {"QueueUrl": "QueueUrl"}, "Tags"),
        },
        drop=(
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
            "CreatedTimestamp",
            "LastModifiedTimestamp",
        ),
    ),
)

OTHERS = (
    Listing(
        "parameter",
        ("AWS::SSM::Parameter",),
        "ssm",
        "describe_parameters",
        "Parameters",
        "Name",
        omit="starts_with(Name, '/aws/')",
        details={"Value": Detail("get_parameter", {"Name": "Name"}, "Parameter.Value")},
        drop=("Version", "LastModifiedUser"),
    ),
    Listing("trail", (), "cloudtrail", "describe_trails", "trailList", "Name", everywhere=False),
)

LISTINGS = (*METRICS, *LOGS, *EVENTS, *MESSAGES, *OTHERS)
