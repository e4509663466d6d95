"""Code of the fleet's own that takes part in synthesis."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from tapstack.fleet.base import Part


class Extensions(Part):
    """Functions that add to what the engines make; they run with the rights of whoever runs `tapstack`."""

    cloudformation: Annotated[str, StringConstraints(pattern=r"^[\w./-]+\.py:[A-Za-z_]\w*$")] | None = Field(
        default=None,
        description="A Python file beside the fleet's and a function in it, such as extensions/audit.py:extend, which "
        "adds CDK constructs to a unit.",
    )
