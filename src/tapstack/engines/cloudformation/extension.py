"""A fleet's own constructs: a Python function, named in the fleet, that CDK calls once for each shape.

The function gets the CDK stack, the resources of the template (as `CfnInclude`, whose `get_resource` gives real CDK
constructs) and the kind of unit. It runs once per shape, not per region: what must differ by region has to be looked up
inside the template, as TapStack's own components do it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tapstack.errors import InvalidFleetError
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import UnitKind

Function = Callable[[object, object, str], object]


@dataclass(frozen=True)
class Extension:
    """A function of the fleet's own, not imported yet: that would start Node, which an unchanged synthesis does not."""

    name: str
    file: Path
    function: str
    digest: str

    def load(self) -> Function:
        """Import the function."""
        spec = importlib.util.spec_from_file_location(f"tapstack_extension_{self.file.stem}", self.file)
        if spec is None or spec.loader is None:
            raise InvalidFleetError(f"{self.file} cannot be loaded as Python.")
        module = importlib.util.module_from_spec(spec)
        sys.path.insert(0, str(self.file.parent))
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            # Code of the user: whatever it raises is told as theirs.
            raise InvalidFleetError(f"{self.file} cannot be loaded.", f"{type(error).__name__}: {error}") from error
        finally:
            sys.path.remove(str(self.file.parent))
        function: Function | None = getattr(module, self.function, None)
        if not callable(function):
            raise InvalidFleetError(
                f"{self.file} has no function {self.function}.", "The fleet names it under `extensions`."
            )
        return function

    def extend(self, function: Function, stack: object, template: object, kind: UnitKind) -> None:
        """Call the function; what goes wrong inside is the fleet's error, told with its place."""
        try:
            function(stack, template, str(kind))
        except Exception as error:
            raise InvalidFleetError(
                f"The extension {self.name} failed on the {kind} unit.", f"{type(error).__name__}: {error}"
            ) from error


def find(fleet: Fleet, folder: Path) -> Extension | None:
    """Find what the fleet names, if it names something, with the digest of all Python files beside it."""
    named = fleet.extensions.cloudformation
    if named is None:
        return None
    file_name, _, function = named.partition(":")
    file = folder / file_name
    if not file.is_file():
        raise InvalidFleetError(f"There is no extension {file}.", "The fleet names it under `extensions`.")
    digest = hashlib.sha256()
    for path in sorted(file.parent.rglob("*.py")):
        digest.update(path.relative_to(file.parent).as_posix().encode() + b"\0" + path.read_bytes())
    return Extension(named, file, function, digest.hexdigest())
