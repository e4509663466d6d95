"""Files that cannot be read as a fleet: each gets one clear error with its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tapstack.errors import FileAccessError
from tapstack.fleet.loading import FleetFile
from tapstack.fleet.source import MAXIMUM_BYTES, parse, read

FLEET = b"fleet: shop\nhome: us-east-1\nregions: {us-east-1: {}}\n"
BOMB = b"a0: &a0 [x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (level, level, b",".join([b"*a%d" % (level - 1)] * 9)) for level in range(1, 12)
)
MERGE_BOMB = b"a0: &a0 {}\n" + b"".join(
    b"a%d: &a%d {<<: [%s]}\n" % (level, level, b",".join([b"*a%d" % (level - 1)] * 9)) for level in range(1, 12)
)
REFUSED = {
    "empty": (b"", "The file is empty.", "1:1"),
    "only comments": (b"# nothing yet\n", "The file is empty.", "1:1"),
    "null": (b"null\n", "The file does not describe a fleet.", "1:1"),
    "a list": (b"- shop\n", "The file does not describe a fleet.", "1:1"),
    "a word": (b"shop", "The file does not describe a fleet.", "1:1"),
    "huge": (b"# " + b"x" * MAXIMUM_BYTES, "The file is too large.", "1:1"),
    "UTF-16": ("fleet: shop".encode("utf-16"), "The file is not UTF-8 text.", "1:1"),
    "Latin-1": (b"fleet: shop\ndescription: caf\xe9\n", "The file is not UTF-8 text.", "2:17"),
    "a zero byte": (b"fleet: sh\0op", "The file is not valid YAML.", "1:1"),
    "an escaped control character": (b'fleet: shop\nhome: "\\e[31m"\n', "The text holds a character", "2:7"),
    "an invisible key": (b'"\\0": shop\n', "The text holds a character", "1:1"),
    "half a character": (b'fleet: "\\uD800"\n', "The text holds a character", "1:8"),
    "a broken flow": (b"fleet: [a\nhome: b\n", "The file is not valid YAML.", "2:5"),
    "a tab": (b"fleet:\n\t- a\n", "The file is not valid YAML.", "2:1"),
    "an unknown alias": (b"fleet: *other\n", "The file is not valid YAML.", "1:8"),
    "another YAML": (b"%YAML 3.0\n---\nfleet: shop\n", "The file is not valid YAML.", "1:1"),
    "two documents": (FLEET + b"---\n" + FLEET, "The file holds several documents.", "5:1"),
    "a key twice": (FLEET + b"fleet: other\n", "The key 'fleet' stands twice.", "4:1"),
    "a list as a key": (b"? [a]\n: b\n", "A key must be plain text.", "1:3"),
    "a Python object": (b"fleet: !!python/object/apply:os.system [ls]\n", "The tag tag:yaml.org,2002:python", "1:8"),
    "a tag of CloudFormation": (b"fleet: !Ref Name\n", "The tag !Ref means nothing here.", "1:8"),
    "a bomb": (BOMB, "The file unfolds to too much.", "1:1"),
    "a bomb of merges": (MERGE_BOMB, "The file unfolds to too much.", "1:1"),
    "an alias of itself": (b"a: &a [*a]\n", "The file is nested too deeply.", "1:1"),
    "a merge of itself": (b"a: &a {<<: *a}\n", "The file is nested too deeply.", "1:1"),
    "a merge of a list": (b"<<: [3]\n", "`<<` merges mappings only.", "1:6"),
    "deep flows": (b"a: " + b"[" * 3000, "The file is nested too deeply.", "1:1"),
    "deep mappings": (b"\n".join(b" " * depth + b"a:" for depth in range(60)), "The file is nested too deeply.", "1:1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_fleet_is_refused_with_its_place(name: str) -> None:
    content, summary, place = REFUSED[name]
    file = FleetFile.parse(content, "shop.yaml")
    findings = file.describe("dev").findings
    assert findings[0].rule == "unreadable-fleet"
    assert findings[0].summary.startswith(summary)
    assert str(findings[0].where) == f"shop.yaml:{place}"
    assert findings[0].detail
    assert file.describe("dev").fleet is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + FLEET, id="byte order mark"),
        pytest.param(FLEET.replace(b"\n", b"\r\n"), id="Windows line ends"),
        pytest.param(FLEET.rstrip(b"\n"), id="no last line end"),
        pytest.param(b"---\n" + FLEET + b"...\n", id="document marks"),
        pytest.param("description: ☃ 😀\n".encode() + FLEET, id="unicode"),
    ],
)
def test_what_editors_do_to_files_does_no_harm(content: bytes) -> None:
    assert FleetFile.parse(content).describe("dev").findings == ()


def test_anchors_and_merges_are_resolved_and_keep_their_places() -> None:
    text = b"""\
regions:
  us-east-1: &base
    weight: 7
    zones: 2
  us-west-2:
    zones: 3
    <<: *base
  eu-west-1: *base
"""
    source = parse(text, "f")
    assert source.findings == []
    assert source.data == {
        "regions": {
            "us-east-1": {"weight": 7, "zones": 2},
            "us-west-2": {"weight": 7, "zones": 3},
            "eu-west-1": {"weight": 7, "zones": 2},
        }
    }
    assert source.where(("regions", "us-west-2", "zones")).line == 6, "a key of its own wins, wherever `<<` stands"
    assert source.where(("regions", "us-west-2", "weight")).line == 3


def test_earlier_mappings_of_a_merge_win() -> None:
    assert parse(b"a: {<<: [{b: 1}, {b: 2, c: 3}]}", "f").data == {"a": {"b": 1, "c": 3}}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("true", True),
        ("~", None),
        ("012", "012"),
        ("12", 12),
        ("1_000", 1000),
        ("0x1F", "0x1F"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("2026-11-20", "2026-11-20"),
        ("12:30", "12:30"),
        ("9" * 5000, "9" * 5000),
        ("'3'", "3"),
    ],
)
def test_scalars_are_read_as_written(written: str, value: object) -> None:
    assert parse(f"a: {written}".encode(), "f").data == {"a": value}


def test_numbers_remember_how_they_were_written() -> None:
    value = parse(b"a: 1.10", "f").data["a"]
    assert value == 1.1
    assert str(value) == "1.10"


def test_a_long_number_takes_no_time() -> None:
    assert parse(b"a: " + b"1" * 100_000 + b".", "f").findings == []


@pytest.mark.parametrize(
    ("make", "summary"),
    [
        (lambda folder: folder / "none.yaml", "There is no file"),
        (lambda folder: folder, "is a folder"),
        (lambda folder: folder / ("x" * 400), "cannot be read"),
        (lambda folder: folder / "a\0b", "cannot be read"),
    ],
    ids=["missing", "a folder", "a name too long", "a name with a zero"],
)
def test_a_file_that_cannot_be_opened_is_an_error(make, summary: str, tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match=summary) as raised:
        read(make(tmp_path))
    assert raised.value.detail


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    file.write_bytes(FLEET)
    file.chmod(0)
    with pytest.raises(FileAccessError, match="cannot be read"):
        read(file)


def test_endless_devices_are_read_to_the_limit_only() -> None:
    assert read(Path("/dev/zero")).findings[0].summary == "The file is too large."
