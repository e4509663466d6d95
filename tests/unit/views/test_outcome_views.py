"""Outputs, drift and removals as people and scripts see them."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from tapstack.engines.engine import Drifted, Retained, Standing, UnitDrift
from tapstack.views import drift, outputs, removal

ONE = {"us-east-1": {"ApiOrdersEndpoint": "https://a.example/prod?x=1&y=2", "NetworkId": "vpc-1"}}
TWO = {**ONE, "eu-west-1": {"NetworkId": "vpc-2"}}


def printed(show: Callable[[Console], None]) -> str:
    output = io.StringIO()
    show(Console(file=output, width=80, color_system=None))
    return "\n".join(line.rstrip() for line in output.getvalue().splitlines()) + "\n"


def test_outputs_for_people() -> None:
    assert click.unstyle(outputs.as_text({**TWO, "sa-east-1": {}})) == (
        "us-east-1\n"
        "  ApiOrdersEndpoint  https://a.example/prod?x=1&y=2\n"
        "  NetworkId          vpc-1\n"
        "\n"
        "eu-west-1\n"
        "  NetworkId  vpc-2\n"
        "\n"
        "sa-east-1\n"
        "  nothing stands here"
    )


def test_variables_carry_their_region_where_there_are_several() -> None:
    assert outputs.as_dotenv(ONE) == "API_ORDERS_ENDPOINT='https://a.example/prod?x=1&y=2'\nNETWORK_ID=vpc-1\n"
    assert outputs.as_dotenv(TWO).splitlines()[1:] == ["NETWORK_ID_US_EAST_1=vpc-1", "NETWORK_ID_EU_WEST_1=vpc-2"]


def test_names_that_would_meet_keep_their_spelling() -> None:
    assert outputs.as_dotenv({"us-east-1": {"ApiUrl": "1", "APIUrl": "2"}}) == "APIUrl=2\nApiUrl=1\n"


@pytest.mark.parametrize("form", ["table", "json", "dotenv"])
def test_outputs_go_to_stdout(form: outputs.Form, capsys: pytest.CaptureFixture[str]) -> None:
    outputs.write(ONE, form)
    written = capsys.readouterr()
    assert "https://a.example/prod?x=1&y=2" in written.out
    assert written.out.endswith("\n")
    assert not written.err
    if form == "json":
        assert json.loads(written.out) == ONE


TROUBLE = ["", "a b", "it's", "$HOME", "a'$b\"", "`date`", "a\\nb", "#1", "two\nlines", "!x", "'", '"', "a'b c"]


def test_a_shell_reads_what_was_written(tmp_path: Path) -> None:
    file = tmp_path / "outputs.env"
    file.write_text(outputs.as_dotenv({"us-east-1": {f"Value{number}X": text for number, text in enumerate(TROUBLE)}}))
    names = " ".join(f'"$VALUE{number}_X"' for number in range(len(TROUBLE)))
    said = subprocess.run(
        ["bash", "-c", f". {file}; printf '%s\\0' {names}"], capture_output=True, text=True, check=True
    )
    assert said.stdout.split("\0")[:-1] == TROUBLE


@given(st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,20}\Z"))
def test_every_name_becomes_a_variable(name: str) -> None:
    assert outputs.variable(name).replace("_", "a").isalnum()
    assert not outputs.variable(name)[0].isdigit()


FOUND = (
    UnitDrift(
        "regional/us-east-1",
        Standing.STANDS,
        (
            Drifted("regional/us-east-1", "WebFunction", "AWS::Lambda::Function", "/MemorySize", "128", "512"),
            Drifted("regional/us-east-1", "WebFunction", "AWS::Lambda::Function", "/Tags/0", None, "hand"),
            Drifted("regional/us-east-1", "Alarm", "AWS::CloudWatch::Alarm", "", None, None),
        ),
        unchecked=("AWS::WAFv2::WebACLAssociation",),
    ),
    UnitDrift(
        "global/us-east-1",
        Standing.STANDS,
        (Drifted("global/us-east-1", "Main", "AWS::RDS::GlobalCluster", "/Writer", "a", "b", "roles swapped"),),
    ),
)


def test_drift_for_people() -> None:
    assert printed(lambda console: drift.show(FOUND, console)) == (
        "regional/us-east-1\n"
        "  WebFunction  Lambda::Function\n"
        "    expected → actual  /MemorySize: 128 → 512\n"
        "    expected → actual  /Tags/0: nothing → hand\n"
        "  Alarm  CloudWatch::Alarm  is gone\n"
        "no drift: global/us-east-1 Main: roles swapped\n"
        "Not compared, because AWS cannot: WAFv2::WebACLAssociation.\n"
        "2 resources drifted (2 properties, 1 gone) in 2 units\n"
    )


def test_swapped_roles_alone_are_no_drift() -> None:
    assert printed(lambda console: drift.show(FOUND[1:], console)).endswith("\nNo drift in 1 unit\n")
    assert drift.as_data(FOUND[1:])["drifted"] is False
    assert drift.as_data(FOUND)["drifted"] is True


def test_drift_for_scripts() -> None:
    data = json.loads(json.dumps(drift.as_data(FOUND)))
    memory, _, gone = data["units"]["regional/us-east-1"]["found"]
    assert (memory["property"], memory["expected"], memory["actual"]) == ("/MemorySize", "128", "512")
    assert gone["is_gone"] is True
    assert data["units"]["global/us-east-1"]["found"][0]["explanation"] == "roles swapped"


RETAINED = (
    Retained("regional/us-east-1", "AWS::S3::Bucket", "shop-prod-uploads-000000000000-us-east-1", "storage"),
    Retained("regional/eu-west-1", "AWS::DynamoDB::Table", "shop-prod-orders", "storage"),
)


def test_what_stays_is_named_with_what_it_costs_by() -> None:
    assert printed(lambda console: removal.show(["regional/us-east-1"], RETAINED, console)) == (
        "1 unit removed: regional/us-east-1\n"
        "\n"
        "Still there, and paid for\n"
        "us-east-1\n"
        "  S3::Bucket       shop-prod-uploads-000000000000-us-east-1  by storage\n"
        "eu-west-1\n"
        "  DynamoDB::Table  shop-prod-orders                          by storage\n"
    )


def test_a_clean_removal_says_so() -> None:
    assert printed(lambda console: removal.show(["a/b"], (), console)).endswith("Nothing stays behind.\n")
    assert printed(lambda console: removal.show([], (), console)).startswith("Nothing was removed.\n")


def test_a_removal_for_scripts() -> None:
    data = json.loads(json.dumps(removal.as_data(["regional/us-east-1"], RETAINED)))
    assert data["removed"] == ["regional/us-east-1"]
    assert data["retained"][1]["region"] == "eu-west-1"
