"""Takes each file that arrives, measures it, and writes what it found where every region can read it."""

import os
import time
from urllib.parse import unquote_plus

import boto3

KEPT_SECONDS = 30 * 86400


def handler(event, context):
    s3 = boto3.client("s3")
    table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
    for bucket, key in arrivals(event):
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        table.put_item(
            Item={
                "session_id": f"file#{key}",
                "bytes": len(content),
                "lines": content.count(b"\n"),
                "region": os.environ["AWS_REGION"],
                "expires_at": int(time.time()) + KEPT_SECONDS,
            }
        )


def arrivals(event):
    """Buckets and keys, from S3's own notifications or from EventBridge's."""
    if "detail" in event:
        return [(event["detail"]["bucket"]["name"], event["detail"]["object"]["key"])]
    records = event.get("Records", [])
    return [(r["s3"]["bucket"]["name"], unquote_plus(r["s3"]["object"]["key"])) for r in records]
