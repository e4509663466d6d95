"""Every error that a person can meet, in one tree, each with the exit code that a script can rely on.

An error says what is wrong in one short line (`summary`), explains it in full sentences (`detail`), and where there is
a way out, names the command to copy (`command`). Errors of libraries and of AWS are mapped to these where they enter.
"""

from __future__ import annotations

from typing import ClassVar


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
