"""Answers behind the load balancer: who am I, am I well, and can I reach the database."""

import json
import os
import socket

import boto3

REGION = os.environ["AWS_REGION"]


def handler(event, context):
    path = event.get("path", "/")
    if path == "/health":
        return answer(200, {"region": REGION, "healthy": True})
    if path == "/database":
        return database()
    return answer(200, {"region": REGION, "message": "Hello"})


def database():
    """Tell whether the database takes connections; its password is read, never shown."""
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["DATABASE_SECRET"])
    user = json.loads(secret["SecretString"])["username"]
    # The secret names the writer's host, wherever that is; the variables name this region's own.
    address = os.environ["DATABASE_READER_HOST"], int(os.environ["DATABASE_PORT"])
    try:
        with socket.create_connection(address, timeout=3):
            return answer(200, {"region": REGION, "database": "reachable", "user": user})
    except OSError as error:
        return answer(503, {"region": REGION, "database": type(error).__name__, "user": user})


def answer(status, body):
    return {
        "statusCode": status,
        "statusDescription": f"{status} {'OK' if status == 200 else 'Service Unavailable'}",
        "isBase64Encoded": False,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body),
    }
