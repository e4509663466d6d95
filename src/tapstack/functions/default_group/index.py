"""Closes a VPC's default security group: AWS makes it open among its members, and no template can revoke that."""

import boto3
import cfnresponse


def handler(event, context):
    try:
        if event["RequestType"] != "Delete":
            close(event["ResourceProperties"]["GroupId"])
        cfnresponse.send(event, context, cfnresponse.SUCCESS, {}, "default-security-group")
    except Exception as error:
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, "default-security-group", reason=str(error))


def close(group_id):
    ec2 = boto3.client("ec2")
    group = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
    if group["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=group_id, IpPermissions=group["IpPermissions"])
    if group["IpPermissionsEgress"]:
        ec2.revoke_security_group_egress(GroupId=group_id, IpPermissions=group["IpPermissionsEgress"])
