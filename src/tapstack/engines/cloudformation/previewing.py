"""What deploying a unit would do: nothing, what AWS says, or what the templates say where AWS cannot be asked yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tapstack.engines.cloudformation import change_sets, comparing, named, requests, stacks, stepping
from tapstack.engines.cloudformation.artifacts import Artifact
from tapstack.engines.cloudformation.buckets import LINKED
from tapstack.engines.cloudformation.change_sets import AppearedError, MissingNeedError, Request
from tapstack.engines.cloudformation.requests import Told
from tapstack.engines.cloudformation.resolving import Resolved, resolve
from tapstack.engines.cloudformation.site import Site
from tapstack.engines.cloudformation.stacks import Stack, standing_of
from tapstack.engines.cloudformation.stateful import holds_data
from tapstack.engines.engine import ResourceChange, Standing, UnitChanges
from tapstack.plan.model import Unit, UnitKind

LEFTOVERS = "what a failed change left of the stack is deleted first"
ROLLBACK_GOES_ON = "the rollback that failed is continued first"


@dataclass(frozen=True)
class Preview:
    """Everything that is known of one unit at the moment."""

    unit: Unit
    artifact: Artifact
    site: Site
    stack: Stack | None
    told: Told
    known: Mapping[str, str] | None
    """What the global stack is known to tell without asking it."""

    @property
    def standing(self) -> Standing:
        """What there is of the unit."""
        return standing_of(self.unit, self.stack)

    def request(self) -> Request:
        """What the stack is to become; raises MissingNeedError when a value is not known yet."""
        values = requests.parameters(self.artifact, self.unit, self.stack, self.site, self.told, self.known)
        return requests.request(self.artifact, self.stack, self.site, values, protected=self.site.plan.protected)

    def changes(self, *, foundation_is_there: bool) -> UnitChanges:
        """Compare, and ask AWS only if something differs and it can know."""
        live = self._live()
        try:
            request = self.request()
        except MissingNeedError:
            return self._predicted(live, {})
        before, after = self._before(live), self._resolved(request.parameters)
        if self._is_same(live, before, after):
            return UnitChanges(self.unit.id, self.standing, others=self.settings())
        if self._cannot_ask(live) or not foundation_is_there or not self.site.can_hold_templates():
            return self._predicted(live, request.parameters)
        try:
            return self.ask(request, live)
        except (MissingNeedError, AppearedError):
            return self._predicted(live, request.parameters)

    def ask(self, request: Request, live: Mapping[str, Any] | None = None) -> UnitChanges:
        """Have AWS make a change set; raises MissingNeedError when it cannot know."""
        live = self._live() if live is None else live
        self.site.hand_over(self.artifact.template_file)
        made = change_sets.create(self.site.client, request, self.site.pace().seconds)
        if made is None:
            return UnitChanges(self.unit.id, self.standing, others=self.settings())
        return UnitChanges(
            self.unit.id,
            self.standing,
            tuple(self._with_data(change, live) for change in made.changes),
            (*named.warnings(made.changes, self.artifact.template), *self._others(live, request.parameters)),
            token=made.id,
        )

    def _with_data(self, change: ResourceChange, live: Mapping[str, Any]) -> ResourceChange:
        """Tell by the templates whether a resource holds data: AWS names only its kind."""
        found = [template.get("Resources", {}).get(change.name) for template in (live, self.artifact.template)]
        definitions = [definition for definition in found if definition]
        if not definitions:
            return change
        return replace(change, holds_data=any(map(holds_data, definitions)))

    def settings(self) -> tuple[str, ...]:
        """What changes without an update."""
        wanted = self.site.plan.protected
        has = self.stack is not None and self.stack.is_there and self.stack.is_protected
        if self.unit.kind is UnitKind.LINKS or wanted == has:
            return ()
        return (f"termination protection is turned {'on' if wanted else 'off'}",)

    def _live(self) -> Mapping[str, Any]:
        """The template that stands; none where a creation begins anew."""
        if self.stack is None or not self.stack.is_there or self.stack.status in stacks.ONLY_DELETION:
            return {}
        return stacks.template_of(self.site.client, self.stack.name)

    def _before(self, live: Mapping[str, Any]) -> Resolved:
        if not live:
            return comparing.NOTHING
        return resolve(live, self.stack.parameters if self.stack else {}, self.site.place(self.artifact.stack))

    def _resolved(self, values: Mapping[str, str | None]) -> Resolved:
        filled = requests.filled(values, self.stack)
        return resolve(self.artifact.template, filled, self.site.place(self.artifact.stack))

    def _is_same(self, live: Mapping[str, Any], before: Resolved, after: Resolved) -> bool:
        if self.stack is None or not live or self.stack.is_broken or self.stack.is_busy:
            return False
        # What a transform makes of a template is not known here.
        is_plain = "Transform" not in live and "Transform" not in self.artifact.template
        return self._has_tags() and before == after and (is_plain or live == self.artifact.template)

    def _has_tags(self) -> bool:
        return self.stack is not None and dict(self.stack.tags) == dict(self.artifact.tags)

    def _cannot_ask(self, live: Mapping[str, Any]) -> bool:
        """Tell whether AWS takes no change set, or one for something that is about to be another thing."""
        if self.unit.kind is UnitKind.LINKS and not self._foundation_is_current(live):
            return True
        if self.stack is None or not self.stack.is_there:
            return False
        return self.stack.is_busy or self.stack.status in (*stacks.ONLY_DELETION, stacks.FAILED_UPDATE_ROLLBACK)

    def _foundation_is_current(self, live: Mapping[str, Any]) -> bool:
        """Tell whether links are all that this stack still lacks."""
        if self.stack is None or not live:
            return False
        return self._has_tags() and self._before(live) == self._resolved(self.stack.parameters)

    def _predicted(self, live: Mapping[str, Any], values: Mapping[str, str | None]) -> UnitChanges:
        before = self._before(live)
        if self.unit.kind is UnitKind.LINKS:
            # The foundation comes first, and shows its own changes.
            linked = self.stack.parameters.get(LINKED, "false") if self.stack and self.stack.is_there else "false"
            before = self._resolved({**values, LINKED: linked})
        after = self._resolved(values)
        others = comparing.output_changes(before, after) if live else ()
        return UnitChanges(
            self.unit.id,
            self.standing,
            comparing.resource_changes(before, after),
            (*others, *self._repairs(), *self._tag_changes(), *self.settings()),
            is_predicted=True,
        )

    def _others(self, live: Mapping[str, Any], values: Mapping[str, str | None]) -> tuple[str, ...]:
        outputs = comparing.output_changes(self._before(live), self._resolved(values)) if live else ()
        return (*outputs, *self._tag_changes(), *self._steps(live), *self.settings())

    def _steps(self, live: Mapping[str, Any]) -> tuple[str, ...]:
        number = len(stepping.steps(live, self.artifact.template)) if live else 0
        return (f"AWS adds and takes away one replica at a time: {number + 1} updates",) if number else ()

    def _repairs(self) -> tuple[str, ...]:
        status = self.stack.status if self.stack is not None else ""
        if status in stacks.ONLY_DELETION:
            return (LEFTOVERS,)
        return (ROLLBACK_GOES_ON,) if status == stacks.FAILED_UPDATE_ROLLBACK else ()

    def _tag_changes(self) -> tuple[str, ...]:
        if self.stack is None or not self.stack.is_there or self._has_tags() or self.unit.kind is UnitKind.LINKS:
            return ()
        before, after = self.stack.tags, self.artifact.tags
        return tuple(
            f"tag {key} is {'changed' if key in before and key in after else 'added' if key in after else 'removed'}"
            for key in sorted({*before, *after})
            if before.get(key) != after.get(key)
        )
