"""What a server of either family is on this machine: a folder, a process while it runs, and a port."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from typing import ClassVar

from tapstack.sandbox.server.databases.process import ServerProcess, inherited_environment
from tapstack.sandbox.server.databases.unprivileged import ServerUser

# The superuser behind the scenes, named as on RDS; the master user is not a superuser there either.
ADMINISTRATOR = "rdsadmin"
START_TIMEOUT_SECONDS = 60.0
STOP_TIMEOUT_SECONDS = 3.0


class LocalServer:
    """The part of `DatabaseServer` that does not depend on what the server is."""

    orderly_stop: ClassVar[signal.Signals]
    """What is committed is written, clients are sent away."""
    sudden_stop: ClassVar[signal.Signals]
    """For a server whose data is thrown away."""

    def __init__(self, user: ServerUser, folder: Path, sandbox: str) -> None:
        """Nothing is started yet."""
        self._user = user
        self._folder = folder
        self._data = folder / "data"
        self._sandbox = sandbox
        self._environment = inherited_environment(sandbox)
        self._process: ServerProcess | None = None
        self.port = 0

    @property
    def exists(self) -> bool:
        """Tell whether it has data already."""
        return (self._folder / "complete").exists()

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""
        return self._process.pid if self.runs() and self._process else None

    def runs(self) -> bool:
        """Tell whether its process is there."""
        return self._process is not None and self._process.runs()

    def last_words(self) -> str:
        """The errors at the end of its log."""
        return self._process.last_words() if self._process else ""

    def ask_to_stop(self) -> None:
        """Begin an orderly shutdown."""
        if self._process is not None:
            self._process.ask_to_stop(self.orderly_stop)

    def stop(self) -> None:
        """Stop it and wait for its end."""
        self._end(self.orderly_stop)

    def destroy(self) -> None:
        """Stop it without ceremony and remove its data."""
        self._end(self.sudden_stop)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.ask_to_stop(how)
            self._process.wait_stopped(STOP_TIMEOUT_SECONDS)
            self._process = None

    def _complete(self) -> None:
        (self._folder / "complete").touch()

    def _prepare_folder(self) -> None:
        # What an interrupted attempt left is of no use.
        shutil.rmtree(self._folder, ignore_errors=True)
        self._data.mkdir(parents=True)
        for folder in (self._folder, self._data):
            self._user.own(folder)

    def _write(self, name: str, text: str) -> None:
        path = self._folder / name
        path.write_text(text)
        self._user.own(path)

    def _administrator_password(self) -> str:
        return (self._folder / "administrator").read_text()
