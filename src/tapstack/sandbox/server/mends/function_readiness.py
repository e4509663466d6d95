"""Each function is half a second on its way to be ready, one after the other.

CloudFormation makes the functions of a stack side by side; MiniStack makes them in turn, so that what it waits for adds
up. Goes when MiniStack goes on with other resources meanwhile.
"""

from __future__ import annotations

from ministack.services import lambda_svc

from tapstack.sandbox.server.mends.patch import original

_SHARE = 0.1


def install() -> None:
    """Be as quick as a few functions are side by side."""
    lambda_svc._LAMBDA_STATE_TRANSITION_DELAY = _SHARE * original(lambda_svc, "_LAMBDA_STATE_TRANSITION_DELAY")
