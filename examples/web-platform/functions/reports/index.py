"""Reports from the database: tells whether it can be reached from inside the network."""

import json
import os
import socket

import boto3


def handler(event, context):
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["DATABASE_SECRET"])
    user = json.loads(secret["SecretString"])["username"]
    # The secret names the writer's host, wherever that is; the variables name this region's own.
    address = os.environ["DATABASE_READER_HOST"], int(os.environ["DATABASE_PORT"])
    try:
        with socket.create_connection(address, timeout=3):
            status, state = 200, "reachable"
    except OSError as error:
        status, state = 503, type(error).__name__
    return {
        "statusCode": status,
        "isBase64Encoded": False,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"region": os.environ["AWS_REGION"], "database": state, "user": user}),
    }
