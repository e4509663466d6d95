"""The web service: greets, stores and finds items in the table, keeps uploads in the bucket."""

import base64
import json
import os
from datetime import UTC, datetime

import boto3

REGION = os.environ["AWS_REGION"]
SERVICE = os.environ["SERVICE"]


def handler(event, context):
    method, path = event.get("httpMethod", "GET"), event.get("path", "/")
    name = path.rstrip("/").rsplit("/", 1)[-1]
    if path == "/health":
        return answer(200, {"healthy": True})
    if "/items/" in path:
        return item(method, name, body_of(event).decode() or "{}")
    if "/uploads/" in path:
        return upload(method, name, body_of(event))
    return answer(200, {"message": f"Hello from {SERVICE}", "timestamp": datetime.now(UTC).isoformat()})


def item(method, name, body):
    table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
    key = {"pk": f"item#{name}", "sk": "item"}
    if method == "PUT":
        table.put_item(Item={**key, "body": body, "region": REGION})
        return answer(201, {"item": name})
    found = table.get_item(Key=key).get("Item")
    return answer(200, {"item": name, "body": found["body"]}) if found else answer(404, {"item": name})


def upload(method, name, body):
    bucket = os.environ["BUCKET_NAME"]
    s3 = boto3.client("s3")
    if method == "PUT":
        s3.put_object(Bucket=bucket, Key=name, Body=body)
        return answer(201, {"upload": name})
    try:
        found = s3.get_object(Bucket=bucket, Key=name)["Body"].read().decode()
    except s3.exceptions.NoSuchKey:
        return answer(404, {"upload": name})
    return answer(200, {"upload": name, "body": found})


def body_of(event):
    """What was sent; what is no text comes from the load balancer in base64."""
    body = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def answer(status, body):
    return {
        "statusCode": status,
        "isBase64Encoded": False,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"region": REGION, "service": SERVICE, **body}),
    }
