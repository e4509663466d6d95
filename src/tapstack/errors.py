"""Every error that a person can meet, in one tree, each with the exit code that a script can rely on.

An error says what is wrong in one short line (`summary`), explains it in full sentences (`detail`), and where there is
a way out, names the command to copy (`command`). Errors of libraries and of AWS are mapped to these where they enter.
"""

from __future__ import annotations

from typing import ClassVar

INTERRUPTED = 130
"""What a shell calls a program that a person ended by Ctrl-C."""


class TapStackError(Exception):
    """The root. Exit code 1 is for what nobody foresaw; each kind below has a code of its own."""

    exit_code: ClassVar[int] = 1

    def __init__(self, summary: str, detail: str = "", *, command: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.detail = detail
        self.command = command


class InvalidFleetError(TapStackError):
    """The fleet's description, or what it asks for, does not hold: findings tell where."""

    exit_code = 3


class UnknownEnvironmentError(TapStackError):
    """The fleet has no environment of that name."""

    exit_code = 4


class MissingToolError(TapStackError):
    """Something that this verb needs is not installed."""

    exit_code = 5


class FileAccessError(TapStackError):
    """A file cannot be read, or would be overwritten."""

    exit_code = 6


class SandboxError(TapStackError):
    """The embedded AWS did not start, stop or answer as it should."""

    exit_code = 7


class SandboxNotRunningError(TapStackError):
    """A verb needs a running sandbox and there is none of that name."""

    exit_code = 8


class UnknownTargetError(TapStackError):
    """There is no such place to deploy to."""

    exit_code = 10


class CredentialsError(TapStackError):
    """AWS does not accept who is asking, or no longer; the same command goes on once it does."""

    exit_code = 11


class LockedError(TapStackError):
    """Somebody else is changing the same environment."""

    exit_code = 12


class RefusedError(TapStackError):
    """What was asked for would destroy something, and nobody said that it may."""

    exit_code = 13


class DeploymentError(TapStackError):
    """A unit did not become what it should; what stands, stands, and the same command goes on from there."""

    exit_code = 14


class InterruptedDeploymentError(TapStackError):
    """A person stopped it; the same command goes on from there."""

    exit_code = 15


class AwsError(TapStackError):
    """AWS refused a call, or did not answer."""

    exit_code = 16


class BrokenPromiseError(TapStackError):
    """A drill found that the fleet does not keep what it promises; the record says by how much."""

    exit_code = 17


class UnwellFleetError(TapStackError):
    """A drill was not begun, because the fleet does not serve even while nothing is broken."""

    exit_code = 18


class InterruptedDrillError(TapStackError):
    """A person stopped a drill; what it had broken is whole again."""

    exit_code = 19
