"""One call as data is what AWS accepts, and what the AWS CLI says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from tapstack.failover.calls import Call
from tapstack.failover.runbook import Runbook, write
from tapstack.fleet.loading import FleetFile
from tapstack.plan.planning import make

EXAMPLES = Path(__file__).parents[3] / "examples"
SERVICES = botocore.session.get_session()
BY_THE_CLI_ALONE = {"query", "output", "region", "source_region"}


def runbook_of(example: str, environment: str) -> Runbook:
    fleet = FleetFile.read(EXAMPLES / example / "fleet.yaml").describe(environment).fleet
    assert fleet is not None
    return write(fleet, make(fleet, environment))


def commands_of(runbook: Runbook) -> Iterator[list[str]]:
    """Every `aws` command, look-ups inside of variables too."""
    written = [*runbook.variables]
    for one in (*runbook.looking, *(step for scenario in runbook.scenarios for step in scenario.instructions)):
        written += one.commands
    for text in written:
        inner = re.fullmatch(r"\w+=\$\((aws .*)\)", text)
        command = shlex.split(inner[1] if inner else text)
        if command[0] == "aws":
            yield command


@pytest.mark.parametrize("environment", ["dev", "prod"])
@pytest.mark.parametrize("example", ["aurora-failover", "web-platform", "serverless-api"])
def test_every_command_of_a_runbook_is_one_that_the_cli_knows(example: str, environment: str) -> None:
    commands = list(commands_of(runbook_of(example, environment)))
    assert commands
    for _, service, operation, *arguments in commands:
        model = SERVICES.get_service_model(service)
        if operation == "wait":
            continue
        names = {xform_name(name, "-"): name for name in model.operation_names}
        assert operation in names, f"{service} {operation}"
        shape = model.operation_model(names[operation]).input_shape
        known = {xform_name(member, "-"): kind for member, kind in shape.members.items()}
        for argument in arguments:
            if not argument.startswith("--"):
                continue
            flag = argument[2:]
            if flag in ("query", "output", "region", "source-region", "max-items"):
                continue
            is_off = flag.startswith("no-") and known.get(flag[3:]) is not None
            assert is_off or flag in known, f"{service} {operation} {argument}"
            if is_off:
                assert known[flag[3:]].type_name == "boolean"


def test_a_call_reads_the_same_as_an_action_and_as_a_command() -> None:
    call = Call(
        "rds",
        "create_db_instance_read_replica",
        "us-west-2",
        {
            "DBInstanceIdentifier": "a b",
            "MultiAZ": False,
            "EnableIAMDatabaseAuthentication": True,
            "MonitoringInterval": 60,
        },
    )
    assert call.action == "rds:CreateDBInstanceReadReplica"
    assert call.command == (
        "aws rds create-db-instance-read-replica --region us-west-2 --db-instance-identifier 'a b' --no-multi-az "
        "--enable-iam-database-authentication --monitoring-interval 60"
    )


def test_shell_variables_stay_open_and_structures_are_shorthand() -> None:
    call = Call(
        "rds",
        "modify_db_parameter_group",
        "us-east-1",
        {"DBParameterGroupName": "$GROUP", "Parameters": [{"ParameterName": "x", "ParameterValue": "1"}]},
    )
    assert call.command.endswith('--db-parameter-group-name "$GROUP" --parameters ParameterName=x,ParameterValue=1')


def test_a_runbook_has_a_way_there_and_back_for_every_standby() -> None:
    runbook = runbook_of("web-platform", "prod")
    assert [scenario.title.partition(":")[0] for scenario in runbook.scenarios] == ["Planned", "Unplanned", "Back home"]
    planned = [step.title for step in runbook.scenarios[0].instructions]
    order = [
        next(i for i, title in enumerate(planned) if title.startswith(start))
        for start in ("Keep writes", "Promote", "Lead clients", "See that", "Stop")
    ]
    assert order == sorted(order)


def test_the_unplanned_way_asks_nothing_of_the_lost_region_until_it_is_back() -> None:
    for example in ("web-platform", "aurora-failover"):
        unplanned = runbook_of(example, "prod").scenarios[1]
        *before, last = unplanned.instructions
        assert last.title.startswith("When us-east-1 answers again")
        for step in before:
            for command in step.commands:
                assert "--region us-east-1" not in command or command.startswith("aws route53 "), command
