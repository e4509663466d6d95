"""What stands between a slip of the hand and the data."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tapstack.fleet.base import Part


class Protection(Part):
    """On everywhere unless an environment says otherwise."""

    deletion: bool = Field(
        default=True, description="Databases, tables, load balancers and stacks refuse to be deleted."
    )
    when_removed: Literal["retain", "snapshot", "destroy"] = Field(
        default="retain",
        description="What becomes of data whose component leaves the fleet: it stays, a snapshot stays (databases; "
        "the rest stays whole), or it goes.",
    )
