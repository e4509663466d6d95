"""Whatever AWS says is told in the product's own words."""

from __future__ import annotations

import pytest
from botocore import exceptions as aws

from tapstack.errors import AwsError, CredentialsError, DeploymentError, TapStackError
from tapstack.targets.problems import mapped


def _answer(code: str, message: str = "no") -> aws.ClientError:
    return aws.ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")


def _told(error: Exception, region: str = "eu-west-1") -> TapStackError:
    with pytest.raises(TapStackError) as raised, mapped(region):
        raise error
    return raised.value


@pytest.mark.parametrize("code", ["ExpiredToken", "UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure"])
def test_whoever_is_not_known_has_to_sign_in(code: str) -> None:
    assert isinstance(_told(_answer(code)), CredentialsError)


@pytest.mark.parametrize(
    "error", [aws.NoCredentialsError(), aws.TokenRetrievalError(provider="sso", error_msg="expired")]
)
def test_so_has_whoever_has_no_credentials(error: Exception) -> None:
    assert isinstance(_told(error), CredentialsError)


def test_a_refusal_names_what_a_policy_would_have_to_allow() -> None:
    message = "User: arn:x is not authorized to perform: cloudformation:CreateChangeSet on resource: y"
    told = _told(_answer("AccessDenied", message))
    assert isinstance(told, AwsError)
    assert told.summary == "AWS does not allow cloudformation:CreateChangeSet in eu-west-1."
    assert message in told.detail
    assert "DescribeStacks" in _told(_answer("AccessDenied")).summary


@pytest.mark.parametrize(
    "error",
    [
        aws.EndpointConnectionError(endpoint_url="https://x"),
        aws.ConnectTimeoutError(endpoint_url="https://x"),
        aws.ReadTimeoutError(endpoint_url="https://x"),
        aws.ConnectionClosedError(endpoint_url="https://x"),
    ],
)
def test_a_region_that_is_silent_is_named(error: Exception) -> None:
    assert _told(error).summary == "Region eu-west-1 does not answer."
    assert _told(error, "").summary == "AWS does not answer."


def test_anything_else_is_told_as_aws_says_it() -> None:
    told = _told(_answer("ValidationError", "Stack is busy"))
    assert (told.summary, told.detail) == ("AWS refused DescribeStacks in eu-west-1.", "ValidationError: Stack is busy")
    assert _told(aws.ParamValidationError(report="x"), "").summary == "AWS could not be asked."


def test_our_own_errors_pass() -> None:
    error = DeploymentError("x")
    assert _told(error) is error
