"""The data platform through the verbs, by Terraform: all of it stands and works, and it goes region by region."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from clients import Answer, call, until
from inventory import left_over
from rollouts import tapstack

from tapstack.sandbox.control import Sandbox

EXAMPLE = Path(__file__).parents[2] / "examples" / "data-platform"
REGIONS = ("us-east-1", "us-east-2", "eu-west-1")
HOME, *STANDBYS = REGIONS
LAST = STANDBYS[-1]
OUTPUTS = {
    "VpcId",
    "S3BucketName",
    "LambdaFunctionArn",
    "RdsClusterEndpoint",
    "DynamoDbTableName",
    "ApiGatewayEndpoint",
    "KmsKeyId",
}
pytestmark = pytest.mark.slow
CHANGES = 2
SANDBOX_OPTIONS = {"clock_factor": 20}
KEPT_BY_AWS = "aws_kms_"
"""AWS keeps keys for some days; nothing else may stay."""


@dataclass(frozen=True)
class Platform:
    """One environment of it, and the verbs."""

    sandbox: Sandbox
    file: Path
    environment: str

    def run(self, verb: str, *arguments: str, expect: int = 0) -> Any:
        """What a verb tells."""
        return tapstack(
            verb,
            "--json",
            *arguments,
            file=self.file,
            sandbox=self.sandbox.name,
            environment=self.environment,
            expect=(expect,),
        ).data

    def destroy(self, *arguments: str) -> Any:
        """Take it down with all data; what is protected wants its name."""
        return self.run(
            "destroy", "--yes", "--delete-data", "--confirm", f"data-platform/{self.environment}", *arguments
        )

    def signed(self, region: str, method: str, path: str, body: str = "") -> Answer:
        """Ask a region's API as a caller that IAM knows."""
        url = self.run("outputs")[region]["ApiGatewayEndpoint"].rstrip("/") + path
        request = AWSRequest(method, url, data=body or None)
        session = self.sandbox.session(region=region)
        SigV4Auth(session.get_credentials(), "execute-api", region).add_auth(request)
        return call(self.sandbox, url, method=method, body=body or None, headers=dict(request.headers.items()))


@pytest.fixture(
    scope="module",
    params=["dev", "staging", "prod"],
)
def platform(
    request: pytest.FixtureRequest, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """Deployed, with nothing left to change; the last test destroys it."""
    sandbox.reset()
    folder = tmp_path_factory.mktemp("example") / "data-platform"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".tapstack"))
    deployed = Platform(sandbox, folder / "fleet.yaml", request.param)
    assert deployed.run("deploy", "--yes")["outcome"] == "done"
    yield deployed


def test_a_second_plan_is_empty(platform: Platform) -> None:
    assert platform.run("plan")["changes"] == []


def test_every_region_tells_its_seven_outputs(platform: Platform) -> None:
    outputs = platform.run("outputs")
    assert set(outputs) == set(REGIONS)
    for region in REGIONS:
        assert set(outputs[region]) >= OUTPUTS
        assert all(outputs[region][name] for name in OUTPUTS)
        assert f":{region}:" in outputs[region]["LambdaFunctionArn"]
    assert len({outputs[region]["VpcId"] for region in REGIONS}) == len(REGIONS)
    assert len({outputs[region]["DynamoDbTableName"] for region in REGIONS}) == 1, "one table, known everywhere"


def test_a_file_that_arrives_in_any_region_is_processed_there_and_told_to_all(platform: Platform) -> None:
    outputs = platform.run("outputs")
    for region in REGIONS:
        bucket, table = outputs[region]["S3BucketName"], outputs[region]["DynamoDbTableName"]
        key = f"incoming/{region}.csv"
        platform.sandbox.client("s3", region).put_object(Bucket=bucket, Key=key, Body=b"a,b\n1,2\n")
        for reader in REGIONS:
            item = until(partial(_item, platform.sandbox.client("dynamodb", reader), table, f"file#{key}"), 60)
            assert (item["bytes"]["N"], item["lines"]["N"]) == ("8", "2")
            # The home's files are replicated, and so arrive in the standbys, too: the last one to finish stays.
            assert item["region"]["S"] in (REGIONS if region == HOME else (region,))


@pytest.mark.parametrize("region", REGIONS)
def test_each_regions_api_answers_and_lets_nobody_in_unsigned(platform: Platform, region: str) -> None:
    endpoint = platform.run("outputs")[region]["ApiGatewayEndpoint"].rstrip("/")
    health = call(platform.sandbox, f"{endpoint}/health")
    assert (health.status, health.data) == (200, {"region": region, "healthy": True})
    assert call(platform.sandbox, f"{endpoint}/sessions/{region}").status == 403


def test_a_session_that_one_region_writes_is_read_in_every_other(platform: Platform) -> None:
    written = platform.signed(HOME, "PUT", "/sessions/one", json.dumps({"user": "ada"}))
    assert written.status == 201, written
    for region in REGIONS:
        read = until(lambda region=region: _found(platform.signed(region, "GET", "/sessions/one")), 60)
        assert (read["region"], read["written_in"]) == (region, HOME)
        assert json.loads(read["body"]) == {"user": "ada"}


def test_what_somebody_changes_by_hand_is_found_and_put_right(platform: Platform) -> None:
    function = f"data-platform-{platform.environment}-sessions"
    platform.sandbox.client("lambda", LAST).update_function_configuration(FunctionName=function, MemorySize=512)
    units = platform.run("drift", expect=CHANGES)["units"]
    found = {(unit, one["property"]) for unit, told in units.items() for one in told["found"]}
    assert found == {(f"regional/{LAST}", "memory_size")}
    assert platform.run("deploy", "--yes", "--region", LAST)["outcome"] == "done"
    assert not platform.run("drift", "--region", LAST)["drifted"]


def test_one_region_goes_alone_and_then_all_the_rest(platform: Platform) -> None:
    kept = platform.destroy("--region", LAST)["retained"]
    assert all(one["kind"].startswith(KEPT_BY_AWS) for one in kept)
    left = left_over(platform.sandbox, (LAST,)).things
    # It is the home's own copy, and goes when the region leaves the fleet's description.
    replica = f"{LAST}/secret/data-platform-{platform.environment}-main"
    assert [path for path in left if path.startswith(LAST)] == [replica], sorted(left)
    answer = call(platform.sandbox, platform.run("outputs")[HOME]["ApiGatewayEndpoint"].rstrip("/") + "/health")
    assert answer.status == 200, "the others go on"
    assert platform.run("plan", "--region", HOME, "--region", STANDBYS[0])["changes"] == []

    kept = platform.destroy()["retained"]
    assert all(one["kind"].startswith(KEPT_BY_AWS) for one in kept)
    assert not left_over(platform.sandbox, REGIONS).things


def _item(client: Any, table: str, key: str) -> Any:
    return client.get_item(TableName=table, Key={"session_id": {"S": key}}).get("Item")


def _found(answer: Answer) -> Any:
    return answer.data if answer.status == 200 else None
