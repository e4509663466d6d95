"""JMESPath with one more function: `part(text, separator)` gives what follows the last separator."""

from __future__ import annotations

from functools import cache
from typing import Any

import jmespath  # type: ignore[import-untyped] # ships no types
from jmespath import functions


class _Functions(functions.Functions):  # type: ignore[misc] # the library ships no types
    @functions.signature({"types": ["string", "null"]}, {"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_part(self, text: str | None, separator: str) -> str | None:
        return None if text is None else text.rsplit(separator, 1)[-1]


_OPTIONS = jmespath.Options(custom_functions=_Functions())


@cache
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def find(expression: str, data: Any) -> Any:
    """What an expression finds in data."""
    return _compiled(expression).search(data, options=_OPTIONS)
