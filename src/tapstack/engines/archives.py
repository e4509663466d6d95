"""Archives of function code: the same bytes for the same content, named after it."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tapstack.errors import FileAccessError
from tapstack.fleet.fleet import Fleet

LEFT_OUT = frozenset({"__pycache__", ".git", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache"})
BEGINNING_OF_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a ZIP file can name: archives must not depend on when they were made."""
READABLE = 0o644
EXECUTABLE = 0o755


@dataclass(frozen=True)
class Archive:
    """A function's code, packed."""

    digest: str
    content: bytes

    @property
    def key(self) -> str:
        """What the archive is called in a bucket."""
        return f"{self.digest}.zip"

    @property
    def fingerprint(self) -> str:
        """What Lambda tells of code that it has: the same digest, written in another way."""
        return base64.b64encode(bytes.fromhex(self.digest)).decode()


def archives(fleet: Fleet, folder: Path) -> dict[str, Archive]:
    """Pack the code of every function that has a folder; equal content gives equal archives."""
    packed: dict[str, Archive] = {}
    by_function: dict[str, Archive] = {}
    for name, function in fleet.functions.items():
        if function.code is None:
            continue
        if function.code not in packed:
            packed[function.code] = pack(folder / function.code)
        by_function[name] = packed[function.code]
    return by_function


def pack(folder: Path) -> Archive:
    """Pack a folder."""
    try:
        return _packed((path.relative_to(folder).as_posix(), _mode(path), path.read_bytes()) for path in _files(folder))
    except OSError as error:
        raise FileAccessError(f"The code in {folder} cannot be read.", f"The system says: {error.strerror}.") from error


def pack_text(name: str, code: str) -> Archive:
    """Pack code that is one file, such as `index.py`."""
    return _packed([(name, READABLE, code.encode())])


def _packed(files: Iterable[tuple[str, int, bytes]]) -> Archive:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, mode, content in files:
            entry = zipfile.ZipInfo(name, BEGINNING_OF_TIME)
            entry.external_attr = mode << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    content = buffer.getvalue()
    return Archive(hashlib.sha256(content).hexdigest(), content)


def _mode(path: Path) -> int:
    return EXECUTABLE if path.stat().st_mode & 0o100 else READABLE


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).parts
        if path.is_file() and not LEFT_OUT.intersection(relative) and path.suffix != ".pyc":
            yield path
