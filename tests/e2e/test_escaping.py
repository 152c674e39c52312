"""What strangers and customers write is text wherever it is shown, and never markup."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html.parser import HTMLParser

import httpx
import pytest
import pytest_asyncio

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_edge.web.routing import Access, Page
from og_edge.web.site_map import all_pages
from og_service.channels import open_channel
from og_stack.demo_data import ARTICLE_PATH
from og_stack.stack import Stack
from tests.browser.places import Place, filled, name_of, places
from tests.e2e.books import rows
from tests.support.customers import CALL_TIMEOUT_S, operator_token
from tests.support.people import PASSWORD, Person, owner

TAG = "x-evil"
MARKUP = f"""'"><{TAG} onload="1" style='a'>&lt;{TAG}&gt;"""
CARD_TIMEOUT_S = 30
TYPED = (
    *("accent", "api_key_id", "daily_credits", "description", "domain", "email", "ends", "hosts"),
    *("email_password", "fallback", "hosts", "low_balance", "name", "new_password", "next"),
    *("old_password", "overlap", "password", "scope", "site", "template", "title", "token", "url"),
)
LEAVES = ("/logout", "/delete", "/end", "/export", "/revoke")
"""What ends a session or takes something away, and shows nothing of what was sent."""
FORMS = [
    it
    for it in all_pages()
    if it.method == "POST" and it.access is not Access.MACHINE and not it.path.endswith(LEAVES)
]


class Tags(HTMLParser):
    """Collects the elements of a page, and whether any came with a handler of events."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.has_handlers = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.has_handlers |= any(name.startswith("on") for name, _ in attrs)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mallory(stack: Stack) -> AsyncIterator[tuple[Person, dict[str, str]]]:
    """Somebody who writes markup wherever they may; and their objects, by a path's parameter."""
    async with owner(stack.base_url) as person:
        yield person, await _furnished(stack, person)


async def _furnished(stack: Stack, person: Person) -> dict[str, str]:
    async with open_channel(stack.services.target("auth"), operator_token(stack)) as channel:
        accounts = auth_pb2_grpc.AccountServiceStub(channel)
        asked = auth_pb2.GetAccountRequest(email=person.email)
        account = (await accounts.GetAccount(asked, timeout=CALL_TIMEOUT_S)).account
        named = auth_pb2.CreateApiKeyRequest(
            account_id=account.account_id, display_name=MARKUP[:60]
        )
        key = await accounts.CreateApiKey(named, timeout=CALL_TIMEOUT_S)
        registered = auth_pb2.CreateSiteRequest(
            account_id=account.account_id, domain=stack.config.demo_site
        )
        site = await accounts.CreateSite(registered, timeout=CALL_TIMEOUT_S)
    query = {
        "url": f"http://{stack.config.demo_site}{ARTICLE_PATH}?a={MARKUP}",
        "template": "article/blog-post",
        **dict.fromkeys(("title", "description", "siteName", "author", "category"), MARKUP),
    }
    async with httpx.AsyncClient(base_url=stack.base_url, timeout=CARD_TIMEOUT_S) as client:
        headers = {"Authorization": f"Bearer {key.secret}", "User-Agent": MARKUP}
        (await client.get("/api/og", params=query, headers=headers)).raise_for_status()
    # A session whose browser is called so.
    fields = {"email": person.email, "password": PASSWORD}
    token = await person.token("/dashboard")
    signing_in = {"csrf_token": token, **fields}
    headers = {"User-Agent": MARKUP, "Origin": stack.base_url}
    entered = await person.client.post("/login", data=signing_in, headers=headers)
    assert entered.headers["location"] == "/dashboard"
    [(generation_id,)] = rows(
        stack,
        "SELECT id::text FROM edge.generations WHERE account_id = %s",
        account.account_id,
    )
    return {
        "api_key_id": key.api_key.api_key_id,
        "generation_id": generation_id,
        "site_id": site.site.site_id,
    }


@pytest.mark.parametrize("place", [*places()], ids=lambda it: it.name)
async def test_no_page_takes_text_for_markup(
    place: Place, mallory: tuple[Person, dict[str, str]]
) -> None:
    person, objects = mallory
    path = place.path_with(objects)
    queries: tuple[dict[str, str], ...] = (
        {},
        dict.fromkeys(("q", "next", "email", "token", "url", "title", "template"), MARKUP),
        {"url": f"http://example.com/{MARKUP}", "template": "generic/standard", "title": MARKUP},
    )
    for query in queries:
        answer = await person.client.get(path, params=query, follow_redirects=True)
        page = Tags(answer.text)
        assert TAG not in page.found, query
        assert not page.has_handlers, query


async def test_text_is_shown_as_it_was_written(mallory: tuple[Person, dict[str, str]]) -> None:
    """Else the test above would have looked at pages that show nothing of it."""
    person, objects = mallory
    for path in (
        "/dashboard/keys",
        "/dashboard/history",
        f"/dashboard/history/{objects['generation_id']}",
    ):
        answer = await person.get(path)
        assert f"&lt;{TAG} onload=" in answer.text, path


@pytest.mark.parametrize("page", FORMS, ids=name_of)
async def test_no_form_gives_text_back_as_markup(
    page: Page, mallory: tuple[Person, dict[str, str]]
) -> None:
    person, objects = mallory
    path = filled(page.path, objects)
    answer = await person.post(path, dict.fromkeys(TYPED, MARKUP))
    shown = await person.get(answer.headers["location"]) if answer.is_redirect else answer
    given_back = Tags(shown.text)
    assert TAG not in given_back.found
    assert not given_back.has_handlers
