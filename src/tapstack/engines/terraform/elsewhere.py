"""What Terraform asks of another region than the unit's own: a table's replica is looked up where the table was born.

While that region is out, the provider tries again for many minutes. So it is asked first whether it answers at all.
"""

from __future__ import annotations

from tapstack.engines.terraform.modules_on_disk import Written
from tapstack.errors import AwsError
from tapstack.targets.target import Target

REPLICA = "aws_dynamodb_table_replica"
ATTEMPTS = 2
PATIENCE_SECONDS = 5.0


def silent_region(target: Target, region: str, home: str, written: Written) -> str:
    """The region that planning a unit needs beside its own and that does not answer; empty where there is none."""
    from botocore import exceptions as aws

    if region == home or REPLICA not in written.module.get("resource", {}):
        return ""
    for _ in range(ATTEMPTS):
        try:
            target.hasty("dynamodb", home, PATIENCE_SECONDS).list_tables(Limit=1)
        except aws.ClientError:
            # Refused is answered, too.
            return ""
        except (aws.HTTPClientError, aws.ConnectionError):
            continue
        return ""
    return home


def options(silent: str) -> tuple[str, ...]:
    """How to plan all the same: by what the state knows."""
    return ("-refresh=false",) if silent else ()


def note(silent: str) -> str:
    """What a reader of such a plan should know."""
    return f"{silent} does not answer: Terraform compares with what it last knew, not with what stands"


def refuse(silent: str, unit: str) -> None:
    """Refuse what cannot be done by the state alone."""
    if silent:
        raise AwsError(
            f"Region {silent} does not answer.",
            f"{unit} holds replicas of tables that were made there, and Terraform looks these up there.",
        )
