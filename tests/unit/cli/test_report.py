"""`tapstack report` as it is called: one file, from the description alone unless a target is named."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import drilled
import pytest
from click.testing import CliRunner, Result

from tapstack.cli.report import report
from tapstack.errors import FileAccessError, SandboxNotRunningError

EXAMPLE = Path(__file__).parents[3] / "examples" / "web-platform"


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(EXAMPLE, tmp_path / "web", ignore=shutil.ignore_patterns(".tapstack"))
    return tmp_path / "web" / "fleet.yaml"


def called(fleet: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        report, ["--file", str(fleet), "--environment", "dev", *arguments], catch_exceptions=False
    )


def test_it_writes_one_file_and_says_where(fleet: Path, tmp_path: Path) -> None:
    result = called(fleet)
    assert (result.exit_code, result.stdout) == (0, "report.html\n")
    assert "web-platform in dev" in (tmp_path / "report.html").read_text()
    assert not (fleet.parent / ".tapstack").exists(), "it only reads"


def test_mermaid_goes_to_stdout_alone(fleet: Path, tmp_path: Path) -> None:
    result = called(fleet, "--mermaid")
    assert result.stdout.startswith("flowchart TB\n")
    assert not (tmp_path / "report.html").exists()


def kept(file: Path, name: str, target: str = "sandbox", **changes: Any) -> None:
    folder = file.parent / ".tapstack" / "dev" / target / "drills"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(drilled.record(**changes).as_json())


def test_the_latest_drills_of_the_environment_are_found_newest_first(fleet: Path, tmp_path: Path) -> None:
    for day in range(1, 8):
        kept(fleet, f"day-{day}", "sandbox" if day % 2 else "sandbox-other", began=f"2026-11-0{day}T12:00:00Z")
    kept(fleet, "of-another", fleet="another", began="2026-12-01T12:00:00Z")
    called(fleet)
    text = (tmp_path / "report.html").read_text()
    assert [day for day in range(1, 8) if f"2026-11-0{day} at 12" in text] == [3, 4, 5, 6, 7]
    assert text.index("2026-11-07 at 12") < text.index("2026-11-06 at 12")
    assert "2026-12-01" not in text


def test_what_a_drill_leaves_beside_its_record_is_no_record_and_an_unreadable_one_is_named(fleet: Path) -> None:
    kept(fleet, "good")
    folder = fleet.parent / ".tapstack/dev/sandbox/drills"
    (folder / "drill.json").write_text('{"drill": "one that is going on"}')
    (folder / "of-another-release.json").write_text('{"version": 0}')
    result = called(fleet)
    assert result.exit_code == 0
    assert result.stderr.count("Left out") == 1
    assert "of-another-release.json" in result.stderr


def test_a_drill_that_is_named_is_shown_instead(fleet: Path, tmp_path: Path) -> None:
    kept(fleet, "of-today", began="2026-11-20T12:00:00Z")
    named = tmp_path / "named.json"
    named.write_text(drilled.record(began="2025-01-01T12:00:00Z").as_json())
    called(fleet, "--drill", str(named))
    text = (tmp_path / "report.html").read_text()
    assert "2025-01-01 at 12" in text
    assert "2026-11-20 at 12" not in text


def test_what_is_no_record_is_named(fleet: Path, tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text("{}")
    with pytest.raises(FileAccessError, match="no record of a drill"):
        called(fleet, "--drill", str(tmp_path / "no.json"))


def test_a_folder_that_is_not_there_is_named(fleet: Path) -> None:
    with pytest.raises(FileAccessError, match="cannot be written"):
        called(fleet, "--output", "nowhere/report.html")


def test_a_target_that_does_not_answer_is_an_error_and_leaves_no_file(fleet: Path, tmp_path: Path) -> None:
    with pytest.raises(SandboxNotRunningError):
        called(fleet, "--target", "sandbox:nobody-started-this")
    assert not (tmp_path / "report.html").exists()
