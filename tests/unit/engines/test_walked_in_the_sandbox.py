"""What the engine emits is what the sandbox's walks create, read back, update and delete: every type, every property.

A property that no walk names could be dropped by the embedded AWS without anybody noticing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

WALKS = Path(__file__).parents[2] / "sandbox" / "resource_types"

NOT_WALKED: Mapping[str, str] = {}
"""Type or type and property, and why no walk can name it."""


def properties(template: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every type of a template, with each of its properties two levels deep."""
    for resource in template.get("Resources", {}).values():
        kind = resource.get("Type")
        if kind is None:  # an update that changes some properties of a resource named before
            continue
        yield kind, ""
        for name, value in resource.get("Properties", {}).items():
            yield kind, name
            for inner in _inner(value):
                yield kind, f"{name}.{inner}"


def _inner(value: Any) -> Iterator[str]:
    """The keys of a mapping, or of a list's mappings, below intrinsic functions."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "Fn::If":
                yield from (name for branch in item[1:] for name in _inner(branch))
            elif not key.startswith("Fn::") and key != "Ref":
                yield key
    elif isinstance(value, list):
        for item in value:
            yield from _inner(item)


def templates_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every template in a walk: of what is there before, of what is walked, of its update."""
    if isinstance(value, dict):
        if isinstance(value.get("Resources"), dict):
            yield value
        for item in value.values():
            yield from templates_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from templates_in(item)


FREE_FORM = ("PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy", "Variables", "Environment", "EventPattern", "Parameters",
             "Tags", "Policies", "HealthCheckTags", "HostedZoneTags")  # fmt: skip
"""Properties whose inside is the user's, not the service's: one key is as good as another."""


def test_every_type_and_property_that_the_engine_emits_is_walked(example_templates: Any, golden_templates: Any) -> None:
    yaml = YAML(typ="safe", pure=True)
    walked = {
        pair
        for file in sorted(WALKS.glob("*.yaml"))
        for template in templates_in(yaml.load(file))
        for pair in properties(template)
    }
    emitted = {pair for made in (*example_templates, *golden_templates) for pair in properties(made.data)}
    missing = sorted(
        f"{kind} {name}".strip()
        for kind, name in emitted - walked
        if not name.partition(".")[2] or name.partition(".")[0] not in FREE_FORM
    )
    unexplained = [each for each in missing if each not in NOT_WALKED]
    assert not unexplained, "\n".join(unexplained)
    assert sorted(NOT_WALKED) == sorted(each for each in missing if each in NOT_WALKED), "these are walked by now"
