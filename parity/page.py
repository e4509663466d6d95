"""The comparison as a page: no dates and no figures that another run would not give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .comparing import Comparison
from .intended import INTENDED

HEAD = """# Parity

The same fleet, deployed by each engine into an account of its own, then read back through the services' APIs: every
resource with its whole configuration. What the services generate (ids, ARNs, addresses) is called by what it stands
for; CloudFormation's own tags and the names that it invents are left out. This page is written by `make parity`.
"""


def page(comparisons: Sequence[Comparison], missing: Sequence[str] = ()) -> str:
    """The page in Markdown; `missing` are the examples that this run did not compare."""
    left_out = [f"Not compared in this run: {', '.join(missing)}.\n"] if missing else []
    return "\n".join([HEAD, *_table(comparisons), *left_out, *_intended(comparisons), *_unexplained(comparisons)])


def _table(comparisons: Sequence[Comparison]) -> Iterator[str]:
    first, second = comparisons[0].engines
    yield f"| example | environment | resources by {first} | by {second} | intended differences | other differences |"
    yield "|---|---|--:|--:|--:|--:|"
    for one in comparisons:
        yield (
            f"| {one.fleet} | {one.environment} | {one.resources[0]} | {one.resources[1]} "
            f"| {sum(one.intended.values())} | {len(one.unexplained)} |"
        )
    yield ""


def _intended(comparisons: Sequence[Comparison]) -> Iterator[str]:
    used = [entry for entry in INTENDED if any(entry in one.intended for one in comparisons)]
    if used:
        yield "## Intended differences\n\n| where | times | reason |\n|---|--:|---|"
        for entry in used:
            times = sum(one.intended.get(entry, 0) for one in comparisons)
            where = entry.path.replace("|", "\\|")
            yield f"| `{where}` | {times} | {entry.reason} |"
        yield ""


def _unexplained(comparisons: Sequence[Comparison]) -> Iterator[str]:
    for one in comparisons:
        if one.unexplained:
            yield f"## Differences in {one.fleet}, {one.environment}\n"
            yield from (f"- `{str(difference).replace('`', chr(39))}`" for difference in one.unexplained)
            yield ""
