"""The records by which ACM proves names: written with a certificate, never taken away, and no zone goes with any in it.

https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/837
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tapstack.targets.problems import code_of

BATCH = 500
"""Route 53 takes up to a thousand records with a request."""


def take_away(route53: Any, zone: str) -> None:
    """Delete the proofs from a zone that is to go; one that is gone already has none."""
    from botocore.exceptions import ClientError

    try:
        pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
        proofs = [record for page in pages for record in page["ResourceRecordSets"] if _is_proof(record)]
    except ClientError as error:
        if code_of(error) == "NoSuchHostedZone":
            return
        raise
    for start in range(0, len(proofs), BATCH):
        deletions = [{"Action": "DELETE", "ResourceRecordSet": record} for record in proofs[start : start + BATCH]]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": deletions})


def _is_proof(record: Mapping[str, Any]) -> bool:
    values = [each["Value"].rstrip(".") for each in record.get("ResourceRecords", ())]
    return record["Type"] == "CNAME" and any(value.endswith(".acm-validations.aws") for value in values)
