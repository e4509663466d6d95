"""The child process: `python -m tapstack.sandbox.server FOLDER`, started by `tapstack.sandbox.control` only."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from tapstack.sandbox.folder import SandboxFolder
from tapstack.sandbox.server.environment import set_environment
from tapstack.sandbox.settings import SandboxSettings


def main() -> None:
    """Read the settings, fix the environment, and only then import what imports the emulator."""
    # Hundreds of modules are about to be loaded, all for good: searching them for garbage again and again would take a
    # sixth of the boot. It is switched on again when that is done.
    gc.disable()
    folder = SandboxFolder(Path(sys.argv[1]))
    settings = SandboxSettings.from_json(folder.settings.read_text(encoding="utf-8"))
    set_environment(settings, folder)

    from tapstack.sandbox.server.boot import serve

    serve(settings, folder)


if __name__ == "__main__":
    main()
