"""Web sites of articles, one at each path: `python -m bench.pages PORT`.

Each is 20 kB of HTML as articles are, with an icon.
"""

from __future__ import annotations

import html
import io
import sys
from typing import Any, cast

from PIL import Image
from starlette.types import Receive, Scope, Send

from bench.serving import serve

HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 9))
"""Several, since what one site may take up is bounded."""
PARAGRAPHS = 40
PARAGRAPH = (
    "<p>Every link that people share shows a picture, and somebody has to draw it. This is a"
    " paragraph of an article like many others: some words, <a href='/else'>a link</a>,"
    " <em>something that matters</em>, and a number of further sentences that say little, so that"
    " the page is as long as pages are and whoever reads it has something to read. It goes on for"
    " a while, since readers of feeds are patient, and ends here at last, as every one does.</p>"
)
ICON_PX = 64


def page(path: str) -> bytes:
    """Write the article of a path."""
    title = html.escape(f"What we learned on day {path.strip('/')}")
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="The Bench">
<meta property="og:description" content="A few words on what happened, and why it will not again.">
<meta property="og:type" content="article"><meta name="author" content="Ada Lovelace">
<meta property="article:published_time" content="2026-11-25T08:00:00Z">
<link rel="icon" href="/icon.png" sizes="{ICON_PX}x{ICON_PX}"><link rel="stylesheet" href="/a.css">
<script type="application/ld+json">{{"@context":"https://schema.org","@type":"Article",
"headline":"{title}","author":{{"@type":"Person","name":"Ada Lovelace"}}}}</script></head>
<body><article><h1>{title}</h1>{PARAGRAPH * PARAGRAPHS}</article></body></html>""".encode()


def icon() -> bytes:
    """Draw the site's icon."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize((ICON_PX, ICON_PX)).convert("RGB").save(file, "PNG")
    return file.getvalue()


ICON = icon()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer any path with its article."""
    del receive
    path = scope["path"]
    body, kind = (ICON, b"image/png") if path == "/icon.png" else (page(path), b"text/html")
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    await send(cast("Any", start))
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    serve(app, int(sys.argv[1]), hosts=HOSTS)
