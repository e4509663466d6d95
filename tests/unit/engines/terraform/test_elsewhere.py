"""A table's replica is looked up where the table was born: what happens while that region does not answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError

from tapstack.engines.terraform import elsewhere
from tapstack.errors import AwsError

HOME, STANDBY = "us-east-1", "eu-west-1"
WITH_REPLICA: Any = SimpleNamespace(module={"resource": {elsewhere.REPLICA: {"table_items": {}}}})
WITHOUT: Any = SimpleNamespace(module={"resource": {"aws_sns_topic": {}}})


class Target:
    """A target whose DynamoDB answers in turn with these."""

    def __init__(self, *answers: Exception | None) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, str]] = []

    def hasty(self, service: str, region: str, seconds: float) -> Any:
        assert seconds <= 10
        self.asked.append((service, region))
        return self

    def list_tables(self, **_: Any) -> None:
        answer = self._answers.pop(0)
        if answer is not None:
            raise answer


CLOSED = ConnectionClosedError(endpoint_url="https://x")
UNREACHED = EndpointConnectionError(endpoint_url="https://x")
REFUSED = ClientError({"Error": {"Code": "AccessDeniedException"}}, "ListTables")


@pytest.mark.parametrize(
    ("answers", "silent"),
    [
        ((None,), ""),
        ((REFUSED,), ""),
        ((CLOSED, None), ""),
        ((CLOSED, UNREACHED), HOME),
    ],
)
def test_only_a_region_that_never_answers_is_silent(answers: tuple[Exception | None, ...], silent: str) -> None:
    target: Any = Target(*answers)
    assert elsewhere.silent_region(target, STANDBY, HOME, WITH_REPLICA) == silent
    assert set(target.asked) == {("dynamodb", HOME)}


@pytest.mark.parametrize(("region", "written"), [(HOME, WITH_REPLICA), (STANDBY, WITHOUT)])
def test_nobody_is_asked_who_is_not_needed(region: str, written: Any) -> None:
    target: Any = Target()
    assert elsewhere.silent_region(target, region, HOME, written) == ""
    assert target.asked == []


def test_a_silent_region_is_planned_without_and_refused_where_that_is_not_enough() -> None:
    assert elsewhere.options("") == ()
    assert elsewhere.options(HOME) == ("-refresh=false",)
    assert HOME in elsewhere.note(HOME)
    elsewhere.refuse("", "regional/eu-west-1")
    with pytest.raises(AwsError, match="us-east-1 does not answer") as refused:
        elsewhere.refuse(HOME, "regional/eu-west-1")
    assert "regional/eu-west-1" in refused.value.detail
