"""What a running sandbox says of itself: everything for a script, what matters for a person."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from tapstack.sandbox.control import Sandbox
from tapstack.sandbox.shell import lines, variables

_LONGEST_LIST = 8
_WIDEST = 120
# Said once for the whole sandbox, in a row of its own, where it is anything but 1.
_OF_THE_CLOCK = frozenset({"clock factor", "clock_factor", "time", "periods"})


def as_mapping(sandbox: Sandbox, status: Mapping[str, Any]) -> dict[str, Any]:
    """All of it, for JSON."""
    return {
        "name": sandbox.name,
        "endpoint": sandbox.endpoint,
        "tls_endpoint": sandbox.tls_endpoint,
        "ca_bundle": str(sandbox.ca_bundle),
        "dns_port": sandbox.dns_port,
        "environment": dict(variables(sandbox)),
        **status,
    }


def as_text(sandbox: Sandbox, status: Mapping[str, Any]) -> str:
    """Where it answers, what runs, what is broken, and how to point tools at it."""
    rows = [*_rows(sandbox), *_rows_of_parts(sandbox, status["parts"]), *_rows_of_faults(status["faults"])]
    indent = max(len(label) for label, _ in rows) + 4
    width = max(40, min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST) - indent)
    suffix = "" if sandbox.name == "default" else f" --name {sandbox.name}"
    shown = [f"The sandbox '{sandbox.name}' is running.", ""]
    for label, value in rows:
        first, *others = textwrap.wrap(value, width, break_long_words=False, break_on_hyphens=False)
        shown += [f"  {label:<{indent - 4}}  {first}", *(" " * indent + other for other in others)]
    return "\n".join(
        [
            *shown,
            "",
            "Point any AWS SDK, aws, cdk or terraform at it with these lines:",
            "",
            *(f"  {line}" for line in lines(sandbox)),
            "",
            f'or:  eval "$(tapstack sandbox status --shell{suffix})"',
            f"Break a region:  tapstack sandbox outage {sandbox.settings.default_region}{suffix}",
            f"Stop it:         tapstack sandbox stop{suffix}",
        ]
    )


def fault_in_words(fault: Mapping[str, Any]) -> str:
    """What callers meet: `answers 0.2 s late and fails 30% of its calls`."""
    effects = [
        *([f"answers {fault['latency_seconds']:g} s late"] if fault["latency_seconds"] else []),
        *([f"fails {fault['error_rate']:.0%} of its calls"] if fault["error_rate"] else []),
        *([f"throttles {fault['throttle_rate']:.0%} of its calls"] if fault["throttle_rate"] else []),
        *(["takes all credentials for expired"] if fault["expired_credentials"] else []),
    ]
    return " and ".join(effects) or "cannot be reached"


def _rows(sandbox: Sandbox) -> Iterator[tuple[str, str]]:
    settings = sandbox.settings
    yield "endpoint", f"{sandbox.tls_endpoint} (TLS), {sandbox.endpoint}"
    yield "DNS", f"127.0.0.1:{sandbox.dns_port}, UDP and TCP"
    yield "regions", f"{', '.join(settings.regions) or 'all'}; {settings.default_region} by default"
    yield "identity", "signatures and IAM enforced" if settings.enforce_iam else "NOT enforced: every key may do all"
    yield "state", str(sandbox.folder.path)
    if settings.clock_factor != 1:
        yield "clock", f"runs {settings.clock_factor:g} times as fast: checks, TTLs and lags are shorter"


def _rows_of_parts(sandbox: Sandbox, parts: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[str, str]]:
    for part, content in parts.items():
        label = part
        for fact in _facts(content, hidden=_OF_THE_CLOCK if sandbox.settings.clock_factor == 1 else frozenset()):
            yield label, fact
            label = ""


def _rows_of_faults(faults: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for region, fault in faults.items():
        effect = fault_in_words(fault)
        services = ", ".join(fault["services"])
        yield f"outage of {region}", f"{services} {effect}" if services else effect


def _facts(content: Mapping[str, object], hidden: frozenset[str]) -> Iterator[str]:
    """A part's own status, one line for each thing worth saying."""
    for key, value in content.items():
        if key in hidden or not _says_something(value):
            continue
        name = key.replace("_", " ")
        match value:
            case dict():
                yield from _facts(value, hidden)
            case list() if all(isinstance(item, dict) for item in value):
                yield from (f"{name}: {_inline(item)}" for item in value)
            case list() if len(value) > _LONGEST_LIST:
                yield f"{name}: {len(value)}, listed by --json"
            case _:
                yield f"{name}: {_inline(value)}"


def _inline(value: object) -> str:
    """A value on one line, however it is nested."""
    match value:
        case dict():
            return ", ".join(
                f"{str(key).replace('_', ' ')} {_inline(inner)}"
                for key, inner in value.items()
                if inner not in (None, [], {}, "")
            )
        case list():
            return ", ".join(map(_inline, value))
        case bool():
            return "yes" if value else "no"
        case _:
            return " ".join(str(value).split())


def _says_something(value: object) -> bool:
    """Nothing, none and not yet are no news; false is."""
    return value is False or bool(value)
