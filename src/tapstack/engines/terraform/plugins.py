"""The provider is fetched once for all units: one cache, one lock file, and one `terraform init` at a time."""

from __future__ import annotations

import contextlib
import fcntl
import re
import shutil
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

CACHE = "TF_PLUGIN_CACHE_DIR"
LOCK_FILE = ".terraform.lock.hcl"
PROVIDERS = "providers"
"""Where an initialised module has them."""
CONFIGURATION = "TF_CLI_CONFIG_FILE"
_one = threading.Lock()


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Our cache; None where the caller has chosen one, in the environment or in Terraform's configuration."""
    if environment.get(CACHE) or _configures_cache(environment):
        return None
    home = environment.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "tapstack" / "terraform-plugins"


def holds_any(cache: Path) -> bool:
    """Tell whether a cache has a provider already, whatever its version."""
    return any(each.is_dir() for each in cache.glob("*"))


def are_there(initialised: Path) -> bool:
    """Tell whether the providers of an initialised module are where it has them from: a cache may be emptied."""
    return all(each.exists() for each in (initialised / PROVIDERS).glob("*/*/*/*/*"))


@contextlib.contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let nobody else fetch a provider meanwhile: Terraform's cache does not bear two, in whichever process.

    https://developer.hashicorp.com/terraform/cli/config/config-file#provider-plugin-cache
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _one, (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def lend(lock_file: Path, folder: Path) -> bool:
    """Give a module the lock file of the others, so that it takes the same provider, out of the cache."""
    own = folder / LOCK_FILE
    if own.exists() or not lock_file.exists():
        return False
    shutil.copyfile(lock_file, own)
    return True


def keep(lock_file: Path, folder: Path) -> None:
    """Keep a module's lock file for the others."""
    own = folder / LOCK_FILE
    if own.exists() and not lock_file.exists():
        shutil.copyfile(own, lock_file)


def _configures_cache(environment: Mapping[str, str]) -> bool:
    named = environment.get(CONFIGURATION)
    return any(map(_names_cache, [Path(named)] if named else _own_files(environment)))


def _own_files(environment: Mapping[str, str]) -> Iterator[Path]:
    """Where a person's configuration lies: Terraform's place, then OpenTofu's.

    https://opentofu.org/docs/cli/config/config-file
    """
    yield from (Path.home() / name for name in (".terraformrc", ".tofurc"))
    settings = environment.get("XDG_CONFIG_HOME")
    yield (Path(settings) if settings else Path.home() / ".config") / "opentofu" / "tofurc"


def _names_cache(file: Path) -> bool:
    try:
        return re.search(r"^\s*plugin_cache_dir\s*=", file.read_text(encoding="utf-8"), re.MULTILINE) is not None
    except OSError:
        return False
