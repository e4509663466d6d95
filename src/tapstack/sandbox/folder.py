"""Where a sandbox keeps its files: one private folder per name, under the user's state folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tapstack.errors import SandboxError
from tapstack.sandbox.settings import SandboxSettings

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def state_home() -> Path:
    """The folder that holds all sandboxes of this user."""
    chosen = os.environ.get("TAPSTACK_STATE_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute() / "sandboxes"
    base = os.environ.get("XDG_STATE_HOME")
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".local" / "state"
    return root / "tapstack" / "sandboxes"


@dataclass(frozen=True)
class SandboxFolder:
    """The files of one sandbox, by what they are."""

    path: Path

    @classmethod
    def of(cls, name: str) -> SandboxFolder:
        """Find the folder that belongs to a name; it need not exist yet."""
        if not _NAME.fullmatch(name):
            raise SandboxError(
                "A sandbox cannot have this name",
                f"'{name}' is not allowed: use 1 to 40 lower-case letters, digits and dashes, "
                "with a letter or digit at both ends.",
            )
        return cls(state_home() / name)

    @property
    def settings(self) -> Path:
        """What the server was last started with."""
        return self.path / "settings.json"

    @property
    def process(self) -> Path:
        """Which process serves, and how to recognise what it started."""
        return self.path / "process.json"

    @property
    def lock(self) -> Path:
        """Held while a start or stop is under way."""
        return self.path / "lock"

    @property
    def log(self) -> Path:
        """What the server said since its last start."""
        return self.path / "server.log"

    @property
    def credentials(self) -> Path:
        """The administrator's access key; readable by its owner only."""
        return self.path / "credentials.json"

    @property
    def token(self) -> Path:
        """What the control API asks for; readable by its owner only."""
        return self.path / "control-token"

    @property
    def ca_bundle(self) -> Path:
        """The certificate that clients of the TLS endpoint trust."""
        return self.path / "ca.pem"

    @property
    def ca_key(self) -> Path:
        """The private key of that certificate."""
        return self.path / "ca-key.pem"

    @property
    def certificate(self) -> Path:
        """The certificate that the TLS endpoint shows."""
        return self.path / "server.pem"

    @property
    def certificate_key(self) -> Path:
        """The private key of that certificate."""
        return self.path / "server-key.pem"

    @property
    def state(self) -> Path:
        """What the emulated services keep over a restart."""
        return self.path / "state"

    @property
    def objects(self) -> Path:
        """The buckets' contents."""
        return self.path / "objects"

    @property
    def temporary(self) -> Path:
        """Unpacked functions and the like; emptied at every start and stop."""
        return self.path / "tmp"

    def create(self) -> None:
        """Make the folder, closed to other users."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.chmod(0o700)

    def empty_temporary(self) -> None:
        """Throw away what the last run left in its temporary folder."""
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir(mode=0o700, exist_ok=True)

    def remembered_settings(self) -> SandboxSettings | None:
        """Read what the sandbox was last started with; nothing when it never was, or an older release wrote it."""
        try:
            return SandboxSettings.from_json(self.settings.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; nobody else can read it, and no reader sees half of it."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, object] | None:
    """Read a small file of ours; nothing when it is missing or not whole."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
