"""Where Terraform keeps its state: a file for each unit, in a bucket of the unit's own region, locked while in use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from tapstack.engines.terraform.module import Value
from tapstack.fleet.fleet import Fleet
from tapstack.plan.model import Plan, Unit, UnitKind


@dataclass(frozen=True)
class State:
    """Where one unit's state lies. The bucket's name may still have a gap for the account, until that is known."""

    bucket: str
    key: str
    region: str
    lock_table: str | None

    def at(self, account: str) -> State:
        """The same in an account."""
        table = self.lock_table.replace("{account}", account) if self.lock_table else None
        bucket, key = self.bucket.replace("{account}", account), self.key.replace("{account}", account)
        return State(bucket, key, self.region, table)

    def settings(self) -> dict[str, Value]:
        """The settings of Terraform's backend `s3`; what the account is part of is left to `terraform init`."""
        settings: dict[str, Value] = {
            "bucket": self.bucket,
            "key": self.key,
            "region": self.region,
            "encrypt": True,
            "use_lockfile": None if self.lock_table else True,
            "dynamodb_table": self.lock_table,
        }
        return {name: value for name, value in settings.items() if value is not None and "{account}" not in str(value)}


def state_of(fleet: Fleet, plan: Plan, unit: Unit) -> State:
    """Where a unit's state lies: the regional one under the fleet's own key, the others beside it in a folder."""
    described = fleet.terraform
    gaps = {"fleet": plan.fleet, "environment": plan.environment, "region": unit.region}
    if plan.account is not None:
        gaps["account"] = plan.account
    bucket, key = _filled(described.bucket, gaps), _filled(described.key, gaps)
    if unit.kind is not UnitKind.REGIONAL:
        path = PurePosixPath(key)
        key = str(path.parent / unit.kind / path.name)
    return State(bucket, key, unit.region, bucket if described.lock == "dynamodb" else None)


def _filled(text: str, gaps: dict[str, str]) -> str:
    for gap, value in gaps.items():
        text = text.replace(f"{{{gap}}}", value)
    return text
