"""The auditor, against stores that forget."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tapstack.drill.acknowledgements import Acknowledgements, acknowledged, intended
from tapstack.drill.auditing import audit, conflicts
from tapstack.drill.cleaning import clean
from tapstack.drill.observations import Write
from tapstack.drill.stores.store import Landed

HOME, AWAY = "us-east-1", "eu-west-1"
STORE = "tables.items"


@dataclass
class FakeStore:
    content: dict[str, dict[str, int]]
    name: str = STORE
    kind: Literal["table", "database"] = "table"
    follows_dns: bool = True
    regions: tuple[str, ...] = (HOME, AWAY)
    removed: set[str] = field(default_factory=set)
    is_out: bool = False

    def prepare(self) -> None: ...

    def write(self, key: str, sequence: int, region: str) -> Landed:
        raise NotImplementedError

    def read(self, keys: Collection[str], region: str) -> Mapping[str, int]:
        return {key: value for key, value in self.content[region].items() if key in keys}

    def remove(self, keys: Collection[str]) -> None:
        if self.is_out:
            raise OSError("out")
        self.removed |= set(keys)


def write(sequence: int, key: str = "", region: str = HOME, replaced: int | None = None, at: float = 0) -> Write:
    moment = at or float(sequence)
    return Write(STORE, "one", sequence, key or f"k{sequence}", region, moment - 0.5, moment, replaced)


def test_what_a_region_lacks_is_missing() -> None:
    store = FakeStore({HOME: {"k1": 1, "k2": 2, "k3": 3}, AWAY: {"k1": 1}})
    written = [write(1), write(2), write(3)]
    found = audit(store, written, [AWAY])
    assert [one.sequence for one in found.writes] == [2, 3]
    assert found.seconds(until=10) == 8
    assert not found.nothing_found
    assert audit(store, written, [HOME]).writes == ()
    assert audit(store, written, [HOME]).seconds(until=10) == 0
    assert len(audit(store, written, [HOME, AWAY]).writes) == 2


def test_nothing_at_all_is_no_replication() -> None:
    store = FakeStore({HOME: {"k1": 1}, AWAY: {}})
    assert audit(store, [write(1)], [AWAY]).nothing_found
    assert not audit(store, [], [AWAY]).nothing_found


def test_an_older_value_in_its_place_is_missing_a_later_one_is_not() -> None:
    store = FakeStore({HOME: {"latest": 4}, AWAY: {"latest": 12}})
    assert audit(store, [write(8, "latest")], [HOME]).writes
    assert not audit(store, [write(8, "latest")], [AWAY]).writes


def test_writes_overwritten_unseen_are_conflicts() -> None:
    seen = [write(4, "latest"), write(8, "latest", replaced=4)]
    assert conflicts(seen) == {}
    away = write(12, "latest", region=AWAY, replaced=4)
    assert conflicts([*seen, away]) == {STORE: 1}
    assert conflicts([*seen, write(12, "latest", region=AWAY)]) == {STORE: 2}
    # The next one there has seen the one before; those of home are counted once.
    assert conflicts([*seen, away, write(16, "latest", region=AWAY, replaced=12)]) == {STORE: 1}


def test_files_tell_what_was_acknowledged_and_what_may_have_landed(tmp_path: Path) -> None:
    file = Acknowledgements(tmp_path, "one")
    for sequence in (1, 2):
        file.intend(STORE, f"k{sequence}")
    file.add(write(1))
    file.close()
    with (tmp_path / "one.jsonl").open("a") as cut_off:
        cut_off.write('{"store": "tab')
    assert acknowledged(tmp_path) == [write(1)]
    assert intended(tmp_path) == {STORE: {"k1", "k2"}}


def test_cleaning_forgets_the_files_only_once_nothing_is_left(tmp_path: Path) -> None:
    files = tmp_path / "drill"
    file = Acknowledgements(files, "one")
    file.intend(STORE, "k1")
    file.close()
    store = FakeStore({HOME: {}, AWAY: {}}, is_out=True)
    assert [*clean([store], files)] == ["tables.items keeps what the drill wrote: OSError: out"]
    assert files.exists()
    store.is_out = False
    assert [*clean([store], files)] == []
    assert store.removed == {"k1"}
    assert not files.exists()
