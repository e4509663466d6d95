"""A region more or less in a file: the lines concerned change, and not one byte besides."""

from __future__ import annotations

import difflib
import io
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tapstack.errors import InvalidFleetError
from tapstack.fleet.editing import add_region, remove_region
from tapstack.fleet.source import parse
from tests.support.fleets import COMMERCIAL, fleets

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/fleet.yaml"))
REST = "\n# below\nhome: us-east-1  # here\n"
NEW = {"cidr": "10.9.0.0/16"}

# name: (the regions, the same with eu-west-1 at 10.9.0.0/16 in them)
ADDED = {
    "flow in block": (
        "regions:\n  us-east-1: {cidr: 10.0.0.0/16}\n",
        "regions:\n  us-east-1: {cidr: 10.0.0.0/16}\n  eu-west-1: {cidr: 10.9.0.0/16}\n",
    ),
    "with comments around": (
        "regions: # two\n  # home\n  us-east-1: {}\n  us-west-2: { weight: 5 } # note\n         # goes on\n  # later\n",
        (
            "regions: # two\n  # home\n  us-east-1: {}\n  us-west-2: { weight: 5 } # note\n         # goes on\n"
            "  eu-west-1: { cidr: 10.9.0.0/16 }\n  # later\n"
        ),
    ),
    "blocks": (
        "regions:\n    'us-east-1':\n       cidr: \"10.0.0.0/16\"\n       # in it\n",
        (
            "regions:\n    'us-east-1':\n       cidr: \"10.0.0.0/16\"\n       # in it\n"
            "    'eu-west-1':\n       cidr: \"10.9.0.0/16\"\n"
        ),
    ),
    "blocks with air": (
        "regions:\n\n  us-east-1:\n    cidr: 10.0.0.0/16\n\n  us-west-2:\n    zones: 2\n",
        (
            "regions:\n\n  us-east-1:\n    cidr: 10.0.0.0/16\n\n  us-west-2:\n    zones: 2\n"
            "\n  eu-west-1:\n    cidr: 10.9.0.0/16\n"
        ),
    ),
    "aligned": (
        "regions:\n  us-east-1:      {}\n  ap-northeast-1: {}\n",
        "regions:\n  us-east-1:      {}\n  ap-northeast-1: {}\n  eu-west-1:      {cidr: 10.9.0.0/16}\n",
    ),
    "one line": (
        "regions: {us-east-1: {}, us-west-2: {}} # all\n",
        "regions: {us-east-1: {}, us-west-2: {}, eu-west-1: {cidr: 10.9.0.0/16}} # all\n",
    ),
    "one line, a last comma": (
        "regions: { us-east-1: {}, }\n",
        "regions: { us-east-1: {}, eu-west-1: {cidr: 10.9.0.0/16}, }\n",
    ),
    "JSON without spaces": (
        '"regions": {"us-east-1":{"cidr":"10.0.0.0/16"}}\n',
        '"regions": {"us-east-1":{"cidr":"10.0.0.0/16"}, "eu-west-1":{"cidr":"10.9.0.0/16"}}\n',
    ),
    "flow on lines": (
        "regions: {\n  us-east-1: {}, # home\n  us-west-2: {} # second\n}\n",
        "regions: {\n  us-east-1: {}, # home\n  us-west-2: {}, # second\n  eu-west-1: {cidr: 10.9.0.0/16}\n}\n",
    ),
    "flow on lines, a last comma": (
        "regions: {\n  us-east-1: {},\n}\n",
        "regions: {\n  us-east-1: {},\n  eu-west-1: {cidr: 10.9.0.0/16},\n}\n",
    ),
    "an alias": (
        "regions:\n  us-east-1: &same {zones: 2}\n  us-west-2: *same\n",
        "regions:\n  us-east-1: &same {zones: 2}\n  us-west-2: *same\n  eu-west-1: {cidr: 10.9.0.0/16}\n",
    ),
}


def file(regions: str, *, line_break: str = "\n", mark: bytes = b"", end: str = REST) -> bytes:
    return mark + ("fleet: shöp 😀\n" + regions + end).replace("\n", line_break).encode()


@pytest.mark.parametrize("name", ADDED)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_region_is_written_as_the_others_are_and_removing_it_brings_the_old_bytes_back(
    name: str, line_break: str, mark: bytes
) -> None:
    before, after = (file(text, line_break=line_break, mark=mark) for text in ADDED[name])
    assert add_region(before, "eu-west-1", NEW) == after
    assert remove_region(after, "eu-west-1") == before


@pytest.mark.parametrize("name", ADDED)
def test_a_last_line_without_an_end_stays_without(name: str) -> None:
    before, after = ("home: us-east-1\n" + text.removesuffix("\n") for text in ADDED[name])
    if before.splitlines()[-1].lstrip().startswith("#"):
        return
    assert add_region(before.encode(), "eu-west-1", NEW).decode() == after
    assert remove_region(after.encode(), "eu-west-1").decode() == before


def test_every_fact_is_written_and_none_is_an_empty_mapping() -> None:
    facts = {"cidr": "10.9.0.0/16", "zones": 2, "certificate": "arn:aws:acm:eu-west-1:1:certificate/a", "weight": 7}
    flow = add_region(file("regions:\n  us-east-1: {}\n"), "eu-west-1", facts).decode()
    assert (
        "  eu-west-1: {cidr: 10.9.0.0/16, zones: 2, certificate: arn:aws:acm:eu-west-1:1:certificate/a, weight: 7}\n"
    ) in flow
    block = add_region(file("regions:\n  us-east-1:\n    zones: 3\n"), "eu-west-1", facts).decode()
    assert "  eu-west-1:\n    cidr: 10.9.0.0/16\n    zones: 2\n    certificate: arn:aws:" in block
    assert b"  eu-west-1: {}\n" in add_region(file("regions:\n  us-east-1:\n    zones: 3\n"), "eu-west-1", {})


REMOVED = """\
# top
regions:
  us-east-1: {cidr: 10.0.0.0/16}
  # takes over
  # when home is gone
  us-west-2: # second
    cidr: 10.1.0.0/16 # given
    # and more

  # Europe
  eu-west-1: {}
home: us-east-1
acknowledged:
  - rule: a
    at: regions.us-west-2.cidr
    reason: only there
  # this stays
  - {rule: b, at: regions.us-west-20, reason: stays}
  # this goes
  - {rule: c, at: environments.dev.regions.us-west-2.zones, reason: goes}
environments:
  dev: # small
    # none but one
    regions:
      us-west-2: null
  qa: {regions: {us-west-2: {zones: 2}}, dns: {zone: a.b}}
  live:
    regions: {us-west-2: {zones: 2}, eu-west-1: {zones: 2}} # both
  prod:
    regions:
      us-west-2: {zones: 2} # goes
    dns: {zone: b.c}
    acknowledged: [{rule: a, at: regions.us-west-2}]
"""
LEFT = """\
# top
regions:
  us-east-1: {cidr: 10.0.0.0/16}

  # Europe
  eu-west-1: {}
home: us-east-1
acknowledged:
  # this stays
  - {rule: b, at: regions.us-west-20, reason: stays}
environments:
  dev: {} # small
  qa: {dns: {zone: a.b}}
  live:
    regions: {eu-west-1: {zones: 2}} # both
  prod:
    dns: {zone: b.c}
    acknowledged: []
"""


def test_what_concerns_a_region_alone_goes_with_it() -> None:
    assert remove_region(REMOVED.encode(), "us-west-2").decode() == LEFT


def test_the_home_and_the_last_region_stay() -> None:
    with pytest.raises(InvalidFleetError, match="us-east-1 is the home") as refused:
        remove_region(REMOVED.encode(), "us-east-1")
    assert "moves the writer alone" in refused.value.detail
    elsewhere = REMOVED.replace("  prod:\n", "  prod:\n    home: us-west-2\n")
    with pytest.raises(InvalidFleetError, match="us-west-2 is the home of the environment prod"):
        remove_region(elsewhere.encode(), "us-west-2")
    alone = REMOVED.replace(
        "  prod:\n    regions:\n", "  prod:\n    regions:\n      us-east-1: null\n      eu-west-1: null\n"
    )
    with pytest.raises(InvalidFleetError, match="us-west-2 is the last region of the environment prod"):
        remove_region(alone.encode(), "us-west-2")


def test_what_is_there_cannot_be_added_and_what_is_not_cannot_be_removed() -> None:
    with pytest.raises(InvalidFleetError, match="eu-west-1 is in the fleet already"):
        add_region(REMOVED.encode(), "eu-west-1", {})
    only_there = b"regions: {us-east-1: {}}\nenvironments: {prod: {regions: {eu-west-1: {}}}}\n"
    with pytest.raises(InvalidFleetError, match="already") as refused:
        add_region(only_there, "eu-west-1", {})
    assert "prod" in refused.value.detail
    with pytest.raises(InvalidFleetError, match="eu-west-2 is not in the fleet"):
        remove_region(REMOVED.encode(), "eu-west-2")


UNEDITABLE = {
    "an explicit key": "regions:\n  us-east-1: {}\n  ? us-west-2\n  : {}\n",
    "merged regions": "x: &x {us-east-1: {}, us-west-2: {}}\nregions: {<<: *x}\n",
    "an alias of all": "x: &x {us-east-1: {}, us-west-2: {}}\nregions: *x\n",
    "an anchor that others need": "regions:\n  us-east-1: {}\n  us-west-2: &a {zones: 2}\n  eu-central-1: *a\n",
}


@pytest.mark.parametrize("name", UNEDITABLE)
def test_what_cannot_be_edited_without_touching_the_rest_is_left_to_its_author(name: str) -> None:
    with pytest.raises(InvalidFleetError, match="only its author can edit") as refused:
        remove_region(file(UNEDITABLE[name]), "us-west-2")
    assert "yourself" in refused.value.detail


def test_a_fact_cannot_smuggle_in_another_key() -> None:
    with pytest.raises(InvalidFleetError, match="only its author"):
        add_region(file("regions:\n  us-east-1: {}\n"), "eu-west-1", {"cidr": "10.0.0.0/16, weight: 0"})


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_examples_change_by_one_line_and_back(path: Path) -> None:
    before = path.read_bytes()
    after = add_region(before, "ca-central-1", NEW)
    assert changed(before, after) == ["+ ca-central-1: {cidr: 10.9.0.0/16}"]
    assert remove_region(after, "ca-central-1") == before


def changed(before: bytes, after: bytes) -> list[str]:
    gone, come = exchanged(before, after)
    return [*(f"- {line.strip()}" for line in gone), *(f"+ {line.strip()}" for line in come)]


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A fleet in every dress: JSON in one line or many, YAML of three kinds, comments and blank lines strewn in."""
    data = draw(fleets())
    for part in (data["environments"][name] for name in data["environments"]):
        for region in draw(st.lists(st.sampled_from(sorted(data["regions"])), max_size=2, unique=True)):
            part.setdefault("regions", {})[region] = {"weight": 3}
    dress = draw(st.sampled_from(["json", "tight", "indented", "block", "leaves"]))
    if dress in ("json", "tight", "indented"):
        separators = (",", ":") if dress == "tight" else None
        text = json.dumps(data, indent=3 if dress == "indented" else None, separators=separators)
        return text.encode() + draw(st.sampled_from([b"", b"\n"]))
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False if dress == "block" else None
    yaml.sort_base_mapping_type_on_output = False
    yaml.width = 1000
    stream = io.StringIO()
    yaml.dump(data, stream)
    lines: list[str] = []
    for number, line in enumerate(stream.getvalue().splitlines()):
        indentation = line[: len(line) - len(line.lstrip())]
        lines += draw(
            st.sampled_from([[], [], [], [""], [f"{indentation}# über {number}"], ["", f"{indentation}# 😀 {number}"]])
        )
        lines.append(line + draw(st.sampled_from(["", "", "  # daneben"])))
    return draw(st.sampled_from(["\n", "\r\n"])).join([*lines, *draw(st.sampled_from([[], [""]]))]).encode()


@given(files(), st.sampled_from(COMMERCIAL), st.sampled_from([{}, NEW, {**NEW, "weight": 9}]))
def test_adding_says_one_region_more_and_removing_it_brings_every_byte_back(content: bytes, region, facts) -> None:
    data = parse(content, "").data
    assume(region not in data["regions"])
    after = add_region(content, region, facts)
    assert parse(after, "").data == {**data, "regions": {**data["regions"], region: facts}}
    assert is_added_in_one_piece(content, after) or is_added_with_a_comma(content, after)
    assert remove_region(after, region) == content


def is_added_in_one_piece(before: bytes, after: bytes) -> bool:
    """Without one stretch, the new file is the old one."""
    same = next((at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(before))
    return after.endswith(before[same:])


def is_added_with_a_comma(before: bytes, after: bytes) -> bool:
    """On lines of its own in braces, a new entry also gives a comma to the one before."""
    gone, come = exchanged(before, after)
    return len(gone) == 1 and len(come) == 2 and come[0] == f"{gone[0]},"


@given(files(), st.data())
def test_removing_takes_nothing_but_what_concerns_the_region(content: bytes, choices: st.DataObject) -> None:
    data = parse(content, "").data
    standbys = [name for name in data["regions"] if name != data["home"]]
    assume(standbys)
    region = choices.draw(st.sampled_from(standbys))
    after = remove_region(content, region)
    left = parse(after, "").data
    assert list(left["regions"].items()) == [item for item in data["regions"].items() if item[0] != region]
    for name, environment in data["environments"].items():
        rest = {key: value for key, value in environment.get("regions", {}).items() if key != region}
        assert left["environments"][name] == ({"regions": rest} if rest else {})
    others = {key: value for key, value in data.items() if key not in ("regions", "environments")}
    assert {key: value for key, value in left.items() if key not in ("regions", "environments")} == others
    gone, come = exchanged(content, after)
    assert all(region in line or OWN.match(line) for line in gone), "nothing of others"
    for line in come:
        assert any(line in (old.removesuffix(","), old.replace(":", ": {}", 1)) or region in old for old in gone)
    below = comments(after)
    for comment, line in comments(content).items():
        if comment in below:
            assert below[comment] in (line, line.replace(":", ": {}", 1)), "a comment that stays, stays above its line"
        else:
            assert region in line or OWN.match(line), "a comment goes only with its line"
    if len(content.splitlines()) == 1:
        left_over = iter(content)
        assert all(byte in left_over for byte in after), "what is left was there before, in that order"


OWN = re.compile(r'\s*(#|$|"?(cidr|zones|weight|regions)"?:|[}\]]|"?\w+"?: *[{]?( *#.*)?$|.*,$)')
"""Lines that may go with a region: comments, what is said of it, and the key of what it leaves empty."""


def comments(content: bytes) -> dict[str, str]:
    """Every comment that has a line of its own, and the line below it."""
    lines = [*content.decode().splitlines(), ""]
    return {line: below for line, below in pairwise(lines) if line.lstrip().startswith("#")}


def exchanged(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    """The lines that went and the lines that came."""
    old, new = before.decode().splitlines(), after.decode().splitlines()
    lines = list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:]
    return tuple([line[1:] for line in lines if line[0] == sign] for sign in "-+")  # type: ignore[return-value]
