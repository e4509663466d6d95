"""The administrator's access key: thrown away with the sandbox, yet kept like a real one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tapstack.errors import SandboxError
from tapstack.sandbox.folder import read_json, write_private


@dataclass(frozen=True)
class Credentials:
    """An access key; its secret shows in no log and no representation."""

    access_key_id: str
    secret_access_key: str = field(repr=False)

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
        match read_json(path):
            case {"access_key_id": str(key), "secret_access_key": str(secret)}:
                return cls(key, secret)
            case _:
                return None

    def write(self, path: Path) -> None:
        """Keep the key in a file that only its owner can read."""
        write_private(path, json.dumps(asdict(self), indent=2))
