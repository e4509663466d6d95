"""What Terraform says when it fails, turned into the product's own errors, each with its way out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tapstack.engines.terraform.states import Lock
from tapstack.errors import (
    AwsError,
    CredentialsError,
    DeploymentError,
    LockedError,
    MissingToolError,
    RefusedError,
    TapStackError,
)
from tapstack.targets.problems import ACTION, FORBIDDEN, UNKNOWN_CALLERS

LOCKED = "Error acquiring the state lock"
STALE = "Saved plan is stale"
PROTECTED = "Instance cannot be destroyed"
UNSAVED = ("Failed to persist state", "Failed to save state", "Error saving state")
DAMAGED = ("does not have the expected content", "Unsupported state file format", "state file could not be parsed")
NO_BUCKET = ("S3 bucket does not exist", "NoSuchBucket", "requested bucket that does not exist")
NO_PROVIDER = (
    "Failed to query available provider packages",
    "Failed to install provider",
    "Inconsistent dependency lock file",
    "Required plugins are not installed",
)
OUTGROWN = "does not match configured version constraint"
NOBODY_ASKS = ("No valid credential sources found", "failed to refresh cached credentials", "SSO session")
SILENCE = ("dial tcp", "no such host", "i/o timeout", "connection refused", "connection reset", "TLS handshake")
IN_THE_WAY = ("AlreadyExists", "already exists", "ResourceInUseException", "AlreadyOwnedByYou")
FIELD = re.compile(r"^\s*(ID|Who|Operation|Created):\s*(.+?)\s*$", re.MULTILINE)
CODE = re.compile(r"(?:api error |StatusCode: \d+.*?)(\w+):")

Diagnostic = Mapping[str, Any]


@dataclass(frozen=True)
class Where:
    """What failed, in which words a person finds it again."""

    unit: str
    region: str
    state: str
    """Where the state lies."""
    program: str
    """The program with its folder, as one would type it."""


def is_stale(diagnostics: Sequence[Diagnostic]) -> bool:
    """Tell whether a plan no longer fits the state."""
    return any(STALE in diagnostic.get("summary", "") for diagnostic in diagnostics)


def is_locked_out(diagnostics: Sequence[Diagnostic], said: str) -> bool:
    """Tell whether a run did not get the lock."""
    return LOCKED in in_words(diagnostics, said)


def has_outgrown_its_lock_file(said: str) -> bool:
    """Tell whether a module asks for a later provider than its lock file allows."""
    return OUTGROWN in " ".join(said.split())


def protected(diagnostics: Sequence[Diagnostic]) -> tuple[str, ...]:
    """The addresses that would have to be destroyed and are protected in the module."""
    found = (diagnostic for diagnostic in diagnostics if PROTECTED in diagnostic.get("summary", ""))
    addresses = (re.search(r"Resource (\S+) has lifecycle\.prevent_destroy", each.get("detail", "")) for each in found)
    return tuple(address[1] for address in addresses if address)


def in_words(diagnostics: Sequence[Diagnostic], said: str = "") -> str:
    """Everything that went wrong, one thing after another."""
    lines = []
    for diagnostic in diagnostics:
        parts = [diagnostic.get("address", ""), diagnostic.get("summary", ""), diagnostic.get("detail", "")]
        line = ": ".join(" ".join(part.split()) for part in parts if part)
        if line not in lines:
            lines.append(line)
    return "\n".join(lines) or said.strip() or "Terraform gives no reason."


def locked(where: Where, lock: Lock, *, is_lost: bool = False) -> LockedError:
    """Somebody holds the state, or held it and is no more."""
    who = f"{lock.who}, {lock.operation}, since {lock.created}"
    if is_lost:
        return LockedError(
            f"The lock on the state of {where.unit} is lost.",
            f"It was taken on this machine ({who}), and no Terraform runs here any more that could give it back. "
            f"Once you are sure of that, release it:",
            command=f"{where.program} force-unlock {lock.id}",
        )
    return LockedError(
        f"The state of {where.unit} is locked.",
        f"It is held by {who}, at {where.state}. Wait until that has ended. Only if it never will, release it:",
        command=f"{where.program} force-unlock {lock.id}",
    )


def in_the_way(diagnostics: Sequence[Diagnostic]) -> tuple[str, ...]:
    """The addresses of what could not be made because something of that name is there already."""
    found = (each.get("address", "") for each in diagnostics if _has(in_words((each,)), IN_THE_WAY))
    return tuple(address for address in found if address)


def failed(
    where: Where, diagnostics: Sequence[Diagnostic], said: str = "", ids: Mapping[str, str] | None = None
) -> TapStackError:
    """The error of a run that failed."""
    told = in_words(diagnostics, said)
    if LOCKED in told:
        # Commands that change a state speak to people alone.
        details = "\n".join(str(diagnostic.get("detail", "")) for diagnostic in diagnostics)
        found = dict(FIELD.findall(details or said))
        lock = Lock(
            found.get("ID", ""),
            found.get("Who", "somebody"),
            found.get("Operation", "a change").removeprefix("OperationType").lower(),
            found.get("Created", "an unknown time"),
        )
        return locked(where, lock)
    codes = set(CODE.findall(told))
    if codes & set(UNKNOWN_CALLERS) or _has(told, NOBODY_ASKS):
        return CredentialsError(
            "AWS does not accept who is asking, or no longer.",
            f"Sign in again; the same command then goes on from there. Terraform says: {told}",
        )
    if _has(told, UNSAVED):
        return DeploymentError(
            f"{where.unit} was changed, and its state could not be saved at {where.state}.",
            f"It is kept on this machine; the next deployment from here puts it back first. Terraform says: {told}",
        )
    if _has(told, DAMAGED):
        return DeploymentError(
            f"The state of {where.unit} cannot be read.",
            f"Its bucket keeps every former version of {where.state}. Terraform says: {told}",
        )
    if _has(told, NO_BUCKET):
        return DeploymentError(
            f"There is no bucket for the state of {where.unit}.",
            f"{where.state} names it. Deploying makes it anew; what stands already would have to be imported. "
            f"Terraform says: {told}",
        )
    if _has(told, NO_PROVIDER):
        return MissingToolError(
            "Terraform cannot get the AWS provider.",
            f"It asks the registry, or the mirror that its configuration names (TF_CLI_CONFIG_FILE). It says: {told}",
        )
    if PROTECTED in told:
        return RefusedError(f"Deploying {where.unit} would destroy what is protected.", told)
    refused = codes & set(FORBIDDEN)
    if refused:
        named = ACTION.search(told)
        return AwsError(
            f"AWS does not allow {named[1] if named else 'a call'} in {where.region}.",
            f"Whoever asks needs a policy that allows it. Terraform says: {told}",
        )
    if _has(told, SILENCE):
        return AwsError(f"Region {where.region} does not answer.", told)
    if _has(told, IN_THE_WAY):
        return _somebody_elses(
            where, told, {address: (ids or {}).get(address, "") for address in in_the_way(diagnostics)}
        )
    return DeploymentError(f"{where.unit} failed.", told)


def _somebody_elses(where: Where, told: str, ids: Mapping[str, str]) -> DeploymentError:
    commands = [f"{where.program} import '{address}' '{found or 'ID'}'" for address, found in ids.items()]
    return DeploymentError(
        f"{where.unit} failed.",
        f"{told}\nSomething of that name is there already, and {where.state} does not know of it. It is not taken "
        "over unasked: it does not carry the fleet's tags, or would have to be made anew, as `tapstack plan` then "
        "shows. Delete it; or, if it is the fleet's after all, import it:",
        command="\n".join(commands) or f"{where.program} import ADDRESS ID",
    )


def _has(text: str, parts: Sequence[str]) -> bool:
    return any(part in text for part in parts)
