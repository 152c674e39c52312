"""Every way in which a URL reaches the service, tried with targets that lead inside."""

from __future__ import annotations

import html
import json
from collections import Counter

from og.extract.v1 import extract_pb2 as pb
from tests.integration.extract.service import Extract, Outcome

from .targets import Expected, Target
from .world import SECRET, World

FIELDS = ("favicon", "image", "productImage", "avatar")
WISHES = tuple((field, "") for field in FIELDS)
REDIRECTS = (301, 302, 303, 307, 308)
HOPS = 5
KNOWN_REASONS = {"PAGE_UNREACHABLE", "URL_NOT_ALLOWED", "PAGE_NOT_HTML", "PAGE_WITHOUT_CONTENT"}
QUEUE_FULL = "EXTRACT_QUEUE_FULL"
"""All decoys are of one site, which has its share."""
OUTSIDE = (b"The page answered with status 404.", b"The page leads on more than 5 times.")
"""Only the internet's server says so: the target was a path of the page that named it, or that
page itself."""


class Attempts:
    """Tries targets. `faults` tells what went wrong, `counts` how often each way was tried."""

    def __init__(self, extract: Extract, world: World) -> None:
        self._extract = extract
        self._world = world
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.errors: set[bytes] = set()
        """What callers saw of every target whose refusal its own text does not explain."""
        self.pictures: set[bytes] = set()
        """What they saw of pictures that they had named."""
        self.inspections: set[bytes] = set()
        """What they saw of pages to inspect, but for the hops that led there."""

    async def as_url(self, target: Target) -> None:
        self._judge("url", target, await self._extract.page(target.url, *WISHES))

    async def as_explained(self, target: Target) -> None:
        self._judge("explain", target, await self._extract.explain(target.url))

    async def as_inspected(self, target: Target) -> None:
        self._judge_inspection("inspect", target, await self._extract.inspect(target.url))

    async def by_inspected_redirect(self, target: Target, status: int) -> None:
        outcome = await self._extract.inspect(self._redirect(target.url, status))
        self._judge_inspection(f"inspect, redirect {status}", target, outcome, is_led=True)

    async def by_inspected_page(self, target: Target) -> None:
        """Let a page that is inspected name it for every picture, at once and redirected."""
        host = self._world.new_host()
        redirected = self._redirect(target.url, 302)
        self._world.put(host, "/", body=_page_naming(target.url) + _page_naming(redirected))
        outcome = await self._extract.inspect(f"http://{host}/")
        self._judge_secret("picture of an inspected page", target, outcome)
        match outcome.answer:
            case pb.InspectPageResponse(outcome=pb.PAGE_OUTCOME_FETCHED, pictures=pictures):
                for picture in pictures:
                    if picture.outcome == pb.PICTURE_OUTCOME_FETCHED or picture.preview_webp:
                        self._fault("picture of an inspected page", target, "a picture")
            case _:
                self._fault("picture of an inspected page", target, outcome.reason)

    async def as_pictures(self, target: Target) -> None:
        """Give it as every picture."""
        given = [(field, target.url) for field in FIELDS]
        self._judge_pictures("picture given", target, await self._extract.images(*given))

    async def as_pictures_of_a_page(self, target: Target) -> None:
        """Give it as every picture of a page of the internet."""
        given = [(field, target.url) for field in FIELDS]
        host = self._world.new_host()
        self._world.put(host, "/", body="<title>Public</title>")
        outcome = await self._extract.page(f"http://{host}/", *given)
        self._judge_pictures("picture given with a page", target, outcome)

    async def by_redirect(self, target: Target, status: int, hops: int) -> None:
        """Redirect to it at the end of some hops on the internet, each a site of its own."""
        first = self._redirect(target.url, status)
        for _ in range(hops - 1):
            first = self._redirect(first, status)
        way = f"redirect {status}, hop {hops}"
        self._judge(way, target, await self._extract.page(first, *WISHES), is_led=True)

    async def by_relative_redirect(self, target: Target) -> None:
        """Redirect to it as //host."""
        url = self._redirect(target.url.partition(":")[2], 302)
        self._judge("redirect to //", target, await self._extract.page(url), is_led=True)

    async def by_refresh(self, target: Target, nth: int) -> None:
        """Lead there by `<meta http-equiv=refresh>`, alone or behind or before another hop."""
        url = self._refresh(target.url)
        if nth % 4 == 1:
            url = self._redirect(url, 302)
        elif nth % 4 == 2:
            url = self._refresh(self._redirect(target.url, 302))
        elif nth % 4 == 3:
            url = self._refresh(url)
        outcome = await self._extract.page(url, *WISHES)
        self._judge_secret("meta refresh", target, outcome)
        if outcome.reason == "PAGE_UNREACHABLE" and not _is_outside(outcome):
            self.errors.add(outcome.error)

    def _refresh(self, url: str) -> str:
        host = self._world.new_host()
        tag = f'<meta http-equiv="refresh" content="0;url={html.escape(url)}">'
        self._world.put(
            host,
            "/",
            body=tag,
            # What browsers heed besides.
            refresh=f"0;url={_one_line(url)}",
            link=f"<{_one_line(url)}>; rel=preload",
            alt_svc='h2="10.0.0.1:80", h3="10.0.0.1:443"',
            content_location=_one_line(url),
        )
        return f"http://{host}/"

    async def by_page(self, target: Target) -> None:
        """Let a page name it for every picture, and wherever else pages name things."""
        host = self._world.new_host()
        self._world.put(host, "/", body=_page_naming(target.url))
        outcome = await self._extract.page(f"http://{host}/", *WISHES)
        self._judge_pictures("picture named by a page", target, outcome, is_named=True)

    async def by_base(self, target: Target) -> None:
        """Let a page say that all its relative URLs start there."""
        host = self._world.new_host()
        base = f'<base href="{html.escape(target.url)}">'
        names = "".join(_page_naming(it) for it in ("/i.png", "i.png"))
        self._world.put(host, "/", body=base + names)
        outcome = await self._extract.page(f"http://{host}/", *WISHES)
        self._judge_pictures("picture below a base", target, outcome, is_named=True)

    async def by_redirected_pictures(self, target: Target, status: int) -> None:
        given = [(field, self._redirect(target.url, status)) for field in FIELDS]
        outcome = await self._extract.images(*given)
        self._judge_pictures(f"picture redirected {status}", target, outcome)

    async def by_rebinding(self, host: str, nth: int) -> None:
        """Fetch a page of a name that leads inside by the time of what the page leads to.

        That is where it redirects to, itself when asked for anew, or its pictures.
        """
        self._world.put(host, "/", body=_page_naming("/i.png"))
        self._world.put(host, "/moved", REDIRECTS[nth % len(REDIRECTS)], location="/")
        way = nth % 3
        target = Target(f"http://{host}/{'moved' if way == 0 else ''}", Expected.PUBLIC)
        outcome = await self._extract.page(target.url, *WISHES)
        if way == 1:
            outcome = await self._extract.page(target.url, fresh=True)
        self._judge_secret("rebinding", target, outcome, times=len(FIELDS))
        if way in {0, 1}:
            self.errors.add(outcome.error)
        elif outcome.answer is None or any(image.data for image in outcome.images):
            self._fault("rebinding", target, outcome.reason or "a picture")

    def _redirect(self, location: str, status: int) -> str:
        host = self._world.new_host()
        self._world.put(host, "/", status, location=_one_line(location))
        return f"http://{host}/"

    def _judge(self, way: str, target: Target, outcome: Outcome, *, is_led: bool = False) -> None:
        self._judge_secret(way, target, outcome)
        if target.expected is Expected.PUBLIC:
            return
        shows_itself = target.expected is Expected.TEXT and not is_led
        if outcome.answer is not None:
            self._fault(way, target, "a page")
        elif shows_itself and outcome.reason != "URL_NOT_ALLOWED":
            self._fault(way, target, outcome.reason)
        elif not shows_itself and not _is_outside(outcome):
            self.errors.add(outcome.error)

    def _judge_inspection(
        self, way: str, target: Target, outcome: Outcome, *, is_led: bool = False
    ) -> None:
        self._judge_secret(way, target, outcome)
        if target.expected is Expected.PUBLIC:
            return
        shows_itself = target.expected is Expected.TEXT and not is_led
        match outcome.answer:
            case None if not is_led and outcome.reason == "URL_NOT_ALLOWED":
                pass
            case pb.InspectPageResponse(
                outcome=pb.PAGE_OUTCOME_STATUS | pb.PAGE_OUTCOME_TOO_MANY_REDIRECTS
            ):
                pass  # see OUTSIDE
            case pb.InspectPageResponse() as answer if not shows_itself:
                if len(answer.hops) != is_led:
                    self._fault(way, target, "another hop")
                del answer.hops[:]
                self.inspections.add(answer.SerializeToString())
            case _:
                self._fault(way, target, outcome.reason or "a page")

    def _judge_pictures(
        self, way: str, target: Target, outcome: Outcome, *, is_named: bool = False
    ) -> None:
        self._judge_secret(way, target, outcome, times=len(FIELDS))
        if outcome.answer is None:
            self._fault(way, target, outcome.reason)
            return
        for image in outcome.images:
            if image.data:
                self._fault(way, target, "a picture")
            if not is_named:
                image.source_url = image.field_name = ""
                self.pictures.add(image.SerializeToString())

    def _judge_secret(self, way: str, target: Target, outcome: Outcome, *, times: int = 1) -> None:
        self.counts[way] += times
        if SECRET.encode() in outcome.seen:
            self._fault(way, target, "the secret")
        is_crowded = target.expected is Expected.PUBLIC and outcome.reason == QUEUE_FULL
        if outcome.answer is None and outcome.reason not in KNOWN_REASONS and not is_crowded:
            self._fault(way, target, outcome.reason)

    def _fault(self, way: str, target: Target, what: str) -> None:
        self.faults.append(f"{way} {target.url!a}: {what}")


def _is_outside(outcome: Outcome) -> bool:
    return any(text in outcome.error for text in OUTSIDE)


def _page_naming(url: str) -> str:
    there = html.escape(url)
    product = {"@type": "Product", "name": "A thing", "image": url, "url": url}
    person = {"@type": "Person", "name": "Ada", "image": url, "url": url}
    article = {"@type": "Article", "headline": "A page", "author": person, "image": url}
    data = json.dumps([product, article]).replace("<", "\\u003c")
    return f"""<title>A page</title>
<link rel="icon" href="{there}"><link rel="apple-touch-icon" href="{there}">
<link rel="canonical" href="{there}"><link rel="image_src" href="{there}">
<link rel="stylesheet" href="{there}"><link rel="preload" href="{there}">
<link rel="manifest" href="{there}"><link rel="alternate" href="{there}">
<meta property="og:image" content="{there}"><meta property="og:image:secure_url" content="{there}">
<meta name="twitter:image" content="{there}"><meta property="og:url" content="{there}">
<meta name="msapplication-TileImage" content="{there}">
<script src="{there}"></script><script type="application/ld+json">{data}</script>
<img itemprop="image" src="{there}"><iframe src="{there}"></iframe>
<h1>A page</h1><p>By <a rel="author" href="{there}">Ada Lovelace</a>"""


def _one_line(url: str) -> str:
    """Keep what ends a header out of it: it would be another header, of no interest here."""
    return url.replace("\r", "").replace("\n", "")
