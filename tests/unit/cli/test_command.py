"""The command itself: quick to start, clear about mistakes, quiet when its reader leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOADED = "import sys; sys.argv = {argv!r}\nfrom tapstack.cli import main\ntry: main()\nexcept SystemExit: pass\n"
LOADED += "import json; print(json.dumps(sorted(m.split('.')[0] for m in sys.modules)), file=sys.stderr)"


def modules_of(start, *arguments: str) -> set[str]:
    ended = start("-c", LOADED.format(argv=["tapstack", *arguments]))
    assert ended.returncode == 0, ended.stderr
    return set(json.loads(ended.stderr.splitlines()[-1]))


def test_help_loads_next_to_nothing(start) -> None:
    heavy = {"pydantic", "boto3", "botocore", "rich", "ruamel", "aws_cdk", "jsii", "ministack", "cryptography"}
    assert not heavy & modules_of(start, "--help")
    assert not heavy & modules_of(start, "--version")


@pytest.mark.parametrize("verb", ["validate", "plan"])
def test_checking_a_fleet_loads_no_engine_and_no_sdk(verb: str, start) -> None:
    offline = ("--offline",) if verb == "plan" else ()
    loaded = modules_of(start, verb, *offline, "--file", "examples/web-platform/fleet.yaml")
    assert not {"boto3", "botocore", "aws_cdk", "jsii", "ministack"} & loaded


def test_checking_a_fleet_starts_no_process_and_opens_no_connection(start) -> None:
    watched = (
        "import sys\n"
        "def watch(event, arguments):\n"
        "    if event in ('subprocess.Popen', 'os.exec', 'os.posix_spawn', 'os.fork', 'socket.connect'):\n"
        "        print('FORBIDDEN', event, arguments); sys.stdout.flush()\n"
        "sys.addaudithook(watch)\n"
        "sys.argv = ['tapstack', 'validate', '--file', 'examples/data-platform/fleet.yaml']\n"
        "from tapstack.cli import main\n"
        "main()\n"
    )
    ended = start("-c", watched)
    assert ended.returncode == 0, ended.stderr
    assert "FORBIDDEN" not in ended.stdout


def test_the_module_is_the_command(start) -> None:
    ended = start("-m", "tapstack", "--version")
    assert ended.stdout.startswith("tapstack, version ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["validat"], "Did you mean 'validate'?"),
        (["zzz"], "There is no verb 'zzz'."),
        (["validate", "--environmnt", "prod"], "--environment"),
        (["validate", "--format", "xml"], "sarif"),
    ],
)
def test_a_misspelt_verb_or_option_is_named(arguments: list[str], said: str, run) -> None:
    answer = run(*arguments)
    assert answer.code == 64, "2 would tell a script that there are changes"
    assert said in answer.err
    assert answer.out == ""


def test_no_verb_shows_the_verbs(run) -> None:
    answer = run()
    assert "validate" in answer.out + answer.err


@pytest.mark.parametrize("verb", ["schema", "rules"])
def test_a_reader_that_leaves_is_no_error(verb: str) -> None:
    # More than a pipe holds, so that the command is still writing when its reader leaves.
    writer = subprocess.Popen(
        [sys.executable, "-m", "tapstack", verb], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.read(1)
    writer.stdout.close()
    said = writer.stderr.read().decode()
    writer.stderr.close()
    writer.wait(timeout=60)
    assert "Traceback" not in said
    assert "should not have happened" not in said


def test_a_file_may_come_through_a_pipe(start) -> None:
    content = (ROOT / "examples/serverless-api/fleet.yaml").read_text().replace("code: functions/hello", "inline: x")
    ended = subprocess.run(
        [sys.executable, "-m", "tapstack", "validate", "--file", "/dev/stdin"],
        input=content,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_a_name_that_is_no_text_is_shown_somehow(start, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tapstack", "validate", "--file", b"/tmp/\xff\xfe.yaml"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 6
    assert b"should not have happened" not in ended.stderr


def test_a_module_of_an_extra_that_is_missing_is_named_with_the_extra(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise ModuleNotFoundError("No module named 'psutil'", name="psutil._common")

    monkeypatch.setattr("tapstack.fleet.schema.file_schema", fails)
    answer = run("schema")
    assert answer.code == 5
    assert "pip install 'tapstack[sandbox]'" in answer.err


def test_an_unexpected_error_is_one_line_and_a_file(run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("tapstack.fleet.schema.file_schema", lambda: 1 / 0)
    answer = run("schema")
    assert answer.code == 1
    assert "ZeroDivisionError" in answer.err
    assert "Traceback" not in answer.err
    (report,) = tmp_path.glob("tapstack-error-*.txt")
    assert "Traceback" in report.read_text()
