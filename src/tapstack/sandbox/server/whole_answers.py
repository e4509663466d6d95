"""An answer's head goes out together with the first bytes of its body, as ASGI asks of servers.

Hypercorn writes them one after the other. Where a client sees the head alone for a moment, the AWS SDK of Go (Terraform
and its provider) now and then gives up on the connection and asks again, though the first call was done: who takes a
lock finds it taken, and a create finds its own result in its way. To go when Hypercorn writes both together.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import h11
from hypercorn.events import RawData
from hypercorn.protocol.h11 import H11Protocol

_heads: WeakKeyDictionary[H11Protocol, bytes] = WeakKeyDictionary()


def install() -> None:
    """Keep each head until there is something to send with it, or nothing more to come."""

    async def send(self: H11Protocol, event: h11.Event) -> None:
        try:
            data = self.connection.send(event)
        except h11.LocalProtocolError:
            if self.connection.their_state != h11.ERROR:
                raise
            return
        if isinstance(event, h11.Response):
            _heads[self] = data
            return
        data = _heads.pop(self, b"") + data
        if data:
            await self.send(RawData(data=data))

    H11Protocol._send_h11_event = send
