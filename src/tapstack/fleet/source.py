"""Reading a file into plain data without losing where each value stood.

YAML is parsed by ruamel.yaml (YAML 1.2: `no` is a word, not a truth value). The nodes are turned into data here rather
than by its constructor, because that is where lines, duplicate keys and the size of what aliases unfold to are known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tapstack.errors import FileAccessError
from tapstack.findings import Finding, Location, Severity
from tapstack.findings import Path as FleetPath

MAXIMUM_BYTES = 256_000
MAXIMUM_VALUES = 100_000
MAXIMUM_DEPTH = 40


@dataclass
class Source:
    """A file's data, and the place of every key in it."""

    file: str
    folder: Path | None = None
    data: dict[str, object] = field(default_factory=dict)
    places: dict[FleetPath, Location] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def where(self, path: FleetPath) -> Location:
        """The place of a value, or of the nearest thing around it that has one."""
        for end in range(len(path), -1, -1):
            place = self.places.get(path[:end])
            if place is not None:
                return place
        return Location(self.file, 1, 1)

    def refuse(self, summary: str, detail: str, *, path: FleetPath = (), where: Location | None = None) -> None:
        """Add an error about the file itself."""
        self.findings.append(
            Finding("unreadable-fleet", Severity.ERROR, summary, detail, path, where or self.where(path))
        )


def read(file: Path) -> Source:
    """Read and parse a file; what is wrong with it is in the source's findings."""
    source = parse(_bytes_of(file), str(file))
    source.folder = file.parent
    return source


def _bytes_of(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAXIMUM_BYTES + 1)
    except FileNotFoundError:
        raise FileAccessError(
            f"There is no file {file}.",
            "A fleet is described in a file called fleet.yaml; name another with --file, or begin with a blueprint:",
            command="tapstack init",
        ) from None
    except IsADirectoryError:
        raise FileAccessError(f"{file} is a folder.", "Name the file in it, usually fleet.yaml, with --file.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileAccessError(f"{file} cannot be read.", f"The system says: {reason}.") from error


def parse(content: bytes, file: str) -> Source:
    """Parse a file's content."""
    source = Source(file)
    if len(content) > MAXIMUM_BYTES:
        source.refuse("The file is too large.", f"A fleet is a page or two; this is over {MAXIMUM_BYTES:,} bytes.")
        return source
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        source.refuse(
            "The file is not UTF-8 text.",
            f"Byte {content[error.start]:#04x} cannot stand there; save the file as UTF-8.",
            where=Location(file, line, column),
        )
        return source
    if not text.strip():
        source.refuse("The file is empty.", "A fleet needs at least a name, regions and a home region.")
        return source
    _Reader(source).read(text)
    return source


class _Reader:
    """Turns YAML nodes into data and notes their places."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.values = 0

    def read(self, text: str) -> None:
        from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
        from ruamel.yaml.nodes import MappingNode

        from tapstack.fleet import composing

        try:
            documents = composing.documents(text, MAXIMUM_DEPTH)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            where = Location(self.source.file, mark.line + 1, mark.column + 1) if mark else None
            problem = " ".join(str(part) for part in (error.context, error.problem) if part)
            self.source.refuse("The file is not valid YAML.", f"{problem[:1].upper()}{problem[1:]}.", where=where)
            return
        except (YAMLError, YAMLStreamError, ValueError) as error:
            self.source.refuse("The file is not valid YAML.", " ".join(str(error).split())[:300])
            return
        except composing.TooDeepError:
            self.source.refuse("The file is nested too deeply.", f"A fleet has {MAXIMUM_DEPTH} levels at the most.")
            return
        if not documents:
            self.source.refuse("The file is empty.", "A fleet needs at least a name, regions and a home region.")
        elif len(documents) > 1:
            mark = documents[1].start_mark
            where = Location(self.source.file, mark.line + 1, mark.column + 1)
            self.source.refuse(
                "The file holds several documents.", "One file, one fleet: remove the `---`.", where=where
            )
        elif not isinstance(documents[0], MappingNode):
            self.source.refuse("The file does not describe a fleet.", "It must begin with keys such as `fleet:`.")
        else:
            try:
                data = self._convert(documents[0], (), 0)
            except _TooMuchError as error:
                self.source.refuse(*error.args)
                return
            if isinstance(data, dict):
                self.source.data = data

    def _enter(self, depth: int) -> None:
        self.values += 1
        if self.values > MAXIMUM_VALUES:
            raise _TooMuchError(
                "The file unfolds to too much.",
                f"With its aliases it holds over {MAXIMUM_VALUES:,} values; a fleet has some hundreds.",
            )
        if depth > MAXIMUM_DEPTH:
            raise _TooMuchError("The file is nested too deeply.", f"A fleet has {MAXIMUM_DEPTH} levels at the most.")

    def _convert(self, node: object, path: FleetPath, depth: int) -> object:
        from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

        self._enter(depth)
        self._note(node, path)
        tag = str(getattr(node, "tag", ""))
        if tag not in KNOWN_TAGS:
            self.source.refuse(
                f"The tag {_printable(tag)} means nothing here.",
                "A fleet is plain data: texts, numbers, lists and mappings.",
                path=path,
                where=self._location(node),
            )
            return None
        match node:
            case MappingNode():
                return self._mapping(node, path, depth)
            case SequenceNode():
                return [self._convert(item, (*path, index), depth + 1) for index, item in enumerate(node.value)]
            case ScalarNode():
                self._see_characters(node, path, INVISIBLE)
                return _scalar(tag, str(node.value))
            case _:
                return None

    def _mapping(self, node: object, path: FleetPath, depth: int) -> dict[str, object]:
        from ruamel.yaml.nodes import ScalarNode

        result: dict[str, object] = {}
        first_seen: dict[str, Location] = {}
        pairs = list(getattr(node, "value", ()))
        # What is merged comes first, so that a mapping's own keys have the last word on value and place.
        for key_node, value_node in pairs:
            if _is_merge(key_node):
                result.update(self._merged(value_node, path, depth + 1))
        for key_node, value_node in pairs:
            where = self._location(key_node)
            if not isinstance(key_node, ScalarNode):
                self.source.refuse("A key must be plain text.", "Lists and mappings cannot be keys here.", where=where)
                continue
            if _is_merge(key_node) or not self._see_characters(key_node, path, INVISIBLE_IN_KEYS):
                continue
            key = str(key_node.value)
            if key in first_seen:
                self.source.refuse(
                    f"The key '{key}' stands twice.",
                    f"First in line {first_seen[key].line}; YAML would silently drop one of them.",
                    path=(*path, key),
                    where=where,
                )
                continue
            first_seen[key] = where
            result[key] = self._convert(value_node, (*path, key), depth + 1)
            self.source.places[(*path, key)] = where
        return result

    def _merged(self, node: object, path: FleetPath, depth: int) -> dict[str, object]:
        """What `<<` brings in, from one mapping or a list of them; earlier ones win."""
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        merged: dict[str, object] = {}
        parts = node.value if isinstance(node, SequenceNode) else [node]
        for part in reversed(parts):
            self._enter(depth)
            if isinstance(part, MappingNode):
                merged.update(self._mapping(part, path, depth))
            else:
                self.source.refuse(
                    "`<<` merges mappings only.", "Give it an alias of a mapping.", where=self._location(part)
                )
        return merged

    def _see_characters(self, node: object, path: FleetPath, invisible: re.Pattern[str]) -> bool:
        found = invisible.search(str(getattr(node, "value", "")))
        if found is None:
            return True
        self.source.refuse(
            "The text holds a character that cannot be seen.",
            f"{_printable(found[0])} has no meaning in a fleet; remove it.",
            path=path,
            where=self._location(node),
        )
        return False

    def _note(self, node: object, path: FleetPath) -> None:
        self.source.places[path] = self._location(node)

    def _location(self, node: object) -> Location:
        mark = getattr(node, "start_mark", None)
        if mark is None:
            return Location(self.source.file, 1, 1)
        return Location(self.source.file, mark.line + 1, mark.column + 1)


class WrittenNumber(float):
    """A number with a point, that still knows how it was written: as text, 1.10 is not 1.1."""

    written: str

    def __new__(cls, written: str) -> Self:
        """Read the number."""
        number = super().__new__(cls, written.replace("_", ""))
        number.written = written
        return number

    def __str__(self) -> str:
        """Give back what was written."""
        return self.written


class _TooMuchError(Exception):
    """Raised inside the reader alone, to leave the recursion."""


KNOWN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge")
)
# Control characters and halves of characters: they hide in messages, and no AWS service takes them.
INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
INVISIBLE_IN_KEYS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
FLOAT = re.compile(r"[-+]?([0-9][0-9_]*)?\.?[0-9]+([eE][-+]?[0-9]+)?")
LONGEST_NUMBER = 20
TRUTH: Mapping[str, bool] = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


def _is_merge(key: object) -> bool:
    return str(getattr(key, "value", "")) == "<<" and not getattr(key, "style", None)


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(f"U+{ord(letter):04X}" for letter in text)


def _scalar(tag: str, value: str) -> object:
    """Read a scalar by the tag that YAML gave it; what looks like a number but has leading zeros stays text."""
    kind = tag.rsplit(":", 1)[-1]
    if kind == "null":
        return None
    if kind == "bool":
        return TRUTH.get(value, value)
    if len(value) > LONGEST_NUMBER:
        return value
    if kind == "int" and INTEGER.fullmatch(value):
        return int(value.replace("_", ""))
    if kind == "float" and FLOAT.fullmatch(value):
        return WrittenNumber(value)
    return value
