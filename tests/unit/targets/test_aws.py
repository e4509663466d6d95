"""Who is asking, before anything else is asked of AWS."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions as aws

from tapstack.errors import AwsError, CredentialsError
from tapstack.targets.aws import AwsTarget


class Failing:
    """A client of STS that ends in one way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_caller_identity(self) -> None:
        raise self.error


def _asked(monkeypatch: pytest.MonkeyPatch, error: Exception) -> AwsTarget:
    def client(*_: Any) -> Failing:
        return Failing(error)

    monkeypatch.setattr(AwsTarget, "client", client)
    return AwsTarget("eu-west-1")


@pytest.mark.parametrize(
    "error",
    [aws.EndpointConnectionError(endpoint_url="https://x"), aws.ConnectTimeoutError(endpoint_url="https://x")],
)
def test_a_region_that_cannot_be_reached_is_no_question_of_credentials(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AwsError, match="Region eu-west-1 does not answer") as told:
        _ = _asked(monkeypatch, error).account
    assert not told.value.command


def test_whoever_has_no_credentials_is_told_how_to_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CredentialsError) as told:
        _ = _asked(monkeypatch, aws.NoCredentialsError()).account
    assert told.value.command == "aws sso login"
