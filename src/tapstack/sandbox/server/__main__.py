"""The child process: `python -m tapstack.sandbox.server FOLDER`, started by `tapstack.sandbox.control` only."""

from __future__ import annotations

import sys
from pathlib import Path

from tapstack.sandbox.folder import SandboxFolder
from tapstack.sandbox.server.environment import set_environment
from tapstack.sandbox.settings import SandboxSettings


def main() -> None:
    """Read the settings, fix the environment, and only then import what imports the emulator."""
    folder = SandboxFolder(Path(sys.argv[1]))
    settings = SandboxSettings.model_validate_json(folder.settings.read_bytes())
    set_environment(settings, folder)

    from tapstack.sandbox.server.boot import serve

    serve(settings, folder)


if __name__ == "__main__":
    main()
