"""A password's rotation works at home alone: while the writer is elsewhere it would change the wrong database."""

from __future__ import annotations

from typing import Any

from tapstack.failover.calls import Call
from tapstack.failover.site import Site
from tapstack.failover.steps import Step
from tapstack.plan.names import NameKind


def pausing(region: str, secret: str) -> Call:
    """Rest; the function and its rules stay with the secret."""
    return Call("secretsmanager", "cancel_rotate_secret", region, {"SecretId": secret})


def resuming(region: str, secret: str) -> Call:
    """Go on, on the next day that the rules name and not at once."""
    return Call("secretsmanager", "rotate_secret", region, {"SecretId": secret, "RotateImmediately": False})


def is_under_way(site: Site, name: str) -> bool:
    """Tell whether the password is being changed at this moment."""
    secret = _secret(site, name)
    stages = secret.get("VersionIdsToStages") or {}
    return bool(secret.get("RotationEnabled")) and any(
        "AWSPENDING" in found and "AWSCURRENT" not in found for found in stages.values()
    )


def step(site: Site, name: str, *, pause: bool) -> Step | None:
    """Pause or resume a database's rotation, where it has one."""
    if site.fleet.databases[name].password_rotation is None:
        return None
    home, secret = site.plan.home, site.name(NameKind.SECRET, name)

    def missing() -> str:
        rotates = bool(_secret(site, name).get("RotationEnabled"))
        if rotates is not pause:
            return ""
        return f"the rotation of {secret} {'goes on' if pause else 'rests'}"

    return Step(
        region=home,
        name=f"{'pause' if pause else 'resume'} the rotation of {name}'s password",
        why=(
            "The rotation function changes the database at home, which is not the writer any more."
            if pause
            else "The writer is at home again."
        ),
        missing=missing,
        calls=((pausing if pause else resuming)(home, secret),),
        may_be_owed=True,
    )


def _secret(site: Site, name: str) -> dict[str, Any]:
    return dict(
        site.ask("secretsmanager", site.plan.home, "describe_secret", SecretId=site.name(NameKind.SECRET, name))
    )
