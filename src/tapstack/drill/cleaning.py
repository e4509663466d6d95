"""Takes away what a drill wrote, by the files that it kept; a killed drill's, too."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from tapstack.drill.acknowledgements import intended
from tapstack.drill.stores.store import Store


def clean(stores: Sequence[Store], files: Path) -> Iterator[str]:
    """Clean every store, then forget the files; what went wrong, store by store."""
    keys = intended(files)
    problems = []
    for store in stores:
        try:
            store.remove(keys.get(store.name, set()))
        except Exception as error:  # noqa: BLE001 - told; what is broken must be made whole all the same
            problems.append(f"{store.name} keeps what the drill wrote: {type(error).__name__}: {error}"[:300])
    if not problems:
        shutil.rmtree(files, ignore_errors=True)
    yield from problems
