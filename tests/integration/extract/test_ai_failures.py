"""An endpoint that fails costs its own words only: the page is answered as ever, and in time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from og_stack.ports import free_ports
from tests.support.ai_endpoint import (
    AiEndpoint,
    Reply,
    completion,
    drips,
    floods,
    hangs_up,
    says,
    serve_ai,
    slowly,
    status,
)
from tests.support.waiting import eventually

from .ai_pages import PAGE, STANDARD, TITLE, outcome, sources, texts
from .conftest import OWN_TIME, OWN_TIME_S, Client, ServeExtract, reason_of
from .web import Web, silence

TIMEOUT_S = 1.0
GENEROUS_S = 30.0
"""What a call may take at most although its endpoint never ends."""
ANSWER = json.dumps({"title": TITLE, "description": None})


@pytest.fixture(scope="module")
async def ai() -> AsyncIterator[AiEndpoint]:
    async with serve_ai() as it:
        yield it


@pytest.fixture(scope="module")
async def client(serve_extract: ServeExtract, web: Web, ai: AiEndpoint) -> AsyncIterator[Client]:
    settings = ai.settings(AI_TIMEOUT_S=str(TIMEOUT_S))
    async with serve_extract(web, **settings) as it:
        yield it


@pytest.fixture
def url(web: Web) -> str:
    return web.page("/bees", PAGE)


@pytest.mark.parametrize(
    "reply",
    [
        says(ANSWER),
        says(f"```json\n{ANSWER}\n```"),
        says(f"Here is the card:\n\n{ANSWER}\n\nI hope {{that}} helps!"),
        says(f'<think>A draft: {{"title": "Nothing of the kind"}}</think>{ANSWER}'),
        says(f'A draft: {{"title": "Nothing of the kind"}}</think>{ANSWER}'),
        says(json.dumps({"title": TITLE, "description": 7, "author": ["Ann Lee"], "more": {}})),
        says(json.dumps({"title": f" {TITLE}\n"})),
        says([{"type": "text", "text": ANSWER}]),
    ],
    ids=["bare", "fenced", "prose", "thoughts", "half-thoughts", "types", "spaces", "parts"],
)
async def test_an_answer_is_found_in_whatever_dress(
    client: Client, ai: AiEndpoint, url: str, reply: Reply
) -> None:
    ai.will(reply)
    page = await client.ai_page(url, fresh=True)
    assert outcome(page) == "DELIVERED"
    assert texts(page) == {**STANDARD, "title": TITLE}


@pytest.mark.parametrize(
    "reply",
    [
        says(f'{{"title": "{TITLE}", "description": "Wild bees of the'),
        says(f"{ANSWER}\n{json.dumps({'title': 'Bees of the valley'})}"),
        says(json.dumps({"headline": TITLE})),
        says(json.dumps([TITLE])),
        says("I would rather not."),
        says("{" * 50_000),
        says('{"title":' + "[" * 20_000),
        says(""),
        says(None),
        says(None, refusal="I cannot help with that."),
        status(200, b'{"choices": []}'),
        status(200, b"{}"),
        status(200, b"[]"),
        status(200, b"<html>not JSON</html>"),
        status(200, b"\xff\xfe" + completion(ANSWER)),
        status(200, completion(ANSWER)[:-20]),
        status(200, completion(ANSWER), content_encoding="gzip"),
        floods,
        status(400),
        status(401),
        status(403),
        status(404),
        status(302, b"", location="http://127.0.0.1:1/"),
        status(429, retry_after="3600"),
        status(429, retry_after="Wed, 21 Oct 2037 07:28:00 GMT"),
    ],
    ids=[
        "truncated",
        "two answers",
        "wrong schema",
        "list",
        "prose only",
        "braces",
        "depth",
        "empty",
        "null",
        "refusal",
        "no choices",
        "no completion",
        "no object",
        "no JSON",
        "no UTF-8",
        "cut JSON",
        "encoded",
        "huge",
        "400",
        "401",
        "403",
        "404",
        "redirect",
        "429 for long",
        "429 by date",
    ],
)
async def test_nonsense_and_refusals_cost_the_words_of_the_model_only(
    client: Client, ai: AiEndpoint, url: str, reply: Reply
) -> None:
    ai.will(reply)
    page = await client.ai_page(url, fresh=True)
    assert outcome(page) == "FAILED"
    assert texts(page) == STANDARD
    assert "ai" not in sources(page).values()
    assert len(ai.asked) == 1  # none of these pass by themselves


@pytest.mark.parametrize(
    "first",
    [status(500), status(503), status(429), status(429, retry_after="0"), hangs_up],
    ids=["500", "503", "429", "429 for a moment", "reset"],
)
async def test_what_may_pass_by_itself_is_tried_once_more(
    client: Client, ai: AiEndpoint, url: str, first: Reply
) -> None:
    ai.will(first, says({"title": TITLE}))
    page = await client.ai_page(url, fresh=True)
    assert outcome(page) == "DELIVERED"
    assert len(ai.asked) == 2
    ai.will(first)
    page = await client.ai_page(url, fresh=True)
    assert (outcome(page), texts(page)) == ("FAILED", STANDARD)
    assert len(ai.asked) == 2


@pytest.mark.parametrize(
    "reply",
    [slowly(says(ANSWER), 60), drips, slowly(status(500), TIMEOUT_S * 0.75)],
    ids=["slow", "dripping", "slow to fail"],
)
async def test_a_slow_endpoint_is_not_waited_for(
    client: Client, ai: AiEndpoint, url: str, reply: Reply
) -> None:
    ai.will(reply)
    began = time.monotonic()
    page = await client.ai_page(url, fresh=True)
    assert time.monotonic() - began < GENEROUS_S
    assert outcome(page) in {"TIMEOUT", "FAILED"}
    assert texts(page) == STANDARD
    assert len(ai.asked) == 1


async def test_the_caller_s_time_bounds_it_too(
    serve_extract: ServeExtract, ai: AiEndpoint, web: Web, url: str
) -> None:
    ai.will(slowly(says(ANSWER), 60))
    async with serve_extract(web, limits=OWN_TIME, **ai.settings(AI_TIMEOUT_S="60")) as client:
        page = await client.ai_page(url, timeout_s=OWN_TIME_S)
    assert (outcome(page), texts(page)) == ("TIMEOUT", STANDARD)


async def test_an_endpoint_that_is_not_there(
    serve_extract: ServeExtract, web: Web, url: str
) -> None:
    [port] = free_ports(1)
    settings: dict[str, Any] = {"AI_BASE_URL": f"http://127.0.0.1:{port}", "AI_MODEL": "none"}
    async with serve_extract(web, **settings) as client:
        assert (await client.capabilities()).ai_configured
        page = await client.ai_page(url)
    assert (outcome(page), texts(page)) == ("FAILED", STANDARD)


async def test_no_endpoint_is_an_error_before_the_page_is_asked_for(
    serve_extract: ServeExtract, client: Client, web: Web
) -> None:
    url = web.page("/unasked", PAGE)
    async with serve_extract(web) as unset:
        assert not (await unset.capabilities()).ai_configured
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await unset.ai_page(url)
    assert reason_of(caught.value) == "AI_NOT_CONFIGURED"
    assert "/unasked" not in web.paths()
    assert (await client.capabilities()).ai_configured


async def test_one_asking_serves_all_who_ask_at_the_same_time(
    client: Client, ai: AiEndpoint, web: Web
) -> None:
    url = web.page("/crowd", PAGE.replace("Ann Lee", "Cho Wu"))
    ai.will(slowly(says({"title": TITLE}), 0.3))
    pages = await asyncio.gather(*(client.ai_page(url) for _ in range(4)))
    assert {outcome(page) for page in pages} == {"DELIVERED"}
    assert len(ai.asked) == 1


async def test_a_queue_that_is_full_gives_the_standard_page(
    serve_extract: ServeExtract, ai: AiEndpoint, web: Web
) -> None:
    ai.will(slowly(says(ANSWER), 60))
    urls = [web.page(f"/full/{n}", PAGE.replace("Ann Lee", f"Ann Lee {n}th")) for n in range(2)]
    settings = ai.settings(AI_TIMEOUT_S="60", AI_RUNNING_MAX="1", AI_WAITING_MAX="0")
    async with serve_extract(web, limits=OWN_TIME, **settings) as client:
        first = asyncio.create_task(client.ai_page(urls[0], timeout_s=OWN_TIME_S))
        await eventually(lambda: ai.asked)
        refused = await client.ai_page(urls[1])
        assert outcome(refused) == "FAILED"
        assert texts(refused)["title"] == STANDARD["title"]
        assert outcome(await first) == "TIMEOUT"


async def test_an_asking_ends_when_nobody_waits_for_it(
    serve_extract: ServeExtract, ai: AiEndpoint, web: Web
) -> None:
    ai.will(slowly(says(ANSWER), 60))
    abandoned = ai.abandoned
    url = web.page("/gone", PAGE.replace("Ann Lee", "Di Fo"))
    async with serve_extract(web, limits=OWN_TIME, **ai.settings(AI_TIMEOUT_S="60")) as client:
        assert outcome(await client.ai_page(url, timeout_s=OWN_TIME_S)) == "TIMEOUT"
        await eventually(lambda: ai.abandoned > abandoned)


async def test_a_page_that_fails_asks_no_model(client: Client, ai: AiEndpoint, web: Web) -> None:
    ai.will(says({"title": TITLE}))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.ai_page(web.on("/silent", silence))
    assert reason_of(caught.value) == "PAGE_UNREACHABLE"
    assert ai.asked == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {"response_format", "max_tokens", "temperature"}),
        ({"AI_STRUCTURED": "prompt"}, {"max_tokens", "temperature"}),
        (
            {"AI_EXTRA_BODY": '{"max_tokens": null, "temperature": null, "think": false}'},
            {"response_format", "think"},
        ),
    ],
    ids=["json_schema", "prompt", "extra"],
)
async def test_settings_shape_the_request(
    serve_extract: ServeExtract,
    ai: AiEndpoint,
    web: Web,
    url: str,
    settings: dict[str, str],
    expected: set[str],
) -> None:
    ai.will(says({"title": TITLE}))
    async with serve_extract(web, **ai.settings(**settings)) as client:
        assert outcome(await client.ai_page(url)) == "DELIVERED"
    [asked] = ai.asked
    assert set(asked.body) == {"model", "messages", "stream", *expected}
    assert "authorization" not in asked.headers
