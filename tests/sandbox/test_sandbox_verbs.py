"""`tapstack sandbox ...` as a person or a script runs it, and the lines it prints as shells and tools read them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tapstack.errors import MissingToolError, SandboxError
from tapstack.sandbox import control
from tapstack.sandbox.control import Sandbox
from tapstack.sandbox.shell import variables

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def tapstack(state_home: str) -> Iterator[Run]:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tapstack", "sandbox", *arguments],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    started = run("start", "--name", "verbs", "--clock-factor", "10", "--replication-lag", "500ms", "--json")
    assert started.returncode == 0, started.stderr
    yield run
    control.stop("verbs")


@pytest.fixture
def sandbox(tapstack: Run) -> Sandbox:
    return control.attach("verbs")


def test_the_status_tells_people_where_it_is_and_what_is_unusual(tapstack: Run, sandbox: Sandbox) -> None:
    shown = tapstack("status", "--name", "verbs").stdout
    for expected in (sandbox.tls_endpoint, sandbox.endpoint, f"127.0.0.1:{sandbox.dns_port}", "10 times as fast"):
        assert expected in shown
    assert f"export AWS_ENDPOINT_URL={sandbox.tls_endpoint}" in shown


def test_the_status_tells_scripts_the_same(tapstack: Run, sandbox: Sandbox) -> None:
    content = json.loads(tapstack("status", "--name", "verbs", "--json").stdout)
    assert content["tls_endpoint"] == sandbox.tls_endpoint
    assert content["settings"]["clock_factor"] == 10
    assert content["settings"]["replication_lag_seconds"] == 0.5
    assert content["environment"] == dict(variables(sandbox))
    assert content["parts"]


def test_a_region_is_broken_and_mended(tapstack: Run, sandbox: Sandbox) -> None:
    made = tapstack(
        "outage", "us-west-2", "--latency", "200ms", "--error-rate", "0.25", "--service", "s3", "--name", "verbs"
    )
    assert made.returncode == 0
    assert "tapstack sandbox restore us-west-2 --name verbs" in made.stdout
    assert sandbox.status()["faults"] == {
        "us-west-2": {
            "unreachable": False, "latency_seconds": 0.2, "error_rate": 0.25, "throttle_rate": 0.0,
            "expired_credentials": False, "services": ["s3"],
        }
    }  # fmt: skip
    shown = tapstack("status", "--name", "verbs").stdout
    assert "outage of us-west-2  s3 answers 0.2 s late and fails 25% of its calls" in shown

    made = tapstack("outage", "us-west-2", "--throttle", "0.5", "--expired-credentials", "--name", "verbs")
    assert "us-west-2 throttles 50% of its calls and takes all credentials for expired" in made.stdout

    tapstack("outage", "us-west-2", "--service", "alb", "--name", "verbs")
    assert sandbox.status()["faults"]["us-west-2"]["unreachable"] is True
    assert sandbox.status()["faults"]["us-west-2"]["services"] == ["elasticloadbalancing"]

    assert tapstack("restore", "us-west-2", "--name", "verbs").returncode == 0
    assert sandbox.status()["faults"] == {}


@pytest.mark.parametrize(("written", "meant"), [("us-west-22", "us-west-2"), ("us-esat-1", "us-east-1")])
def test_a_misspelt_region_is_no_outage(tapstack: Run, written: str, meant: str) -> None:
    for verb in (["outage", written], ["restore", written], ["start", "--region", written]):
        refused = tapstack(*verb, "--name", "verbs")
        assert refused.returncode == 64
        assert f"Did you mean '{meant}'?" in refused.stderr


def test_a_misspelt_service_or_region_is_no_outage_for_programs_either(tapstack: Run, sandbox: Sandbox) -> None:
    refused = tapstack("outage", "us-west-2", "--service", "dynamdb", "--name", "verbs")
    assert refused.returncode == 7
    assert "Did you mean 'dynamodb'?" in refused.stderr
    with pytest.raises(SandboxError) as error:
        sandbox.outage("us-wset-2")
    assert error.value.detail == "There is no region 'us-wset-2'. Did you mean 'us-west-2'?"
    assert sandbox.status()["faults"] == {}


def test_a_running_sandbox_does_not_take_other_settings_in_silence(tapstack: Run) -> None:
    refused = tapstack("start", "--name", "verbs", "--clock-factor", "2")
    assert refused.returncode == 7
    assert "clock_factor is 10.0, not 2.0" in refused.stderr
    assert tapstack("start", "--name", "verbs", "--clock-factor", "10").returncode == 0


def test_a_status_fits_the_terminal(tapstack: Run) -> None:
    facts = tapstack("status", "--name", "verbs").stdout.partition("Point any")[0].splitlines()
    # Paths are never broken.
    assert all(len(line) <= 120 or "/" in line for line in facts)
    assert not any(line.rstrip().endswith(":") for line in facts)


@pytest.mark.parametrize("arguments", [["--latency", "soon"], ["--error-rate", "2"]])
def test_what_makes_no_sense_is_refused(tapstack: Run, arguments: list[str]) -> None:
    assert tapstack("outage", "us-west-2", *arguments, "--name", "verbs").returncode == 64


def test_reset_empties_it(tapstack: Run, sandbox: Sandbox) -> None:
    sandbox.client("s3").create_bucket(Bucket="going")
    assert tapstack("reset", "--name", "verbs").returncode == 0
    assert sandbox.client("s3").list_buckets()["Buckets"] == []


def test_verbs_say_so_when_nothing_runs(tapstack: Run) -> None:
    for verb in (["status"], ["reset"], ["restore"], ["outage", "us-west-2"]):
        done = tapstack(*verb, "--name", "absent")
        assert done.returncode == 8
        assert "tapstack sandbox start --name absent" in done.stderr
        assert "or name the one that you mean: verbs." in done.stderr
    assert "was not running" in tapstack("stop", "--name", "absent").stdout


def test_a_shell_reads_the_lines_and_a_plain_sdk_then_reaches_it(tapstack: Run, sandbox: Sandbox) -> None:
    program = (
        "import boto3; "
        "print(boto3.client('sts').get_caller_identity()['Arn']); "
        "boto3.client('s3').create_bucket(Bucket='by-shell')"
    )
    script = (
        f'eval "$({sys.executable} -m tapstack sandbox status --shell --name verbs)"\n{sys.executable} -c "{program}"\n'
    )
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip().endswith(":user/tapstack-administrator"), done.stderr
    assert [bucket["Name"] for bucket in sandbox.client("s3").list_buckets()["Buckets"]] == ["by-shell"]


def test_the_aws_command_works_with_the_lines(sandbox: Sandbox) -> None:
    if shutil.which("aws") is None:
        pytest.skip("there is no aws command here")
    done = subprocess.run(
        ["aws", "sts", "get-caller-identity"],
        env={**os.environ, **variables(sandbox)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ":user/tapstack-administrator" in done.stdout, done.stderr


def test_node_trusts_the_endpoint_with_the_lines(sandbox: Sandbox) -> None:
    if shutil.which("node") is None:
        pytest.skip("there is no node here")
    program = "fetch(process.env.AWS_ENDPOINT_URL + '/_ministack/health').then(answer => console.log(answer.status))"
    done = subprocess.run(
        ["node", "-e", program],
        env={**os.environ, **variables(sandbox)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "200", done.stderr


def test_a_folder_that_cannot_be_used_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tapstack: Run
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TAPSTACK_STATE_HOME", str(tmp_path / "file"))
    refused = tapstack("start", "--name", "homeless")
    assert refused.returncode == 7
    assert "Not a directory. Set TAPSTACK_STATE_HOME" in refused.stderr


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "_NEEDED_MODULES", ("no_such_module",))
    with pytest.raises(MissingToolError) as missing:
        control.start("missing")
    assert missing.value.command == "pip install 'tapstack[sandbox]'"


@pytest.mark.parametrize(
    "options", [{"clock_factor": 0.5}, {"replication_lag_seconds": -1}, {"account": "12"}, {"regions": ("us-wset-2",)}]
)
def test_a_start_that_makes_no_sense_is_refused(state_home: str, options: dict[str, object]) -> None:
    with pytest.raises(SandboxError, match="cannot be started with this"):
        control.start("senseless", **options)
