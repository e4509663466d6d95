"""Clients, made once per service and region, and safe to ask for from several threads."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config


class Clients:
    """The clients of one session."""

    def __init__(self, session: boto3.Session, config: Config | None = None) -> None:
        self._session = session
        parsers = session._session.get_component("response_parser_factory")  # noqa: SLF001 - boto3 hands it out nowhere
        parsers.set_parser_defaults(timestamp_parser=read_time)
        self._config = config
        self._made: dict[tuple[str, str, float | None], Any] = {}
        # Making clients from one session in several threads is not safe; using them is.
        self._lock = threading.Lock()

    def get(self, service: str, region: str, *, hasty: float | None = None) -> Any:
        """The client of a service in a region; a hasty one tries once, and waits so many seconds for an answer."""
        with self._lock:
            key = (service, region, hasty)
            if key not in self._made:
                config = self._config if hasty is None else _hasty(self._config, hasty)
                # The type stubs know one overload per service; the name is only known to the caller.
                self._made[key] = self._session.client(service, region_name=region, config=config)  # type: ignore[call-overload]
            return self._made[key]


def _hasty(config: Config | None, seconds: float) -> Config:
    from botocore.config import Config

    once = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=seconds, read_timeout=seconds)
    return config.merge(once) if config is not None else once


def read_time(value: Any) -> datetime:
    """A time in an answer: most of what reading a page of a stack's events takes, were it left to botocore alone."""
    if isinstance(value, str) and value[10:11] == "T":
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    from botocore.utils import parse_timestamp

    read: datetime = parse_timestamp(value)
    return read
