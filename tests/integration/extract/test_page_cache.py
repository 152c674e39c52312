"""One fetch a page: who shares it, for how long, and when its server is asked again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.support.waiting import eventually

from .conftest import OWN_TIME, OWN_TIME_S, SHORT, Client, ServeExtract, texts
from .web import Answer, Web, respond, respond_forever, respond_until, serve_web, silence

KEEPING = replace(SHORT, page_fresh_s=60, call_s=10.0)
TITLE = "A quiet page"
PAGE = f"<!doctype html><title>{TITLE}</title>"
NEW_TITLE = "A new page"
NEW_PAGE = f"<!doctype html><title>{NEW_TITLE}</title>"
UNREACHABLE = "PAGE_UNREACHABLE"


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with serve_web() as it:
        yield it


@pytest.fixture
async def keeping(serve_extract: ServeExtract, web: Web) -> AsyncIterator[Client]:
    """What was fetched a moment ago stands."""
    async with serve_extract(web, limits=KEEPING) as it:
        yield it


@pytest.fixture
async def asking(serve_extract: ServeExtract, web: Web) -> AsyncIterator[Client]:
    """The server is asked each time whether it still does."""
    async with serve_extract(web, limits=SHORT) as it:
        yield it


def versioned(web: Web, body: str, **validators: str) -> Answer:
    """Answer 304 to whoever names one of the validators."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        _, headers = web.requests[-1]
        named = {headers.get("if-none-match"), headers.get("if-modified-since")}
        is_known = bool({value.lower() for value in validators.values()} & named)
        await respond(304 if is_known else 200, "" if is_known else body, **validators)(writer)

    return answer


def conditions(web: Web) -> list[str | None]:
    return [headers.get("if-none-match") for _, headers in web.requests]


async def all_have_begun(client: Client, web: Web) -> None:
    """Wait until the calls made so far are under way: one channel's calls begin in order."""
    await asyncio.sleep(0)  # tasks that were just made make their calls first
    await client.outcome(web.page("/later", PAGE))
    web.requests[:] = [request for request in web.requests if request[0] != "/later"]


async def test_two_calls_one_after_the_other_are_one_fetch(keeping: Client, web: Web) -> None:
    url = web.page("/", PAGE)
    assert [await keeping.outcome(url) for _ in range(2)] == [TITLE] * 2
    assert await keeping.outcome(url + "#part") == TITLE
    assert web.paths() == ["/"]


async def test_calls_at_the_same_time_are_one_fetch(keeping: Client, web: Web) -> None:
    end = asyncio.Event()
    url = web.on("/", respond_until(end, PAGE.encode()))
    calls = [asyncio.create_task(keeping.outcome(url)) for _ in range(20)]
    await all_have_begun(keeping, web)
    end.set()
    assert await asyncio.gather(*calls) == [TITLE] * 20
    assert web.paths() == ["/"]


async def test_who_asks_for_a_fresh_page_gets_it(keeping: Client, web: Web) -> None:
    url = web.on("/", versioned(web, PAGE, etag='"a"'))
    await keeping.outcome(url)
    assert texts(await keeping.page(url, fresh=True))["title"] == TITLE
    web.on("/", versioned(web, NEW_PAGE, etag='"b"'))
    assert texts(await keeping.page(url, fresh=True))["title"] == NEW_TITLE
    assert await keeping.outcome(url) == NEW_TITLE
    assert conditions(web) == [None, '"a"', '"a"']


async def test_a_caller_is_told_that_a_page_was_fetched_before_it_came(
    keeping: Client, web: Web
) -> None:
    url = web.on("/", versioned(web, PAGE, etag='"a"'))
    assert not (await keeping.page(url)).fetched_before
    assert (await keeping.page(url)).fetched_before
    assert not (await keeping.page(url, fresh=True)).fetched_before  # confirmed, now


async def test_who_joins_a_fetch_is_told_that_it_began_before(keeping: Client, web: Web) -> None:
    end = asyncio.Event()
    url = web.on("/", respond_until(end, PAGE.encode()))
    first = asyncio.create_task(keeping.page(url))
    await all_have_begun(keeping, web)
    second = asyncio.create_task(keeping.page(url))
    await all_have_begun(keeping, web)
    end.set()
    assert [page.fetched_before for page in await asyncio.gather(first, second)] == [False, True]
    assert web.paths() == ["/"]


async def test_a_page_that_a_kept_one_leads_to_was_fetched_before(
    keeping: Client, web: Web
) -> None:
    target = web.page("/target", PAGE)
    refresh = f'<meta http-equiv="refresh" content="0; url={target}">'
    url = web.page("/", f"<!doctype html>{refresh}")
    await keeping.page(target)
    page = await keeping.page(url)
    assert page.final_url == target
    assert page.fetched_before


@pytest.mark.parametrize(
    "validators",
    [
        {"etag": 'W/"a"'},
        {
            "last_modified": "Wed, 25 Nov 2026 10:00:00 GMT",
            "date": "Wed, 25 Nov 2026 11:00:00 GMT",
        },
    ],
    ids=["etag", "last-modified"],
)
async def test_a_page_that_its_server_confirms_is_not_sent_again(
    asking: Client, web: Web, validators: dict[str, str]
) -> None:
    url = web.on("/", versioned(web, PAGE, **validators))
    assert [await asking.outcome(url) for _ in range(3)] == [TITLE] * 3
    web.on("/", versioned(web, NEW_PAGE, etag='"b"'))
    assert await asking.outcome(url) == NEW_TITLE
    assert len(web.requests) == 4


async def test_what_is_kept_by_nobody_is_for_those_who_waited(keeping: Client, web: Web) -> None:
    for headers in ({"cache_control": "private, No-Store"}, {"vary": "Accept, *"}):
        web.requests.clear()
        end = asyncio.Event()
        answer = respond(200, PAGE, etag='"a"', **headers)

        async def answer_late(
            writer: asyncio.StreamWriter, end: asyncio.Event = end, answer: Answer = answer
        ) -> None:
            await end.wait()
            await answer(writer)

        url = web.on("/secret", answer_late)
        calls = [asyncio.create_task(keeping.outcome(url)) for _ in range(3)]
        await all_have_begun(keeping, web)
        end.set()
        assert await asyncio.gather(*calls) == [TITLE] * 3
        assert await keeping.outcome(url) == TITLE
        assert conditions(web) == [None, None]


@pytest.mark.parametrize("cache_control", ["no-cache", "public, max-age=0, must-revalidate"])
async def test_a_server_that_wants_to_be_asked_is_asked(
    keeping: Client, web: Web, cache_control: str
) -> None:
    url = web.on("/", versioned(web, PAGE, etag='"a"', cache_control=cache_control))
    assert [await keeping.outcome(url) for _ in range(2)] == [TITLE] * 2
    assert conditions(web) == [None, '"a"']


async def test_an_error_is_shared_by_those_who_waited_and_not_kept(
    keeping: Client, web: Web
) -> None:
    end = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        await end.wait()
        await respond(500, "no")(writer)

    url = web.on("/", answer)
    calls = [asyncio.create_task(keeping.outcome(url)) for _ in range(5)]
    await all_have_begun(keeping, web)
    end.set()
    assert await asyncio.gather(*calls) == [UNREACHABLE] * 5
    assert len(web.requests) == 1
    web.page("/", PAGE)
    assert await keeping.outcome(url) == TITLE


async def test_who_has_less_time_leaves_alone(serve_extract: ServeExtract, web: Web) -> None:
    async with serve_extract(web, limits=OWN_TIME) as client:
        end = asyncio.Event()
        url = web.on("/", respond_until(end, PAGE.encode()))
        patient = asyncio.create_task(client.outcome(url))
        await eventually(lambda: web.requests)
        assert await client.outcome(url, timeout_s=OWN_TIME_S) == UNREACHABLE
        end.set()
        assert await patient == TITLE
        assert len(web.requests) == 1


async def test_who_began_may_go_and_the_others_still_get_the_page(
    keeping: Client, web: Web
) -> None:
    end = asyncio.Event()
    url = web.on("/", respond_until(end, PAGE.encode()))
    first = asyncio.create_task(keeping.outcome(url))
    await eventually(lambda: web.requests)
    second = asyncio.create_task(keeping.outcome(url))
    await all_have_begun(keeping, web)
    first.cancel()
    end.set()
    assert await second == TITLE
    assert len(web.requests) == 1


async def test_when_all_have_gone_the_next_begins_anew(
    serve_extract: ServeExtract, web: Web
) -> None:
    async with serve_extract(web, limits=OWN_TIME) as client:
        url = web.on("/", respond_until(asyncio.Event(), b"<!doctype html>"))
        assert await client.outcome(url, timeout_s=OWN_TIME_S) == UNREACHABLE
        web.page("/", PAGE)
        assert await client.outcome(url) == TITLE


async def test_who_has_more_time_than_the_first_uses_it(
    serve_extract: ServeExtract, web: Web
) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        if len(web.requests) == 1:
            await silence(writer)
        await respond(200, PAGE)(writer)

    async with serve_extract(web, limits=OWN_TIME) as client:
        url = web.on("/", answer)
        first = asyncio.create_task(client.outcome(url, timeout_s=OWN_TIME_S))
        await eventually(lambda: web.requests)
        assert await client.outcome(url) == TITLE
        assert await first == UNREACHABLE


async def test_a_page_behind_a_redirect_is_kept_and_confirmed_where_it_is(
    asking: Client, web: Web
) -> None:
    url = web.redirect("/short", "/long")
    web.on("/long", versioned(web, PAGE, etag='"a"'))
    for _ in range(2):
        assert (await asking.page(url)).final_url == web.url("/long")
    assert list(zip(web.paths(), conditions(web), strict=True)) == [
        ("/short", None),
        ("/long", None),
        ("/short", None),
        ("/long", '"a"'),
    ]
    web.redirect("/short", "/moved")
    web.on("/moved", versioned(web, NEW_PAGE, etag='"a"'))
    assert await asking.outcome(url) == NEW_TITLE
    assert conditions(web)[-1] is None


async def test_a_redirect_is_followed_once_for_two_calls(keeping: Client, web: Web) -> None:
    url = web.redirect("/short", "/long")
    web.page("/long", PAGE)
    pages = [await keeping.page(url) for _ in range(2)]
    assert {page.final_url for page in pages} == {web.url("/long")}
    assert web.paths() == ["/short", "/long"]


async def test_a_body_that_the_deadline_cut_is_not_kept(
    serve_extract: ServeExtract, web: Web
) -> None:
    async with serve_extract(web, limits=replace(KEEPING, call_s=4.0)) as client:
        url = web.on("/", respond_forever(b".", 0.05, start=PAGE.encode()))
        assert [await client.outcome(url) for _ in range(2)] == [TITLE] * 2
        assert len(web.requests) == 2


async def test_a_confirmation_that_nobody_asked_for_is_an_error(asking: Client, web: Web) -> None:
    url = web.on("/", respond(304, ""))
    error = (UNREACHABLE, "The page answered with status 304.")
    assert await asking.refusal(url) == error
    known = web.redirect("/short", "/long")
    web.page("/long", PAGE, etag='"a"')
    assert await asking.outcome(known) == TITLE
    web.redirect("/short", "/")  # what is known does not come from there
    assert await asking.refusal(known) == error


async def test_the_longest_unused_pages_make_room(serve_extract: ServeExtract, web: Web) -> None:
    limits = replace(KEEPING, cache_bytes=300_000)
    async with serve_extract(web, limits=limits) as client:
        urls = [web.page(f"/{n}", PAGE + " " * 100_000) for n in range(3)]
        for n in (0, 1, 0, 2, 0, 1):
            await client.outcome(urls[n])
        assert web.paths() == ["/0", "/1", "/2", "/1"]


async def test_what_was_kept_for_its_time_is_gone(serve_extract: ServeExtract, web: Web) -> None:
    async with serve_extract(web, limits=replace(SHORT, page_kept_s=0)) as client:
        url = web.on("/", versioned(web, PAGE, etag='"a"'))
        await client.outcome(url)
        await client.outcome(url)
        assert conditions(web) == [None, None]


async def test_a_page_that_many_read_is_held_once(serve_extract: ServeExtract, web: Web) -> None:
    limits = replace(KEEPING, held_bytes=150_000)
    async with serve_extract(web, limits=limits) as client:
        url = web.page("/", PAGE + " " * 100_000)
        assert await asyncio.gather(*(client.outcome(url) for _ in range(10))) == [TITLE] * 10
        other = web.page("/other", PAGE + " " * 100_000)
        assert await client.outcome(other) == TITLE
