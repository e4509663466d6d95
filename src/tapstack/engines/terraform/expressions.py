"""What Terraform works out by itself: texts of the form ${…}, alone or within other texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any


class Expression(str):
    """A value that Terraform works out. It stands for a text, a number, a list: for whatever its place takes."""

    __slots__ = ()

    @property
    def code(self) -> str:
        """The expression without its braces, to become a part of another one."""
        return self[2:-1]


class Listing(Expression):
    """An expression whose value is a list or an object, not a text: a JSON document has to know."""

    __slots__ = ()


def expression(code: str) -> Expression:
    """Let Terraform work out a text, a number or a truth: `expression("var.region")`."""
    return Expression(f"${{{code}}}")


def listing(code: str) -> Listing:
    """Let Terraform work out a list or an object: `listing("[for region in local.others : region]")`."""
    return Listing(f"${{{code}}}")


def literal(text: str) -> str:
    """A text of somebody else's, in which nothing is worked out: descriptions, variables, anything from the fleet."""
    return text.replace("${", "$${").replace("%{", "%%{")


def quoted(text: str) -> str:
    """A text as a part of an expression; what is worked out in it still is."""
    return '"' + "".join(part if is_code else json.dumps(part)[1:-1] for part, is_code in _parts(text)) + '"'


def document(value: Any) -> str:
    """A JSON document, such as a policy, with expressions in it; what is None is left out."""
    match value:
        case Listing():
            return f"${{jsonencode({value.code})}}"
        case str():
            return quoted(value)
        case Mapping():
            items = (f"{json.dumps(key)}: {document(item)}" for key, item in value.items() if item is not None)
            return f"{{{', '.join(items)}}}"
        case list() | tuple():
            return f"[{', '.join(document(item) for item in value)}]"
        case _:
            return json.dumps(value)


_BEGINNING = re.compile(r"(?<!\$)\$\{")


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into what is meant as it stands and what is worked out."""
    while beginning := _BEGINNING.search(text):
        end = _end(text, beginning.end())
        yield text[: beginning.start()], False
        yield text[beginning.start() : end], True
        text = text[end:]
    yield text, False


def _end(text: str, start: int) -> int:
    depth = 1
    for index in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if not depth:
            return index + 1
    raise ValueError(f"an expression has no end: {text}")
