"""EventBridge Scheduler really calls: universal targets, at a rate, in the name of the schedule's role.

MiniStack 1.5.33 stores schedules and never runs them. Only what the engines use is run: `rate(...)` and targets such as
`arn:aws:scheduler:::aws-sdk:cloudformation:detectStackDrift`; other schedules are named in the status. Goes when
MiniStack runs them.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ministack.services import eventbridge, scheduler, sts

from tapstack.sandbox.server.extension import ServerContext, Status
from tapstack.sandbox.server.mends.patch import original
from tapstack.sandbox.server.watch import Watch

logger = logging.getLogger("tapstack.schedules")

LOOK_SECONDS = 0.5
WORKERS = 2
UNIVERSAL = re.compile(r"arn:aws[a-z-]*:scheduler:::aws-sdk:(?P<service>[a-z0-9-]+):(?P<action>[A-Za-z0-9]+)")

Schedule = Mapping[str, Any]


class Schedules:
    """Runs schedules."""

    name = "schedules"

    def __init__(self) -> None:
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="schedules")
        self._watch: Watch | None = None
        # By ARN: the expression that the time was reckoned from, and when it is due next.
        self._due: dict[str, tuple[str, float]] = {}
        self._called = 0
        self._problems: dict[str, str] = {}

    def install(self, context: ServerContext) -> None:  # noqa: ARG002 - as every extension
        """Make sure that MiniStack has what is used here."""
        original(scheduler, "_schedules")
        original(eventbridge, "_parse_rate_seconds")
        original(sts, "register_session")

    async def start(self, context: ServerContext) -> None:
        """Watch the schedules."""

        def look() -> None:
            for (_, region, _), schedule in scheduler._schedules.all_items():
                if not context.faults.is_out(region, "scheduler"):
                    self._call_when_due(context, region, schedule)

        self._watch = Watch("schedules", look, LOOK_SECONDS)
        self._watch.start()

    async def stop(self) -> None:
        """Watch no longer."""
        if self._watch is not None:
            await self._watch.stop()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def reset(self) -> None:
        """Forget what was due and what failed."""
        self._due.clear()
        self._problems.clear()
        self._called = 0

    def status(self) -> Status:
        """How often something was called, and what could not be."""
        return {"called": self._called, "failed": dict(self._problems)}

    def _call_when_due(self, context: ServerContext, region: str, schedule: Schedule) -> None:
        arn, expression = str(schedule["Arn"]), str(schedule["ScheduleExpression"])
        interval = eventbridge._parse_rate_seconds(expression)
        target = UNIVERSAL.fullmatch(str(schedule["Target"].get("Arn", "")))
        if interval is None or target is None:
            self._problems[arn] = "The sandbox runs rates and targets of AWS's own APIs only."
            return
        now = context.clock.now()
        known = self._due.get(arn)
        if known is None or known[0] != expression:
            self._due[arn] = (expression, now + interval)
        elif schedule.get("State") == "ENABLED" and known[1] <= now:
            self._due[arn] = (expression, now + interval)
            self._workers.submit(self._call, context, region, schedule, target["service"], target["action"])

    def _call(self, context: ServerContext, region: str, schedule: Schedule, service: str, action: str) -> None:
        target = schedule["Target"]
        try:
            client = _client_of_role(context, str(target["RoleArn"]), service, region)
            getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower())(**json.loads(target.get("Input") or "{}"))
            self._called += 1
            self._problems.pop(str(schedule["Arn"]), None)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong belongs to this one schedule
            self._problems[str(schedule["Arn"])] = str(error)
            logger.warning("%s was not called: %s", schedule["Name"], error)


def _client_of_role(context: ServerContext, role: str, service: str, region: str) -> Any:
    """A client with a role's rights and no others, as the scheduler has assumed it."""
    import boto3

    account, name = role.split(":")[4], role.rsplit("/", 1)[-1]
    key, secret, token = f"ASIA{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30), secrets.token_urlsafe(60)
    sts.register_session(
        key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/scheduler",
            "UserId": f"{name}:scheduler",
            "SecretAccessKey": secret,
            "SessionToken": token,
        },
    )
    session = boto3.Session(
        aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token, region_name=region
    )
    return session.client(  # type: ignore[call-overload] # the service's name is only known to the schedule
        service, endpoint_url=f"http://127.0.0.1:{context.settings.ports.http}"
    )
