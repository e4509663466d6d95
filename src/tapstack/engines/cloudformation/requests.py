"""What a unit's stack is to become: its parameters as they are known at the moment, and a name made of it all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping

from tapstack.engines.cloudformation.artifacts import Artifact
from tapstack.engines.cloudformation.aurora import FIRST_VERSION
from tapstack.engines.cloudformation.buckets import LINKED
from tapstack.engines.cloudformation.change_sets import Failure, Request
from tapstack.engines.cloudformation.code import ARTIFACT_BUCKET
from tapstack.engines.cloudformation.site import Site
from tapstack.engines.cloudformation.stacks import STANDING_FAILURES, Stack
from tapstack.engines.cloudformation.zones import NAME_SERVERS, ZONE_ID
from tapstack.plan.model import Unit, UnitKind

FROM_GLOBAL = (ZONE_ID, NAME_SERVERS)
"""Parameters of regional stacks that are outputs of the global one."""
Told = Callable[[str], str]
"""What the global stack tells; raises MissingNeedError where it tells nothing."""


def parameters(
    artifact: Artifact, unit: Unit, stack: Stack | None, site: Site, told: Told, shared: Mapping[str, str] | None
) -> Mapping[str, str | None]:
    """The parameters that are ours to decide; None keeps what the stack has, and asks no other region.

    `shared` is what the global stack tells, if this run has met it: a zone that was replaced changes its id.
    """
    known = stack.parameters if stack is not None and stack.is_there else {}
    values: dict[str, str | None] = {}
    if ARTIFACT_BUCKET in artifact.parameters:
        values[ARTIFACT_BUCKET] = site.bucket.name
    if LINKED in artifact.parameters:
        # Sending the default again would take replication off and put it back.
        values[LINKED] = "true" if unit.kind is UnitKind.LINKS else None if LINKED in known else "false"
    for name in artifact.parameters:
        if name.endswith(FIRST_VERSION):
            values[name] = None if name in known else artifact.parameters[name]["Default"]
    for name in FROM_GLOBAL:
        if name in artifact.parameters:
            had = known.get(name)
            is_current = bool(had) and (shared is None or shared.get(name) == had)
            values[name] = None if is_current else told(name)
    return values


def filled(values: Mapping[str, str | None], stack: Stack | None) -> dict[str, str]:
    """Parameters with what they keep filled in."""
    known = stack.parameters if stack is not None else {}
    return {name: known.get(name, "") if value is None else value for name, value in values.items()}


def request(
    artifact: Artifact, stack: Stack | None, site: Site, values: Mapping[str, str | None], *, protected: bool
) -> Request:
    """The change set to ask for, under a name that the same content always gets."""
    creates = stack is None or not stack.is_there
    # Rolling back a creation would meet protected data; a stack left standing takes no update that rolls back.
    stays = (creates and protected) or (stack is not None and stack.status in STANDING_FAILURES)
    on_failure: Failure = "DO_NOTHING" if stays else "ROLLBACK"
    content = [artifact.stack, artifact.key, dict(values), dict(artifact.tags), creates, on_failure]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return Request(
        stack=artifact.stack,
        name=f"tapstack-{digest[:20]}",
        creates=creates,
        template_url=site.bucket.url(artifact.key),
        parameters=values,
        tags=artifact.tags,
        on_failure=on_failure,
    )
