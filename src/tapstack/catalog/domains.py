"""Domain names for which Route 53 makes no public hosted zone: they are reserved by RFC 2606 or belong to AWS.

Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html (read 2026-11).
"""

from __future__ import annotations

RESERVED = ("example.com", "example.net", "example.org", "amazonaws.com", "aws.amazon.com")
RESERVED_TOP_LEVEL = ("localhost", "invalid", "onion")


def is_reserved(domain: str) -> bool:
    """Tell whether the domain is reserved, or lies below one that is."""
    return domain.rsplit(".", 1)[-1] in RESERVED_TOP_LEVEL or any(
        domain == reserved or domain.endswith(f".{reserved}") for reserved in RESERVED
    )
