"""Outputs: what each region tells the outside once it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tapstack.fleet.fleet import Fleet
from tapstack.plan.names import key_purposes


def outputs_of(fleet: Fleet) -> Mapping[str, str]:
    """The outputs of every region, name to reference: those that the fleet names, or one for each component."""
    return dict(fleet.outputs) if fleet.outputs else dict(_all(fleet))


def _all(fleet: Fleet) -> Iterator[tuple[str, str]]:
    if fleet.network is not None:
        yield "NetworkId", "network.id"
    for purpose in key_purposes(fleet):
        yield f"Key{_title(purpose)}Id", f"keys.{purpose}.id"
    for kind, names, attribute in (
        ("buckets", fleet.buckets, "name"),
        ("tables", fleet.tables, "name"),
        ("databases", fleet.databases, "endpoint"),
        ("functions", fleet.functions, "arn"),
        ("apis", fleet.apis, "endpoint"),
        ("load_balancers", fleet.load_balancers, "address"),
    ):
        for name in names:
            yield f"{_title(kind.removesuffix('s'))}{_title(name)}{_title(attribute)}", f"{kind}.{name}.{attribute}"
    if fleet.observability.alarms:
        yield "AlarmTopic", "observability.topic"


def _title(text: str) -> str:
    return "".join(word.capitalize() for word in text.replace("_", "-").split("-"))
