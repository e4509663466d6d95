"""How a kind of thing is read: one call lists them, further calls tell the rest of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NAME_TAG = "((Tags || `[]`)[?Key=='Name'].Value | [0])"
"""The `Name` tag, where the service gives tags as pairs."""


@dataclass(frozen=True)
class Detail:
    """One more call about a thing; arguments and result are JMESPath expressions over the thing and the answer.

    Without an operation, the result is found in what is known already. Asked only when `when` holds of the thing.
    An `archive` is read from the URL that the result is.
    """

    operation: str
    arguments: Mapping[str, str]
    result: str = "@"
    when: str = ""
    archive: bool = False


@dataclass(frozen=True)
class Listing:
    """A kind of thing; every expression is JMESPath, over the item itself with what it belongs to as `parent`.

    `label` is what the thing is called; ids in it are replaced by the labels of what they name.
    `ids` are generated: wherever one of them stands, the label is read instead.
    `each` finds a list in what it belongs to: the call is made once for each of them, known as `each` to the arguments.
    What AWS keeps on purpose after a deletion says why in `kept`; what an account has by itself is found by `omit`.
    """

    kind: str
    covers: tuple[str, ...]
    service: str
    operation: str
    items: str
    label: str
    ids: tuple[str, ...] = ()
    arguments: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Detail] = field(default_factory=dict)
    children: tuple[Listing, ...] = ()
    omit: str = ""
    drop: tuple[str, ...] = ()
    kept: str = ""
    everywhere: bool = True
    each: str = ""
    region: str = ""

    def kinds(self) -> tuple[Listing, ...]:
        """This listing and all below it."""
        return (self, *(below for child in self.children for below in child.kinds()))
