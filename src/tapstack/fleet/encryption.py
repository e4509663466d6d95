"""Keys: one per purpose and region, and one of its own for every bucket."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tapstack.fleet.base import Part


class Encryption(Part):
    """How the fleet's own keys are kept. Which purposes need a key follows from the components."""

    rotation: bool = Field(default=True, description="Let KMS make new key material every year.")
    deletion_window: Annotated[int, Field(ge=7, le=30)] = Field(
        default=30, description="Days between asking for a key's deletion and its end."
    )
