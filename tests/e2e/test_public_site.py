"""What everybody may see, as a crawler and a model read it: no link is dead, nothing leads away."""

from __future__ import annotations

import asyncio
import io
import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import httpx
import pytest
from PIL import Image

from og_edge.web.book import SLUGS
from og_stack.stack import Stack
from tests.e2e.api import Api
from tests.support.processes import stopped, with_descendants

MAX_PAGES = 400
AT_ONCE = 8
CRAWL_TIMEOUT_S = 300
PICTURE_TRIES = 5
HTML = {"Accept": "text/html"}
STARTS = ("/", "/docs", "/templates", "/pricing")


class Page(HTMLParser):
    """Collects what a page loads, what it links to and what it says of itself."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.loads: set[str] = set()
        self.links: set[str] = set()
        self.ids: set[str] = set()
        self.meta: dict[str, str] = {}
        self.inline = 0
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.ids.add(told.get("id", ""))
        self.inline += "style" in told or (tag == "script" and "src" not in told)
        if tag == "meta":
            self.meta[told.get("property") or told.get("name", "")] = told.get("content", "")
        elif tag in {"a", "form"}:
            self.links.add(told.get("href") or told.get("action", ""))
        elif "src" in told:
            self.loads.add(told["src"])
        elif tag == "link":
            rel = told.get("rel", "")
            (self.links if rel in {"canonical", "alternate"} else self.loads).add(told["href"])


@pytest.mark.timeout(CRAWL_TIMEOUT_S)
async def test_no_link_is_dead_and_no_page_loads_anything_from_elsewhere(
    api: Api, stack: Stack
) -> None:
    places = asyncio.Semaphore(AT_ONCE)
    waiting, pages = set(STARTS), dict[str, Page]()
    seen: set[str] = set()
    wanted: list[tuple[str, str]] = []

    async def look(path: str) -> tuple[str, httpx.Response]:
        async with places:
            for _ in range(PICTURE_TRIES):
                answer = await api.client.get(path, headers=HTML)
                if (
                    "retry-after" not in answer.headers
                ):  # a machine that is too busy to draw says so
                    break
            return path, answer

    while waiting:
        seen |= waiting
        assert len(seen) < MAX_PAGES
        answers = await asyncio.gather(*map(look, waiting))
        waiting = set()
        for path, answer in answers:
            assert answer.status_code in {200, 303}, f"{path}: {answer.status_code}"
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            page = pages[path] = Page(answer)
            assert page.inline == 0, path
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            for link in page.loads | page.links:
                target = urlsplit(urljoin(stack.base_url + path, link))
                assert f"{target.scheme}://{target.netloc}" == stack.base_url, f"{path}: {link}"
                is_picture = target.path.endswith(".webp")  # each has a test of its looks
                query = f"?{target.query}" if target.query and not is_picture else ""
                wanted.append((target.path + query, target.fragment))
                waiting |= {target.path + query} - seen
    assert {f"/docs/{slug}" for slug in SLUGS} <= seen
    missing = [
        (path, anchor)
        for path, anchor in wanted
        if anchor and path in pages and anchor not in pages[path].ids
    ]
    assert not missing


async def test_every_page_says_what_it_is_and_has_a_card_of_its_own(api: Api, stack: Stack) -> None:
    paths = ["/", "/templates", "/templates/generic/bold", "/pricing", "/docs/quickstart"]
    for path in paths:
        page = Page(await api.client.get(path, headers=HTML))
        assert page.meta["description"]
        assert page.meta["og:title"]
        assert page.meta["og:url"] == f"{stack.base_url}{path}"
        picture = await api.client.get(page.meta["og:image"])
        assert picture.headers["content-type"] == "image/png"
        assert Image.open(io.BytesIO(picture.content)).size == (1200, 630)
        known = {"If-None-Match": picture.headers["etag"]}
        assert (await api.client.get(page.meta["og:image"], headers=known)).status_code == 304


async def test_the_sitemap_lists_pages_that_exist(api: Api, stack: Stack) -> None:
    robots = (await api.client.get("/robots.txt")).text
    assert "Allow: /api/og\n" in robots
    [place] = re.findall(r"^Sitemap: (.+)$", robots, re.MULTILINE)
    tree = ET.fromstring((await api.client.get(place)).content)  # noqa: S314 - our own
    listed = [it.text or "" for it in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert f"{stack.base_url}/docs/quickstart" in listed
    assert f"{stack.base_url}/templates/generic/standard" in listed
    answers = [await api.client.head(url, headers=HTML) for url in listed]
    assert {answer.status_code for answer in answers} == {200}


async def test_models_find_every_page_as_markdown(api: Api, stack: Stack) -> None:
    listing = await api.client.get("/llms.txt")
    assert listing.headers["content-type"].startswith("text/plain")
    title, _, quote, *_ = listing.text.splitlines()
    assert title == "# Instant OG"
    assert quote.startswith("> ")
    linked = re.findall(r"^- \[[^]]+\]\(([^)]+)\): \S", listing.text, re.MULTILINE)
    assert [f"{stack.base_url}/docs/{slug}.md" for slug in SLUGS] == linked[: len(SLUGS)]
    for url in linked:
        answer = await api.client.get(url)
        assert answer.status_code == 200
        if url.endswith(".md"):
            assert answer.headers["content-type"].startswith("text/markdown")
            assert answer.text.startswith("# ")


async def test_what_is_not_there_is_a_page_that_says_so(api: Api) -> None:
    for path in ("/docs/nothing", "/docs/nothing.md", "/templates/generic/nothing", "/og/no.png"):
        answer = await api.client.get(path, headers=HTML)
        assert answer.status_code == 404, path
        assert "There is no such page" in answer.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "generic/standard.webp?theme=light"),
        ("?template=event/standard&theme=dark", "event/standard.webp?theme=dark"),
        ("?template=event/standard&accentColor=dc2626", "accentColor=dc2626"),
        ("?template=nothing&theme=blue", "generic/standard.webp?theme=light"),
    ],
)
async def test_the_stage_shows_what_is_chosen_without_a_script(
    api: Api, query: str, shown: str
) -> None:
    page = Page(await api.client.get(f"/{query}", headers=HTML))
    [picture] = [it for it in page.loads if shown in it]
    assert (await api.client.get(picture)).headers["content-type"] == "image/webp"


async def test_the_search_knows_every_page(api: Api) -> None:
    sections = (await api.client.get("/docs/search.json")).json()
    urls = {section["url"].partition("#")[0] for section in sections}
    assert urls == {f"/docs/{slug}" for slug in SLUGS}
    assert all(section["page"] and section["heading"] for section in sections)


async def test_pages_are_there_while_render_is_away(api: Api, stack: Stack) -> None:
    names = stack.services.names("render")
    pids = [pid for name in names for pid in with_descendants(stack.process(name).pid)]
    with stopped(pids):
        for path in ("/", "/docs", "/docs/api", "/docs/templates", "/templates", "/pricing"):
            assert (await api.client.get(path, headers=HTML)).status_code == 200, path


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/", "GET or HEAD"), ("/login", "GET or HEAD or POST"), ("/healthz", "GET or HEAD")],
)
async def test_a_page_says_which_methods_it_has(api: Api, path: str, methods: str) -> None:
    response = await api.client.request("PUT", path)

    assert response.json()["error"]["code"] == "method_not_allowed"
    assert response.json()["error"]["message"] == f"Use {methods}."
    assert set(response.headers["Allow"].split(", ")) == set(methods.split(" or "))
    assert response.headers["X-Request-Id"]
