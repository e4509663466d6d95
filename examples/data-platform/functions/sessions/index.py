"""Reads and writes sessions, which every region shares."""

import base64
import json
import os
import time

import boto3

REGION = os.environ["AWS_REGION"]
KEPT_SECONDS = 86400


def handler(event, context):
    if event.get("rawPath", "").endswith("/health"):
        return answer(200, {"healthy": True})
    table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
    session = event["pathParameters"]["id"]
    if event["requestContext"]["http"]["method"] == "PUT":
        body = body_of(event)
        table.put_item(
            Item={"session_id": session, "body": body, "region": REGION, "expires_at": int(time.time()) + KEPT_SECONDS}
        )
        return answer(201, {"session": session})
    found = table.get_item(Key={"session_id": session}).get("Item")
    if found is None:
        return answer(404, {"session": session})
    return answer(200, {"session": session, "body": found.get("body"), "written_in": found["region"]})


def body_of(event):
    """What was sent; without a content type of text the API hands it on in base64."""
    body = event.get("body") or "{}"
    return base64.b64decode(body).decode() if event.get("isBase64Encoded") else body


def answer(status, body):
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"region": REGION, **body}),
    }
