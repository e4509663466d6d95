"""What S3 calls what a fleet says of its buckets, whichever engine writes it down."""

from __future__ import annotations

STORAGE_CLASSES = {
    "standard-ia": "STANDARD_IA",
    "onezone-ia": "ONEZONE_IA",
    "intelligent-tiering": "INTELLIGENT_TIERING",
    "glacier-ir": "GLACIER_IR",
    "glacier": "GLACIER",
    "deep-archive": "DEEP_ARCHIVE",
}
ACCESS_LOGS = "access-logs"
LOAD_BALANCER_LOGS = "logdelivery.elasticloadbalancing.amazonaws.com"
