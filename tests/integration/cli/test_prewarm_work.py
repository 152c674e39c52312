"""Prewarming beside an API that fails as the real one does only now and then."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise

import httpx
import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from og_cli.prewarm import pacing, work
from og_cli.prewarm.asking import CardApi
from og_cli.prewarm.budget import Budget
from og_cli.prewarm.documents import UnreadableListError
from og_cli.prewarm.fetching import Hosts
from og_cli.prewarm.pages import Found, read_lists
from og_cli.prewarm.state import State
from og_cli.prewarm.work import Result, Work
from og_service.progress import Progress
from tests.support.local_site import LocalSite, local_site

CARD = {"X-Credits-Charged": "10", "X-Cache": "MISS"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site() -> AsyncIterator[LocalSite]:
    async with local_site() as served:
        yield served


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "FIRST_BACKOFF_S", 0.01)


class ScriptedApi:
    """Answers with what the script has next, and then with new cards."""

    def __init__(self, site: LocalSite, *script: Response) -> None:
        self._script: Iterator[Response] = iter(script)
        self.asked: Counter[str] = Counter()
        self.times_s: list[float] = []
        self.result = Result()
        self.budget = Budget(1_000, 10)
        site.put_echo(self._answer, f"http://{site.address}/api/og")
        self._base_url = f"http://{site.address}"

    def _answer(self, request: Request) -> Response:
        self.times_s.append(time.monotonic())
        self.asked[f"{request.method} {request.query_params['url']}"] += 1
        return next(self._script, None) or Response(headers=CARD)

    async def prewarm(self, *urls: str, workers: int = 1) -> Result:
        async with httpx.AsyncClient(base_url=self._base_url) as client:
            api = CardApi(client, {"template": "generic/standard"})
            with State(None, {}) as state, Progress("pages") as progress:
                await Work(api, self.budget, state, self.result).run(urls, workers, progress)
        return self.result


def limited(code: str = "rate_limit_exceeded", after_s: int = 1) -> Response:
    body = {"error": {"code": code, "message": "Wait."}}
    return JSONResponse(body, 429, {"Retry-After": str(after_s)})


def failed() -> Response:
    return JSONResponse({"error": {"code": "internal_error", "message": "Ours."}}, 500)


async def test_a_full_rate_limit_is_waited_for(site: LocalSite) -> None:
    api = ScriptedApi(site, limited(), limited())  # to HEAD, and to the GET that reads why
    result = await api.prewarm("a", "b")
    assert (result.made, result.failures) == (2, [])
    assert api.times_s[2] - api.times_s[1] >= 0.9


async def test_turns_are_as_far_apart_as_three_quarters_of_the_limit_allow(
    site: LocalSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "WINDOW_S", 1.5)
    soon = str(int(time.time()))
    limit = {
        "X-RateLimit-Limit": "10",
        "X-RateLimit-Remaining": "9",
        "X-RateLimit-Reset": soon,
    }
    api = ScriptedApi(site, *(Response(headers=CARD | limit) for _ in range(4)))
    await api.prewarm("a", "b", "c", "d")
    assert api.times_s[-1] - api.times_s[0] >= 0.5  # three turns of 1.5 s / 7.5


async def test_room_that_others_need_is_left(site: LocalSite) -> None:
    crowded = {
        "X-RateLimit-Limit": "1000",
        "X-RateLimit-Remaining": "100",
        "X-RateLimit-Reset": str(int(time.time())),
    }
    api = ScriptedApi(site, Response(headers=CARD | crowded))
    await api.prewarm("a", "b")
    assert api.times_s[1] - api.times_s[0] >= 0.9


async def test_failures_of_the_service_are_tried_again_and_count_as_if_charged(
    site: LocalSite,
) -> None:
    exists = Response(headers={"X-Credits-Charged": "0", "X-Cache": "HIT"})
    api = ScriptedApi(site, failed(), failed(), exists)
    result = await api.prewarm("a")
    assert (result.existing, api.asked["HEAD a"]) == (1, 3)
    assert (api.budget.charged_credits, api.budget.doubtful_credits) == (0, 10)


async def test_a_page_is_given_up_after_some_tries(site: LocalSite) -> None:
    api = ScriptedApi(site, *(failed() for _ in range(work.MAX_TRIES)))
    result = await api.prewarm("a", "b")
    assert [failure.url for failure in result.failures] == ["a"]
    assert (result.made, result.stopped) == (1, "")


async def test_a_service_that_is_down_ends_the_run(site: LocalSite) -> None:
    api = ScriptedApi(site, *(failed() for _ in range(100)))
    result = await api.prewarm(*(str(number) for number in range(50)))
    assert api.asked.total() == work.MAX_TROUBLES_IN_A_ROW
    assert "try again later" in result.stopped


async def test_the_end_of_a_day_is_not_waited_for(site: LocalSite) -> None:
    api = ScriptedApi(site, *(limited("daily_cards_reached", 40_000) for _ in range(2)))
    result = await api.prewarm("a", "b")
    assert (len(result.failures), result.stopped, api.asked["HEAD b"]) == (1, "Wait.", 0)


async def test_a_fallback_is_no_card(site: LocalSite) -> None:
    fallback = {"X-Credits-Charged": "0", "X-Fallback": "page_unreachable"}
    result = await ScriptedApi(site, Response(headers=fallback)).prewarm("a", "b")
    assert (result.failures[0].code, result.made) == ("page_unreachable", 1)


async def test_what_is_no_api_of_ours_is_told(site: LocalSite) -> None:
    result = await ScriptedApi(site, Response("a page")).prewarm("a", "b")
    assert "--api" in result.stopped


def index_of(*urls: str) -> bytes:
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f"<sitemapindex>{entries}</sitemapindex>".encode()


async def read(site: LocalSite, url: str) -> Found:
    async with httpx.AsyncClient() as client:
        return await read_lists(client, [url], Hosts([site.address]))


async def test_indexes_are_followed_but_not_in_circles_nor_elsewhere(site: LocalSite) -> None:
    page = b"<urlset><url><loc>https://example.com/</loc></url></urlset>"
    leaf = site.put_bytes(page, "application/xml")
    index = f"http://{site.address}/index.xml"
    inner = site.put_bytes(index_of(index, leaf), "application/xml")
    gone = f"http://{site.address}/gone.xml"
    elsewhere = "http://127.0.0.1:1/sitemap.xml"
    site.put_bytes(index_of(inner, leaf, gone, elsewhere), "application/xml", index)
    found = await read(site, index)
    assert [entry.url for entry in found.entries] == ["https://example.com/"]
    assert found.lists == 3
    assert found.unread[gone] == "its server answers 404"
    assert "--host 127.0.0.1:1" in found.unread[elsewhere]


async def test_indexes_that_never_end_are_left(site: LocalSite) -> None:
    urls = [f"http://{site.address}/deep-{number}.xml" for number in range(8)]
    for url, inner in pairwise(urls):
        site.put_bytes(index_of(inner), "application/xml", url)
    found = await read(site, urls[0])
    assert found.lists == 4
    assert "nested" in found.unread[urls[4]]


async def test_redirects_are_followed_on_the_same_host_only(site: LocalSite) -> None:
    def redirect(target: str) -> str:
        return site.put(lambda: Response(status_code=301, headers={"Location": target}))

    there = site.put_bytes(b"https://example.com/\n", "text/plain")
    assert len((await read(site, redirect(there))).entries) == 1
    with pytest.raises(UnreadableListError, match="--host"):
        await read(site, redirect("http://127.0.0.1:1/sitemap.xml"))
    circle = f"http://{site.address}/circle"
    site.put(lambda: Response(status_code=302, headers={"Location": circle}), circle)
    with pytest.raises(UnreadableListError, match="more than 5 times"):
        await read(site, circle)
