"""An answer comes in one piece: some clients give up on one whose body is not there yet."""

from __future__ import annotations

import socket

import pytest

from tapstack.sandbox.control import Sandbox

ASKED = 50


@pytest.mark.parametrize(("path", "method"), [("/some-bucket", "GET"), ("/some-bucket", "HEAD"), ("/", "POST")])
def test_head_and_body_of_an_answer_arrive_together(sandbox: Sandbox, path: str, method: str) -> None:
    port = sandbox.settings.ports.http
    request = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        # Several on one connection: none waits for what never comes, and none finds the end of the one before.
        for _ in range(ASKED):
            connection.sendall(request)
            head, _, body = connection.recv(65_536).partition(b"\r\n\r\n")
            lines = head.decode().lower().split("\r\n")
            assert lines[0].startswith("http/1.1 ")
            length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
            assert len(body) == (0 if method == "HEAD" else length), head
