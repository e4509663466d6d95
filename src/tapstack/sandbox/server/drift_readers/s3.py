"""AWS::S3: what a bucket does beside keeping objects, and its policy."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader, is_gone

_DESTINATIONS = {
    "LambdaFunctionConfigurations": ("LambdaConfigurations", "LambdaFunctionArn", "Function"),
    "QueueConfigurations": ("QueueConfigurations", "QueueArn", "Queue"),
    "TopicConfigurations": ("TopicConfigurations", "TopicArn", "Topic"),
}
"""What the API calls a notification's list and destination, and what a template calls them."""


def _bucket(s3: Any, bucket: str, declared: Properties) -> Properties | None:
    found: Properties = {"BucketName": bucket}
    if "NotificationConfiguration" in declared:
        found["NotificationConfiguration"] = _notifications(s3.get_bucket_notification_configuration(Bucket=bucket))
    if "CorsConfiguration" in declared:
        rules = _unless_gone(s3.get_bucket_cors, bucket).get("CORSRules", [])
        found["CorsConfiguration"] = {"CorsRules": [_cors(rule) for rule in rules]}
    if "ObjectLockConfiguration" in declared or "ObjectLockEnabled" in declared:
        lock = _unless_gone(s3.get_object_lock_configuration, bucket).get("ObjectLockConfiguration", {})
        found |= {
            "ObjectLockConfiguration": lock,
            "ObjectLockEnabled": lock.get("ObjectLockEnabled") == "Enabled",
        }
    if "AccelerateConfiguration" in declared:
        status = s3.get_bucket_accelerate_configuration(Bucket=bucket).get("Status")
        found["AccelerateConfiguration"] = {"AccelerationStatus": status}
    if "WebsiteConfiguration" in declared:
        website = _unless_gone(s3.get_bucket_website, bucket)
        found["WebsiteConfiguration"] = {
            **website,
            "IndexDocument": website.get("IndexDocument", {}).get("Suffix"),
            "ErrorDocument": website.get("ErrorDocument", {}).get("Key"),
        }
    return found


def _notifications(found: Properties) -> Properties:
    read: Properties = {}
    for member, (name, arn, destination) in _DESTINATIONS.items():
        read[name] = [
            {
                destination: entry[arn],
                "Event": event,
                "Filter": {"S3Key": {"Rules": (entry.get("Filter") or {}).get("Key", {}).get("FilterRules", [])}},
            }
            for entry in found.get(member, ())
            for event in entry["Events"]
        ]
    if "EventBridgeConfiguration" in found:
        read["EventBridgeConfiguration"] = {"EventBridgeEnabled": True}
    return read


def _cors(rule: Properties) -> Properties:
    names = {"ID": "Id", "ExposeHeaders": "ExposedHeaders", "MaxAgeSeconds": "MaxAge"}
    return {names.get(name, name): value for name, value in rule.items()}


def _unless_gone(call: Any, bucket: str) -> Properties:
    try:
        return dict(call(Bucket=bucket))
    except ClientError as error:
        if is_gone(error, ()):
            return {}
        raise


def _policy(s3: Any, _: str, declared: Properties) -> Properties | None:
    return {"Bucket": declared["Bucket"], "PolicyDocument": s3.get_bucket_policy(Bucket=declared["Bucket"])["Policy"]}


READERS = {
    "AWS::S3::Bucket": Reader(
        "s3", _bucket, unread=("AccessControl", "BucketNamePrefix", "BucketNamespace"), adds=True
    ),
    "AWS::S3::BucketPolicy": Reader("s3", _policy),
}
