"""What a run left that did not end is found again by what Terraform told, by planned names, and by tags."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest

from tapstack.engines.terraform import lookups, made, running
from tapstack.engines.terraform.adopting import NOT_THERE, Adoption, adopted, candidates, not_there, strange
from tapstack.engines.terraform.import_ids import IMPORT_IDS, import_id
from tapstack.engines.terraform.running import Ended
from tapstack.engines.terraform.workspace import Planned, Workspace

TYPES = Path(__file__).parents[4] / "tools" / "terraform_arguments.txt"
OWN = {"Fleet": "shop", "Environment": "dev", "ManagedBy": "tapstack"}
OURS = {"name": "ours.elb.amazonaws.com", "zone_id": "Z1", "evaluate_target_health": True}


def event(address: str, action: str, told: str = "", kind: str = "apply_complete") -> dict[str, Any]:
    return {"type": kind, "hook": {"resource": {"addr": address}, "action": action, "id_value": told}}


def change(address: str, actions: list[str], **more: Any) -> dict[str, Any]:
    return {"address": address, "type": address.split(".")[0], "change": {"actions": actions, **more}}


@pytest.mark.parametrize(
    ("kind", "planned", "told", "expected"),
    [
        ("aws_dynamodb_table", {"name": "carts"}, "", "carts"),
        ("aws_vpc", {"cidr_block": "10.0.0.0/16"}, "vpc-1", "vpc-1"),
        ("aws_vpc", {"cidr_block": "10.0.0.0/16"}, "", ""),
        ("aws_lambda_permission", {"function_name": "f", "statement_id": "s"}, "", "f/s"),
        ("aws_dynamodb_table_replica", {"global_table_arn": "arn"}, "items:us-east-1", "items:us-east-1"),
        ("aws_apigatewayv2_route", {"api_id": "a"}, "r", "a/r"),
        ("aws_apigatewayv2_route", {}, "r", ""),
        ("aws_db_parameter_group", {"name": None, "name_prefix": "x"}, "x123", "x123"),
        ("aws_route53_record", {"zone_id": "Z", "name": "n", "type": "A", "set_identifier": "s"}, "", "Z_n_A_s"),
        ("aws_route53_record", {"zone_id": "Z", "name": "n", "type": "A", "set_identifier": None}, "", "Z_n_A"),
        ("aws_s3_bucket_policy", {"bucket": "b"}, "b", ""),
    ],
)
def test_an_import_has_each_kinds_own_id(kind: str, planned: dict[str, Any], told: str, expected: str) -> None:
    assert import_id(kind, planned, told) == expected


def test_only_kinds_in_use_have_import_ids() -> None:
    used = {line.split()[1] for line in TYPES.read_text().splitlines() if line.startswith("resource ")}
    assert set(IMPORT_IDS) <= used


def test_what_was_made_is_known_and_what_was_deleted_again_is_not(tmp_path: Path) -> None:
    events = [
        event("aws_vpc.a", "create", "vpc-1"),
        event("aws_vpc.b", "create", "vpc-2"),
        event("aws_vpc.b", "delete"),
        event("aws_vpc.c", "create", "vpc-3", kind="apply_start"),
        {"type": "version"},
    ]
    file = tmp_path / running.TOLD.replace("*", "1")
    file.write_text("".join(json.dumps(each) + "\n" for each in events) + '{"cut off')
    assert made.note(tmp_path) == {"aws_vpc.a": "vpc-1"}
    file.write_text(json.dumps(event("aws_vpc.c", "create", "vpc-3")) + "\n")
    assert made.note(tmp_path) == {"aws_vpc.a": "vpc-1", "aws_vpc.c": "vpc-3"}, "a second run may die, too"
    made.forget(tmp_path)
    assert made.note(tmp_path) == {}


def test_only_what_is_to_be_made_is_looked_for_and_once() -> None:
    changes = [
        change("aws_dynamodb_table.a", ["create"], after={"name": "a"}),
        change("aws_dynamodb_table.b", ["update"], after={"name": "b"}),
        change("aws_vpc.a", ["create"], after={}),
        change("aws_vpc.b", ["create"], after={"cidr_block": "vpc-2"}),
    ]
    looked: list[str] = []

    def look(kind: str, planned: Mapping[str, Any]) -> str:
        looked.append(kind)
        return str(planned.get("cidr_block", ""))

    assert candidates(changes, {"aws_vpc.a": "vpc-1"}, (), look) == {
        "aws_dynamodb_table.a": "a",
        "aws_vpc.a": "vpc-1",
        "aws_vpc.b": "vpc-2",
    }
    assert looked == ["aws_vpc"], "what Terraform told of, and what has its name for an ID, is not looked for"
    assert candidates(changes, {}, {"aws_dynamodb_table.a", "aws_vpc.b"}, look) == {}


def test_what_somebody_else_made_is_a_stranger() -> None:
    found = [
        change(
            "aws_s3_bucket.own", ["update"], importing={"id": "a"}, before={"tags_all": OWN}, after={"tags_all": OWN}
        ),
        change(
            "aws_s3_bucket.other", ["update"], importing={"id": "b"}, before={"tags_all": {}}, after={"tags_all": OWN}
        ),
        change(
            "aws_s3_bucket.told", ["update"], importing={"id": "c"}, before={"tags_all": {}}, after={"tags_all": OWN}
        ),
        change("aws_s3_bucket.stood", ["update"], before={"tags_all": {}}, after={"tags_all": OWN}),
        change(
            "aws_kms_alias.own",
            ["no-op"],
            importing={"id": "d"},
            before={"target_key_id": 1},
            after={"target_key_id": 1},
        ),
        change("aws_kms_alias.other", ["update"], importing={"id": "e"}, before={"target_key_id": 2}, after={}),
        change(
            "aws_route53_zone.own",
            ["update"],
            importing={"id": "g"},
            before={"comment": 1},
            after={"comment": 1, "tags_all": OWN},
        ),
        change("aws_route.of_our_table", ["no-op"], importing={"id": "f"}, before={}, after={}),
        change(
            "aws_route53_record.own",
            ["update"],
            importing={"id": "h"},
            before={"alias": [OURS], "records": None, "ttl": 1},
            after={"alias": [OURS], "records": None, "ttl": 2},
        ),
        change(
            "aws_route53_record.other",
            ["update"],
            importing={"id": "i"},
            before={"alias": [], "records": ["192.0.2.1"]},
            after={"alias": [OURS], "records": None},
        ),
    ]
    assert list(strange(found, {"aws_s3_bucket.told": "c"})) == [
        "aws_s3_bucket.other",
        "aws_kms_alias.other",
        "aws_route53_record.other",
    ]
    assert adopted(found)["aws_route.of_our_table"] == "f"
    assert "aws_s3_bucket.stood" not in adopted(found)


def test_what_is_not_there_is_named_by_terraform() -> None:
    detail = (
        'While attempting to import an existing object to "aws_vpc.a[\\"x\\"]", the provider detected that no object'
    )
    said = {"summary": "Cannot import non-existent remote object", "detail": detail.replace("\\", "")}
    assert not_there([said, {"summary": "couldn't find resource", "detail": ""}]) == {'aws_vpc.a["x"]'}


# The search ------------------------------------------------------------------------------------------------------


class FakeTerraform:
    """A workspace whose plans take over what exists and would make all else; what depends on others needs their IDs."""

    def __init__(
        self, folder: Path, exists: Mapping[str, Mapping[str, Any]], unclear: frozenset[str] = frozenset()
    ) -> None:
        self.folder = folder
        self.exists = exists
        self.unclear = unclear
        self.blocks: dict[str, str] = {}
        self.plans = 0

    def adopt(self, ids: Mapping[str, str]) -> None:
        self.blocks = dict(ids)

    def plan(self) -> Planned | Ended:
        self.plans += 1
        missing = [to for to in self.blocks if to not in self.exists]
        said = [
            {"severity": "error", "summary": "read failed"}
            if to in self.unclear
            else {"severity": "error", "summary": NOT_THERE, "detail": f'existing object to "{to}", the provider'}
            for to in missing
        ]
        events = tuple({"type": "diagnostic", "diagnostic": each} for each in said)
        return Ended(1, events, "", "", 0) if missing else Planned(self.folder / "x.tfplan", has_changes=True)

    def show(self, _: Planned) -> Mapping[str, Any]:
        vpc = "vpc-1" if "aws_vpc.a" in self.blocks else None
        wanted = {
            "aws_vpc.a": {"cidr_block": "10.0.0.0/16"},
            "aws_route_table.a": {"vpc_id": vpc, "tags_all": OWN},
            "aws_dynamodb_table.a": {"name": "a", "tags_all": OWN},
            "aws_iam_role.a": {"name": "r", "tags_all": OWN},
            "aws_lambda_permission.a": {"function_name": "f", "statement_id": "s"},
        }
        return {
            "resource_changes": [
                change(
                    address,
                    ["no-op"],
                    after=after,
                    before={**after, **self.exists[address]},
                    importing={"id": self.blocks[address]},
                )
                if address in self.blocks
                else change(address, ["create"], after=after)
                for address, after in wanted.items()
            ]
        }


def search(terraform: FakeTerraform, told: Mapping[str, str]) -> Planned | Ended:
    def look(kind: str, planned: Mapping[str, Any]) -> str:
        return "rtb-1" if kind == "aws_route_table" and planned["vpc_id"] else ""

    return Adoption(cast("Workspace", terraform), told, terraform.plan, look).search(terraform.plan())


def test_what_is_there_is_taken_over_and_tells_of_what_belongs_to_it(tmp_path: Path) -> None:
    terraform = FakeTerraform(tmp_path, {"aws_vpc.a": {}, "aws_route_table.a": {}, "aws_dynamodb_table.a": {}})
    assert isinstance(search(terraform, {"aws_vpc.a": "vpc-1"}), Planned)
    assert terraform.blocks == {"aws_vpc.a": "vpc-1", "aws_route_table.a": "rtb-1", "aws_dynamodb_table.a": "a"}


def test_what_somebody_else_has_made_is_not_taken_over(tmp_path: Path) -> None:
    terraform = FakeTerraform(
        tmp_path, {"aws_dynamodb_table.a": {"tags_all": {"Fleet": "another"}}, "aws_iam_role.a": {}}
    )
    assert isinstance(search(terraform, {}), Planned)
    assert terraform.blocks == {"aws_iam_role.a": "r"}


def test_an_error_that_names_nothing_costs_only_what_is_less_certain(tmp_path: Path) -> None:
    terraform = FakeTerraform(tmp_path, {"aws_vpc.a": {}}, frozenset({"aws_lambda_permission.a"}))
    assert isinstance(search(terraform, {"aws_vpc.a": "vpc-1"}), Planned)
    assert terraform.blocks == {"aws_vpc.a": "vpc-1"}


def test_where_nothing_is_left_it_is_soon_known(tmp_path: Path) -> None:
    terraform = FakeTerraform(tmp_path, {})
    assert isinstance(search(terraform, {}), Planned)
    assert (terraform.blocks, terraform.plans) == ({}, 3)


class Listing:
    """A client of any service: it lists one thing of each kind, and cannot be called for anything else."""

    get_api_mappings = describe_load_balancers = describe_target_groups = describe_secret = None

    page: ClassVar = {
        "Items": [{"Name": "web", "ApiId": "1"}],
        "items": [{"name": "web", "id": "1"}],
        "CertificateSummaryList": [{"DomainName": "web.example", "CertificateArn": "arn:1"}],
        "Rules": [{"Name": "web", "Description": "Of somebody else."}],
        "Keys": [],
        "Tags": [],
    }

    def get_paginator(self, operation: str) -> Listing:
        return self

    def paginate(self, **wanted: Any) -> list[Any]:
        return [self.page]


@pytest.mark.parametrize("kind", lookups.LOOKUPS)
def test_what_the_plan_leaves_open_is_not_looked_for(kind: str) -> None:
    assert lookups.find(kind, {}, lambda _service: Listing()) == ""
