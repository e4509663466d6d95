"""A fleet gains a region and loses the one that stood by first, while its names and its tables go on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from clients import call, resolve, until
from inventory import left_over
from rollouts import command, tapstack, write_small_fleet

from tapstack.sandbox.control import Sandbox
from tapstack.sandbox.server.addresses import region_at

HOME, FIRST, SECOND = "us-east-1", "eu-west-1", "us-west-2"
NAME = "app.dev.small.example"
SANDBOX_OPTIONS = {"clock_factor": 20}


@pytest.mark.slow
def test_regions_come_and_go_and_the_name_is_served_all_along(sandbox: Sandbox, tmp_path: Path) -> None:
    file = write_small_fleet(tmp_path)
    kept = tmp_path / "with-everything.yaml"

    def run(verb: str, *arguments: str, of: Path = file) -> None:
        tapstack(verb, *arguments, file=of, sandbox=sandbox.name)

    def edit(verb: str, *arguments: str) -> None:
        subprocess.run(command(verb, "--file", str(file), "-e", "dev", *arguments), check=True)

    def standby_of_an_outage() -> str:
        sandbox.outage(HOME)
        until(lambda: region_at(resolve(sandbox, NAME)) != HOME, seconds=60)
        answered = str(call(sandbox, f"https://{NAME}/health").data["region"])
        sandbox.restore()
        until(lambda: region_at(resolve(sandbox, NAME)) == HOME, seconds=60)
        return answered

    run("deploy", "--yes")
    assert standby_of_an_outage() == FIRST

    edit("add-region", SECOND)
    run("deploy", "--yes")
    assert standby_of_an_outage() == FIRST, "another region changes nothing about who stands by first"

    kept.write_text(file.read_text())
    edit("remove-region", FIRST, "--yes")
    run("deploy", "--yes", "--allow-replace", "items")
    assert standby_of_an_outage() in {FIRST, SECOND}, "the first stands until it is destroyed"
    run("destroy", "--region", FIRST, "--yes", "--confirm", "small/dev", of=kept)
    run("plan")
    assert standby_of_an_outage() == SECOND

    run("destroy", "--yes", "--confirm", "small/dev")
    assert all("ApiGatewayLog" in path for path in left_over(sandbox, (HOME, FIRST, SECOND)).things)
