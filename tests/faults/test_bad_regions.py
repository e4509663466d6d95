"""A region that fails harms no other, and is given back what it had."""

from __future__ import annotations

from typing import Any

import pytest
from aftermath import ENVIRONMENT, Undisturbed, assert_is, assert_nothing_half_made, assert_nothing_to_do
from disturbing import HOME, STANDBY, fleet_text
from inventory import differences
from rollouts import HELLO

from tapstack.cli.deploy import deploy_run
from tapstack.cli.rollout import opened
from tapstack.errors import DeploymentError
from tapstack.rollout import gates

REGIONS = (HOME, STANDBY)
FAILED = 14
ROLLS_BACK = "cloudformation"
"""What fails is undone at once by CloudFormation; by Terraform it is gone on from."""
BAD_IN_STANDBY = f"500 if os.environ['AWS_REGION'] == '{STANDBY}' else 200"
TABLE = "small-dev-visits"
WITH_TABLE = (
    fleet_text(2)
    .replace("functions:\n", "  visits: {partition_key: id, scope: regional}\nfunctions:\n")
    .replace(
        "acknowledged:\n",
        "acknowledged:\n  - {rule: rpo-out-of-reach, at: tables.visits.scope, reason: Visits may be lost.}\n",
    )
)
"""With a table in each region, whose name somebody else may have taken there."""


def _squat(bench: Any, region: str) -> None:
    """Take a name that the fleet wants: AWS refuses to create it a second time."""
    bench.sandbox.client("dynamodb", region).create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "other", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _leave(bench: Any, region: str) -> None:
    bench.sandbox.client("dynamodb", region).delete_table(TableName=TABLE)


def test_a_standby_that_cannot_be_created_leaves_home_serving_and_nothing_of_itself(
    bench: Any, undisturbed: Undisturbed
) -> None:
    expected = undisturbed.of(WITH_TABLE, REGIONS)
    bench.describe(WITH_TABLE)
    _squat(bench, STANDBY)
    failed = bench.run("deploy", "--yes", expect=(FAILED,))
    assert f"regional/{STANDBY}" in failed.err
    assert TABLE in failed.err, "AWS's own reason is told"
    problems = bench.problems()
    assert problems[HOME] == ""
    if bench.engine == ROLLS_BACK:
        assert set(problems) == {HOME}
        functions = bench.sandbox.client("lambda", STANDBY).list_functions()["Functions"]
        assert [function["FunctionName"] for function in functions] == []
        assert set(bench.stacks(STANDBY).values()) <= {"CREATE_COMPLETE", "ROLLBACK_COMPLETE"}
    _leave(bench, STANDBY)
    bench.run("deploy", "--yes")
    assert_is(expected.stands, bench.sandbox, REGIONS)
    assert_nothing_half_made(bench.sandbox, REGIONS)


def test_a_home_that_cannot_be_created_keeps_the_standbys_from_beginning(bench: Any) -> None:
    bench.describe(WITH_TABLE)
    _squat(bench, HOME)
    failed = bench.run("deploy", "--yes", expect=(FAILED,))
    assert f"regional/{HOME} failed" in failed.err
    assert "1 not begun" in failed.err
    assert bench.units(STANDBY) == 1, "the foundation alone"


def test_an_update_that_fails_in_a_standby_is_rolled_back_there_and_stays_at_home(
    bench: Any, undisturbed: Undisturbed
) -> None:
    expected = undisturbed.of(WITH_TABLE, REGIONS)
    bench.run("deploy", "--yes")
    before = bench.inventory()
    _squat(bench, STANDBY)
    bench.describe(WITH_TABLE)
    bench.run("deploy", "--yes", expect=(FAILED,))
    assert bench.problems() == {HOME: "", STANDBY: ""}
    _leave(bench, STANDBY)
    touched = {difference.path.split("/")[0] for difference in differences(before, bench.inventory())}
    assert HOME in touched
    if bench.engine == ROLLS_BACK:
        assert touched <= {HOME, "global"}
    bench.run("deploy", "--yes")
    assert_is(expected.stands, bench.sandbox, REGIONS)
    assert_nothing_half_made(bench.sandbox, REGIONS)
    assert_nothing_to_do(bench.file, bench.sandbox, bench.engine)


def test_an_update_that_makes_a_standby_answer_badly_is_put_back_there(
    standing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(gates.PATIENCE_SECONDS, False, 3.0)
    before = standing.inventory()
    standing.describe(fleet_text(2), HELLO.replace('"statusCode": 200', f'"statusCode": {BAD_IN_STANDBY}'))
    with pytest.raises(DeploymentError, match="'standbys' stands but is not well") as failed:
        _deploy_here(standing)
    assert "answers 500" in failed.value.detail
    assert standing.problems() == {HOME: "", STANDBY: ""}
    assert {difference.path.split("/")[0] for difference in differences(before, standing.inventory())} == {HOME}
    standing.describe(fleet_text(2))
    standing.run("deploy", "--yes")
    assert differences(before, standing.inventory()) == []


def test_a_new_home_that_answers_badly_is_not_passed_by_in_the_next_run(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(gates.PATIENCE_SECONDS, False, 3.0)
    bad_at_home = HELLO.replace('"statusCode": 200', '"statusCode": 500')
    bench.describe(fleet_text(2), bad_at_home)
    for _ in range(2):
        with pytest.raises(DeploymentError, match="'home' stands but is not well"):
            _deploy_here(bench)
        assert bench.units(STANDBY) == 1, "the foundation alone"
    bench.describe(fleet_text(2))
    bench.run("deploy", "--yes")
    assert bench.problems() == {HOME: "", STANDBY: ""}


def _deploy_here(bench: Any) -> None:
    """Deploy in this process, where nobody has to wait as long for an answer as in earnest."""
    target = f"sandbox:{bench.sandbox.name}"
    with opened(bench.file, ENVIRONMENT, target_name=target, profile=None, engine=bench.engine) as run:
        deploy_run(run, yes=True)
