"""AWS::DynamoDB: what tables and global tables are made with."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader


def _table(dynamodb: Any, name: str, _: Properties) -> Properties | None:
    found = dynamodb.describe_table(TableName=name)["Table"]
    billing = (found.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED")
    throughput = () if billing == "PROVISIONED" else ("ProvisionedThroughput",)
    indexes = [
        {key: value for key, value in index.items() if key not in throughput}
        for index in found.get("GlobalSecondaryIndexes", ())
    ]
    encryption = found.get("SSEDescription") or {}
    return {
        "AttributeDefinitions": found["AttributeDefinitions"],
        "GlobalSecondaryIndexes": indexes,
        "KeySchema": found["KeySchema"],
        "LocalSecondaryIndexes": found.get("LocalSecondaryIndexes", []),
        "SSESpecification": {
            "SSEEnabled": encryption.get("Status") == "ENABLED",
            "SSEType": encryption.get("SSEType"),
            "KMSMasterKeyId": encryption.get("KMSMasterKeyArn"),
        },
        "TableClass": (found.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        "TableName": found["TableName"],
    }


READERS = {
    "AWS::DynamoDB::GlobalTable": Reader(
        "dynamodb",
        _table,
        unread=("GlobalTableSourceArn", "WriteProvisionedThroughputSettings"),
        adds=True,
    ),
    "AWS::DynamoDB::Table": Reader("dynamodb", _table, unread=("ImportSourceSpecification",), adds=True),
}  # fmt: skip
