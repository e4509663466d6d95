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

from tapstack.drill.listener import Listener, SilentListener
from tapstack.drill.record import DnsAnswer, DrillRecord, Event, EventKind, Latency, RequestCount, Series, WriteCount
from tapstack.views.report.assets import SCRIPT, document
from tapstack.views.report.drills import charts, drill
from tapstack.views.report.markup import Markup, prose, tag, text
from tapstack.views.report.tables import note, section, table
from tapstack.views.report.timeline import of_events

LIVE_SCRIPT = files(__package__).joinpath("live.js").read_text(encoding="utf-8")
SECONDS_BETWEEN = 1.0
"""Pictures come no faster than this, however fast the clock runs."""
KEEP_ALIVE_SECONDS = 5.0
LAST_PICTURE_SECONDS = 5.0
POLL_SECONDS = 0.1
"""How soon the server notices that it is to stop."""
SHOWN_EVENTS = 12


class LiveDrill:
    """Listens to a drill, and draws as much of it as there is; whoever listens `beside` it hears the same."""

    def __init__(self, title: str, regions: Sequence[str], beside: Listener | None = None) -> None:
        self.title = title
        self._beside = beside or SilentListener()
        self._regions = tuple(regions)
        self._changed = threading.Condition()
        self._version = 0
        self._events: list[Event] = []
        self._dns: list[DnsAnswer] = []
        self._requests: list[RequestCount] = []
        self._latencies: list[Latency] = []
        self._writes: list[WriteCount] = []
        self._record: DrillRecord | None = None

    def happened(self, event: Event) -> None:
        """Keep an event."""
        with self._news():
            self._events.append(event)
        self._beside.happened(event)

    def answered(self, answer: DnsAnswer) -> None:
        """Keep an answer of DNS."""
        with self._news():
            self._dns.append(answer)
        self._beside.answered(answer)

    def counted(self, requests: Sequence[RequestCount], latencies: Sequence[Latency]) -> None:
        """Keep a step's requests."""
        with self._news():
            self._requests += requests
            self._latencies += latencies
        self._beside.counted(requests, latencies)

    def wrote(self, writes: Sequence[WriteCount]) -> None:
        """Keep a step's writes."""
        with self._news():
            self._writes += writes
        self._beside.wrote(writes)

    def ended(self, record: DrillRecord) -> None:
        """From now on, show the verdict and everything that was measured."""
        with self._news():
            self._record = record
        self._beside.ended(record)

    @property
    def is_over(self) -> bool:
        """Tell whether the record is there."""
        return self._record is not None

    def wait(self, seen: int, seconds: float) -> int:
        """Wait until there is more than was seen, but no longer than that; which version there is now."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > seen, seconds)
            return self._version

    def picture(self) -> Markup:
        """Everything that is known now."""
        with self._changed:
            if self._record is not None:
                return drill(self._record)
            events = tuple(self._events)
            series = Series(
                step=self._step(),
                requests=tuple(self._requests),
                latencies=tuple(self._latencies),
                dns=tuple(self._dns),
                writes=tuple(self._writes),
            )
        zero = next((event.at for event in events if event.kind is EventKind.FAULT), None)
        phase = next((event.text for event in reversed(events) if event.kind is EventKind.PHASE), "about to begin")
        rows = [[f"{event.at - (zero or 0):.1f} s", event.region, prose(event.text)] for event in reversed(events)]
        return text(
            tag("p", prose(phase), class_="verdict"),
            charts(of_events(self._regions, series, events, zero)),
            table("What happened last", ["at", "region", ""], rows[:SHOWN_EVENTS]),
        )

    @contextlib.contextmanager
    def _news(self) -> Iterator[None]:
        with self._changed:
            yield
            self._version += 1
            self._changed.notify_all()

    def _step(self) -> float:
        """How long a step is: what lies between the first two."""
        begins = sorted({one.at for one in self._requests})[:2]
        return begins[1] - begins[0] if len(begins) == 2 else 1.0


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
