"""An instance that was made anew is refused until it is known again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from writing import write_ledger

from tapstack.engines.terraform import made_anew
from tapstack.errors import RefusedError
from tapstack.fleet.loading import FleetFile
from tapstack.plan.planning import make

HOME, STANDBY = "us-east-1", "us-west-2"


class MissingError(Exception):
    """RDS knows no such instance."""


class Rds:
    """An RDS of one region with one instance."""

    exceptions = SimpleNamespace(DBInstanceNotFoundFault=MissingError)

    def __init__(self, identifier: str, *, id: str = "db-OLD") -> None:  # noqa: A002 - as AWS says
        self._found = {"DBInstanceIdentifier": identifier, "DbiResourceId": id}

    def describe_db_instances(self, DBInstanceIdentifier: str) -> Mapping[str, Any]:  # noqa: N803 - boto3's name
        if DBInstanceIdentifier != self._found["DBInstanceIdentifier"]:
            raise MissingError
        return {"DBInstances": [self._found]}


class Workspace:
    """Holds a state that can be edited."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state

    def edit_state(self, edit: Callable[[dict[str, Any]], None]) -> None:
        edit(self.state)


PLANNED = "ledger-dev-main"


@pytest.fixture
def site(tmp_path: Path) -> Callable[..., Any]:
    fleet = FleetFile.read(write_ledger(tmp_path, "terraform")).describe("dev").fleet
    assert fleet is not None
    plan = make(fleet, "dev")

    def at(region: str, rds: Rds, *, known: str = "db-OLD") -> Any:
        values = {"id": known, "resource_id": known, "address": "same"}
        resource = {"mode": "managed", "type": "aws_db_instance", "name": "database_main"}
        parsed = SimpleNamespace(instances=[SimpleNamespace(address="aws_db_instance.database_main", values=values)])
        return SimpleNamespace(
            fleet=fleet,
            plan=plan,
            unit=plan.unit(f"regional/{region}"),
            target=SimpleNamespace(client=lambda *_: rds),
            store=SimpleNamespace(state=lambda: parsed),
            workspace=Workspace({"resources": [{**resource, "instances": [{"attributes": dict(values)}]}]}),
        )

    return at


def test_an_instance_that_was_made_anew_is_refused_until_the_state_knows_it(site: Callable[..., Any]) -> None:
    at = site(HOME, Rds(PLANNED, id="db-NEW"))
    with pytest.raises(RefusedError) as caught:
        made_anew.refuse_strangers(at)
    assert caught.value.command == "tapstack failback"
    assert "db-NEW" in caught.value.detail and "db-OLD" in caught.value.detail
    made_anew.adopt(at)
    (resource,) = at.workspace.state["resources"]
    assert resource["instances"][0]["attributes"] == {"id": "db-NEW", "resource_id": "db-NEW", "address": "same"}
    made_anew.refuse_strangers(site(HOME, Rds(PLANNED, id="db-NEW"), known="db-NEW"))


def test_what_is_gone_is_no_stranger(site: Callable[..., Any]) -> None:
    at = site(HOME, Rds("another"))
    assert made_anew.strangers(at) == ()
    made_anew.adopt(at)
    assert at.workspace.state["resources"][0]["instances"][0]["attributes"]["id"] == "db-OLD"
