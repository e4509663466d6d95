"""AWS::SNS, AWS::SQS: topics, subscriptions, queues."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader


def _topic(sns: Any, arn: str, declared: Properties) -> Properties | None:
    found = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
    inline = [item for page in pages for item in page["Subscriptions"]] if "Subscription" in declared else []
    return {**found, "TopicName": arn.rpartition(":")[2], "Subscription": inline}


def _subscription(sns: Any, arn: str, _: Properties) -> Properties | None:
    topic = arn.rpartition(":")[0]
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    known = (item for page in pages for item in page["Subscriptions"])
    found = next((item for item in known if item["SubscriptionArn"] == arn), None)
    # Protocol and endpoint are not among the attributes.
    return found and {**sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"], **found}


def _queue(sqs: Any, url: str, _: Properties) -> Properties | None:
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    tags = sqs.list_queue_tags(QueueUrl=url).get("Tags", {})
    return {
        **found,
        "QueueName": found["QueueArn"].rpartition(":")[2],
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }


READERS = {
    "AWS::SNS::Subscription": Reader("sns", _subscription, unread=("Region",), gone=("NotFound",)),
    "AWS::SNS::Topic": Reader("sns", _topic, adds=True),
    "AWS::SQS::Queue": Reader("sqs", _queue, gone=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")),
}
