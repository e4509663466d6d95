"""How a mend takes the place of something in MiniStack: only where that is what it was written for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from tapstack.errors import SandboxError


def original(module: ModuleType, name: str) -> Any:
    """What MiniStack has under that name."""
    try:
        return getattr(module, name)
    except AttributeError:
        raise SandboxError(
            "The installed MiniStack is not the one that the sandbox is made for",
            f"A mend of {module.__name__}.{name} finds nothing to mend. Install the version that TapStack pins.",
            command="python -m pip install 'tapstack[sandbox]'",
        ) from None


def replace(module: ModuleType, name: str, make: Callable[[Any], Any]) -> None:
    """Put `make(original)` in the original's place, wherever MiniStack's modules and tables of actions refer to it."""
    old = original(module, name)
    new = make(old)
    for known in [item for key, item in sys.modules.items() if key.startswith("ministack.")]:
        if vars(known).get(name) is old:
            setattr(known, name, new)
    for table in [item for item in vars(module).values() if isinstance(item, dict)]:
        for key in [key for key, item in list(table.items()) if item is old]:
            table[key] = new
