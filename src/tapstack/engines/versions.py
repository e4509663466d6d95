"""Versions of databases: AWS raises them in maintenance windows, and no database goes back to a former one."""

from __future__ import annotations

import re

RAISED = "AWS raised the version in a maintenance window. This is no drift; say it in the fleet when it suits you."
MEMBERS = "A global database has the version of its members, which get theirs region by region. This is no drift."
NUMBER = re.compile(r"\d+")


def is_later(one: str, other: str) -> bool:
    """Tell whether a version comes after another one, as `17.10` does after `17.9`."""
    return bool(one and other) and _numbers(one) > _numbers(other)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in NUMBER.findall(version))
