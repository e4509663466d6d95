"""The comparisons as a page: no dates and no figures that another run would not give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .comparing import Comparison
from .intended import INTENDED

HEAD = """# Parity

Both engines make the same. Each example is deployed by each engine, by the same command, into an account of its own in
the [sandbox](sandbox.md); then everything that stands is read back through the services' APIs and compared: every
resource, with its whole configuration. Ids, ARNs and addresses, which the services generate, are called by what they
stand for; CloudFormation's own tags and the names that it invents are left out.

What differs is either meant, and then named below with its reason, or a mistake. `make parity` compares and writes this
page; it fails on a difference that nobody meant, and on a reason that no longer explains anything.
"""


def page(comparisons: Sequence[Comparison], missing: Sequence[str] = ()) -> str:
    """The page in Markdown; `missing` are the examples that were not compared."""
    left_out = [f"Not compared: {', '.join(missing)}.\n"] if missing else []
    return "\n".join(
        [HEAD, *_table(comparisons), *left_out, *_regions(comparisons), *_intended(comparisons), *_other(comparisons)]
    )


def _table(comparisons: Sequence[Comparison]) -> Iterator[str]:
    first, second = comparisons[0].engines
    yield "## Examples\n"
    yield f"| example | environment | resources by {first} | by {second} | intended differences | other differences |"
    yield "|---|---|--:|--:|--:|--:|"
    for one in comparisons:
        yield (
            f"| {one.fleet} | {one.environment} | {one.total[0]} | {one.total[1]} "
            f"| {sum(one.intended.values())} | {len(one.unexplained)} |"
        )
    yield ""


def _regions(comparisons: Sequence[Comparison]) -> Iterator[str]:
    first, second = comparisons[0].engines
    yield f"## Resources by region\n\n| example | region | by {first} | by {second} |\n|---|---|--:|--:|"
    for one in comparisons:
        for region, (by_first, by_second) in one.resources.items():
            yield f"| {one.fleet} | {region} | {by_first} | {by_second} |"
    yield "\n`global` are the resources of services that know no regions, such as IAM and Route 53.\n"


def _intended(comparisons: Sequence[Comparison]) -> Iterator[str]:
    used = [entry for entry in INTENDED if any(entry in one.intended for one in comparisons)]
    if used:
        yield "## Intended differences\n\nWhat differs is a place in a resource; one resource may count several times."
        yield "\n| what | in | times | reason |\n|---|---|--:|---|"
        for entry in used:
            where = [one for one in comparisons if entry in one.intended]
            names = ", ".join(dict.fromkeys(one.fleet for one in where))
            yield f"| {entry.what} | {names} | {sum(one.intended[entry] for one in where)} | {entry.reason} |"
        yield ""


def _other(comparisons: Sequence[Comparison]) -> Iterator[str]:
    for one in comparisons:
        if one.unexplained:
            yield f"## Differences in {one.fleet}, {one.environment}\n"
            yield from (f"- `{str(difference).replace('`', chr(39))}`" for difference in one.unexplained)
            yield ""
