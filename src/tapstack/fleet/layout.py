"""How a YAML text is laid out: where each entry begins and ends, and the text with one entry more or less.

Everything outside of the entry stays as it is, byte for byte; no YAML library's writer promises that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tapstack.findings import Path
from tapstack.fleet import composing
from tapstack.fleet.source import MAXIMUM_DEPTH

BREAK = re.compile(r"\r\n|\n|\r")
COLON = re.compile(r"[ \t]*:")
ALIAS = re.compile(r"[ \t]*:?[ \t]*\*[^\s,\[\]{}]+")
ALIAS_ITEM = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*[ \t]*-[ \t]+\*[^\s,\[\]{}]+")
AFTER_ENTRY = re.compile(r"[ \t]*(?P<comma>,?)[ \t]*(?P<comment>#[^\r\n]*)?(?=[\r\n]|\Z)")
DASH = re.compile(r"-[ \t]+\Z")


class UnknownLayoutError(Exception):
    """The text is laid out in a way that is read, but not edited."""


@dataclass(frozen=True)
class Entry:
    """A key with its value, or an item of a list: a stretch of the text. Nodes are those of the parser, untyped."""

    name: str | int
    start: int
    end: int
    value: Any
    key: Any = None


class Layout:
    """A text and the nodes in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = composing.documents(text, MAXIMUM_DEPTH)[0]

    def entry(self, path: Path) -> Entry:
        """The entry that stands at a path; what an alias or `<<` brings in stands elsewhere."""
        node, found = self.root, None
        for part in path:
            found = next((entry for entry in self.entries(node) if entry.name == part), None)
            if found is None or found.value.start_mark.index < found.start:
                raise UnknownLayoutError
            node = found.value
        if found is None:
            raise UnknownLayoutError
        return found

    def entries(self, node: Any) -> list[Entry]:
        """The entries of a mapping or a list."""
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        match node:
            case MappingNode():
                return [
                    Entry(str(key.value), key.start_mark.index, self._end(value, key.end_mark.index), value, key)
                    for key, value in node.value
                    if str(key.value) != "<<"
                ]
            case SequenceNode():
                return [
                    Entry(index, self._item_start(node, item), self._end(item, item.start_mark.index), item)
                    for index, item in enumerate(node.value)
                ]
            case _:
                raise UnknownLayoutError

    def without(self, path: Path) -> str:
        """The text without an entry, the comments that belong to it, and the line that it leaves behind."""
        parent = self.root if len(path) == 1 else self.entry(path[:-1]).value
        entries = self.entries(parent)
        position = next((index for index, entry in enumerate(entries) if entry.name == path[-1]), None)
        if position is None:
            raise UnknownLayoutError
        if len(parent.value) == 1:
            return self._emptied(path[:-1], parent, entries[0])
        if parent.flow_style:
            return self._without_in_flow(entries, position)
        return _cut(self.text, *self._block_stretch(entries, position))

    def with_line(self, entries: Sequence[Entry], written: str) -> str:
        """The text with a new entry on lines of its own, below the last one of a block."""
        last = entries[-1]
        indentation = self.indentation(last)
        below = self._below(last)
        gaps = [self.text[self._below(entry) : after.start] for entry, after in pairwise(entries)]
        blank = self.line_break(last) if gaps and all(BREAK.match(gap) for gap in gaps) else ""
        if self.text[below - 1] in "\r\n":
            return _put(self.text, below, blank + indentation + written + self.line_break(last))
        return _put(self.text, below, self.line_break(last) + blank + indentation + written)

    def with_flow(self, parent: Any, entries: Sequence[Entry], written: str) -> str:
        """The text with a new entry after the last one between braces, on a line of its own if the others have one."""
        if not entries:
            return _put(self.text, self.text.index("{", parent.start_mark.index) + 1, written)
        last = entries[-1]
        after = AFTER_ENTRY.match(self.text, last.end)
        if after is not None and self._begins_line(last):
            comma = after["comma"]
            line = self.line_break(last) + self.indentation(last) + written + comma
            text = _put(self.text, after.end(), line)
            return text if comma else _put(text, last.end, ",")
        between = self.text[entries[-2].end : last.start] if len(entries) > 1 else ""
        separator = between if between and "#" not in between else ", "
        return _put(self.text, last.end, separator + written)

    def indentation(self, entry: Entry) -> str:
        """What stands before the entry on its line, which must be nothing but space."""
        before = self.text[self._line_start(entry.start) : entry.start]
        if before.strip(" \t"):
            raise UnknownLayoutError
        return before

    def line_break(self, entry: Entry) -> str:
        """How the entry's line ends, or the first line of a text whose last line has no end."""
        found = BREAK.search(self.text, entry.end) or BREAK.search(self.text)
        return found[0] if found else "\n"

    def _end(self, node: Any, after: int) -> int:
        from ruamel.yaml.nodes import CollectionNode

        if node.start_mark.index < after:
            alias = ALIAS.match(self.text, after)
            if alias is None:
                raise UnknownLayoutError
            return alias.end()
        if not isinstance(node, CollectionNode) or node.flow_style:
            end = int(node.end_mark.index)
            return len(self.text[:end].rstrip()) if getattr(node, "style", None) in ("|", ">") else end
        if isinstance(node.value[-1], tuple):
            key, value = node.value[-1]
            return self._end(value, key.end_mark.index)
        end = int(node.start_mark.index)
        for item in node.value:
            alias = ALIAS_ITEM.match(self.text, end) if item.start_mark.index < end else None
            end = alias.end() if alias else self._end(item, end)
        return end

    def _item_start(self, sequence: Any, item: Any) -> int:
        start = int(item.start_mark.index)
        if sequence.flow_style:
            return start
        dash = DASH.search(self.text, self._line_start(start), start)
        if dash is None:
            raise UnknownLayoutError
        return dash.start()

    def _line_start(self, index: int) -> int:
        return max(self.text.rfind("\n", 0, index), self.text.rfind("\r", 0, index)) + 1

    def _line_end(self, index: int) -> int:
        found = BREAK.search(self.text, index)
        return found.end() if found else len(self.text)

    def _previous_line(self, start: int) -> str | None:
        if start == 0:
            return None
        end = start - (2 if self.text[max(start - 2, 0) : start] == "\r\n" else 1)
        return self.text[self._line_start(end) : start]

    def _begins_line(self, entry: Entry) -> bool:
        return not self.text[self._line_start(entry.start) : entry.start].strip(" \t")

    def _column(self, entry: Entry) -> int:
        return entry.start - self._line_start(entry.start)

    def _below(self, entry: Entry) -> int:
        """Where the line after the entry begins; comments further in than the entry still belong to it."""
        below = self._line_end(entry.end)
        deeper = re.compile(rf"[ \t]{{{self._column(entry) + 1},}}#")
        while deeper.match(self.text, below):
            below = self._line_end(below)
        return below

    def _above(self, entry: Entry) -> int:
        """Where the comment directly above the entry begins, or the entry's own line."""
        above = self._line_start(entry.start)
        comment = re.compile(rf"[ \t]{{{self._column(entry)}}}#")
        while (line := self._previous_line(above)) is not None and comment.match(line):
            above -= len(line)
        return above

    def _block_stretch(self, entries: Sequence[Entry], position: int) -> tuple[int, int]:
        entry = entries[position]
        self.indentation(entry)
        above, below = self._above(entry), self._below(entry)
        # One of the two gaps around the entry goes with it, and that is the one above.
        if position == len(entries) - 1 or BREAK.match(self.text, below):
            while position and (line := self._previous_line(above)) is not None and not line.strip():
                above -= len(line)
        if below == len(self.text) and self.text[below - 1] not in "\r\n":
            above = len(self.text[:above].removesuffix("\n").removesuffix("\r"))
        return above, below

    def _without_in_flow(self, entries: Sequence[Entry], position: int) -> str:
        entry, last = entries[position], position == len(entries) - 1
        after = AFTER_ENTRY.match(self.text, entry.end)
        alone = after is not None and self._begins_line(entry)
        alone = alone and not (position and self._line_start(entry.start) <= entries[position - 1].end)
        if alone and after is not None:
            text = _cut(self.text, self._above(entry), self._line_end(entry.end))
            if not last or after["comma"]:
                return text
            comma = self.text.index(",", entries[position - 1].end)
            return _cut(text, comma, comma + 1)
        start, end = (entries[position - 1].end, entry.end) if last else (entry.start, entries[position + 1].start)
        if "#" in self.text[start : entry.start] or "#" in self.text[entry.end : end]:
            raise UnknownLayoutError
        return _cut(self.text, start, end)

    def _emptied(self, path: Path, parent: Any, entry: Entry) -> str:
        """Without its only entry a mapping is `{}` and a list `[]`: nothing at all would be null."""
        if parent.flow_style:
            return _cut(self.text, parent.start_mark.index + 1, parent.end_mark.index - 1)
        holder = self.entry(path)
        colon = COLON.match(self.text, holder.key.end_mark.index) if holder.key else None
        if colon is None:
            raise UnknownLayoutError
        text = _cut(self.text, *self._block_stretch([entry], 0))
        return _put(text, colon.end(), " []" if isinstance(entry.name, int) else " {}")


def _put(text: str, at: int, new: str) -> str:
    return text[:at] + new + text[at:]


def _cut(text: str, start: int, end: int) -> str:
    return text[:start] + text[end:]
