"""All that is kept of one unit in the bucket of its region: its state, its lock, our mark and the former module."""

from __future__ import annotations

from dataclasses import dataclass

from tapstack.engines.terraform.state import State as Place
from tapstack.engines.terraform.state_buckets import LockTable, StateBucket
from tapstack.engines.terraform.states import Lock, Mark, State, parse


@dataclass(frozen=True)
class Store:
    """What is kept of one unit."""

    place: Place
    bucket: StateBucket
    table: LockTable | None

    @property
    def where(self) -> str:
        """Where the state lies, as a person would name it."""
        return f"s3://{self.place.bucket}/{self.place.key}"

    def state(self) -> State | None:
        """The state; None where there is none. Raises DeploymentError when it cannot be read."""
        content = self.bucket.get(self.place.key)
        return None if content is None else parse(content, self.where)

    def mark(self) -> Mark | None:
        """What we left about the last change."""
        content = self.bucket.get(self._mark)
        return None if content is None else Mark.of(content)

    def put_mark(self, mark: Mark) -> None:
        """Leave word about a change."""
        self.bucket.put(self._mark, mark.as_bytes())

    def lock(self) -> Lock | None:
        """Who holds the state; None where nobody does."""
        if self.table is not None:
            info = self.table.info(self._lock_id)
            return None if info is None else Lock.of(info)
        content = self.bucket.get(self._lock_file)
        return None if content is None else Lock.of(content)

    def applied(self) -> bytes | None:
        """The module that was applied last to its end, packed."""
        return self.bucket.get(self._applied)

    def put_applied(self, content: bytes) -> None:
        """Keep the module that was just applied."""
        self.bucket.put(self._applied, content)

    def drop(self) -> None:
        """Delete all of it."""
        self.bucket.drop((self.place.key, self._mark, self._applied, self._lock_file))
        if self.table is not None:
            self.table.drop(self._lock_id)

    @property
    def _lock_id(self) -> str:
        return f"{self.place.bucket}/{self.place.key}"

    @property
    def _lock_file(self) -> str:
        return f"{self.place.key}.tflock"

    @property
    def _mark(self) -> str:
        return f"{self.place.key}.tapstack.json"

    @property
    def _applied(self) -> str:
        return f"{self.place.key}.tapstack.zip"
