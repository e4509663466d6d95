"""What a function is made of, what it may do, what it is told, and what starts it."""

from __future__ import annotations

from typing import Any

import cloudformation_templates
import pytest
from pydantic import ValidationError

from tapstack.engines import causes
from tapstack.errors import InvalidFleetError
from tapstack.fleet.functions import Trigger

INLINE = "inline: 'def handler(event, context): return None'"


def regional(text: str) -> dict[str, Any]:
    return cloudformation_templates.regional(text, "dev").resources


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == kind}


def statements(resources: dict[str, Any], role: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = resources[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return found


def actions(resources: dict[str, Any], role: str) -> set[str]:
    return {
        action
        for statement in statements(resources, role)
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    }


def service_actions(resources: dict[str, Any], role: str, service: str) -> set[str]:
    return {action for action in actions(resources, role) if action.startswith(f"{service}:")}


def test_a_function_that_uses_nothing_may_write_its_log_and_nothing_else() -> None:
    made = regional(f"functions: {{a: {{{INLINE}, dead_letter: false, tracing: false}}}}")
    assert actions(made, "FunctionARole") == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert statements(made, "FunctionARole")[0]["Resource"] == {"Fn::GetAtt": ["FunctionALogs", "Arn"]}
    function = made["FunctionA"]["Properties"]
    assert not {"Environment", "KmsKeyArn", "DeadLetterConfig", "VpcConfig"} & set(function)
    assert function["TracingConfig"] == {"Mode": "PassThrough"}
    assert function["Code"] == {"ZipFile": "def handler(event, context): return None"}


def test_every_function_has_a_role_and_an_encrypted_log_that_ends() -> None:
    made = regional(f"functions: {{a: {{{INLINE}}}, b: {{{INLINE}}}}}\nobservability: {{log_retention: 7d}}")
    assert made["FunctionA"]["Properties"]["Role"] == {"Fn::GetAtt": ["FunctionARole", "Arn"]}
    assert made["FunctionB"]["Properties"]["Role"] == {"Fn::GetAtt": ["FunctionBRole", "Arn"]}
    log = made["FunctionALogs"]["Properties"]
    assert (log["LogGroupName"], log["RetentionInDays"]) == ("/tapstack/shop-dev-functions/a", 7)
    assert log["KmsKeyId"] == {"Fn::ImportValue": "shop-dev-key-logs-arn"}
    assert made["FunctionA"]["Properties"]["LoggingConfig"] == {"LogGroup": {"Ref": "FunctionALogs"}}


def test_what_the_fleet_says_of_a_function_is_set() -> None:
    function = regional(
        "functions: {a: {inline: x, runtime: nodejs24.x, architecture: x86_64, memory: 512, timeout: 1m, "
        "handler: app.go, reserved_concurrency: 5, environment: {LEVEL: info}}}"
    )["FunctionA"]["Properties"]
    assert {key: function[key] for key in ("Runtime", "Architectures", "MemorySize", "Timeout", "Handler")} == {
        "Runtime": "nodejs24.x",
        "Architectures": ["x86_64"],
        "MemorySize": 512,
        "Timeout": 60,
        "Handler": "app.go",
    }
    assert function["ReservedConcurrentExecutions"] == 5
    assert function["Environment"] == {"Variables": {"LEVEL": "info"}}
    assert function["KmsKeyArn"] == {"Fn::ImportValue": "shop-dev-key-secrets-arn"}


def test_the_environment_can_be_decrypted_for_this_function_alone() -> None:
    made = regional(f"functions: {{a: {{{INLINE}, environment: {{LEVEL: info}}}}}}")
    own = [s for s in statements(made, "FunctionARole") if "EncryptionContext" in str(s.get("Condition"))]
    context = own[0]["Condition"]["StringEquals"]["kms:EncryptionContext:aws:lambda:FunctionArn"]
    assert context["Fn::Sub"].endswith(":function:shop-dev-a")


@pytest.mark.parametrize(
    ("access", "allowed", "key"),
    [
        ("read", {"s3:GetObject", "s3:ListBucket"}, {"kms:Decrypt"}),
        (
            "write",
            {"s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"},
            {"kms:Decrypt", "kms:GenerateDataKey"},
        ),
        (
            "read-write",
            {"s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"},
            {"kms:Decrypt", "kms:GenerateDataKey"},
        ),
    ],
)
def test_a_bucket_is_opened_exactly_as_wide_as_said(access: str, allowed: set[str], key: set[str]) -> None:
    made = regional(
        f"buckets: {{files: {{}}}}\nfunctions: {{a: {{{INLINE}, dead_letter: false, "
        f"uses: [{{bucket: files, access: {access}, as: BUCKET}}]}}}}"
    )
    assert service_actions(made, "FunctionARole", "s3") == allowed
    own = [s for s in statements(made, "FunctionARole") if "kms:ViaService" in str(s)]
    assert [set(s["Action"]) for s in own] == [key]
    assert own[0]["Resource"] == {"Fn::ImportValue": "shop-dev-key-bucket-files-arn"}
    for statement in statements(made, "FunctionARole"):
        if statement["Action"][0].startswith("s3:"):
            assert "shop-dev-files-${AWS::AccountId}-${AWS::Region}" in str(statement["Resource"])
    assert made["FunctionA"]["Properties"]["Environment"]["Variables"] == {
        "BUCKET": {"Fn::Sub": "shop-dev-files-${AWS::AccountId}-${AWS::Region}"}
    }


def test_a_bucket_under_the_services_key_needs_no_permission_for_a_key() -> None:
    made = regional(
        f"buckets: {{files: {{encryption: aws-key}}}}\n"
        f"functions: {{a: {{{INLINE}, dead_letter: false, uses: [{{bucket: files}}]}}}}"
    )
    assert service_actions(made, "FunctionARole", "kms") == set()
    assert "Environment" not in made["FunctionA"]["Properties"]


def test_a_table_is_opened_with_its_indexes_in_this_region_only() -> None:
    made = regional(
        "tables: {items: {partition_key: pk, indexes: {by-day: {partition_key: day}}}}\n"
        f"functions: {{a: {{{INLINE}, uses: [{{table: items, as: TABLE}}]}}, "
        f"b: {{{INLINE}, uses: [{{table: items, access: write}}]}}}}"
    )
    reading = next(s for s in statements(made, "FunctionARole") if "dynamodb:GetItem" in s["Action"])
    table = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/shop-dev-items"
    assert reading["Resource"] == [{"Fn::Sub": table}, {"Fn::Sub": f"{table}/index/by-day"}]
    assert not {"dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"} & actions(made, "FunctionARole")
    writing = next(s for s in statements(made, "FunctionBRole") if "dynamodb:PutItem" in s["Action"])
    assert writing["Resource"] == {"Fn::Sub": table}
    assert not {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"} & actions(made, "FunctionBRole")
    assert made["FunctionA"]["Properties"]["Environment"]["Variables"] == {"TABLE": "shop-dev-items"}


DATABASE = f"""
network: {{zones: 2}}
databases: {{main: {{engine: postgres}}, other: {{engine: aurora-mysql}}}}
functions:
  a:
    {INLINE}
    in_network: true
    uses: [{{database: main, as: DATABASE}}]
"""


def test_a_database_is_known_by_this_regions_own_endpoint_and_the_secrets_planned_name() -> None:
    assert regional(DATABASE)["FunctionA"]["Properties"]["Environment"]["Variables"] == {
        "DATABASE_SECRET": "shop-dev-main",
        "DATABASE_HOST": {"Fn::GetAtt": ["DatabaseMain", "Endpoint.Address"]},
        "DATABASE_READER_HOST": {"Fn::GetAtt": ["DatabaseMain", "Endpoint.Address"]},
        "DATABASE_PORT": {"Fn::GetAtt": ["DatabaseMain", "Endpoint.Port"]},
    }


def test_only_the_secret_of_the_database_that_is_used_can_be_read() -> None:
    reading = [s for s in statements(regional(DATABASE), "FunctionARole") if "secretsmanager" in s["Action"][0]]
    assert [s["Resource"]["Fn::Sub"].rsplit(":", 1)[1] for s in reading] == ["shop-dev-main-??????"]


def test_a_function_in_the_network_reaches_its_databases_and_no_other() -> None:
    made = regional(DATABASE)
    place = made["FunctionA"]["Properties"]["VpcConfig"]
    assert place["SubnetIds"] == [{"Ref": "SubnetPrivate1"}, {"Ref": "SubnetPrivate2"}]
    assert place["SecurityGroupIds"] == [{"Fn::GetAtt": ["GroupAFunction", "GroupId"]}]
    opened = {
        name: (rule.get("SourceSecurityGroupId"), rule["FromPort"], rule["ToPort"])
        for name, rule in of_type(made, "AWS::EC2::SecurityGroupIngress").items()
    }
    assert opened == {
        "GroupAFunctionToGroupMainDatabaseIn": ({"Fn::GetAtt": ["GroupAFunction", "GroupId"]}, 5432, 5432)
    }
    out = {rule["FromPort"]: rule for rule in of_type(made, "AWS::EC2::SecurityGroupEgress").values()}
    assert set(out) == {443, 5432}
    assert out[5432]["DestinationSecurityGroupId"] == {"Fn::GetAtt": ["GroupMainDatabase", "GroupId"]}


def test_lambda_may_enter_the_network_and_the_functions_own_code_may_not() -> None:
    made = statements(regional(DATABASE), "FunctionARole")
    allowed = next(s for s in made if s["Effect"] == "Allow" and "ec2:CreateNetworkInterface" in s["Action"])
    denied = next(s for s in made if s["Effect"] == "Deny")
    assert denied["Action"] == allowed["Action"]
    arn = denied["Condition"]["ArnEquals"]["lambda:SourceFunctionArn"]["Fn::Sub"]
    assert arn.endswith(":function:shop-dev-a")


def test_events_that_failed_go_to_an_encrypted_queue_that_wants_tls() -> None:
    made = regional(f"functions: {{a: {{{INLINE}}}}}")
    queue = made["FunctionADeadLetters"]["Properties"]
    assert queue["QueueName"] == "shop-dev-a-dead-letters"
    assert queue["KmsMasterKeyId"] == {"Fn::ImportValue": "shop-dev-key-secrets-arn"}
    assert made["FunctionA"]["Properties"]["DeadLetterConfig"] == {
        "TargetArn": {"Fn::GetAtt": ["FunctionADeadLetters", "Arn"]}
    }
    policy = made["FunctionADeadLettersPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]
    assert (policy["Effect"], policy["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert service_actions(made, "FunctionARole", "sqs") == {"sqs:SendMessage"}


def started(triggers_text: str, more: str = "") -> dict[str, Any]:
    return regional(f"buckets: {{files: {{}}}}\n{more}\nfunctions: {{a: {{{INLINE}, triggers: [{triggers_text}]}}}}")


@pytest.mark.parametrize(
    ("filters", "pattern"),
    [
        ("", None),
        (", prefix: in/", {"prefix": "in/"}),
        (", suffix: .csv", {"suffix": ".csv"}),
        (", prefix: 'a*', suffix: .csv", {"wildcard": "a\\**.csv"}),
    ],
)
def test_new_objects_start_a_function(filters: str, pattern: Any) -> None:
    made = started(f"{{bucket: files{filters}}}")
    [(name, rule)] = of_type(made, "AWS::Events::Rule").items()
    detail = rule["EventPattern"]["detail"]
    assert detail["bucket"]["name"] == [{"Fn::Sub": "shop-dev-files-${AWS::AccountId}-${AWS::Region}"}]
    assert detail.get("object") == ({"key": [pattern]} if pattern else None)
    assert rule["Targets"] == [{"Id": "function", "Arn": {"Fn::GetAtt": ["FunctionA", "Arn"]}}]
    [permission] = [p for n, p in of_type(made, "AWS::Lambda::Permission").items() if n == f"{name}Permission"]
    assert permission["SourceArn"] == {"Fn::GetAtt": [name, "Arn"]}


def test_triggers_of_one_bucket_are_told_apart_by_their_filters_not_by_their_order() -> None:
    one = set(of_type(started("{bucket: files, prefix: a}, {bucket: files, prefix: b}"), "AWS::Events::Rule"))
    other = set(of_type(started("{bucket: files, prefix: b}, {bucket: files, prefix: a}"), "AWS::Events::Rule"))
    assert one == other
    assert len(one) == 2


@pytest.mark.parametrize(
    ("every", "expression"),
    [("1m", "rate(1 minute)"), ("90m", "rate(90 minutes)"), ("2h", "rate(2 hours)"), ("1d", "rate(1 day)")],
)
def test_time_starts_a_function(every: str, expression: str) -> None:
    [rule] = of_type(started(f"{{every: {every}}}"), "AWS::Events::Rule").values()
    assert rule["ScheduleExpression"] == expression


def test_a_schedule_counts_in_whole_minutes() -> None:
    with pytest.raises(ValidationError, match="whole minutes"):
        Trigger(every="90s")  # type: ignore[arg-type] # as the file says it
    with pytest.raises(InvalidFleetError, match="whole minutes"):
        causes.rate(90)


def test_a_tables_changes_start_a_function_and_a_bad_record_stops_nothing() -> None:
    made = started("{table: items}", "tables: {items: {partition_key: pk, scope: regional}}")
    [mapping] = of_type(made, "AWS::Lambda::EventSourceMapping").values()
    stream = {"Fn::GetAtt": ["TableItems", "StreamArn"]}
    assert mapping["EventSourceArn"] == stream
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["FunctionADeadLetters", "Arn"]}
    reading = next(s for s in statements(made, "FunctionARole") if "dynamodb:GetRecords" in s["Action"])
    assert reading["Resource"] == stream


def test_a_global_tables_stream_is_refused_with_the_reason() -> None:
    with pytest.raises(InvalidFleetError, match="global"):
        started("{table: items}", "tables: {items: {partition_key: pk}}")


def test_code_in_a_folder_is_taken_from_the_artifact_bucket() -> None:
    code = regional("functions: {a: {code: functions/a}}")["FunctionA"]["Properties"]["Code"]
    assert code["S3Key"] == cloudformation_templates.NO_CODE.key
    assert code["S3Bucket"]["Fn::If"][1] == {"Ref": "ArtifactBucket"}
