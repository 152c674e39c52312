from __future__ import annotations

import asyncio
import gzip
import random
import signal
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from starlette.responses import HTMLResponse

from og_stack.ports import LOOPBACK
from og_stack.stack import Stack
from tests.e2e.api import Api
from tests.e2e.books import create_site, credits_of, set_daily_generations, wait_for_credits
from tests.e2e.pages import SlowPage, tag
from tests.e2e.prewarming import (
    Prewarmed,
    finished,
    prewarm,
    put_sitemap,
    sitemap_index,
    start_prewarm,
    urlset,
)
from tests.support.customers import PLENTY, Customer, create_customer
from tests.support.fault_proxy import FaultProxy
from tests.support.local_site import LocalSite
from tests.support.seeds import rng
from tests.support.waiting import eventually

__all__ = ["rng"]


def put_pages(site: LocalSite, count: int) -> list[str]:
    return [site.put_page(f"Page {number}") for number in range(count)]


async def spent(stack: Stack, customer: Customer) -> int:
    return PLENTY - await credits_of(stack, customer)


@pytest_asyncio.fixture(loop_scope="session")
async def way(stack: Stack) -> AsyncIterator[FaultProxy]:
    """A way to the API that fails when a test says so."""
    proxy = FaultProxy("edge", (LOOPBACK, stack.config.http_port))
    async with proxy.listening():
        yield proxy


async def test_a_whole_site_is_made_once_and_costs_nothing_again(
    stack: Stack, api: Api, site: LocalSite, customer: Customer
) -> None:
    pages = put_pages(site, 4)
    zipped = site.put_bytes(gzip.compress(urlset(pages[:2])), "application/gzip")
    plain = put_sitemap(site, [*pages[2:], pages[0], "https://elsewhere.example.com/page"])
    index = site.put_bytes(sitemap_index([zipped, plain]), "application/xml")

    first = await prewarm(stack, customer, "--sitemap", index)
    assert first.status == 0, first.told
    assert (first.report["made"], first.report["credits_charged"]) == (4, 40)
    assert "4 pages (left out: 1 listed twice, 1 on another host)" in first.told
    assert "at most 40 credits" in first.told
    assert await spent(stack, customer) == 40
    for url in pages:
        card = await api.ask(url, customer)
        assert (card.headers["x-cache"], card.headers["x-credits-charged"]) == ("HIT", "1")

    again = await prewarm(stack, customer, "--sitemap", index)
    assert (again.status, again.report["existing"], again.report["credits_charged"]) == (0, 4, 0)
    assert await spent(stack, customer) == 44


async def test_options_and_overrides_are_those_of_the_cards(
    stack: Stack, api: Api, site: LocalSite, customer: Customer
) -> None:
    [page] = put_pages(site, 1)
    done = await prewarm(
        stack,
        customer,
        *("--sitemap", put_sitemap(site, [page]), "--theme", "dark", "--accent-color", "#16a34a"),
        *("--gradient-bg", "--size", "square", "--format", "webp", "--set", "title=A = B"),
    )
    assert done.status == 0, done.told
    look = "theme=dark&accentColor=16a34a&gradientBg=true&size=square&format=webp&title=A+%3D+B"
    query = f"template=generic/standard&url={page}&{look}"
    card = await api.ask_raw(query, customer)
    assert card.headers["x-cache"] == "HIT"


async def test_the_newest_entries_of_a_feed_are_made(
    stack: Stack, site: LocalSite, customer: Customer
) -> None:
    old, new = put_pages(site, 2)
    feed = f"""<rss version="2.0"><channel><link>http://{site.address}/</link>
      <item><link>{old}</link><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate></item>
      <item><guid>{new}</guid><pubDate>Tue, 24 Nov 2026 10:00:00 +0100</pubDate></item>
      </channel></rss>"""
    url = site.put_bytes(feed.encode(), "application/rss+xml")
    done = await prewarm(stack, customer, "--feed", url, "--limit", "1")
    assert (done.status, done.report["made"]) == (0, 1)
    assert (site.visits[old], site.visits[new]) == (0, 1)


async def test_a_budget_is_not_exceeded_and_cards_that_exist_take_nothing_of_it(
    stack: Stack, api: Api, site: LocalSite, customer: Customer
) -> None:
    pages = put_pages(site, 8)
    for url in pages[:2]:
        await api.ask(url, customer)
    sitemap = put_sitemap(site, pages)
    done = await prewarm(
        stack, customer, "--sitemap", sitemap, "--budget", "39", "--concurrency", "8"
    )
    assert (done.status, done.report["made"], done.report["existing"]) == (1, 3, 2)
    assert (done.report["credits_charged"], done.report["not_asked"]) == (30, 3)
    assert "--budget" in done.report["stopped"]
    assert await spent(stack, customer) == 20 + 30


async def test_answers_that_get_lost_do_not_exceed_the_budget(
    stack: Stack, site: LocalSite, customer: Customer, way: FaultProxy, rng: random.Random
) -> None:
    pages = put_pages(site, 12)
    process = await start_prewarm(
        stack,
        customer,
        *("--sitemap", put_sitemap(site, pages), "--budget", "85", "--concurrency", "4"),
        api=f"http://{way.address}",
    )
    running = asyncio.create_task(finished(process))
    for reached in range(1, 4):
        await eventually(partial(_has_come_so_far, site, pages, reached, running))
        if rng.random() < 0.5:
            way.cut()
        else:
            way.cut_in_answer(rng.randrange(1, 400))
    done = await running
    charged, doubtful = done.report["credits_charged"], done.report["credits_in_doubt"]
    assert charged + doubtful <= 85
    assert charged <= await spent(stack, customer) <= charged + doubtful
    assert done.report["made"] + done.report["existing"] >= 4


def _has_come_so_far(
    site: LocalSite, pages: list[str], count: int, running: asyncio.Task[Prewarmed]
) -> bool:
    return running.done() or sum(site.visits[url] for url in pages) >= count


async def test_a_run_that_was_killed_goes_on_where_it_was(
    stack: Stack, site: LocalSite, customer: Customer, tmp_path: Path
) -> None:
    slow = SlowPage(site)
    pages = [*put_pages(site, 3), slow.url, *put_pages(site, 2)]
    options = ("--sitemap", put_sitemap(site, pages), "--state", str(tmp_path / "state"))
    one_by_one = ("--concurrency", "1", "--budget", "60")
    process = await start_prewarm(stack, customer, *options, *one_by_one)
    await slow.asked_for(1)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    slow.may_come.set()
    await wait_for_credits(stack, customer, PLENTY - 40)  # what was asked for is made all the same

    for url in pages[:3]:
        site.put(lambda: HTMLResponse("asked for again", 500), url)
    done = await prewarm(stack, customer, *options, *one_by_one)
    assert done.status == 0, done.told
    assert "3 of them were done before" in done.told
    assert (done.report["existing"], done.report["made"]) == (1, 2)
    assert (done.report["credits_charged"], done.report["credits_in_doubt"]) == (50, 10)
    assert await spent(stack, customer) == 60

    other = await prewarm(stack, customer, *options, "--theme", "dark")
    assert other.status == 1
    assert "another job, with another theme" in other.told


async def test_ctrl_c_tells_how_far_it_came(
    stack: Stack, site: LocalSite, customer: Customer
) -> None:
    slow = SlowPage(site)
    pages = [*put_pages(site, 2), slow.url]
    sitemap = put_sitemap(site, pages)
    process = await start_prewarm(stack, customer, "--sitemap", sitemap, "--concurrency", "1")
    await slow.asked_for(1)
    process.send_signal(signal.SIGINT)
    done = await finished(process)
    slow.may_come.set()
    assert (done.status, done.report["made"], done.report["not_asked"]) == (130, 2, 1)
    assert "Traceback" not in done.told


async def test_pages_without_a_card_are_named_with_what_to_change(
    stack: Stack, site: LocalSite, customer: Customer
) -> None:
    good, gone = site.put_page("Here"), f"http://{site.address}/gone"
    done = await prewarm(stack, customer, "--sitemap", put_sitemap(site, [gone, good]))
    assert (done.status, done.report["made"], done.report["failed"]) == (1, 1, 1)
    [failure] = done.report["failures"]
    assert (failure["url"], failure["code"]) == (gone, "page_unreachable")
    assert "404" in failure["message"]


async def test_without_enough_credits_it_stops(stack: Stack, site: LocalSite) -> None:
    poor = await create_customer(stack, credits=25)
    sitemap = put_sitemap(site, put_pages(site, 6))
    done = await prewarm(stack, poor, "--sitemap", sitemap, "--concurrency", "1")
    assert (done.status, done.report["made"], done.report["not_asked"]) == (1, 2, 3)
    assert "credits" in done.report["stopped"]
    assert await credits_of(stack, poor) == 5


async def test_what_no_page_can_get_stops_at_once(
    stack: Stack, site: LocalSite, customer: Customer
) -> None:
    pages = put_pages(site, 3)
    sitemap = ("--sitemap", put_sitemap(site, pages), "--concurrency", "1")
    stranger = Customer("", customer.api_key[:-4] + "aaaa")
    for who, options, complaint in (
        (stranger, (), "API key"),
        (customer, ("--theme", "blue"), "theme"),
        (customer, ("--template", "no/such"), "template"),
    ):
        done = await prewarm(stack, who, *sitemap, *options)
        assert (done.status, done.report["made"], done.report["not_asked"]) == (1, 0, 2)
        assert complaint in done.report["stopped"]
    assert sum(site.visits[url] for url in pages) == 0


async def test_by_site_each_page_must_carry_its_tag(
    stack: Stack, site: LocalSite, customer: Customer
) -> None:
    site_id = await create_site(stack, customer, site.address)
    tagged, bare, late = put_pages(site, 3)
    for url in (tagged, late):
        site.put_page("Tagged", tag(stack, site_id, url), url)
    await set_daily_generations(stack, site_id, 1)
    sitemap = put_sitemap(site, [bare, tagged, late])
    options = ("--sitemap", sitemap, "--site", site_id, "--concurrency", "1")
    done = await prewarm(stack, None, *options)
    assert (done.status, done.report["made"], done.report["failed"]) == (1, 1, 2)
    codes = [failure["code"] for failure in done.report["failures"]]
    assert codes == ["site_not_verified", "daily_cards_reached"]
    assert await spent(stack, customer) == 10


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        ((), 1, "--sitemap"),
        (("--sitemap", "example.com"), 1, "https://"),
        (("--sitemap", "http://127.0.0.1:1/"), 1, "cannot be fetched"),
        (("--urls", "/nowhere"), 1, "No such file"),
        (("--urls", "-", "--set", "title"), 1, "NAME=VALUE"),
        (("--urls", "-", "--set", "theme=dark"), 1, "option of its own"),
        (("--urls", "-", "--key", "k", "--site", "s"), 1, "--key or --site"),
        (("--urls", "-", "--since", "soon"), 2, "7d"),
        (("--urls", "-", "--concurrency", "1000"), 2, "--concurrency"),
        (("--urls", "-", "--api", "example.com"), 1, "https://"),
        (("--urls", "-", "--state", "/nowhere/state"), 1, "cannot be used"),
    ],
)
async def test_what_is_wrong_is_said_before_anything_is_asked(
    stack: Stack, customer: Customer, arguments: tuple[str, ...], status: int, complaint: str
) -> None:
    done = await prewarm(stack, customer, *arguments)
    assert (done.status, done.report) == (status, {})
    assert complaint in done.told


async def test_where_nothing_answers_it_says_so(
    stack: Stack, customer: Customer, tmp_path: Path
) -> None:
    urls = tmp_path / "urls.txt"
    urls.write_text("# mine\n\nhttps://example.com/\nhttps://example.com/a\n")
    done = await prewarm(stack, customer, "--urls", str(urls), api="http://127.0.0.1:1")
    assert (done.status, done.report["made"]) == (3, 0)
    assert "no answer" in done.report["stopped"]
