"""The last looks at pages, on a real Postgres."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from dataclasses import replace

import pytest

from og_edge.look_store import PostgresPageLooks
from og_edge.looks import LOOKS_KEPT, MAX_TAG_URL_CHARS, PageLook
from og_edge.page import CardTag
from og_service.postgres import Pool

URL = "https://www.example.com/post"
NOW = dt.datetime.now(dt.UTC)
LOOK = PageLook(
    page_url=URL,
    final_url=f"{URL}/",
    canonical_url=f"{URL}?id=1",
    tags=[CardTag("og:image", "https://instantog.com/api/og?a"), CardTag("twitter:image", URL)],
    scripts_name_us=True,
    look_time=NOW,
)
MOST = 3


@pytest.fixture
def looks(pool: Pool) -> PostgresPageLooks:
    return PostgresPageLooks(pool, MOST)


@pytest.fixture
def site_id() -> str:
    return f"site_{uuid.uuid4().hex[:16]}"


def later(seconds: float, page_url: str = URL) -> PageLook:
    return replace(LOOK, page_url=page_url, look_time=NOW + dt.timedelta(seconds=seconds))


async def test_a_look_is_remembered(looks: PostgresPageLooks, site_id: str) -> None:
    assert await looks.find(site_id, URL) is None
    await looks.remember(site_id, "acct_1", LOOK)
    assert await looks.find(site_id, URL) == LOOK
    assert await looks.find(site_id, f"{URL}/") is None
    assert await looks.find("site_0", URL) is None


async def test_the_last_look_takes_the_place_of_the_one_before(
    looks: PostgresPageLooks, site_id: str
) -> None:
    failed = PageLook(URL, problem="The page answered with status 500.", look_time=NOW)
    await looks.remember(site_id, "acct_1", failed)
    await looks.remember(site_id, "acct_1", later(1))
    assert await looks.find(site_id, URL) == later(1)
    await looks.remember(site_id, "acct_1", failed)  # written late
    assert await looks.find(site_id, URL) == later(1)


async def test_the_oldest_looks_of_a_site_make_room(looks: PostgresPageLooks, site_id: str) -> None:
    other = f"{site_id[:-1]}x"
    await looks.remember(other, "acct_2", LOOK)
    urls = [f"{URL}/{n}" for n in range(6)]
    for n, url in enumerate(urls):
        await looks.remember(site_id, "acct_1", later(n, url))
    kept = [url for url in urls if await looks.find(site_id, url)]
    assert kept == urls[-MOST:]
    assert await looks.find(other, URL)


async def test_what_strangers_make_up_pushes_no_page_of_the_owners_out(
    looks: PostgresPageLooks, site_id: str
) -> None:
    await looks.remember(site_id, "acct_1", LOOK)
    gone = PageLook(f"{URL}/gone", problem="The page answered with status 404.", look_time=NOW)
    made_up = [
        *(later(n, f"{URL}?{n}") for n in range(1, 6)),
        *(replace(gone, page_url=f"{URL}/{n}", look_time=later(n).look_time) for n in range(6, 9)),
    ]
    for look in made_up:
        await looks.remember(site_id, "acct_1", look)
    assert await looks.find(site_id, URL) == LOOK
    kept = [look for look in made_up if await looks.find(site_id, look.page_url)]
    assert kept == made_up[-MOST:]


async def test_many_looks_at_once_leave_no_more(looks: PostgresPageLooks, site_id: str) -> None:
    urls = [f"{URL}/{n}" for n in range(40)]
    writes = (looks.remember(site_id, "acct_1", later(n, url)) for n, url in enumerate(urls))
    await asyncio.gather(*writes)
    await looks.remember(site_id, "acct_1", later(100))  # trims what others were too busy for
    kept = [url for url in [*urls, URL] if await looks.find(site_id, url)]
    assert kept == [*urls[-MOST + 1 :], URL]


async def test_old_looks_are_forgotten(looks: PostgresPageLooks, pool: Pool, site_id: str) -> None:
    old = replace(LOOK, look_time=NOW - LOOKS_KEPT - dt.timedelta(seconds=1))
    await looks.remember(site_id, "acct_1", old)
    assert await looks.find(site_id, URL) is None
    async with pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT count(*) FROM edge.page_looks WHERE site_id = %s", (site_id,)
        )
        assert await cursor.fetchone() == (0,)


async def test_a_tag_that_is_too_long_to_be_ours_is_left_out(
    looks: PostgresPageLooks, site_id: str
) -> None:
    long = CardTag("og:image", "https://example.com/" + "x" * MAX_TAG_URL_CHARS)
    await looks.remember(site_id, "acct_1", replace(LOOK, tags=[long, *LOOK.tags]))
    assert await looks.find(site_id, URL) == LOOK


async def test_the_last_looks_at_a_site_come_newest_first(
    looks: PostgresPageLooks, site_id: str
) -> None:
    assert await looks.recent("acct_1", site_id) == []
    seen = [later(n, f"{URL}/{n}") for n in range(MOST)]
    for look in seen:
        await looks.remember(site_id, "acct_1", look)
    assert await looks.recent("acct_1", site_id) == seen[::-1]
    assert await looks.recent("acct_2", site_id) == []


async def test_looks_that_found_a_sites_tag_are_given_for_many_sites(
    looks: PostgresPageLooks, site_id: str
) -> None:
    other, third = f"{site_id[:-1]}x", f"{site_id[:-1]}y"
    tag = CardTag("og:image", f"https://instantog.com/api/og?site={site_id}")
    tagged = replace(later(0, f"{URL}/tagged"), tags=[tag])
    for look in (later(1), tagged):
        await looks.remember(site_id, "acct_1", look)
    await looks.remember(other, "acct_1", later(2))
    assert await looks.tagged("acct_1", [site_id, other, third]) == {site_id: [tagged]}
    assert await looks.tagged("acct_2", [site_id]) == {}
    assert await looks.tagged("acct_1", []) == {}
