"""The folder of a synthesis: put there whole where there is none, changed file by file where Terraform lives in it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tapstack.engines import record
from tapstack.engines.terraform.manifest import MANIFEST, STACKS
from tapstack.errors import FileAccessError

REFETCHED = frozenset({".terraform", ".terraform.lock.hcl"})
"""What `terraform init` can fetch again."""


def write(output: Path, files: Mapping[str, bytes], digest: str) -> None:
    """Write what was made, and what came of it; refuse to write into a folder that holds no synthesis."""
    if output.exists() and (not output.is_dir() or (any(output.iterdir()) and not (output / MANIFEST).exists())):
        raise FileAccessError(
            f"{output} holds no Terraform modules of ours.",
            "It holds other files, which would be lost; choose another --output.",
        )
    told = {record.RECORD: record.content(digest, files)}
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=".synth-") as temporary:
            if output.exists():
                _change(output, files, told, Path(temporary))
            else:
                # Made in a folder of its own, whose permissions are not those of a temporary one.
                made = Path(temporary) / "made"
                _lay_out(made, {**files, **told})
                made.rename(output)
    except OSError as error:
        raise FileAccessError(f"{output} cannot be written.", f"The system says: {error.strerror}.") from error


def _lay_out(folder: Path, files: Mapping[str, bytes]) -> None:
    for parent in sorted({(folder / name).parent for name in files}):
        parent.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _change(output: Path, files: Mapping[str, bytes], told: Mapping[str, bytes], temporary: Path) -> None:
    """Replace what differs, and drop what a former synthesis wrote; the record comes last.

    All else stays: Terraform keeps its plugins there, and a state that could not be saved.
    """
    differing = {name: content for name, content in files.items() if not _holds(output / name, content)}
    _lay_out(temporary, {**differing, **told})
    former = record.written(output)
    (output / record.RECORD).unlink(missing_ok=True)
    for name in former:
        if name not in files:
            (output / name).unlink(missing_ok=True)
    for name in (*differing, *told):
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        (temporary / name).replace(output / name)
    _drop_empty(output)


def _holds(file: Path, content: bytes) -> bool:
    try:
        return file.read_bytes() == content
    except FileNotFoundError:
        return False


def _drop_empty(output: Path) -> None:
    """Drop the folders of regions that are no more."""
    for folder in (output / STACKS).iterdir():
        left = {entry.name for entry in folder.iterdir()} if folder.is_dir() else {""}
        if left <= REFETCHED:
            shutil.rmtree(folder)
