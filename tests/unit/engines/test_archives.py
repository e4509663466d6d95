from __future__ import annotations

import os
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tapstack.engines.archives import pack
from tapstack.errors import FileAccessError


def code(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def names(content: bytes) -> list[str]:
    return zipfile.ZipFile(BytesIO(content)).namelist()


def test_same_content_packs_to_the_same_bytes_wherever_and_whenever_it_lies(tmp_path: Path) -> None:
    first = code(tmp_path / "a", index="x = 1", other="y = 2")
    second = code(tmp_path / "b", other="y = 2", index="x = 1")
    os.utime(second / "index.py", (0, 0))
    assert pack(first) == pack(second)


def test_changed_content_gets_another_name(tmp_path: Path) -> None:
    folder = code(tmp_path / "a", index="x = 1")
    before = pack(folder)
    code(folder, index="x = 2")
    assert pack(folder).key != before.key


def test_byte_code_and_caches_are_left_out(tmp_path: Path) -> None:
    folder = code(tmp_path / "a", index="x = 1")
    code(folder / "__pycache__", stale="")
    code(folder / ".venv" / "lib", big="")
    (folder / "index.pyc").write_bytes(b"\0")
    code(folder / "package", module="")
    assert names(pack(folder).content) == ["index.py", "package/module.py"]


def test_executables_stay_executable(tmp_path: Path) -> None:
    folder = code(tmp_path / "a", index="")
    (folder / "index.py").chmod(0o755)
    entry = zipfile.ZipFile(BytesIO(pack(folder).content)).infolist()[0]
    assert entry.external_attr >> 16 == 0o755


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_code_is_a_clear_error(tmp_path: Path) -> None:
    folder = code(tmp_path / "a", index="x = 1")
    (folder / "index.py").chmod(0)
    with pytest.raises(FileAccessError, match="cannot be read"):
        pack(folder)
