"""Makes a unit what a preview showed, and nothing else; and puts it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tapstack.engines.engine import Action, ResourceChange, Tell, UnitChanges, losses
from tapstack.engines.terraform import adopting, elsewhere, failed_over, made, problems, protection, raised, reverting
from tapstack.engines.terraform.modules_on_disk import Written
from tapstack.engines.terraform.previewing import Preview
from tapstack.engines.terraform.progress import Listener
from tapstack.engines.terraform.running import Ended
from tapstack.engines.terraform.site import Site
from tapstack.engines.terraform.states import Stage
from tapstack.engines.terraform.workspace import Planned, Workspace, checked
from tapstack.errors import RefusedError


def apply(preview: Preview, shown: UnitChanges, again: Callable[[], Preview], tell: Tell) -> None:
    """Apply the plan that was shown; where it no longer fits, a new one that does no more than that."""
    site = preview.site
    written = site.written
    count = len(preview.state.instances) if preview.state is not None else 0
    changes = shown
    if shown.is_predicted or not _is_saved(shown):
        changes = _asked_again(preview, shown)
    _refuse_guarded(preview, changes)
    if changes.token:
        site.store.put_mark(site.new_mark(Stage.APPLYING, written.digest, count))
        ended = _execute(site, site.workspace, Path(changes.token), len(changes.resources), tell)
        if problems.is_stale(ended.diagnostics):
            changes = _asked_again(again(), shown)
            if changes.token:
                ended = _execute(site, site.workspace, Path(changes.token), len(changes.resources), tell)
        in_the_way = _ids_in_the_way(site, ended, changes)
        # Whose it is can often be told only now, by what this very run has made.
        if problems.in_the_way(ended.diagnostics) and (rest := _taken_over(again(), shown)) is not None:
            ended = _execute(site, site.workspace, Path(rest.token), len(rest.resources), tell)
            in_the_way = _ids_in_the_way(site, ended, rest)
        if ended.code != 0:
            raise site.workspace.error(ended, in_the_way)
    _finish(site, written)


def _refuse_guarded(preview: Preview, changes: UnitChanges) -> None:
    """Terraform would take away what belongs to it first, and stop in the middle."""
    guarded = protection.guarded(preview.state, changes.resources)
    if guarded:
        Path(changes.token).unlink(missing_ok=True)
        raise RefusedError(
            f"AWS protects what {preview.site.unit.id} is to delete: {', '.join(guarded)}.",
            "Nothing of this unit was changed. Say `protection: {deletion: false}` and deploy that without the change; "
            "then deploy the change, and turn protection on again with it or after it.",
        )


def _taken_over(preview: Preview, shown: UnitChanges) -> UnitChanges | None:
    """What is left to do where the fleet's own things are in the way: an answer was lost, and its call made again.

    None where nothing is found to be that, or where more would be done than was shown: what is taken over may be
    changed to what is described, and not made anew.
    """
    planned = preview.ask()
    if isinstance(planned, Ended):
        return None
    found = adopting.adopted(preview.site.workspace.show(planned).get("resource_changes", ()))
    changes = preview.of(planned)
    told = {(change.name, change.action) for change in shown.resources}
    fits = {(name, Action.CHANGE) for name in found} | told
    if found and all((one.name, one.action) in fits for one in changes.resources):
        return changes
    planned.file.unlink(missing_ok=True)
    return None


def revert(site: Site, before: Written, tell: Tell) -> None:
    """Apply again what stood before; data that came since stays."""
    former = before.with_module(reverting.with_new_data(before.module, site.written.module))
    workspace = site.former(former)
    options = ("-lock=false", *elsewhere.options(site.silent))
    planned = checked(workspace.plan("revert", *options), workspace)
    # The former module knows as little of a failover, or of what AWS did itself, as the new one.
    shown = workspace.show(planned) if planned.has_changes else {}
    spared = {**failed_over.overrides(shown, site.rests, former.module), **raised.overrides(shown, former.module)}
    if spared:
        workspace.override(spared)
        planned = checked(workspace.plan("revert", *options), workspace)
    if planned.has_changes:
        site.store.put_mark(site.new_mark(Stage.APPLYING, former.digest))
        total = len(workspace.show(planned).get("resource_changes", ()))
        ended = _execute(site, workspace, planned.file, total, tell)
        planned.file.unlink(missing_ok=True)
        if ended.code != 0:
            raise workspace.error(ended)
    _finish(site, former)


def _is_saved(shown: UnitChanges) -> bool:
    """Tell whether what was shown can be applied as it is; where nothing is to do, that is the case too."""
    return Path(shown.token).exists() if shown.token else not shown.resources and not shown.others


def _asked_again(preview: Preview, shown: UnitChanges) -> UnitChanges:
    changes = preview.of(checked(preview.ask(), preview.site.workspace))
    told = {(change.name, change.action) for change in shown.resources}
    more: tuple[ResourceChange, ...] = losses(shown.resources, changes.resources)
    if not shown.is_predicted:
        more = tuple(change for change in changes.resources if (change.name, change.action) not in told)
    if more:
        Path(changes.token).unlink(missing_ok=True)
        raise RefusedError(
            f"Deploying {preview.site.unit.id} would do more than was shown.",
            "\n".join(f"{change.name}: {change.action}" for change in more)
            + "\nOnly now could Terraform tell. Look at the plan again; nothing of this unit was changed.",
            command="tapstack plan",
        )
    return changes


def _execute(site: Site, workspace: Workspace, plan: Path, total: int, tell: Tell) -> Ended:
    ended = workspace.apply(plan, Listener(site.unit.id, total, tell))
    if ended.code == 0:
        plan.unlink(missing_ok=True)
    return ended


def _ids_in_the_way(site: Site, ended: Ended, changes: UnitChanges) -> Mapping[str, str]:
    """What is there already where this run wanted to make it; the plan is not needed any more."""
    plan = Path(changes.token)
    wanted = problems.in_the_way(ended.diagnostics)
    found: Mapping[str, str] = {}
    if wanted:
        found = adopting.candidates(
            site.workspace.show(Planned(plan, has_changes=True))["resource_changes"], {}, (), site.look
        )
    plan.unlink(missing_ok=True)
    return {address: found[address] for address in wanted if address in found}


def _finish(site: Site, written: Written) -> None:
    """Keep what was applied, to be compared with and to come back to; then say that all of it is done."""
    site.workspace.override({})
    site.workspace.adopt({})
    made.forget(site.workspace.notes)
    state = site.store.state()
    count = len(state.instances) if state is not None else 0
    site.store.put_applied(written.pack())
    site.store.put_mark(site.new_mark(Stage.APPLIED, written.digest, count))
