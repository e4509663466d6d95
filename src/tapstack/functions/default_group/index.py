"""Closes a VPC's default security group: AWS makes it open among its members, and no template can revoke that.

EC2 is called without the SDK's client, which would first load all that EC2 can do: most of a small function's time.
"""

import os
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import cfnresponse
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest


def handler(event, context):
    try:
        if event["RequestType"] != "Delete":
            group = event["ResourceProperties"]["GroupId"]
            partition = context.invoked_function_arn.split(":")[1]
            revoke("Ingress", group, {"Groups.1.GroupId": group}, partition)
            revoke("Egress", group, {"IpRanges.1.CidrIp": "0.0.0.0/0"}, partition)
        cfnresponse.send(event, context, cfnresponse.SUCCESS, {}, "default-security-group")
    except Exception as error:
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, "default-security-group", reason=str(error))


def revoke(direction, group, peer, partition):
    region = os.environ["AWS_REGION"]
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    url = os.environ.get("AWS_ENDPOINT_URL") or f"https://ec2.{region}.{suffix}"
    rule = {"IpProtocol": "-1", **peer}
    body = urlencode(
        {"Action": f"RevokeSecurityGroup{direction}", "Version": "2016-11-15", "GroupId": group}
        | {f"IpPermissions.1.{name}": value for name, value in rule.items()}
    )
    request = AWSRequest("POST", url, {"Content-Type": "application/x-www-form-urlencoded"}, body)
    SigV4Auth(credentials(), "ec2", region).add_auth(request)
    try:
        urlopen(Request(url, body.encode(), dict(request.headers.items())), timeout=20).close()
    except HTTPError as error:
        said = error.read().decode()
        if "InvalidPermission.NotFound" not in said:  # it is closed already
            raise RuntimeError(said) from error


def credentials():
    names = {"access_key": "AWS_ACCESS_KEY_ID", "secret_key": "AWS_SECRET_ACCESS_KEY", "token": "AWS_SESSION_TOKEN"}
    return SimpleNamespace(**{name: os.environ.get(variable) for name, variable in names.items()})
