"""Stacks as CloudFormation runs them: template functions, change sets, rollback, retention, protection, drift."""

from __future__ import annotations

import functools
import json
import time

import pytest
from botocore.exceptions import ClientError

REGION = "eu-west-1"


@pytest.fixture
def stacks(sandbox, request):
    return Stacks(sandbox, request.node.name.replace("_", "-").replace("[", "-").replace("]", "")[:80])


@functools.cache
def client_of(sandbox, region):
    """One client each: making one costs more than a call."""
    return sandbox.client("cloudformation", region)


def settled(client, named):
    """The change set, once it is made."""
    while (found := client.describe_change_set(**named))["Status"] in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
        time.sleep(0.02)
    return found


class Stacks:
    def __init__(self, sandbox, name):
        self.sandbox = sandbox
        self.name = name

    def client(self, region=REGION):
        return client_of(self.sandbox, region)

    def change(self, template, kind="CREATE", region=REGION, **options):
        client, named = self.client(region), {"StackName": self.name, "ChangeSetName": f"set-{time.monotonic_ns()}"}
        client.create_change_set(
            **named, ChangeSetType=kind, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"],
            **options,
        )  # fmt: skip
        return settled(client, named)

    def deploy(self, template, kind="CREATE", region=REGION, **options):
        change_set = self.change(template, kind, region, **options)
        assert change_set["Status"] == "CREATE_COMPLETE", change_set.get("StatusReason")
        self.client(region).execute_change_set(ChangeSetName=change_set["ChangeSetId"])
        return self.wait(region)

    def wait(self, region=REGION):
        deadline = time.monotonic() + 60
        while (status := self.described(region)["StackStatus"]).endswith("IN_PROGRESS"):
            assert time.monotonic() < deadline, "the stack does not come to an end"
            time.sleep(0.05)
        return status

    def described(self, region=REGION):
        return self.client(region).describe_stacks(StackName=self.name)["Stacks"][0]

    def outputs(self, region=REGION):
        return {item["OutputKey"]: item["OutputValue"] for item in self.described(region).get("Outputs", ())}

    def reasons(self, region=REGION):
        events = self.client(region).describe_stack_events(StackName=self.name)["StackEvents"]
        return [event.get("ResourceStatusReason", "") for event in events if "FAILED" in event["ResourceStatus"]]

    def drift(self):
        client = self.client()
        detection = client.detect_stack_drift(StackName=self.name)["StackDriftDetectionId"]
        status = client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        found = client.describe_stack_resource_drifts(StackName=self.name)["StackResourceDrifts"]
        return status["StackDriftStatus"], {
            drift["LogicalResourceId"]: (
                drift["StackResourceDriftStatus"],
                sorted(item["PropertyPath"] for item in drift.get("PropertyDifferences", ())),
            )
            for drift in found
            if drift["StackResourceDriftStatus"] != "IN_SYNC"
        }

    def delete(self, region=REGION):
        self.client(region).delete_stack(StackName=self.name)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if not self.described(region)["StackStatus"].endswith("IN_PROGRESS"):
                    return self.described(region)["StackStatus"]
            except ClientError:
                return "DELETE_COMPLETE"
            time.sleep(0.05)
        return "still deleting"


def queue(name="", **properties):
    return {"Type": "AWS::SQS::Queue", "Properties": {**({"QueueName": name} if name else {}), **properties}}


def test_one_template_answers_by_region_from_mappings_and_conditions(stacks):
    template = {
        "Mappings": {
            "ByRegion": {
                "eu-west-1": {"role": "home", "cidr": "10.1.0.0/16"},
                "us-east-1": {"role": "standby", "cidr": "10.2.0.0/16"},
            }
        },
        "Conditions": {
            "IsHome": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]},
            "IsHomeByMap": {"Fn::Equals": [{"Fn::FindInMap": ["ByRegion", {"Ref": "AWS::Region"}, "role"]}, "home"]},
        },
        "Resources": {
            "Always": queue(),
            "OnlyAtHome": {**queue(), "Condition": "IsHome"},
            "OnlyAtHomeByMap": {**queue(), "Condition": "IsHomeByMap"},
            "Vpc": {
                "Type": "AWS::EC2::VPC",
                "Properties": {"CidrBlock": {"Fn::FindInMap": ["ByRegion", {"Ref": "AWS::Region"}, "cidr"]}},
            },
        },
        "Outputs": {
            "Role": {
                "Value": {
                    "Fn::Sub": [
                        "${role}-${AWS::Region}",
                        {"role": {"Fn::FindInMap": ["ByRegion", {"Ref": "AWS::Region"}, "role"]}},
                    ]
                }
            },
            "Nested": {
                "Value": {
                    "Fn::If": [
                        "IsHome",
                        {"Fn::FindInMap": ["ByRegion", {"Ref": "AWS::Region"}, "cidr"]},
                        {"Fn::Join": ["-", ["not", "home"]]},
                    ]
                }
            },
            "Zones": {"Value": {"Fn::Join": [",", {"Fn::GetAZs": {"Ref": "AWS::Region"}}]}},
            "SecondSubnet": {"Value": {"Fn::Select": [1, {"Fn::Cidr": [{"Fn::GetAtt": ["Vpc", "CidrBlock"]}, 2, 8]}]}},
        },
    }
    for region in ("eu-west-1", "us-east-1"):
        assert stacks.deploy(template, region=region) == "CREATE_COMPLETE", stacks.reasons(region)
    home, standby = stacks.outputs("eu-west-1"), stacks.outputs("us-east-1")
    assert home["Role"] == "home-eu-west-1"
    assert standby["Role"] == "standby-us-east-1"
    assert (home["Nested"], standby["Nested"]) == ("10.1.0.0/16", "not-home")
    assert home["Zones"].split(",")[:2] == ["eu-west-1a", "eu-west-1b"]
    assert standby["SecondSubnet"] == "10.2.1.0/24"
    counts = [
        len(stacks.client(region).describe_stack_resources(StackName=stacks.name)["StackResources"])
        for region in ("eu-west-1", "us-east-1")
    ]
    assert counts == [4, 2]
    assert [stacks.delete(region) for region in ("eu-west-1", "us-east-1")] == ["DELETE_COMPLETE"] * 2


@pytest.mark.parametrize(("given", "expected"), [("", "none"), ("a, b", "a|b")], ids=["empty", "two"])
def test_an_empty_list_parameter_is_an_empty_list(stacks, given, expected):
    template = {
        "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": ""}},
        "Conditions": {"None": {"Fn::Equals": [{"Fn::Join": ["", {"Ref": "Names"}]}, ""]}},
        "Resources": {
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {"EventPattern": {"source": {"Ref": "Names"}}, "State": "DISABLED"},
            }
        },
        "Outputs": {
            "Names": {"Value": {"Fn::If": ["None", "none", {"Fn::Join": ["|", {"Ref": "Names"}]}]}},
            "Rule": {"Value": {"Ref": "Rule"}},
        },
    }
    parameters = [{"ParameterKey": "Names", "ParameterValue": given}] if given else []
    assert stacks.deploy(template, Parameters=parameters) == "CREATE_COMPLETE", stacks.reasons()
    outputs = stacks.outputs()
    assert outputs["Names"] == expected
    rule = stacks.sandbox.client("events", REGION).describe_rule(Name=outputs["Rule"])
    assert json.loads(rule["EventPattern"])["source"] == [item.strip() for item in given.split(",") if item]


def test_a_change_set_without_changes_fails_as_on_aws(stacks):
    template = {"Resources": {"Queue": queue(VisibilityTimeout=30)}}
    stacks.deploy(template)
    change_set = stacks.change(template, "UPDATE")
    assert change_set["Status"] == "FAILED"
    assert change_set["ExecutionStatus"] == "UNAVAILABLE"
    assert "didn't contain changes" in change_set["StatusReason"]


def test_a_change_set_says_what_is_replaced_and_what_is_not(stacks):
    template = {
        "Resources": {
            "Kept": queue("change-kept", VisibilityTimeout=30),
            "Renamed": queue("change-old"),
            "Gone": queue("change-gone"),
            "Rule": {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {"GroupDescription": "old"},
            },
        }
    }
    stacks.deploy(template)
    changed = {
        "Resources": {
            "Kept": queue("change-kept", VisibilityTimeout=60),
            "Renamed": queue("change-new"),
            "Added": queue("change-added"),
            "Rule": {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {"GroupDescription": "new"},
            },
        }
    }
    change_set = stacks.change(changed, "UPDATE")
    changes = {item["ResourceChange"]["LogicalResourceId"]: item["ResourceChange"] for item in change_set["Changes"]}
    said = {name: (change["Action"], change.get("Replacement")) for name, change in changes.items()}
    assert said == {
        "Kept": ("Modify", "False"),
        "Renamed": ("Modify", "True"),
        "Gone": ("Remove", None),
        "Added": ("Add", None),
        "Rule": ("Modify", "True"),
    }
    detail = changes["Kept"]["Details"][0]["Target"]
    assert (detail["Name"], detail["RequiresRecreation"]) == ("VisibilityTimeout", "Never")


def test_a_failed_creation_leaves_nothing_behind(stacks):
    template = {
        "Resources": {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "Properties": {"BucketName": "rollback-bucket", "VersioningConfiguration": {"Status": "Enabled"}},
            },
            # Replication without a destination that exists is refused after the bucket has been made.
            "Broken": {
                "Type": "AWS::S3::Bucket",
                "DependsOn": "Bucket",
                "Properties": {
                    "BucketName": "rollback-broken",
                    "ReplicationConfiguration": {
                        "Role": "arn:aws:iam::000000000000:role/none",
                        "Rules": [
                            {
                                "Status": "Enabled",
                                "Destination": {"Bucket": "arn:aws:s3:::rollback-is-not-there"},
                            }
                        ],
                    },
                },
            },
        }
    }
    assert stacks.deploy(template) == "ROLLBACK_COMPLETE"
    storage = stacks.sandbox.client("s3", REGION)
    names = {bucket["Name"] for bucket in storage.list_buckets()["Buckets"]}
    assert not names & {"rollback-bucket", "rollback-broken"}
    assert any("eplication" in reason or "ersioning" in reason for reason in stacks.reasons())


def test_a_failed_update_goes_back_to_what_was(stacks):
    alarm = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": "rollback", "Namespace": "Walk", "MetricName": "Errors", "Statistic": "Sum", "Period": 60,
            "EvaluationPeriods": 1, "Threshold": 5, "ComparisonOperator": "GreaterThanThreshold",
        },
    }  # fmt: skip
    stacks.deploy({"Resources": {"Alarm": alarm}})
    changed = {"Type": alarm["Type"], "Properties": {**alarm["Properties"], "Threshold": 99}}
    broken = {
        "Type": "AWS::Lambda::Function",
        "DependsOn": "Alarm",
        "Properties": {
            "Runtime": "python3.12", "Handler": "index.handler", "Role": "arn:aws:iam::000000000000:role/none",
            "Code": {"S3Bucket": "no-such-bucket-here", "S3Key": "code.zip"},
        },
    }  # fmt: skip
    assert stacks.deploy({"Resources": {"Alarm": changed, "Broken": broken}}, "UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    alarms = stacks.sandbox.client("cloudwatch", REGION).describe_alarms(AlarmNames=["rollback"])["MetricAlarms"]
    assert alarms[0]["Threshold"] == 5
    assert any("NoSuchKey" in reason for reason in stacks.reasons())


def test_retained_resources_survive_their_stack(stacks):
    template = {
        "Resources": {
            "Kept": {**queue("retain-kept"), "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"},
            "Lost": queue("retain-lost"),
        }
    }
    stacks.deploy(template)
    assert stacks.delete() == "DELETE_COMPLETE"
    urls = stacks.sandbox.client("sqs", REGION).list_queues(QueueNamePrefix="retain-").get("QueueUrls", [])
    assert [url.rsplit("/", 1)[-1] for url in urls] == ["retain-kept"]


def test_a_protected_stack_refuses_to_be_deleted(stacks):
    stacks.deploy({"Resources": {"Queue": queue()}})
    client = stacks.client()
    client.update_termination_protection(StackName=stacks.name, EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="TerminationProtection"):
        client.delete_stack(StackName=stacks.name)
    client.update_termination_protection(StackName=stacks.name, EnableTerminationProtection=False)
    assert stacks.delete() == "DELETE_COMPLETE"


def test_exports_are_read_by_other_stacks(stacks):
    template = {
        "Resources": {"Queue": queue("exported")},
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}, "Export": {"Name": "exported-arn"}}},
    }
    stacks.deploy(template)
    reader = Stacks(stacks.sandbox, f"{stacks.name}-reader")
    imported = {
        "Resources": {"Queue": queue()},
        "Outputs": {"Arn": {"Value": {"Fn::ImportValue": "exported-arn"}}},
    }
    assert reader.deploy(imported) == "CREATE_COMPLETE", reader.reasons()
    assert reader.outputs()["Arn"].endswith(":exported")
    with pytest.raises(ClientError, match="exported-arn"):
        stacks.client().delete_stack(StackName=stacks.name)


def test_the_stacks_tags_reach_its_resources_and_changing_them_is_a_change(stacks):
    template = {
        "Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "stack-tags"}},
            "Key": {"Type": "AWS::KMS::Key", "Properties": {"Tags": [{"Key": "own", "Value": "kept"}]}},
        }
    }
    stacks.deploy(template, Tags=[{"Key": "team", "Value": "one"}])
    changes = stacks.change(template, "UPDATE", Tags=[{"Key": "team", "Value": "two"}])["Changes"]
    assert {item["ResourceChange"]["LogicalResourceId"] for item in changes} == {"Bucket", "Key"}
    stacks.deploy(template, "UPDATE", Tags=[{"Key": "team", "Value": "two"}])
    tags = stacks.sandbox.client("s3", REGION).get_bucket_tagging(Bucket="stack-tags")["TagSet"]
    assert {"Key": "team", "Value": "two"} in tags


def drift_template():
    return {
        "Resources": {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "BucketName": "drift-bucket",
                    "VersioningConfiguration": {"Status": "Enabled"},
                    "BucketEncryption": {
                        "ServerSideEncryptionConfiguration": [
                            {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
                        ]
                    },
                    "LifecycleConfiguration": {"Rules": [{"Id": "r", "Status": "Enabled", "ExpirationInDays": 9}]},
                    "Tags": [{"Key": "kind", "Value": "data"}],
                },
            },
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/drift", "RetentionInDays": 7}},
            "Alarm": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "AlarmName": "drift", "Namespace": "Walk", "MetricName": "Errors", "Statistic": "Sum",
                    "Period": 60, "EvaluationPeriods": 1, "Threshold": 5,
                    "ComparisonOperator": "GreaterThanThreshold",
                },
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": {"Service": "lambda.amazonaws.com"},
                                "Action": "sts:AssumeRole",
                            }
                        ],
                    }
                },
            },
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "FunctionName": "drift", "Runtime": "python3.12", "Handler": "index.handler", "Timeout": 5,
                    "MemorySize": 128, "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Environment": {"Variables": {"STAGE": "one"}},
                    "Code": {"ZipFile": "def handler(event, context):\n    return 1\n"},
                },
            },
            "Group": {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {
                    "GroupDescription": "drift",
                    "SecurityGroupIngress": [
                        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}
                    ],
                },
            },
            "Table": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "TableName": "drift", "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                },
            },
            "Cluster": {
                "Type": "AWS::RDS::DBCluster",
                "DeletionPolicy": "Delete",
                "Properties": {
                    "DBClusterIdentifier": "drift", "Engine": "aurora-mysql", "BackupRetentionPeriod": 7,
                    "MasterUsername": "walker", "MasterUserPassword": "walk-walk-walk",
                },
            },
            "Targets": {
                "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
                "Properties": {
                    "Name": "drift", "Port": 80, "Protocol": "HTTP", "TargetType": "ip", "HealthCheckPath": "/health",
                    "VpcId": {"Ref": "Vpc"},
                },
            },
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.5.0.0/16"}},
            "Zone": {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "drift.example"}},
            "Record": {
                "Type": "AWS::Route53::RecordSet",
                "Properties": {
                    "HostedZoneId": {"Ref": "Zone"}, "Name": "www.drift.example", "Type": "A", "TTL": 60,
                    "ResourceRecords": ["192.0.2.1"],
                },
            },
        }
    }  # fmt: skip


def change_by_hand(stacks):
    client = stacks.sandbox.client
    known = {
        item["LogicalResourceId"]: item["PhysicalResourceId"]
        for item in stacks.client().describe_stack_resources(StackName=stacks.name)["StackResources"]
    }
    storage = client("s3", REGION)
    storage.put_bucket_versioning(Bucket="drift-bucket", VersioningConfiguration={"Status": "Suspended"})
    rules = {"Rules": [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]}
    storage.put_bucket_lifecycle_configuration(Bucket="drift-bucket", LifecycleConfiguration=rules)
    storage.put_bucket_tagging(Bucket="drift-bucket", Tagging={"TagSet": [{"Key": "kind", "Value": "other"}]})
    client("logs", REGION).put_retention_policy(logGroupName="/drift", retentionInDays=30)
    alarm = {**drift_template()["Resources"]["Alarm"]["Properties"], "Threshold": 50}
    client("cloudwatch", REGION).put_metric_alarm(**alarm)
    client("lambda", REGION).update_function_configuration(
        FunctionName="drift", Timeout=9, MemorySize=256, Environment={"Variables": {"STAGE": "two"}}
    )
    permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    network = client("ec2", REGION)
    network.authorize_security_group_ingress(GroupId=known["Group"], IpPermissions=[permission])
    client("dynamodb", REGION).update_continuous_backups(
        TableName="drift", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    client("rds", REGION).modify_db_cluster(DBClusterIdentifier="drift", BackupRetentionPeriod=1, ApplyImmediately=True)
    client("elbv2", REGION).modify_target_group(TargetGroupArn=known["Targets"], HealthCheckPath="/other")
    record = {"Name": "www.drift.example", "Type": "A", "TTL": 300, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    client("route53", REGION).change_resource_record_sets(
        HostedZoneId=known["Zone"],
        ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]},
    )


def test_drift_names_each_property_changed_by_hand(stacks):
    assert stacks.deploy(drift_template()) == "CREATE_COMPLETE", stacks.reasons()
    assert stacks.drift() == ("IN_SYNC", {})
    change_by_hand(stacks)
    status, drifted = stacks.drift()
    assert status == "DRIFTED"
    assert drifted == {
        "Bucket": (
            "MODIFIED",
            ["/LifecycleConfiguration/Rules/0/ExpirationInDays", "/Tags/0/Value", "/VersioningConfiguration/Status"],
        ),
        "Logs": ("MODIFIED", ["/RetentionInDays"]),
        "Alarm": ("MODIFIED", ["/Threshold"]),
        "Function": ("MODIFIED", ["/Environment/Variables/STAGE", "/MemorySize", "/Timeout"]),
        "Group": ("MODIFIED", ["/SecurityGroupIngress/1"]),
        "Table": ("MODIFIED", ["/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled"]),
        "Cluster": ("MODIFIED", ["/BackupRetentionPeriod"]),
        "Targets": ("MODIFIED", ["/HealthCheckPath"]),
        "Record": ("MODIFIED", ["/TTL"]),
    }
    stacks.sandbox.client("cloudwatch", REGION).delete_alarms(AlarmNames=["drift"])
    assert stacks.drift()[1]["Alarm"] == ("DELETED", [])


def test_a_property_that_no_type_knows_fails_the_stack(stacks):
    template = {"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"Colour": "blue"}}}}
    assert stacks.deploy(template) == "ROLLBACK_COMPLETE"
    assert "Encountered unsupported property Colour" in stacks.reasons()


def test_a_replica_that_looks_for_its_source_in_the_wrong_region_is_refused(stacks):
    source = "arn:aws:rds:us-east-1:000000000000:db:elsewhere"
    wanted = {"DBInstanceClass": "db.t3.medium", "SourceDBInstanceIdentifier": source, "SourceRegion": "us-west-2"}
    template = {"Resources": {"Replica": {"Type": "AWS::RDS::DBInstance", "Properties": wanted}}}
    assert stacks.deploy(template) == "ROLLBACK_COMPLETE"
    assert f"SourceRegion is us-west-2, but {source} is in us-east-1." in stacks.reasons()


def member(identifier, **properties):
    return {
        "Type": "AWS::RDS::DBCluster",
        "DeletionPolicy": "Delete",
        "Properties": {
            "DBClusterIdentifier": identifier,
            "Engine": "aurora-mysql",
            "EngineVersion": "8.0.mysql_aurora.3.08.2",
            **properties,
        },
    }


def test_a_global_database_spans_two_regions_and_is_taken_down_from_the_outside_in(stacks):
    home = {
        "Resources": {
            "Global": {
                "Type": "AWS::RDS::GlobalCluster",
                "Properties": {"GlobalClusterIdentifier": "span", "SourceDBClusterIdentifier": {"Ref": "Writer"}},
            },
            "Writer": member("span-home", MasterUsername="walker", MasterUserPassword="walk-walk-walk"),
        }
    }
    standby = {"Resources": {"Reader": member("span-standby", GlobalClusterIdentifier="span")}}
    assert stacks.deploy(home) == "CREATE_COMPLETE", stacks.reasons()
    assert stacks.deploy(standby, region="us-east-1") == "CREATE_COMPLETE", stacks.reasons("us-east-1")
    described = stacks.sandbox.client("rds", REGION).describe_global_clusters(GlobalClusterIdentifier="span")
    members = described["GlobalClusters"][0]["GlobalClusterMembers"]
    found = {item["DBClusterArn"].rsplit(":", 1)[-1]: item["IsWriter"] for item in members}
    assert found == {"span-home": True, "span-standby": False}
    assert stacks.delete("us-east-1") == "DELETE_COMPLETE", stacks.reasons("us-east-1")
    assert stacks.delete() == "DELETE_COMPLETE", stacks.reasons()


def test_a_protected_database_refuses_to_go_with_its_stack(stacks):
    protected = member("guarded", MasterUsername="walker", MasterUserPassword="walk-walk-walk", DeletionProtection=True)
    assert stacks.deploy({"Resources": {"Cluster": protected}}) == "CREATE_COMPLETE", stacks.reasons()
    assert stacks.delete() == "DELETE_FAILED"
    described = stacks.sandbox.client("rds", REGION).describe_db_clusters(DBClusterIdentifier="guarded")
    assert described["DBClusters"][0]["Status"] == "available"


def test_a_certificate_writes_its_proof_which_stays_and_keeps_the_zone(stacks, sandbox):
    template = {
        "Resources": {
            "Zone": {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "proof.example"}},
            "Certificate": {
                "Type": "AWS::CertificateManager::Certificate",
                "Properties": {
                    "DomainName": "*.proof.example",
                    "ValidationMethod": "DNS",
                    "DomainValidationOptions": [{"DomainName": "*.proof.example", "HostedZoneId": {"Ref": "Zone"}}],
                },
            },
        },
        "Outputs": {"Zone": {"Value": {"Ref": "Zone"}}, "Certificate": {"Value": {"Ref": "Certificate"}}},
    }
    assert stacks.deploy(template) == "CREATE_COMPLETE"
    told, route53 = stacks.outputs(), sandbox.client("route53", REGION)
    certificate = sandbox.client("acm", REGION).describe_certificate(CertificateArn=told["Certificate"])["Certificate"]
    (asked,) = (option["ResourceRecord"] for option in certificate["DomainValidationOptions"])
    records = route53.list_resource_record_sets(HostedZoneId=told["Zone"])["ResourceRecordSets"]
    (proof,) = (record for record in records if record["Type"] == "CNAME")
    assert proof["Name"] == asked["Name"]
    assert proof["ResourceRecords"] == [{"Value": asked["Value"]}]
    assert asked["Name"].endswith(".proof.example.")
    assert asked["Value"].endswith(".acm-validations.aws.")
    other = sandbox.client("acm", "us-east-1")
    again = other.request_certificate(DomainName="proof.example", ValidationMethod="DNS")["CertificateArn"]
    described = other.describe_certificate(CertificateArn=again)["Certificate"]
    assert described["DomainValidationOptions"][0]["ResourceRecord"] == asked, "one proof for all regions"

    assert stacks.delete() == "DELETE_FAILED"
    assert any("other than the default SOA and NS records" in reason for reason in stacks.reasons())
    deletion = {"Changes": [{"Action": "DELETE", "ResourceRecordSet": proof}]}
    route53.change_resource_record_sets(HostedZoneId=told["Zone"], ChangeBatch=deletion)
    assert stacks.delete() == "DELETE_COMPLETE"
