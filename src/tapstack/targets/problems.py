"""What AWS says when it refuses or does not answer, turned into the product's own errors where it enters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tapstack.errors import AwsError, CredentialsError, TapStackError

UNKNOWN_CALLERS = (
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
)
FORBIDDEN = (
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "Forbidden",
    "NotAuthorized",
    "UnauthorizedOperation",
    "403",
)
ACTION = re.compile(r"not authorized to perform:? ([\w-]+:\w+)")


@contextmanager
def mapped(region: str = "") -> Iterator[None]:
    """Tell errors of AWS in the product's words; what throttles or fails for a moment, botocore has tried again."""
    from botocore import exceptions as aws

    try:
        yield
    except aws.ClientError as error:
        raise of_answer(error, region) from error
    except (aws.NoCredentialsError, aws.PartialCredentialsError, aws.CredentialRetrievalError) as error:
        raise _unknown(str(error)) from error
    except (aws.TokenRetrievalError, aws.SSOError) as error:
        raise _unknown(str(error)) from error
    except (aws.HTTPClientError, aws.ConnectionError) as error:
        # No connection, no name, no answer in time, no trust in the certificate.
        raise AwsError(f"Region {region} does not answer." if region else "AWS does not answer.", str(error)) from error
    except aws.BotoCoreError as error:
        raise AwsError(f"AWS could not be asked{_in(region)}.", str(error)) from error


def of_answer(error: object, region: str = "") -> TapStackError:
    """The error of an answer that AWS gave (a botocore ClientError)."""
    answer = getattr(error, "response", {}).get("Error", {})
    call = getattr(error, "operation_name", "a call")
    code, message = str(answer.get("Code", "")), str(answer.get("Message", ""))
    if code in UNKNOWN_CALLERS:
        return _unknown(message)
    if code in FORBIDDEN:
        named = ACTION.search(message)
        return AwsError(
            f"AWS does not allow {named[1] if named else call}{_in(region)}.",
            f"Whoever asks needs a policy that allows it. AWS says: {message}",
        )
    return AwsError(f"AWS refused {call}{_in(region)}.", f"{code}: {message}")


def code_of(error: object) -> str:
    """The code in an answer that AWS gave (a botocore ClientError)."""
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def message_of(error: object) -> str:
    """The text in an answer that AWS gave (a botocore ClientError)."""
    return str(getattr(error, "response", {}).get("Error", {}).get("Message", ""))


def _in(region: str) -> str:
    return f" in {region}" if region else ""


def _unknown(said: str) -> CredentialsError:
    return CredentialsError(
        "AWS does not accept who is asking, or no longer.",
        f"Sign in again; the same command then goes on from there. AWS says: {said}",
    )
