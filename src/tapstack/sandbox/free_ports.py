"""Finds loopback ports that nothing uses; the same as the last time where possible, so that addresses stay."""

from __future__ import annotations

import contextlib
import socket

from tapstack.sandbox.settings import Ports


def free_ports(remembered: Ports | None) -> Ports:
    """The remembered ports while they are free, or three others."""
    if remembered is not None and all(map(_is_free, (remembered.http, remembered.https, remembered.dns))):
        return remembered
    with contextlib.ExitStack() as stack:
        # All three are held until all are chosen, so that no two are the same.
        chosen = [stack.enter_context(_bound_socket(0)).getsockname()[1] for _ in range(3)]
        return Ports(http=chosen[0], https=chosen[1], dns=chosen[2])


def _is_free(port: int) -> bool:
    try:
        with _bound_socket(port), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            datagrams.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def _bound_socket(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        # Without listening, two sockets that allow reuse may share a port.
        bound.listen(1)
    except OSError:
        bound.close()
        raise
    return bound
