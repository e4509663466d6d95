"""When AWS stops supporting a Lambda runtime.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html (read 2026-11). A runtime that the table does
not know is taken for a newer one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

DEPRECATED_ON: Mapping[str, date] = {
    "python3.6": date(2022, 7, 18),
    "python3.7": date(2023, 12, 4),
    "python3.8": date(2024, 10, 14),
    "python3.9": date(2025, 12, 15),
    "python3.10": date(2026, 10, 31),
    "python3.11": date(2027, 6, 30),
    "python3.12": date(2028, 10, 31),
    "python3.13": date(2029, 6, 30),
    "nodejs12.x": date(2023, 3, 31),
    "nodejs14.x": date(2023, 12, 4),
    "nodejs16.x": date(2024, 6, 12),
    "nodejs18.x": date(2025, 9, 1),
    "nodejs20.x": date(2026, 4, 30),
    "nodejs22.x": date(2027, 4, 30),
    "nodejs24.x": date(2028, 4, 30),
}

SUGGESTED: Mapping[str, str] = {"python": "python3.13", "nodejs": "nodejs24.x"}
"""What to use, by language. Our own functions run by Python: the newest that Terraform's AWS provider 5 knows, too."""
