"""The playground by plain HTTP: previews with and without a script, and cards made from there."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import AsyncIterator
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
import pytest_asyncio
from PIL import Image
from starlette.responses import HTMLResponse

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card
from tests.support.local_site import LocalSite
from tests.support.people import Person, owner, words_of

PLAYGROUND = "/dashboard/playground"
PREVIEW = f"{PLAYGROUND}/preview"
GENERATE = f"{PLAYGROUND}/generate"
_PICTURE = re.compile(r'src="data:image/(\w+);base64,([^"]+)"')
_STATE = re.compile(r'name="state" value="([^"]*)"')
_CODE = re.compile(r"<code>(.*?)</code>", re.DOTALL)


@pytest_asyncio.fixture(loop_scope="session")
async def ada(stack: Stack) -> AsyncIterator[Person]:
    async with owner(stack.base_url) as person:
        yield person


def _picture(response: httpx.Response) -> tuple[str, tuple[int, int]]:
    """Give format and size in px of the card that is shown."""
    found = _PICTURE.search(response.text)
    assert found, words_of(response)
    with Image.open(io.BytesIO(base64.b64decode(found[2]))) as picture:
        picture.load()
        return found[1], picture.size


def _codes(response: httpx.Response) -> list[str]:
    return [unescape(code) for code in _CODE.findall(response.text)]


async def test_every_template_and_option_can_be_chosen(ada: Person, api: Api) -> None:
    listed = (await api.client.get("/api/templates")).json()["templates"]
    shown = await ada.get(PLAYGROUND)
    for template in listed:
        assert f'value="{template["id"]}"' in shown.text
        assert f'src="/templates/{template["id"]}.webp"' in shown.text
    for template in listed[:3]:
        one = await ada.client.get(PLAYGROUND, params={"template": template["id"]})
        for field in template["fields"]:
            assert f'name="{field["name"]}"' in one.text


async def test_a_preview_shows_the_card_and_where_its_values_are_from(
    ada: Person, site: LocalSite
) -> None:
    url = site.put_page("Seven boats", '<meta name="description" content="At dawn">')
    fields = {"url": url, "template": "generic/standard", "siteName": "Harbour"}
    shown = await ada.post(PREVIEW, {**fields, "omit.favicon": "1"}, at=PLAYGROUND)
    assert shown.status_code == 200
    assert "<html" not in shown.text
    assert _picture(shown) == ("png", (1200, 630))
    words = words_of(shown)
    assert "title Seven boats" in words
    assert "description At dawn" in words
    assert "siteName Harbour typed here" in words
    assert "favicon left out" in words
    assert "A new card: 10 credits" in words
    assert words_of(await ada.get("/dashboard/history")).count(url) == 0


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"size": "tall", "format": "jpeg", "theme": "dark"}, ("jpeg", (1080, 1350))),
        ({"size": "square", "format": "webp", "gradientBg": "true"}, ("webp", (1080, 1080))),
    ],
)
async def test_without_a_script_the_page_holds_the_picture(
    ada: Person, site: LocalSite, choices: dict[str, str], expected: tuple[str, tuple[int, int]]
) -> None:
    query = {"url": site.put_page("A page"), "accentColor": "#16a34a", "preview": "1", **choices}
    shown = await ada.client.get(PLAYGROUND, params=query)
    assert shown.status_code == 200
    assert _picture(shown) == expected
    state = _STATE.search(shown.text)
    assert state
    kept = {name: value for name, [value] in parse_qs(unescape(state[1])).items()}
    assert kept.items() >= (query.items() - {"preview": "1"}.items())
    again = await ada.client.get(f"{PLAYGROUND}?{unescape(state[1])}")
    assert 'value="#16a34a"' in again.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"accentColor": "green"}, "accentColor is a hex colour"),
        ({"size": "huge"}, "size is wide, square or tall"),
        ({"url": "ftp://example.com"}, "url:"),
        ({"url": "http://10.0.0.1/"}, "url:"),
        ({"title": "x" * 2_049}, "at most 2,048"),
    ],
)
async def test_what_is_wrong_is_said_beside_the_picture(
    ada: Person, site: LocalSite, fields: dict[str, str], words: str
) -> None:
    form = {"url": site.put_page("A page"), **fields}
    shown = await ada.post(PREVIEW, form, at=PLAYGROUND)
    assert shown.status_code == 200
    assert words in words_of(shown)
    assert not _PICTURE.search(shown.text)


async def test_a_page_that_is_away_is_said_too(ada: Person, site: LocalSite) -> None:
    gone = site.put(lambda: HTMLResponse("Nothing.", 404))
    without = words_of(await ada.post(PREVIEW, {"url": gone}, at=PLAYGROUND))
    assert "404" in without
    assert "Make this card" not in without
    assert "With an API key" not in without
    with_title = await ada.post(PREVIEW, {"url": gone, "title": "Own"}, at=PLAYGROUND)
    assert _picture(with_title) == ("png", (1200, 630))
    assert "Make this card" in words_of(with_title)


async def test_the_snippets_for_frameworks_are_for_the_card_that_was_designed(
    ada: Person, site: LocalSite
) -> None:
    answer = await ada.post("/dashboard/sites", {"domain": site.address}, at="/dashboard/sites")
    path = answer.headers["location"]
    url = site.put_page("Seven & boats")
    form = {"url": url.removeprefix("http://"), "site": path.rpartition("/")[2]}
    form |= {"template": "article/news", "theme": "dark", "siteName": "Own", "omit.author": "1"}
    shown = await ada.post(PREVIEW, form, at=PLAYGROUND)
    link = re.search(rf'href="({path}\?[^"]+)"', shown.text)
    assert link, words_of(shown)
    there = await ada.get(unescape(link[1]))
    tag = _codes(there)[1]
    assert tag in _codes(shown)
    assert f"template=article/news&amp;url={url}&amp;theme=dark&amp;author=&amp;siteName=Own" in tag
    assert 'og:image:alt" content="Seven &amp; boats"' in tag
    tab = re.search(r'href="(\?page=[^"]+for=nextjs[^"]*)"', there.text)
    assert tab
    code = _codes(await ada.get(f"{path}{unescape(tab[1])}"))[1]
    assert "theme=dark" in code
    assert '"Seven & boats"' in code
    back = re.search(r'href="(/dashboard/playground\?[^"]+)"', there.text)
    assert back
    again = unescape((await ada.get(unescape(back[1]))).text)
    assert f'value="{url}"' in again
    assert 'value="Own"' in again


async def test_what_is_to_copy_works(ada: Person, api: Api, site: LocalSite) -> None:
    answer = await ada.post("/dashboard/sites", {"domain": site.address}, at="/dashboard/sites")
    site_id = answer.headers["location"].rpartition("/")[2]
    url = site.put_page("A page")
    form = {"url": url, "site": site_id, "title": "Own & more", "theme": "dark"}
    shown = await ada.post(PREVIEW, form, at=PLAYGROUND)
    tag, card = _codes(shown)[-2:]
    site.put_page("A page", tag, url)
    check_card(await api.ask_raw(urlsplit(card).query), "MISS", 10)
    by_key = await ada.post(PREVIEW, {**form, "site": ""}, at=PLAYGROUND)
    assert "It is cached: 1 credit" in words_of(by_key)
    assert "Authorization: Bearer YOUR_API_KEY" in unescape(by_key.text)
    elsewhere = await ada.post(PREVIEW, {**form, "url": "https://example.com/"}, at=PLAYGROUND)
    assert "its tag would be refused" in words_of(elsewhere)


async def test_a_card_is_made_and_shown_in_the_history(ada: Person, site: LocalSite) -> None:
    state = urlencode({"url": site.put_page("A page"), "template": "article/news"})
    made = await ada.post(GENERATE, {"state": state}, at=PLAYGROUND)
    assert made.status_code == 303, words_of(made)
    assert made.headers["location"].startswith("/dashboard/history/")
    told = words_of(await ada.get(made.headers["location"]))
    assert "The card is made: 10 credits." in told
    again = await ada.post(GENERATE, {"state": state}, at=PLAYGROUND)
    assert again.headers["location"] == made.headers["location"]
    assert "The card was cached: 1 credit." in words_of(await ada.get(again.headers["location"]))


async def test_a_card_that_cannot_be_made_is_told_and_what_was_chosen_stays(
    ada: Person, site: LocalSite
) -> None:
    gone = site.put(lambda: HTMLResponse("Nothing.", 404))
    state = urlencode({"url": gone, "template": "article/news", "theme": "dark"})
    refused = await ada.post(GENERATE, {"state": state}, at=PLAYGROUND)
    assert refused.status_code == 422
    assert "404" in words_of(refused)
    assert gone in refused.text
    for state in ("", "url=https://example.com/&mode=ai", "%%%"):
        refused = await ada.post(GENERATE, {"state": state}, at=PLAYGROUND)
        assert refused.status_code in {400, 422}


async def test_a_sites_look_is_put_on_where_it_is_asked_for(ada: Person, site: LocalSite) -> None:
    answer = await ada.post("/dashboard/sites", {"domain": site.address}, at="/dashboard/sites")
    site_id = answer.headers["location"].rpartition("/")[2]
    shown = await ada.client.get(PLAYGROUND, params={"site": site_id, "apply": "1"})
    assert f'value="{site_id}" selected' in shown.text
    foreign = await ada.client.get(PLAYGROUND, params={"site": "site_0000000000000000"})
    assert "site_0000000000000000" not in foreign.text


async def test_previews_are_for_who_is_signed_in(api: Api) -> None:
    for answer in (
        await api.client.get(PLAYGROUND),
        await api.client.post(PREVIEW, data={"url": "https://example.com/"}),
    ):
        assert answer.status_code in {303, 403}
