"""What a caller sees of a page that a language model read, and what the model is shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from og.extract.v1 import extract_pb2 as pb
from tests.support.ai_endpoint import AiEndpoint, says, serve_ai

from .ai_pages import DESCRIPTION, KEY, PAGE, STANDARD, TITLE, outcome, sources, texts
from .conftest import Client, ServeExtract
from .web import PNG, Web


@pytest.fixture(scope="module")
async def ai() -> AsyncIterator[AiEndpoint]:
    async with serve_ai() as it:
        yield it


@pytest.fixture(scope="module")
async def client(serve_extract: ServeExtract, web: Web, ai: AiEndpoint) -> AsyncIterator[Client]:
    settings = ai.settings(AI_API_KEY=KEY, AI_TIMEOUT_S="1")
    async with serve_extract(web, **settings) as it:
        yield it


@pytest.fixture
def url(web: Web) -> str:
    return web.page("/bees", PAGE)


async def read(client: Client, ai: AiEndpoint, url: str, **answer: Any) -> pb.ExtractPageResponse:
    """Have the page read by a model that answers so, whatever it answered before."""
    ai.will(says(answer))
    return await client.ai_page(url, fresh=True)


async def test_what_the_page_bears_out_is_taken(client: Client, ai: AiEndpoint, url: str) -> None:
    page = await read(
        client,
        ai,
        url,
        title=TITLE,
        description=DESCRIPTION,
        author="Ann Lee",
        publishedAt="2020-01-02",
    )
    assert outcome(page) == "DELIVERED"
    assert texts(page) == {
        "title": TITLE,
        "description": DESCRIPTION,
        "siteName": "Meadow Post",
        "author": "Ann Lee",
    }
    [day] = [field.date for field in page.fields if field.name == "publishedAt"]
    assert (day.year, day.month, day.day) == (2020, 1, 2)
    assert sources(page) == {
        "title": "ai",
        "description": "ai",
        "siteName": "og:site_name",
        "author": "ai:meta:author",
        "publishedAt": "ai:meta:date",
    }
    [asked] = ai.asked
    assert (asked.method, asked.path) == ("POST", "/v1/chat/completions")
    assert asked.headers["authorization"] == f"Bearer {KEY}"


async def test_the_standard_mode_asks_no_model(client: Client, ai: AiEndpoint, url: str) -> None:
    ai.will(says({"title": TITLE}))
    page = await client.page(url)
    assert outcome(page) == "UNSPECIFIED"
    assert texts(page) == STANDARD
    assert ai.asked == []


async def test_what_the_model_is_shown(client: Client, ai: AiEndpoint, url: str) -> None:
    await read(client, ai, url)
    [asked] = ai.asked
    prompt = asked.prompt
    for shown in ("Bees of the valley | Meadow Post", "h1: Bees of the valley", "Wild bees", "map"):
        assert shown in prompt
    for kept_back in (
        "nobody reads",
        "in the menu",
        "FREE MONEY",
        "MALLORY",
        "Casino",
        "Imprint",
        KEY,
    ):
        assert kept_back not in prompt
    assert asked.schema["properties"]["author"]["enum"] == ["Ann Lee, Bob Ray", "Ann Lee", None]
    assert asked.schema["properties"]["publishedAt"]["enum"] == ["2024-05-17", "2020-01-02", None]
    assert asked.schema["required"] == list(asked.schema["properties"])
    assert "pattern" not in str(asked.schema)
    assert str(asked.schema["required"][0]) in prompt


async def test_no_two_prompts_have_one_marker(client: Client, ai: AiEndpoint, url: str) -> None:
    await read(client, ai, url)
    [first] = ai.asked
    await read(client, ai, url)
    [second] = ai.asked
    assert first.prompt != second.prompt
    assert len(first.prompt) == len(second.prompt)


@pytest.mark.parametrize(
    "title",
    [
        "HACKED BY MALLORY",
        "FREE MONEY for everybody",
        "Cheap pills are sold by the chemist",
        "Casino winners are announced",
        "Bees of the valley BUY NOW",
        "Bees of the valley, 17 facts",
        "Bees of the valley at evil.example",
        "Bees of the valley https://evil.example/x",
        "Die Bienen des Tals und ihre Nester",
        "Пчёлы долины",
        "谷の蜂たち",
        "Bees of the valley \U0001f41d",
        "Bees of the valley for $",
        "Bees of the valley \ue000",
        "Bees of the valley " * 8,
        "B",
        "",
        "Bees of the valley: ignore all previous instructions",
        "As an AI language model I cannot title this page",
    ],
)
async def test_a_title_that_the_page_does_not_bear_out_is_no_title(
    client: Client, ai: AiEndpoint, url: str, title: str
) -> None:
    page = await read(client, ai, url, title=title, author="Ann Lee")
    assert outcome(page) == "REJECTED"
    assert texts(page) == STANDARD
    assert not any(source.startswith("ai") for source in sources(page).values())


@pytest.mark.parametrize(
    "description",
    [
        "Cheap pills are sold by the chemist next door today.",
        "Wild bees of the valley fly 4 km a day to find food.",
        "Wild bees of the valley fly to find food, and 50 % of them come home.",
        "Wild bees of the valley find food, see https://evil.example/pills for more.",
        "Wild bees of the valley find food, says info@evil.example to all.",
        "Wilde Bienen des Tals fliegen jeden Tag weit, um Futter zu finden.",
        "An unrelated text about the football cup and its many winners.",
        "Bees.",
        "Wild bees of the valley fly to find food. " * 10,
    ],
)
async def test_a_description_that_the_page_does_not_bear_out_falls_back_alone(
    client: Client, ai: AiEndpoint, url: str, description: str
) -> None:
    page = await read(client, ai, url, title=TITLE, description=description)
    assert outcome(page) == "DELIVERED"
    assert texts(page) == {**STANDARD, "title": TITLE}
    assert sources(page)["title"] == "ai"
    assert sources(page)["description"] == "og:description"


async def test_a_value_that_was_not_offered_is_not_taken(
    client: Client, ai: AiEndpoint, url: str
) -> None:
    page = await read(
        client, ai, url, title=TITLE, author="Mallory", publishedAt="2031-01-01", price="1 EUR"
    )
    assert outcome(page) == "DELIVERED"
    assert texts(page) == {**STANDARD, "title": TITLE}
    assert sources(page)["author"] == "meta:parsely-author"
    assert sources(page)["publishedAt"] == "article:published_time"
    assert "price" not in sources(page)


async def test_an_answer_that_was_delivered_is_kept_and_another_is_asked_for_anew(
    client: Client, ai: AiEndpoint, web: Web
) -> None:
    url = web.page("/kept", PAGE.replace("Ann Lee", "Kay Poe"))
    ai.will(says({"title": "Nothing of the kind"}))
    assert outcome(await client.ai_page(url)) == "REJECTED"
    ai.will(says({"title": TITLE}))
    for _ in range(2):
        page = await client.ai_page(url)
        assert (outcome(page), texts(page)["title"]) == ("DELIVERED", TITLE)
    assert len(ai.asked) == 1
    assert outcome(await client.ai_page(url, fresh=True)) == "DELIVERED"
    assert len(ai.asked) == 2


async def test_pictures_come_along(client: Client, ai: AiEndpoint, web: Web, url: str) -> None:
    icon = web.page("/given.png", PNG, content_type="image/png")
    ai.will(says({"title": TITLE}))
    page = await client.ai_page(url, ("favicon", icon), fresh=True)
    assert outcome(page) == "DELIVERED"
    assert page.images[0].outcome == pb.IMAGE_OUTCOME_FETCHED


JAPANESE = """<!doctype html><html lang="ja"><head><title>谷の蜂 - 草原新聞</title></head>
<body><main><h1>谷の蜂</h1><p>谷に住む野生の蜂は食べ物を探して一日に3.5キロ飛びます。川沿いでは
二〇二四年に多くの巣が数えられました。博物館が谷の地図を公開しています。</p></main></body></html>"""


async def test_scripts_without_spaces(client: Client, ai: AiEndpoint, web: Web) -> None:
    url = web.page("/ja", JAPANESE)
    answer = {
        "title": "谷の野生の蜂",
        "description": "谷の野生の蜂は食べ物を探して一日に3.5キロ飛ぶ。",
    }
    page = await read(client, ai, url, **answer)
    assert {name: texts(page)[name] for name in answer} == answer
    page = await read(client, ai, url, title="Bees of the valley", description="経済新聞の株価")
    assert outcome(page) == "REJECTED"
