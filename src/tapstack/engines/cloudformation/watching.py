"""Follows one operation of a stack by its events: how far it has come, and in the end what failed and why."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tapstack.engines.cloudformation import stacks
from tapstack.engines.cloudformation.stacks import Stack
from tapstack.engines.engine import Progress, Tell

STACK = "AWS::CloudFormation::Stack"
CERTIFICATE = "AWS::CertificateManager::Certificate"
PATIENCE = 20.0
"""Seconds after which a certificate seems to wait for its zone's delegation."""
BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS")
CONSEQUENCE = "cancelled"
"""AWS cancels what else is under way once something fails: no reason, only its consequence."""
SILENCE = 60.0
"""Seconds without any event after which the stack itself is asked."""


@dataclass
class Pace:
    """How long to wait between two looks: shorter at first, so that what is quick is seen to be done."""

    seconds: float
    limit: float

    def wait(self) -> None:
        """Wait once."""
        time.sleep(self.seconds)
        self.seconds = min(self.seconds * 1.4, self.limit)


@dataclass(frozen=True)
class Failure:
    """A resource that AWS could not bring where it should be."""

    name: str
    kind: str
    identity: str
    status: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} ({self.kind}): {self.reason or 'AWS gives no reason.'}"


@dataclass
class Operation:
    """One operation of one stack, while it goes on."""

    client: Any
    unit: str
    stack_id: str
    tell: Tell
    token: str = ""
    """Given with the call that began it; without, the newest operation is meant."""
    expected: Collection[str] = ()
    """Resources that it will touch, as far as known; others are CloudFormation's own business."""
    delegation: str = ""
    """What to say while a certificate waits for its zone."""
    events: list[Mapping[str, Any]] = field(default_factory=list)
    """All its events so far, the oldest first."""
    _seen: set[str] = field(default_factory=set)

    def follow(self, pace: Pace) -> Stack | None:
        """Tell of its progress until it has ended; the stack as it then stands, None when it is gone."""
        started = time.monotonic()
        told: Progress | None = None
        while True:
            self._read()
            progress = self._progress()
            if progress != told:
                self.tell(progress)
                told = progress
            is_silent = not self.events and time.monotonic() - started > SILENCE
            if self._has_ended() or is_silent:
                stack = stacks.read(self.client, self.stack_id)
                if stack is None or not stack.is_busy:
                    return stack
            pace.wait()

    def failures(self) -> tuple[Failure, ...]:
        """What failed by itself, each resource once."""
        found: dict[str, Failure] = {}
        for event in self.events:
            reason = event.get("ResourceStatusReason", "")
            if event["ResourceStatus"].endswith("_FAILED") and not _is_stack(event) and CONSEQUENCE not in reason:
                found.setdefault(event["LogicalResourceId"], _failure(event, reason))
        return tuple(found.values())

    def skipped(self) -> tuple[Failure, ...]:
        """What a deletion leaves behind, as the template says."""
        return tuple(_failure(event, "") for event in self.events if event["ResourceStatus"] == "DELETE_SKIPPED")

    def _read(self) -> None:
        """Add the events that are new."""
        pages = self.client.get_paginator("describe_stack_events").paginate(StackName=self.stack_id)
        new = [event for event in self._newest(pages) if event["EventId"] not in self._seen]
        self._seen.update(event["EventId"] for event in new)
        self.events.extend(reversed(new))

    def _newest(self, pages: Any) -> Iterator[Mapping[str, Any]]:
        """This operation's events that were not read yet, the newest first."""
        for page in pages:
            for event in page["StackEvents"]:
                if event["EventId"] in self._seen or (self.token and event.get("ClientRequestToken") != self.token):
                    return
                yield event
                if not self.token and _is_stack(event) and event["ResourceStatus"] in BEGINNINGS:
                    return

    def _has_ended(self) -> bool:
        own = [event for event in self.events if _is_stack(event)]
        return bool(own) and not own[-1]["ResourceStatus"].endswith("_IN_PROGRESS")

    def _progress(self) -> Progress:
        latest: dict[str, Mapping[str, Any]] = {}
        for event in self.events:
            if not _is_stack(event):
                latest[event["LogicalResourceId"]] = event
        names = set(self.expected) or set(latest)
        done = sum(name in names and _is_done(event) for name, event in latest.items())
        now = datetime.now(UTC)
        working = {
            name: round(max((now - event["Timestamp"]).total_seconds(), 0.0), 1)
            for name, event in latest.items()
            if event["ResourceStatus"].endswith("_IN_PROGRESS")
        }
        waits = any(
            latest[name]["ResourceType"] == CERTIFICATE and seconds > PATIENCE for name, seconds in working.items()
        )
        return Progress(self.unit, done, len(names), working, self.delegation if waits else "")


def _is_stack(event: Mapping[str, Any]) -> bool:
    """Tell whether an event is about the stack itself: nested stacks have an id of their own."""
    return bool(event["ResourceType"] == STACK and event.get("PhysicalResourceId") == event["StackId"])


def _is_done(event: Mapping[str, Any]) -> bool:
    return bool(event["ResourceStatus"].endswith(("_COMPLETE", "_SKIPPED")))


def _failure(event: Mapping[str, Any], reason: str) -> Failure:
    return Failure(
        name=event["LogicalResourceId"],
        kind=event["ResourceType"],
        identity=event.get("PhysicalResourceId", ""),
        status=event["ResourceStatus"],
        reason=reason,
    )
