"""The topology as Mermaid text, for documents that draw it themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tapstack.views.report.topology import Role, Topology

ROLE_ARROW = {Role.ANSWERS: "-->", Role.TAKES_OVER: "-.->"}


def as_mermaid(topology: Topology) -> str:
    """A flowchart: names above, a box for each region, what is copied between them."""
    return "\n".join(_lines(topology)) + "\n"


def _lines(topology: Topology) -> Iterator[str]:
    yield "flowchart TB"
    for number, name in enumerate(topology.names):
        yield f'  name{number}(["{_text(name.name)}"])'
    for region in topology.regions:
        yield f'  subgraph {_id(region.name)}["{_text(f"{region.name}, {region.place}")}"]'
        for part in region.components:
            yield f'    {_id(region.name, part.id)}["{_text(f"{part.kind} {part.name}")}"]'
        yield "  end"
    for number, name in enumerate(topology.names):
        for region in topology.regions:
            label = f"{name.label}: {name.roles[region.name]}"
            arrow = ROLE_ARROW[name.roles[region.name]]
            yield f'  name{number} {arrow}|"{_text(label)}"| {_id(region.name, name.component)}'
    for copy in topology.copies:
        home = topology.regions[0].name
        arrow = "<-->" if len(copy.sources) > 1 else "-->"
        for destination in copy.destinations:
            if destination != home:
                source, end = _id(home, copy.component), _id(destination, copy.component)
                yield f'  {source} {arrow}|"{_text(copy.label)}"| {end}'


def _id(*parts: str) -> str:
    """Words that Mermaid takes for one name, and never for one of its own, such as `end`."""
    return "in_" + re.sub(r"[^a-z0-9]", "_", "__".join(parts).lower())


def _text(text: str) -> str:
    return text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
