"""The debugger and the tag generator by plain HTTP, as without JavaScript and account."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from urllib.parse import quote

import pytest
import pytest_asyncio
from starlette.responses import Response

from og_edge.link_previews.platforms import PLATFORMS
from og_edge.snippets import Framework
from og_edge.web.debugger_pages import STRANGERS
from og_edge.web.throttling import OWNERS
from og_stack.stack import Stack
from tests.e2e.pages import page_of_a_site, picture
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.people import Person, owner, somebody, words_of


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(stack: Stack) -> AsyncIterator[Person]:
    async with somebody(stack.base_url) as person:
        yield person


def put_page(site: LocalSite, image: str) -> str:
    tags = f'<meta property="og:title" content="Bees &amp; &lt;b&gt;flowers">\n{image}'
    return site.put_page("Bees", tags)


async def look(person: Person, url: str, **query: str) -> str:
    more = "".join(f"&{name}={value}" for name, value in query.items())
    response = await person.get(f"/debugger?url={quote(url, safe='')}{more}")
    assert response.status_code == 200, words_of(response)
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    return response.text


async def test_the_page_asks_for_an_address(visitor: Person) -> None:
    response = await visitor.get("/debugger")
    assert response.status_code == 200
    assert 'action="/debugger"' in response.text
    for platform in PLATFORMS:
        assert platform.name in words_of(response)


async def test_a_page_is_shown_as_ten_platforms_draw_it(visitor: Person, site: LocalSite) -> None:
    image = site.put_bytes(picture(), "image/png")
    url = put_page(site, f'<meta property="og:image" content="{image}">')
    text = await look(visitor, url)
    for platform in PLATFORMS:
        assert f'class="mock {platform.platform_id} ' in text
        assert unescape(text).count(f"--user-agent {platform.user_agent}") <= 1
    assert text.count("Bees &amp; &lt;b&gt;flowers") > len(PLATFORMS)
    assert "<b>flowers" not in text
    assert text.count("data:image/webp;base64,") == 1  # once, however many cards show it
    assert "64 × 64 px" in text
    assert f"http://{site.address}/…" in text
    assert "twitter:card is missing" in text
    assert not re.findall(r'(?:src|href)="https?://', text)  # the browser asks nobody else
    assert ' style="' not in text


async def test_a_picture_on_a_page_of_others_has_nothing_looked_at(
    visitor: Person, site: LocalSite
) -> None:
    asked: list[str] = []
    url = put_page(site, "")

    def answer(agent: str) -> Response:
        asked.append(agent)
        return Response("<title>T</title>", media_type="text/html")

    site.put_echo(lambda request: answer(request.headers["user-agent"]), url)
    path = f"/debugger?url={quote(url, safe='')}"
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}
    assert (await visitor.client.get(path, headers=headers)).status_code == 200
    assert asked == []
    headers["Sec-Fetch-Dest"] = "document"
    assert (await visitor.client.get(path, headers=headers)).status_code == 200
    assert asked


async def test_the_page_is_asked_for_as_the_chosen_crawler(
    visitor: Person, site: LocalSite
) -> None:
    agents: list[str] = []
    url = put_page(site, "")

    def answer(agent: str) -> Response:
        agents.append(agent)
        return Response("<title>T</title>", media_type="text/html")

    site.put_echo(lambda request: answer(request.headers["user-agent"]), url)
    await look(visitor, url, **{"as": "discord"})
    [agent] = agents
    assert "Discordbot/2.0" in agent
    assert "InstantOG/" in agent


async def test_a_card_of_ours_is_noticed(visitor: Person, site: LocalSite, stack: Stack) -> None:
    card = f"{stack.base_url}/api/og?site=site_1&amp;template=generic/standard&amp;url=x"
    url = put_page(site, f'<meta property="og:image" content="{card}">')
    text = await look(visitor, url)
    assert "is an Instant OG card" in text
    assert 'href="/dashboard/sites"' in text


async def test_what_a_look_costs_is_said(
    visitor: Person, site: LocalSite, stack: Stack, customer: Customer
) -> None:
    assert "charged to the account of its site" in (await visitor.get("/debugger")).text
    _, url = await page_of_a_site(stack, site, customer, "Bees of the valley")
    assert "costs its owner 1 credit" in await look(visitor, url)


async def test_a_page_that_carries_its_card_has_nothing_to_mend(
    visitor: Person, site: LocalSite, stack: Stack, customer: Customer
) -> None:
    _, url = await page_of_a_site(stack, site, customer, "Bees of the valley")
    text = await look(visitor, url)
    assert "1200 × 630 px" in text
    assert text.count("Large picture") == len(PLATFORMS) - 2  # X and Discord ask for twitter:card
    assert 'class="badge bad"' not in text


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://10.0.0.1/", "not on the internet"),
        ("ftp://example.com/", "https://"),
        ("intranet", "host"),
        ("https://example.com/a b", "white space"),
        ("javascript:alert(1)", "host"),
    ],
)
async def test_what_cannot_be_looked_at_is_said_at_the_field(
    visitor: Person, url: str, words: str
) -> None:
    response = await visitor.get(f"/debugger?url={quote(url, safe='')}")
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert words in words_of(response)


async def test_a_page_that_is_not_there_is_told_as_such(visitor: Person, site: LocalSite) -> None:
    text = await look(visitor, f"http://{site.address}/nothing")
    assert "The page is answered with status 404" in text
    assert 'id="previews"' not in text


async def test_strangers_may_look_so_often_and_owners_more(
    visitor: Person, site: LocalSite, stack: Stack
) -> None:
    url = put_page(site, "")
    async with owner(stack.base_url) as ada:
        for _ in range(STRANGERS[0].times):
            await look(visitor, url)
            await look(ada, url)
        refused = await visitor.get(f"/debugger?url={quote(url, safe='')}")
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= STRANGERS[0].seconds
        assert "sign in to look at more" in words_of(refused)
        await look(ada, url)
        for _ in range(OWNERS[0].times - STRANGERS[0].times - 1):
            await look(ada, url)
        spent = await ada.get(f"/debugger?url={quote(url, safe='')}")
        assert spent.status_code == 429
        assert "sign in to look" not in words_of(spent)


@pytest.mark.parametrize("framework", list(Framework))
async def test_tags_are_written_for_a_framework(visitor: Person, framework: Framework) -> None:
    response = await visitor.get(
        "/debugger/tags?url=https://www.example.com/a/b&template=article/blog-post&theme=dark"
        f"&site=site_1&framework={framework.value}"
    )
    assert response.status_code == 200
    code = unescape(response.text)
    assert "/api/og?site=site_1&" in unescape(code)
    assert "template=article/blog-post" in code
    assert "theme=dark" in code
    tabs = response.text.partition('aria-label="Framework"')[2].partition("</nav>")[0]
    [chosen] = re.findall(r'aria-current="page">([^<]+)<', tabs)
    assert chosen.lower().replace(".", "") == framework.value


async def test_what_is_wrong_with_a_tag_is_said(visitor: Person) -> None:
    response = await visitor.get("/debugger/tags?accentColor=red")
    assert response.status_code == 422
    assert "accentColor is a hex colour" in words_of(response)
