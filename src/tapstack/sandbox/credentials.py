"""The administrator's access key: thrown away with the sandbox, yet kept like a real one."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tapstack.errors import SandboxError
from tapstack.sandbox.folder import write_private


class Credentials(BaseModel):
    """An access key; its secret shows in no log and no representation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    access_key_id: str
    secret_access_key: str = Field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Credentials:
        """Read the key that the server wrote."""
        credentials = cls.read_if_any(path)
        if credentials is None:
            raise SandboxError(
                "The sandbox's administrator key cannot be read",
                f"{path} is missing or damaged. Stop the sandbox and start it again: it will be written anew.",
            )
        return credentials

    @classmethod
    def read_if_any(cls, path: Path) -> Credentials | None:
        """Read the key, or nothing before the first start."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except (OSError, ValueError):
            return None

    def write(self, path: Path) -> None:
        """Keep the key in a file that only its owner can read."""
        write_private(path, self.model_dump_json(indent=2))
