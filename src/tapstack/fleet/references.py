"""Names that point to other parts of the description: do they point to something, and to the right kind of thing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from tapstack.findings import Path
from tapstack.fleet.fleet import Fleet
from tapstack.fleet.load_balancers import Target
from tapstack.fleet.purposes import key_purposes


@dataclass(frozen=True)
class Unresolved:
    """A name that leads nowhere, or a component that lacks what it stands on."""

    path: Path
    summary: str
    detail: str
    fix: str = ""


OUTPUT_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "network": ("id",),
    "buckets": ("name", "arn"),
    "tables": ("name", "arn"),
    "databases": ("endpoint", "reader_endpoint", "secret"),
    "functions": ("name", "arn"),
    "apis": ("endpoint", "id"),
    "load_balancers": ("address", "url"),
    "keys": ("id", "arn"),
    "dns": ("name_servers", "zone_id"),
    "observability": ("topic", "dashboard"),
}
SINGLE = ("network", "dns", "observability")


def unresolved(fleet: Fleet) -> Iterator[Unresolved]:
    """Everything in a fleet that names what is not there."""
    yield from _regions(fleet)
    yield from _functions(fleet)
    yield from _apis(fleet)
    yield from _load_balancers(fleet)
    yield from _names(fleet)
    yield from _needs_of_network(fleet)
    yield from _outputs(fleet)


def _missing(path: Path, kind: str, name: str, known: Collection[str]) -> Iterable[Unresolved]:
    if name in known:
        return
    near = get_close_matches(name, known, n=1)
    there = f"There are: {', '.join(sorted(known))}." if known else "The fleet has none."
    yield Unresolved(path, f"There is no {kind} '{name}'.", there, f"Did you mean '{near[0]}'?" if near else "")


def _regions(fleet: Fleet) -> Iterator[Unresolved]:
    yield from _missing(("home",), "region", fleet.home, fleet.regions)


def _functions(fleet: Fleet) -> Iterator[Unresolved]:
    kinds: dict[str, tuple[str, Collection[str]]] = {
        "buckets": ("bucket", fleet.buckets),
        "tables": ("table", fleet.tables),
        "databases": ("database", fleet.databases),
    }
    for name, function in fleet.functions.items():
        at: Path = ("functions", name)
        for index, use in enumerate(function.uses):
            kind, target = use.target
            word, known = kinds[kind]
            yield from _missing((*at, "uses", index, word), word, target, known)
        for index, trigger in enumerate(function.triggers):
            if trigger.bucket is not None:
                yield from _missing((*at, "triggers", index, "bucket"), "bucket", trigger.bucket, fleet.buckets)
            if trigger.table is not None:
                yield from _missing((*at, "triggers", index, "table"), "table", trigger.table, fleet.tables)
        taken = [variable for use in function.uses for variable in use.variables]
        for variable in sorted({v for v in taken if taken.count(v) > 1 or v in function.environment}):
            yield Unresolved(
                (*at, "uses"),
                f"The variable {variable} is set twice.",
                f"Function '{name}' gets it from more than one place; only one of them would win.",
            )


def _apis(fleet: Fleet) -> Iterator[Unresolved]:
    for name, api in fleet.apis.items():
        for key, route in api.routes.items():
            yield from _missing(("apis", name, "routes", key), "function", route.function, fleet.functions)


def _load_balancers(fleet: Fleet) -> Iterator[Unresolved]:
    for name, balancer in fleet.load_balancers.items():
        targets: list[tuple[Path, Target]] = []
        if balancer.default is not None:
            targets.append((("load_balancers", name, "default"), balancer.default))
        targets += [(("load_balancers", name, "rules", key, "to"), rule.to) for key, rule in balancer.rules.items()]
        for path, target in targets:
            if target.function is not None:
                yield from _missing(path, "function", target.function, fleet.functions)


def _names(fleet: Fleet) -> Iterator[Unresolved]:
    for label, name in (fleet.dns.names if fleet.dns else {}).items():
        at: Path = ("dns", "names", label)
        if name.load_balancer is not None:
            yield from _missing((*at, "load_balancer"), "load balancer", name.load_balancer, fleet.load_balancers)
        if name.api is not None:
            yield from _missing((*at, "api"), "API", name.api, fleet.apis)


def _needs_of_network(fleet: Fleet) -> Iterator[Unresolved]:
    needs: list[tuple[Path, str, tuple[str, ...]]] = []
    needs += [(("databases", name), f"Database '{name}'", ("isolated", "private")) for name in fleet.databases]
    for name, balancer in fleet.load_balancers.items():
        tiers: tuple[str, ...] = ("public",) if balancer.internet_facing else ("private", "isolated")
        needs.append((("load_balancers", name), f"Load balancer '{name}'", tiers))
    needs += [
        (("functions", name, "in_network"), f"Function '{name}'", ("private", "isolated"))
        for name, function in fleet.functions.items()
        if function.in_network
    ]
    for path, who, tiers in needs:
        if fleet.network is None:
            yield Unresolved(path, f"{who} needs a network.", "The fleet has none: add `network: {}` for the defaults.")
        elif not set(tiers) & set(fleet.network.tiers):
            yield Unresolved(
                path,
                f"{who} needs a tier that the network lacks.",
                f"It goes into {' or '.join(tiers)}; the network has {', '.join(fleet.network.tiers)}.",
            )
    if fleet.network and fleet.network.nat != "none" and "public" not in fleet.network.tiers:
        yield Unresolved(
            ("network", "nat"),
            "NAT gateways need a public tier.",
            "They stand in it: add `public` to `tiers`, or set `nat: none`.",
        )
    for name, region in fleet.regions.items():
        if fleet.network is None and (region.cidr is not None or region.zones is not None):
            yield Unresolved(
                ("regions", name),
                f"Region {name} has addresses but the fleet has no network.",
                "Add `network: {}`, or remove `cidr` and `zones` from the region.",
            )


def _outputs(fleet: Fleet) -> Iterator[Unresolved]:
    known: dict[str, Collection[str]] = {
        "buckets": fleet.buckets,
        "tables": fleet.tables,
        "databases": fleet.databases,
        "functions": fleet.functions,
        "apis": fleet.apis,
        "load_balancers": fleet.load_balancers,
        "keys": key_purposes(fleet),
    }
    absent = [kind for kind, part in (("network", fleet.network), ("dns", fleet.dns)) if part is None]
    watch = fleet.observability
    switched_off = [] if watch.dashboards else ["observability.dashboard"]
    switched_off += [] if watch.alarms or watch.drift_watch else ["observability.topic"]
    for output, reference in fleet.outputs.items():
        path: Path = ("outputs", output)
        kind, *middle, attribute = reference.split(".")
        attributes = OUTPUT_ATTRIBUTES.get(kind)
        if attributes is None or (kind in SINGLE) != (not middle):
            forms = ", ".join(
                f"{k}.{a[0]}" if k in SINGLE else f"{k}.NAME.{a[0]}" for k, a in OUTPUT_ATTRIBUTES.items()
            )
            yield Unresolved(path, f"'{reference}' names no output.", f"Possible forms: {forms}.")
            continue
        if middle:
            yield from _missing(path, kind.removesuffix("s").replace("_", " "), middle[0], known[kind])
        elif kind in absent:
            yield Unresolved(path, f"'{reference}' names no output.", f"The fleet has no `{kind}`.")
        elif reference in switched_off:
            yield Unresolved(path, f"'{reference}' names no output.", "It is switched off under `observability`.")
        yield from _missing(path, f"attribute of {kind}", attribute, attributes)
