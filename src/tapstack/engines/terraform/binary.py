"""Which program works: `terraform`, or `tofu` where that is what is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tapstack.engines.terraform.modules import REQUIRED_VERSION
from tapstack.errors import MissingToolError

CHOSEN = "TAPSTACK_TERRAFORM"
NAMES = ("terraform", "tofu")
OLDEST = tuple(int(part) for part in REQUIRED_VERSION.removeprefix(">= ").split("."))
"""Both have lock files and values that reach no state from this version on."""


@dataclass(frozen=True)
class Binary:
    """A program that understands the modules."""

    path: Path
    version: str

    @property
    def name(self) -> str:
        """What a person types."""
        return self.path.name


def find() -> Binary:
    """The program that TAPSTACK_TERRAFORM names, or the first one on PATH that is new enough."""
    return _found(os.environ.get(CHOSEN, ""), os.environ.get("PATH", ""))


@cache
def _found(chosen: str, path: str) -> Binary:
    places = [shutil.which(name, path=path) for name in ((chosen,) if chosen else NAMES)]
    unfit: MissingToolError | None = None
    for place in filter(None, places):
        try:
            return _checked(Path(place))
        except MissingToolError as error:
            # Who went over to `tofu` often has an old `terraform` lying about.
            unfit = unfit or error
    if unfit is not None:
        raise unfit
    if chosen:
        raise MissingToolError(f"{CHOSEN} names {chosen}, and there is no such program.")
    raise MissingToolError(
        "There is neither `terraform` nor `tofu` on PATH.",
        f"The terraform engine runs one of them, {_wanted()} or newer. "
        f"Install it, or let {CHOSEN} name it. `--engine cloudformation` needs neither.",
    )


def _checked(path: Path) -> Binary:
    try:
        done = subprocess.run(
            [path, "version", "-json"],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
            env={**os.environ, "CHECKPOINT_DISABLE": "1"},
        )
        version = str(json.loads(done.stdout)["terraform_version"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        raise MissingToolError(f"{path} does not tell its version.", str(error)) from error
    number = tuple(int(part) for part in version.partition("-")[0].split(".")[:2])
    if number < OLDEST:
        raise MissingToolError(
            f"{path} is {version}, and {_wanted()} or newer is needed.",
            f"Older ones know neither lock files nor values that reach no state. {CHOSEN} can name another one.",
        )
    return Binary(path, version)


def _wanted() -> str:
    return ".".join(map(str, OLDEST))
