"""The module of a unit as it lies in a folder, packed so that it can be kept, and unpacked to be run again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tapstack.engines.terraform.assembly import BACKEND, VARIABLES
from tapstack.engines.terraform.manifest import MODULE, STACKS
from tapstack.engines.terraform.module import ASSETS

LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Written:
    """A module with its settings and the code that it takes along, by paths inside the folder of all modules."""

    name: str
    files: Mapping[str, bytes]

    @property
    def module(self) -> Mapping[str, Any]:
        """The module itself."""
        return dict(json.loads(self.files[f"{STACKS}/{self.name}/{MODULE}"]))

    @property
    def digest(self) -> str:
        """Everything that decides what it makes."""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(name.encode() + hashlib.sha256(content).digest())
        return digest.hexdigest()

    def with_module(self, module: Mapping[str, Any]) -> Written:
        """The same with another module."""
        content = json.dumps(module, indent=1, ensure_ascii=False).encode()
        return Written(self.name, {**self.files, f"{STACKS}/{self.name}/{MODULE}": content})

    def pack(self) -> bytes:
        """In one file, the same bytes for the same content."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in sorted(self.files.items()):
                archive.writestr(zipfile.ZipInfo(name, LONG_AGO), content, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()

    def write(self, folder: Path) -> Path:
        """Lay it out; the folder in which Terraform runs."""
        for name, content in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder / STACKS / self.name


def read(folder: Path, name: str) -> Written:
    """Read one module of a synthesis, with the code that it names."""
    here = f"{STACKS}/{name}"
    files = {f"{here}/{file}": (folder / here / file).read_bytes() for file in (MODULE, BACKEND, VARIABLES)}
    text = files[f"{here}/{MODULE}"].decode()
    for asset in sorted((folder / ASSETS).glob("*")):
        if asset.name in text:
            files[f"{ASSETS}/{asset.name}"] = asset.read_bytes()
    return Written(name, files)


def unpack(content: bytes, name: str) -> Written | None:
    """What was packed; None when it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return Written(name, {entry: archive.read(entry) for entry in archive.namelist()})
    except zipfile.BadZipFile:
        return None
