"""Adding a region to a fleet's file and removing one: bytes in, bytes out, only the lines concerned changed.

The edited text is read again and must say what the old one said, plus or minus the region; a file that is laid out in a
way which does not allow that is left to its author.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from tapstack.errors import InvalidFleetError
from tapstack.findings import Path
from tapstack.fleet.layout import COLON, Entry, Layout, UnknownLayoutError
from tapstack.fleet.overrides import KEY as ENVIRONMENTS
from tapstack.fleet.source import parse

REGIONS = "regions"
Facts = Mapping[str, str | int]
"""What is said of a region: its `cidr`, `certificate`, `zones`, `weight`."""


def places_of(data: Mapping[str, Any], region: str) -> Iterator[Path]:
    """Every path of the file that concerns this region alone."""
    for base, part in _parts(data):
        if region in _mapping(part.get(REGIONS)):
            yield (*base, REGIONS, region)
        acknowledged = part.get("acknowledged")
        for index, item in enumerate(acknowledged if isinstance(acknowledged, list) else ()):
            if _concerns(item, region):
                yield (*base, "acknowledged", index)


def add_region(content: bytes, region: str, facts: Facts) -> bytes:
    """The file with one region more, below the others and written as they are."""
    data = _data(content)
    there = [path for path in places_of(data, region) if path[-1] == region]
    if there:
        environments = ", ".join(str(path[1]) for path in there if path[0] == ENVIRONMENTS)
        where = f"It stands under `environments`: {environments}." if there[0][0] == ENVIRONMENTS else ""
        raise InvalidFleetError(f"{region} is in the fleet already.", where or "Nothing was changed.")
    regions = _mapping(data.get(REGIONS))
    by_hand = f"Nothing was changed. Write {region} under `regions` yourself; `tapstack validate` reads any layout."
    return _edited(
        content,
        partial(_added, region=region, facts=facts),
        {**data, REGIONS: {**regions, region: dict(facts)}},
        by_hand,
    )


def remove_region(content: bytes, region: str) -> bytes:
    """The file with one region less, and without what concerns it alone: overrides, acknowledgements, comments."""
    data = _data(content)
    places = list(places_of(data, region))
    if not any(path[-1] == region for path in places):
        there = sorted({name for _, part in _parts(data) for name in _mapping(part.get(REGIONS))})
        raise InvalidFleetError(f"{region} is not in the fleet.", f"There are: {', '.join(there)}.")
    _refuse_home_and_last(data, region)
    by_hand = f"Nothing was changed. Remove {region} from `regions` yourself, and from every environment."
    for path in reversed(places):
        holder: Any = data
        for part in path[:-1]:
            holder = holder[part]
        # An environment's `regions` goes with the last region in it; an environment itself never goes.
        goes = path[:-1] if path[0] == ENVIRONMENTS and path[-2] == REGIONS and len(holder) == 1 else path
        if goes != path:
            holder = data[ENVIRONMENTS][path[1]]
        del holder[goes[-1]]
        content = _edited(content, partial(Layout.without, path=goes), data, by_hand)
    return content


def _refuse_home_and_last(data: Mapping[str, Any], region: str) -> None:
    regions = _mapping(data.get(REGIONS))
    for base, part in _parts(data):
        where = f" of the environment {base[1]}" if base else ""
        if part.get("home") == region:
            raise InvalidFleetError(
                f"{region} is the home{where}.",
                "What all regions share stands in the home, and `failover` moves the writer alone. If nothing stands "
                "yet, make another region the `home` first; else destroy the fleet, and deploy it anew from another.",
            )
        merged = {**regions, **_mapping(part.get(REGIONS))}
        if not [name for name, value in merged.items() if name != region and not (base and value is None)]:
            raise InvalidFleetError(
                f"{region} is the last region{where}.", "A fleet needs one; to give it up, destroy it: tapstack destroy"
            )


def _parts(data: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """What holds everywhere, and what each environment lays over it."""
    yield (), data
    for name, part in _mapping(data.get(ENVIRONMENTS)).items():
        yield (ENVIRONMENTS, name), _mapping(part)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _concerns(acknowledgement: object, region: str) -> bool:
    at = str(_mapping(acknowledgement).get("at", ""))
    words = at.split(".")
    return words[:2] == [REGIONS, region] or (words[0] == ENVIRONMENTS and words[2:4] == [REGIONS, region])


def _data(content: bytes) -> dict[str, Any]:
    source = parse(content, "")
    if source.findings:
        raise InvalidFleetError(source.findings[0].summary, source.findings[0].detail)
    return source.data


def _edited(content: bytes, edit: Callable[[Layout], str], expected: Mapping[str, Any], by_hand: str) -> bytes:
    """Edit the text and prove that it says what it should, in the same order."""
    mark = BOM_UTF8 if content.startswith(BOM_UTF8) else b""
    try:
        edited = mark + edit(Layout(content.removeprefix(mark).decode())).encode()
    except UnknownLayoutError:
        edited = b""
    source = parse(edited, "")
    if source.findings or repr(source.data) != repr(expected):
        raise InvalidFleetError("This file is laid out in a way that only its author can edit.", by_hand)
    return edited


def _added(layout: Layout, region: str, facts: Facts) -> str:
    holder = layout.entry((REGIONS,))
    entries = layout.entries(holder.value)
    if holder.value.flow_style:
        return layout.with_flow(holder.value, entries, _Style(layout, entries, holder).in_flow(region, facts))
    if not entries:
        raise UnknownLayoutError
    return layout.with_line(entries, _Style(layout, entries, holder).in_block(region, facts))


class _Style:
    """How the other regions are written: quotes, braces, spaces, or lines of their own."""

    def __init__(self, layout: Layout, entries: list[Entry], holder: Entry) -> None:
        self.layout = layout
        self.entries = entries
        self.last = entries[-1] if entries else holder
        told = [
            entry
            for entry in entries
            if entry.value.start_mark.index >= entry.start and isinstance(entry.value.value, list)
        ]
        told = [entry for entry in told if entry.value.value]
        self.model = told[-1] if told else None
        self.inner = layout.entries(self.model.value) if self.model else []

    def in_block(self, region: str, facts: Facts) -> str:
        """On lines of its own if the others are, below its key."""
        if not facts or not self.inner or self.model is None or self.model.value.flow_style:
            return self.in_flow(region, facts)
        break_, indentation = self.layout.line_break(self.last), self.layout.indentation(self.inner[0])
        lines = [f"{self._fact(name)}: {self._value(value)}" for name, value in facts.items()]
        return "".join([self._key(region), ":", *(break_ + indentation + line for line in lines)])

    def in_flow(self, region: str, facts: Facts) -> str:
        """On one line, in braces."""
        gap = self._gap(self.entries, self._key(region))
        tight = ":" if gap == ":" else ": "
        inner = self._gap(self.inner) if self.model and self.model.value.flow_style and self.inner else tight
        comma = "," if inner == ":" else ", "
        pad = " " if self.model and self.layout.text[self.model.value.start_mark.index :][:2] == "{ " else ""
        written = comma.join(f"{self._fact(name)}{inner}{self._value(value)}" for name, value in facts.items())
        return f"{self._key(region)}{gap}{{{pad}{written}{pad}}}" if facts else f"{self._key(region)}{gap}{{}}"

    def _gap(self, entries: list[Entry], key: str = "") -> str:
        """From the end of a key to its value: a colon and space, aligned where the others are."""
        gaps: list[str] = []
        columns: set[int] = set()
        for entry in entries:
            colon = COLON.match(self.layout.text, entry.key.end_mark.index)
            start = entry.value.start_mark.index
            between = self.layout.text[entry.key.end_mark.index : max(start, entry.key.end_mark.index)]
            if colon is not None and between.strip(" \t") == ":" and not between.endswith("\t"):
                gaps.append(between)
                columns.add(start - entry.start)
        if not gaps or (gaps[-1].endswith(":") and not self._quote(self.last.key)):
            return ": "
        if len(columns) == 1 and len(set(gaps)) > 1 and key:
            return ":" + " " * max(1, columns.pop() - len(key) - 1)
        return gaps[-1]

    def _quote(self, node: Any) -> str:
        return node.style if node.style in ("'", '"') else ""

    def _key(self, name: str) -> str:
        quote = self._quote(self.last.key)
        return f"{quote}{name}{quote}"

    def _fact(self, name: str) -> str:
        quote = self._quote((self.inner or [self.last])[-1].key)
        return f"{quote}{name}{quote}"

    def _value(self, value: str | int) -> str:
        if isinstance(value, int):
            return str(value)
        texts = [entry.value for entry in self.inner if entry.name in ("cidr", "certificate")]
        quote = self._quote(texts[0]) if texts else self._quote(self.last.key)
        return f"{quote}{value}{quote}"
