"""Saves the services that hold something, and no others.

MiniStack 1.5.33 writes a file for every service whose module was loaded, empty or not, and at the next start loads the
module of every file; the CloudFormation module alone loads most of the others. Goes when MiniStack skips empty ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ministack import app as emulator
from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

from tapstack.sandbox.server.mends.patch import original, replace


def install(folder: Path) -> None:
    """Leave empty services out, and remove what an earlier run has written of them."""
    collect: Callable[[], dict[str, Callable[[], object]]] = original(emulator, "_build_persistence_save_dict")

    def collect_filled() -> dict[str, Callable[[], object]]:
        return {name: _or_remove(get_state, folder / f"{name}.json") for name, get_state in collect().items()}

    replace(emulator, "_build_persistence_save_dict", lambda _: collect_filled)


def _or_remove(get_state: Callable[[], object], file: Path) -> Callable[[], object]:
    def checked() -> object:
        state = get_state()
        if state is None:
            return None  # the module's own way to say that what is written shall stay
        if isinstance(state, Mapping) and all(map(_is_empty, state.values())):
            file.unlink(missing_ok=True)
            return None
        return state

    return checked


def _is_empty(store: object) -> bool:
    if isinstance(store, AccountRegionScopedDict | AccountScopedDict):
        return not store._data
    return not store
