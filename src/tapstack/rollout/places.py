"""Where what is known of a fleet in an environment on a target is kept: beside the fleet, or where the fleet says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tapstack.errors import RefusedError
from tapstack.plan.model import Plan
from tapstack.rollout.journal import Journal
from tapstack.rollout.lock import LocalLock, SharedLock
from tapstack.rollout.stores import LocalStore, S3Store, bucket_region, make_private
from tapstack.targets.target import Target


def folder_of(file: Path, environment: str, target: Target) -> Path:
    """Where everything of one environment on one target is kept beside the fleet; git does not see it."""
    home = file.absolute().parent / ".tapstack"
    folder = home / environment / target_folder(target)
    make_private(folder)
    ignore = home / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return folder


def target_folder(target: Target) -> str:
    """One name for each place: sandboxes by their name, AWS by its account."""
    return f"{target.name}-{target.account}" if target.is_real else target.name.replace(" ", "-")


def open_journal(setting: str, file: Path, plan: Plan, target: Target) -> Journal:
    """The journal that the fleet's `rollout.journal` asks for."""
    if setting == "local":
        folder = folder_of(file, plan.environment, target) / "journal" / plan.fleet
        return Journal(LocalStore(folder), LocalLock(folder / "lock"))
    bucket, _, prefix = _filled(setting, plan, target).removeprefix("s3://").partition("/")
    client = target.client("s3", bucket_region(target, bucket, plan.home))
    place = "/".join(part for part in (prefix.strip("/"), plan.fleet, plan.environment, target_folder(target)) if part)
    store = S3Store(client, bucket, place)
    return Journal(store, SharedLock(store, "lock.json"))


def _filled(setting: str, plan: Plan, target: Target) -> str:
    values: Mapping[str, Callable[[], str]] = {
        "account": lambda: target.account,
        "environment": lambda: plan.environment,
        "fleet": lambda: plan.fleet,
        "region": lambda: plan.home,
    }
    for name, value in values.items():
        gap = f"{{{name}}}"
        if gap in setting:
            setting = setting.replace(gap, value())
    if "{" in setting or "}" in setting:
        raise RefusedError(
            "The journal's place has a gap that nothing fills.",
            f"`rollout.journal` is {setting}. {', '.join(f'{{{name}}}' for name in values)} are filled in.",
        )
    return setting
