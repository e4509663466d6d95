"""Finds again what an apply made that did not end, and has Terraform take it over instead of making it twice.

A killed Terraform has not saved what it made last: up to 20 seconds of it, and what was on its way. What it told of
itself has the IDs of the one, planned names have those of the other. Terraform's own `import` blocks ask AWS: what is
not there is left out, and what is there is taken over only if it is the fleet's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tapstack.engines.terraform.import_ids import import_id
from tapstack.engines.terraform.running import Ended
from tapstack.engines.terraform.workspace import Planned, Workspace

NOT_THERE = "Cannot import non-existent remote object"
ADDRESS = re.compile(r'existing object to "(.+?)", the provider')
OWN_TAGS = ("Fleet", "Environment", "ManagedBy")
ALL_TAGS = "tags_all"
PROVEN_BY: Mapping[str, Sequence[str]] = {
    "aws_dynamodb_table_replica": ("global_table_arn",),
    "aws_kms_alias": ("target_key_id",),
    "aws_route53_record": ("alias", "records"),
    "aws_route53_zone": ("comment",),
}
"""What has no tags, or gets them last, and by which arguments it is known for the fleet's own."""

Plan = Callable[[], Planned | Ended]
Look = Callable[[str, Mapping[str, Any]], str]
"""Looks for a thing of a kind in AWS by what is planned of it; its ID, or nothing."""


@dataclass
class Adoption:
    """The search for what one unit's last apply has left; `told` is what that said of itself, by address."""

    workspace: Workspace
    told: Mapping[str, str]
    plan: Plan
    look: Look
    _blocks: dict[str, str] = field(default_factory=dict)
    _tried: set[str] = field(default_factory=set)

    def search(self, planned: Planned | Ended) -> Planned | Ended:
        """Plan until nothing more is found: what is found tells the IDs of what belongs to it."""
        while isinstance(planned, Planned) and planned.has_changes:
            changes = self.workspace.show(planned).get("resource_changes", ())
            strangers = set(strange(changes, self.told))
            found = candidates(changes, self.told, self._tried, self.look)
            if not strangers and not found:
                break
            self._tried |= found.keys()
            self._blocks = {to: id_ for to, id_ in self._blocks.items() if to not in strangers} | found
            planned = self._ask(planned)
        return planned

    def _ask(self, before: Planned) -> Planned | Ended:
        """Plan with all that is believed to be there, and without what is not."""
        before.file.unlink(missing_ok=True)
        while True:
            self.workspace.adopt(self._blocks)
            planned = self.plan()
            if isinstance(planned, Planned) or not self._blocks:
                return planned
            doubtful = not_there(planned.diagnostics) & self._blocks.keys()
            # An error that names nothing: the ones that Terraform has not told the ID of itself are the less certain.
            doubtful = doubtful or self._blocks.keys() - self.told.keys() or set(self._blocks)
            self._blocks = {to: id_ for to, id_ in self._blocks.items() if to not in doubtful}


def candidates(
    changes: Sequence[Mapping[str, Any]], told: Mapping[str, str], tried: Collection[str], look: Look
) -> dict[str, str]:
    """What a plan would make and may be there already: IDs by address."""
    found = {}
    for change in changes:
        address, kind, planned = change["address"], change["type"], change["change"]["after"] or {}
        if change["change"]["actions"] != ["create"] or address in tried:
            continue
        known = told.get(address, "")
        existing = import_id(kind, planned, known) or ("" if known else import_id(kind, planned, look(kind, planned)))
        if existing:
            found[address] = existing
    return found


def strange(changes: Sequence[Mapping[str, Any]], told: Mapping[str, str]) -> Iterator[str]:
    """The addresses of what is there and was made by somebody else: only its name is that of the fleet's."""
    for each in changes:
        address, change = each["address"], each["change"]
        if "importing" not in change or address in told:
            continue
        before, after = change["before"] or {}, change["after"] or {}
        proof = PROVEN_BY.get(each["type"])
        if proof is not None:
            if any(before.get(name) != after.get(name) for name in proof):
                yield address
        elif ALL_TAGS in after:
            has, wants = before.get(ALL_TAGS) or {}, after[ALL_TAGS] or {}
            if any(has.get(tag) != wants.get(tag) for tag in OWN_TAGS):
                yield address


def adopted(changes: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """What a plan takes over: IDs by address."""
    return {
        change["address"]: str(change["change"]["importing"].get("id", ""))
        for change in changes
        if "importing" in change["change"]
    }


def not_there(diagnostics: Sequence[Mapping[str, Any]]) -> set[str]:
    """The addresses of what Terraform did not find."""
    return {
        found[1]
        for diagnostic in diagnostics
        if diagnostic.get("summary") == NOT_THERE
        if (found := ADDRESS.search(" ".join(diagnostic.get("detail", "").split())))
    }
