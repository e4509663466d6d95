"""YAML nodes, no deeper than a fleet can be: by itself the parser goes as deep as Python lets it, and takes long."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer


class TooDeepError(Exception):
    """The nodes are nested deeper than allowed."""


class _BoundedComposer(Composer):
    """Counts levels on the way down."""

    deepest = 0
    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose one node, unless it is too deep."""
        self.depth += 1
        if self.depth > self.deepest:
            raise TooDeepError
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def documents(text: str, deepest: int) -> list[Any]:
    """The root nodes of every document in a text."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _BoundedComposer
    yaml.composer.deepest = deepest
    # The last anchor of a name counts, as YAML says; the library would warn on stderr.
    yaml.composer.warn_double_anchors = False
    return [document for document in yaml.compose_all(text) if document is not None]
