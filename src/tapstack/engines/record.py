"""What a synthesis leaves behind about itself, so that the next one sees that nothing has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

RECORD = "tapstack.json"


def leave(folder: Path, digest: str) -> None:
    """Write down the inputs' digest, and the digest of every file that lies in the folder."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    (folder / RECORD).write_bytes(
        content(digest, {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})
    )


def content(digest: str, files: Mapping[str, bytes]) -> bytes:
    """What is written down of files that are about to be written."""
    digests = {name: hashlib.sha256(told).hexdigest() for name, told in files.items()}
    return json.dumps({"digest": digest, "files": digests}).encode()


def is_current(folder: Path, digest: str) -> bool:
    """Tell whether the folder holds just the synthesis of these inputs, untouched."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return record["digest"] == digest and all(
            _digest(folder / name) == expected for name, expected in record["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def written(folder: Path) -> tuple[str, ...]:
    """The files that the synthesis wrote into a folder, if there was one."""
    try:
        return tuple(json.loads((folder / RECORD).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
