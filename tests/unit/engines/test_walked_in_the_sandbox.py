"""What the engine emits is what the sandbox's walks create, read back, update and delete: every type, every property.

A property that no walk names could be dropped by the embedded AWS without anybody noticing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

WALKS = Path(__file__).parents[2] / "sandbox" / "resource_types"

NOT_WALKED: Mapping[str, str] = {
    "AWS::CloudFormation::CustomResource": "what it does is its function's; tests/sandbox/test_custom_resources.py",
    "AWS::CloudFormation::WaitConditionHandle": "creates nothing; a unit without resources of its own has one",
}
"""Types that no walk can name, and why."""

FREE_FORM = frozenset({
    "AssumeRolePolicyDocument", "EventPattern", "HealthCheckTags", "HostedZoneTags", "InputPathsMap", "KeyPolicy",
    "Parameters", "PolicyDocument", "RequestParameters", "Tags", "Variables",
})  # fmt: skip
"""Properties whose inside is the user's, not the service's: one key is as good as another."""


def properties(template: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every type of a template, with each of its properties to the innermost."""
    for resource in template.get("Resources", {}).values():
        kind = resource.get("Type")
        if kind is None:  # an update that changes some properties of a resource named before
            continue
        yield kind, ""
        for name in _paths(resource.get("Properties", {})):
            yield kind, name


def _paths(value: Any, above: str = "") -> Iterator[str]:
    """The keys of a mapping, or of a list's mappings, below intrinsic functions; each with those above it.

    An attribute that is given as a pair of Key and Value, such as a load balancer's, counts as a key of its own.
    """
    if isinstance(value, dict):
        if value.keys() == {"Key", "Value"}:
            yield f"{above}{value['Key']}"
        for key, item in value.items():
            if key == "Fn::If":
                yield from (path for branch in item[1:] for path in _paths(branch, above))
            elif not key.startswith("Fn::") and key != "Ref":
                yield f"{above}{key}"
                if key not in FREE_FORM:
                    yield from _paths(item, f"{above}{key}.")
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item, above)


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


def walked_properties() -> set[tuple[str, str]]:
    """Every type and property that some walk names."""
    yaml = YAML(typ="safe", pure=True)
    return {
        pair
        for file in sorted(WALKS.glob("*.yaml"))
        for template in templates_in(yaml.load(file))
        for pair in properties(template)
    }


def test_every_type_and_property_that_the_engine_emits_is_walked(example_templates: Any, golden_templates: Any) -> None:
    walked = walked_properties()
    emitted = {pair for made in (*example_templates, *golden_templates) for pair in properties(made.data)}
    missing = sorted(f"{kind} {name}".strip() for kind, name in emitted - walked if kind not in NOT_WALKED)
    assert not missing, "\n".join(missing)


def test_what_is_not_walked_is_emitted_and_really_not_walked(example_templates: Any, golden_templates: Any) -> None:
    emitted = {kind for made in (*example_templates, *golden_templates) for kind, _ in properties(made.data)}
    assert not NOT_WALKED.keys() - emitted, "nothing emits these any more"
    assert not NOT_WALKED.keys() & {kind for kind, _ in walked_properties()}, "these are walked by now"
