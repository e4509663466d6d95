"""The pure half of the parity: what is meant, what is stale, and the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from parity.comparing import Comparison
from parity.deploying import deploy
from parity.intended import INTENDED, Intended, explained_by, stale
from parity.keeping import keep, kept
from parity.page import page
from tests.support.inventory import ABSENT, Difference

ARTIFACTS = Difference("eu-west-1/bucket/shop-dev-artifacts-000000000000-eu-west-1", {"Name": "x"}, ABSENT)
TIMEOUT = Difference("eu-west-1/function/shop-dev-web.Timeout", 3, 4)


def comparison(*differences: Difference) -> Comparison:
    made = {"eu-west-1": (8, 7), "global": (3, 3)}
    return Comparison("shop", "dev", ("cloudformation", "terraform"), made, differences)


def test_a_meant_difference_is_told_apart_from_the_others() -> None:
    one = comparison(ARTIFACTS, TIMEOUT)
    assert one.unexplained == (TIMEOUT,)
    assert list(one.intended.values()) == [1]


def test_an_entry_explains_whole_paths_only() -> None:
    assert explained_by(Difference(f"x{ARTIFACTS.path}", 1, 2)) is not None, "any region"
    assert explained_by(Difference("eu-west-1/queue/bucket/shop-dev-artifacts-000000000000-eu-west-1", 1, 2)) is None
    assert not Intended("what", "a/b", "why").explains(Difference("a/b.c", 1, 2))


def test_an_entry_that_matches_nothing_is_stale() -> None:
    assert stale([ARTIFACTS, TIMEOUT]) == [entry for entry in INTENDED if not entry.explains(ARTIFACTS)]
    assert stale([TIMEOUT]) == list(INTENDED)


def test_every_entry_gives_a_reason_of_its_own() -> None:
    assert len({entry.reason for entry in INTENDED}) == len(INTENDED)
    assert len({entry.what for entry in INTENDED}) == len(INTENDED)
    assert all(entry.reason.endswith(".") for entry in INTENDED)


def test_the_page_tells_counts_reasons_and_what_nobody_meant() -> None:
    text = page([comparison(ARTIFACTS, TIMEOUT)])
    assert "| shop | dev | 11 | 10 | 1 | 1 |" in text
    assert "| shop | eu-west-1 | 8 | 7 |" in text
    assert f"| {INTENDED[0].what} | shop | 1 | {INTENDED[0].reason} |" in text
    assert "Not compared: market." in page([comparison()], ["market"])
    assert "- `eu-west-1/function/shop-dev-web.Timeout: 3 / 4`" in text
    assert page([comparison(ARTIFACTS, TIMEOUT)]) == text


def test_a_comparison_is_kept_whole_and_the_last_one_counts(tmp_path: Path) -> None:
    assert list(kept(tmp_path)) == []
    keep(comparison(), tmp_path)
    keep(comparison(ARTIFACTS, TIMEOUT), tmp_path)
    assert list(kept(tmp_path)) == [comparison(ARTIFACTS, TIMEOUT)]


def test_an_unknown_engine_is_refused_before_anything_is_done() -> None:
    with pytest.raises(ValueError, match="pulumi"):
        deploy(Path("nowhere"), "dev", "pulumi", None)  # type: ignore[arg-type] # never touched
