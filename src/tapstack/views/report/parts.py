"""What a report says of a fleet as it is described and as it stands: topology, plan, findings, outputs, drift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tapstack.engines.engine import Standing, UnitDrift
from tapstack.findings import Finding, dotted
from tapstack.plan.model import Plan, UnitKind
from tapstack.views.drift import summary_line as drift_line
from tapstack.views.findings import summary_line
from tapstack.views.report.drawing import MARGIN, drawing
from tapstack.views.report.layout import layout
from tapstack.views.report.markup import Markup, prose, tag, text
from tapstack.views.report.mermaid import as_mermaid
from tapstack.views.report.responsive import responsive
from tapstack.views.report.tables import note, scrolls, section, table
from tapstack.views.report.topology import Topology

NOTHING = "-"


def topology_part(topology: Topology) -> Markup:
    """The drawing, what it says of the box that is chosen, and the same as Mermaid text."""
    mermaid = as_mermaid(topology)
    return section(
        "topology",
        "Topology",
        note(
            "A line leads from a name to who answers it: solid while all is well, dashed once the home is unhealthy. "
            "Below what is copied, a rail leads to where it is copied. Arrow keys go from box to box."
        ),
        tag("a", "Skip the drawing", href="#mermaid", class_="skip"),
        tag(
            "div",
            scrolls(responsive(lambda width: _drawing(topology, width)), "Drawing of the topology"),
            tag("div", "Choose a box to see more of it.", id="details", role="status", aria_live="polite"),
            class_="beside",
        ),
        tag(
            "details",
            tag("summary", "The same as Mermaid text"),
            tag("button", "Copy", type="button", data_copies="mermaid-text"),
            tag("pre", mermaid, id="mermaid-text", tabindex=0),
            id="mermaid",
        ),
    )


def _drawing(topology: Topology, width: float) -> Markup:
    return drawing(layout(topology, width=width - 2 * MARGIN), f"{width:g}")


def plan_part(plan: Plan) -> Markup:
    """Regions by units and waves, addresses, and what is the same everywhere."""
    kinds = [kind for kind in UnitKind if any(unit.kind is kind for unit in plan.units)]
    wave_of = {unit: number for number, wave in enumerate(plan.waves, start=1) for unit in wave.units}
    rows = [
        [
            region.name,
            region.role,
            str(region.block or NOTHING),
            str(region.zones or NOTHING),
            *(_wave(wave_of.get(f"{kind}/{region.name}")) for kind in kinds),
        ]
        for region in plan.regions
    ]
    waves = ", ".join(f"{number} {wave.name}" for number, wave in enumerate(plan.waves, start=1))
    shapes = [
        [shape, ", ".join(regions), "one artifact, byte for byte" if len(regions) > 1 else "one artifact"]
        for shape, regions in plan.shapes().items()
    ]
    return section(
        "plan",
        "Plan",
        note(f"Waves go one after another: {waves}. Each region's units go in the waves below."),
        table("Regions, addresses and waves", ["region", "role", "network", "zones", *kinds], rows),
        tag("h3", "What is the same"),
        table("Artifacts and the regions that share them", ["unit", "regions", ""], shapes),
        _subnets(plan),
    )


def _wave(number: int | None) -> str:
    return f"wave {number}" if number else NOTHING


def _subnets(plan: Plan) -> Markup | None:
    most = max((subnet.zone for region in plan.regions for subnet in region.subnets), default=-1) + 1
    if not most:
        return None
    rows: list[list[str]] = []
    for region in plan.regions:
        tiers: dict[str, list[str]] = {}
        for subnet in region.subnets:
            tiers.setdefault(subnet.tier, []).append(str(subnet.block))
        rows += [[region.name, tier, *blocks, *[NOTHING] * (most - len(blocks))] for tier, blocks in tiers.items()]
    columns = ["region", "tier", *(f"zone {zone + 1}" for zone in range(most))]
    return text(tag("h3", "Subnets"), table("Blocks by region, tier and zone", columns, rows))


def findings_part(findings: Sequence[Finding], environment: str) -> Markup:
    """What the rules say, and what somebody let stand, with the reason."""
    opened = [finding for finding in findings if finding.is_open]
    stands = [finding for finding in findings if not finding.is_open]
    return section(
        "findings",
        "Findings",
        tag("p", summary_line(findings, [environment]), class_="verdict"),
        table(
            "Open findings",
            ["rule", "severity", "where", "what", "way out"],
            [
                [
                    one.rule,
                    _severity(one),
                    dotted(one.path),
                    prose(f"{one.summary} {one.detail}".strip()),
                    prose(one.fix),
                ]
                for one in opened
            ],
        )
        if opened
        else note("Nothing is open."),
        table(
            "Acknowledged: somebody looked at it and lets it stand",
            ["rule", "where", "what", "reason"],
            [[one.rule, dotted(one.path), prose(one.detail or one.summary), prose(one.acknowledged)] for one in stands],
        )
        if stands
        else None,
    )


def _severity(finding: Finding) -> Markup:
    colour = {"error": "bad", "warning": "warn"}.get(finding.severity.label)
    return tag("span", finding.severity.label, class_=colour)


def outputs_part(outputs: Mapping[str, Mapping[str, str]] | None, target: str) -> Markup:
    """What each region tells the outside, or that nobody was asked."""
    if outputs is None:
        return section("outputs", "Outputs", _not_asked())
    tables: list[Markup] = []
    for region, values in outputs.items():
        rows = [[name, tag("code", value)] for name, value in sorted(values.items())]
        tables.append(table(region, ["output", "value"], rows) if rows else note(f"{region}: nothing stands here."))
    return section("outputs", "Outputs", note(f"As {target} tells them."), *tables)


def drift_part(found: Sequence[UnitDrift] | None, target: str) -> Markup:
    """What was changed by hand, what has an explanation, and what could not be compared."""
    if found is None:
        return section("drift", "Drift", _not_asked())
    drifted = [[unit.unit, *cells] for unit in found for cells in _drifted(unit)]
    columns = ["unit", "resource", "property", "expected", "actual", "explanation"]
    absent = [unit.unit for unit in found if unit.standing is Standing.ABSENT]
    return section(
        "drift",
        "Drift",
        tag("p", drift_line(found), class_="verdict"),
        table(f"What is not as it was deployed on {target}", columns, drifted) if drifted else None,
        note(f"Not deployed: {', '.join(absent)}.") if absent else None,
    )


def _drifted(unit: UnitDrift) -> Iterator[list[str]]:
    for one in unit.found:
        expected, actual = (one.expected or "nothing", one.actual or "nothing") if one.path else ("there", "gone")
        yield [one.name, one.path or NOTHING, expected, actual, one.explanation or NOTHING]


def _not_asked() -> Markup:
    return note("AWS was not asked. To ask it: ", tag("code", "tapstack report --target sandbox"))
