"""Calls to a running sandbox's control API: plain HTTP on loopback, with the token from its folder."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tapstack.errors import SandboxError, SandboxNotRunningError

PREFIX = "/_tapstack"
TOKEN_HEADER = "x-tapstack-token"  # noqa: S105 - a header's name


@dataclass(frozen=True)
class ControlRequests:
    """Sends requests to one sandbox."""

    name: str
    port: int
    token_file: Path

    def send(
        self, method: str, path: str, body: Mapping[str, object] | None = None, *, seconds: float = 15
    ) -> dict[str, Any]:
        """Send one request and return the JSON answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            headers = {TOKEN_HEADER: self.token_file.read_text(encoding="utf-8")}
            connection.request(method, PREFIX + path, json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            content = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise SandboxNotRunningError(
                f"The sandbox '{self.name}' does not answer",
                f"It should answer on 127.0.0.1:{self.port}, but: {type(error).__name__}: {error}.",
                command=f"tapstack sandbox stop --name {self.name}",
            ) from error
        finally:
            connection.close()
        if response.status >= 400:
            raise SandboxError(f"The sandbox '{self.name}' refused", str(content.get("message", content)))
        return dict(content)
