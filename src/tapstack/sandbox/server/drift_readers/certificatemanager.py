"""AWS::CertificateManager: certificates."""

from __future__ import annotations

from typing import Any

from tapstack.sandbox.server.drift_readers.reader import Properties, Reader


def _certificate(acm: Any, arn: str, declared: Properties) -> Properties | None:
    found = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    return {
        **found,
        "CertificateTransparencyLoggingPreference": (found.get("Options") or {}).get(
            "CertificateTransparencyLoggingPreference"
        ),
        "SubjectAlternativeNames": [
            name
            for name in found.get("SubjectAlternativeNames", ())
            if name != found["DomainName"] or name in declared.get("SubjectAlternativeNames", ())
        ],
        "Tags": acm.list_tags_for_certificate(CertificateArn=arn)["Tags"],
    }


READERS = {
    "AWS::CertificateManager::Certificate": Reader(
        # Of the options for validation AWS gives back no zone, and they do not change.
        "acm",
        _certificate,
        unread=("ValidationMethod", "DomainValidationOptions"),
    ),
}
