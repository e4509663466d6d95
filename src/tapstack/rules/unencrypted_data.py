"""Data in the clear, at rest or on the way."""

from __future__ import annotations

from collections.abc import Iterator

from tapstack.findings import Severity
from tapstack.rules.rule import Problem, Rule, Subject, worse_in_production


def check(subject: Subject) -> Iterator[Problem]:
    """Find databases in the clear, and stores under a shared key where data is precious."""
    fleet = subject.fleet
    for name, database in fleet.databases.items():
        if database.encryption == "unencrypted":
            yield Problem(
                ("databases", name, "encryption"),
                f"Database '{name}' is stored in the clear, and so are its backups; it can never be encrypted later.",
                severity=worse_in_production(subject),
            )
        if not database.require_tls:
            yield Problem(
                ("databases", name, "require_tls"),
                f"Database '{name}' accepts connections that are not encrypted on the way.",
                "Leave `require_tls` at true.",
                severity=worse_in_production(subject),
            )
    if not subject.plan.production:
        return
    for kind, stores in (("buckets", fleet.buckets), ("tables", fleet.tables), ("databases", fleet.databases)):
        for name, store in stores.items():
            if store.encryption == "aws-key":
                yield Problem(
                    (kind, name, "encryption"),
                    f"'{name}' is under the service's shared key, whose policy and use cannot be controlled.",
                )
    for name, bucket in fleet.buckets.items():
        if not bucket.tls_only:
            yield Problem(
                ("buckets", name, "tls_only"),
                f"Bucket '{name}' accepts requests that are not encrypted on the way.",
                "Leave `tls_only` at true.",
                severity=Severity.ERROR,
            )
    if not fleet.encryption.rotation:
        yield Problem(("encryption", "rotation"), "Keys keep their first key material for ever.", "Leave it at true.")


RULE = Rule(
    id="unencrypted-data",
    severity=Severity.WARNING,
    summary="Data is not under a key of the fleet's own.",
    fix="Leave `encryption` at its default, customer-key.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-3",
    check=check,
)
