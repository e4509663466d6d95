"""The style and the script of the pages, and the policy that lets nothing else run or load."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from tapstack.views.report.markup import Markup, tag

STYLE = files(__package__).joinpath("style.css").read_text(encoding="utf-8")
SCRIPT = files(__package__).joinpath("script.js").read_text(encoding="utf-8")


def document(title: str, body: Markup, *, scripts: tuple[str, ...] = (SCRIPT,), connects: bool = False) -> str:
    """A whole page; `connects` lets it speak with the server that it came from."""
    head = (
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(scripts, connects=connects)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        tag("style", Markup(STYLE)),
    )
    inner = tag("body", body, *(tag("script", Markup(script)) for script in scripts))
    return f"<!doctype html>\n{tag('html', tag('head', *head), inner, lang='en')}\n"


def _policy(scripts: tuple[str, ...], *, connects: bool) -> str:
    """What the browser may do with the page: this style, these scripts, and nothing from anywhere."""
    allowed = " ".join(_digest(script) for script in scripts)
    rules = ["default-src 'none'", f"style-src {_digest(STYLE)}", f"script-src {allowed}", "img-src data:"]
    return "; ".join([*rules, "base-uri 'none'", "form-action 'none'", *(["connect-src 'self'"] if connects else [])])


def _digest(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
