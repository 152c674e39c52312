"""A web site on this machine whose pages a test writes."""

from __future__ import annotations

import html
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from og_stack.ports import LOOPBACK, free_ports
from tests.support.http_server import served

Answer = Callable[[], Response | Awaitable[Response]]


class LocalSite:
    """Serves what tests put there; everything else is 404. `visits` counts requests by URL."""

    def __init__(self, port: int, host: str = LOOPBACK, name: str = "") -> None:
        """Say where it listens, and as what it is known where that has a name."""
        self._host, self._port = host, port
        self.address = name or f"{host}:{port}"
        self.visits: Counter[str] = Counter()
        self._answers: dict[str, Callable[[Request], Response | Awaitable[Response]]] = {}
        self._numbers = itertools.count(1)

    def put(self, answer: Answer, url: str = "") -> str:
        """Serve an answer at url, or at a URL that is new; give the URL."""
        return self.put_echo(lambda _: answer(), url)

    def put_echo(
        self, answer: Callable[[Request], Response | Awaitable[Response]], url: str = ""
    ) -> str:
        """Serve an answer that depends on the request."""
        url = url or f"http://{self.address}/{next(self._numbers)}"
        self._answers[url] = answer
        return url

    def put_bytes(self, content: bytes, media_type: str, url: str = "") -> str:
        """Serve bytes."""
        return self.put(lambda: Response(content, media_type=media_type), url)

    def put_page(self, title: str, head: str = "", url: str = "") -> str:
        """Serve a page with a title, and more in its head."""
        text = (
            f"<!doctype html><html lang=en><head><title>{html.escape(title)}</title>{head}</head>"
        )
        return self.put(lambda: HTMLResponse(text), url)

    def remove(self, url: str) -> None:
        """Answer 404 there from now on."""
        del self._answers[url]

    async def _answer(self, request: Request) -> Response:
        url = f"http://{self.address}{request.url.path}"
        self.visits[url] += 1
        answer = self._answers.get(url)
        if answer is None:
            return HTMLResponse("Nothing is here.", 404)
        given = answer(request)
        response = given if isinstance(given, Response) else await given
        response.headers.setdefault("Cache-Control", "no-cache")  # tests change what they put
        return response

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Serve for the length of the context."""
        app = Starlette(routes=[Route("/{path:path}", self._answer)])
        async with served(app, host=self._host, port=self._port, timeout_graceful_shutdown=1):
            yield


@asynccontextmanager
async def local_site() -> AsyncIterator[LocalSite]:
    """Serve a new, empty site."""
    site = LocalSite(free_ports(1)[0])
    async with site.served():
        yield site
