"""A drill while it goes, in a browser: a page on loopback, drawn anew whenever a step of the timeline is over.

Only who has the address sees it: the token in it is new each time, nothing but loopback is listened on, and requests
that came by another name (a page elsewhere whose name was made to lead here) are refused.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import secrets
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files

from tapstack.drill.listener import Listener
from tapstack.views.report.assets import SCRIPT, document
from tapstack.views.report.hearing import LiveDrill
from tapstack.views.report.markup import tag, text
from tapstack.views.report.tables import note, section

LIVE_SCRIPT = files(__package__).joinpath("live.js").read_text(encoding="utf-8")
SECONDS_BETWEEN = 1.0
"""Pictures come no faster than this, however fast the clock runs."""
KEEP_ALIVE_SECONDS = 5.0
LAST_PICTURE_SECONDS = 5.0
POLL_SECONDS = 0.1
"""How soon the server notices that it is to stop."""


class LivePage:
    """Serves one drill on a port of loopback that was free."""

    def __init__(self, shown: LiveDrill) -> None:
        self.drill = shown
        self._token = secrets.token_urlsafe(18)
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._lookers = 0
        self._lock = threading.Condition()
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="live-page", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where to look."""
        return f"http://127.0.0.1:{self._server.server_port}/{self._token}/"

    def close(self) -> None:
        """Stop serving, once everybody who looks on has the last picture."""
        if self.drill.is_over:
            with self._lock:
                self._lock.wait_for(lambda: self._lookers == 0, LAST_PICTURE_SECONDS)
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def page(self) -> str:
        """The page itself; its inside comes and goes by the stream."""
        body = text(
            tag(
                "header",
                tag("h1", self.drill.title),
                tag("button", "Theme: system", id="theme", type="button"),
                class_="top",
            ),
            note(
                "This page follows the drill. ",
                tag("span", "Connecting …", id="connection", role="status"),
            ),
            tag("main", section("live", "Drill", tag("div", self.drill.picture(), id="picture"))),
        )
        return document(self.drill.title, body, scripts=(SCRIPT, LIVE_SCRIPT), connects=True)

    def stream(self) -> Iterator[bytes]:
        """Server-sent events: a picture whenever there is more, and a sign of life in between."""
        seen = -1
        with self._looking():
            while not self._closing.is_set():
                version = self.drill.wait(seen, KEEP_ALIVE_SECONDS)
                if version == seen:
                    yield b": still here\n\n"
                    continue
                seen, is_over = version, self.drill.is_over
                kind = "over" if is_over else "picture"
                yield f"event: {kind}\ndata: {json.dumps(self.drill.picture())}\n\n".encode()
                if is_over:
                    return
                self._closing.wait(SECONDS_BETWEEN)

    def admits(self, host: str | None, path: str) -> str | None:
        """What was asked for below the token; None for strangers."""
        port = self._server.server_port
        if host not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            return None
        token, _, rest = path.removeprefix("/").partition("/")
        return rest if hmac.compare_digest(token.encode(), self._token.encode()) else None

    @contextlib.contextmanager
    def _looking(self) -> Iterator[None]:
        with self._lock:
            self._lookers += 1
        try:
            yield
        finally:
            with self._lock:
                self._lookers -= 1
                self._lock.notify_all()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        live = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = live.admits(self.headers.get("Host"), self.path)
                # Who looks on may leave in the middle.
                with contextlib.suppress(ConnectionError):
                    if asked == "":
                        content = live.page().encode()
                        self._head("text/html; charset=utf-8", length=len(content))
                        self.wfile.write(content)
                    elif asked == "events":
                        self._head("text/event-stream")
                        for part in live.stream():
                            self.wfile.write(part)
                            self.wfile.flush()
                    else:
                        self.send_error(404)

            def _head(self, kind: str, *, length: int | None = None) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Cache-Control", "no-store")
                self.send_header("X-Content-Type-Options", "nosniff")
                self.send_header("Referrer-Policy", "no-referrer")
                if length is not None:
                    self.send_header("Content-Length", str(length))
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """The terminal belongs to the drill."""

        return Handler


@contextlib.contextmanager
def served(title: str, regions: Sequence[str], beside: Listener | None = None) -> Iterator[LivePage]:
    """A page that shows what its `drill` hears, for as long as the block."""
    page = LivePage(LiveDrill(title, regions, beside))
    try:
        yield page
    finally:
        page.close()
