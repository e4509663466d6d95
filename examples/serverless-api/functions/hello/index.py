"""Says hello from the region that it runs in."""

import os


def handler(event, context):
    return {"statusCode": 200, "body": f"Hello from Lambda in region: {os.environ['AWS_REGION']}"}
