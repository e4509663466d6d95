"""Reports from the database: tells whether it can be reached from inside the network."""

import json
import os
import socket

import boto3


def handler(event, context):
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["DATABASE_SECRET"])
    known = json.loads(secret["SecretString"])
    try:
        with socket.create_connection((known["host"], int(known["port"])), timeout=3):
            status, state = 200, "reachable"
    except OSError as error:
        status, state = 503, type(error).__name__
    return {
        "statusCode": status,
        "isBase64Encoded": False,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"region": os.environ["AWS_REGION"], "database": state}),
    }
