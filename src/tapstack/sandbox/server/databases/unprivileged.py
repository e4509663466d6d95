"""Which user of the operating system the database servers run as: PostgreSQL and MariaDB refuse to be root."""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Tried in order when the sandbox itself runs as root.
CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class ServerUser:
    """How to run a command as that user, and how to hand files over."""

    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None

    def command(self, arguments: Sequence[str | Path]) -> list[str]:
        """The command line that runs `arguments` as this user."""
        return [*self.prefix, *map(str, arguments)]

    def own(self, path: Path) -> None:
        """Give a file or an empty folder to this user, and to nobody else."""
        if self.owner is not None:
            os.chown(path, *self.owner)
        path.chmod(0o700 if path.is_dir() else 0o600)


def _others_may_enter(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))


def server_user(*needed: Path) -> ServerUser | str:
    """Find the user, able to reach the `needed` folders; or say why there is none."""
    if os.geteuid() != 0:
        return ServerUser()
    if (setpriv := shutil.which("setpriv")) is None:
        return "database servers refuse to run as root, and `setpriv` (util-linux) is not installed to change that"
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
            break
        except KeyError:
            continue
    else:
        return f"database servers refuse to run as root, and there is none of the users {', '.join(CANDIDATES)}"
    prefix = [setpriv, f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    if not all(_others_may_enter(folder) for folder in needed):
        # Root's home and root's temporary folders are closed to others. Opening them up would be rude, so that
        # the server keeps the one right that it needs to reach its own folder inside.
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return ServerUser(tuple(prefix), (entry.pw_uid, entry.pw_gid))
