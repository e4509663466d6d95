"""What the system promises: the rules hold the design against it, the drill measures it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tapstack.fleet.base import Part, Seconds


class Objectives(Part):
    """The promises. Without `rto` and `rpo` nothing is promised and the drill has no verdict to give."""

    rto: Seconds | None = Field(default=None, description="How long clients may be without an answer.")
    rpo: Seconds | None = Field(default=None, description="How many seconds of acknowledged writes may be lost.")
    availability: Literal["high", "standard"] = Field(
        default="high",
        description="`high` claims that the loss of one zone is not noticed; `standard` claims nothing.",
    )
