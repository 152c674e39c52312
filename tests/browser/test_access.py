"""Who may have which page, tried on every page that the table of pages has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio

from og_edge.web.routing import Access, Page
from og_edge.web.site_map import all_pages
from og_stack.stack import Stack
from tests.browser.places import filled, name_of
from tests.browser.world import World
from tests.support.people import Person, owner

PUBLIC = {
    "GET /",
    "GET /debugger",
    "GET /debugger/tags",
    "GET /docs",
    "GET /docs/search.json",
    "GET /docs/{slug}",
    "GET /docs/{slug}.md",
    "GET /favicon.ico",
    "GET /forgot",
    "GET /llms-full.txt",
    "GET /llms.txt",
    "GET /login",
    "GET /og/{name}.png",
    "GET /pricing",
    "GET /reset",
    "GET /robots.txt",
    "GET /signup",
    "GET /sitemap.xml",
    "GET /templates",
    "GET /templates/{category}/{name}",
    "GET /verify",
    "POST /debugger",
    "POST /forgot",
    "POST /login",
    "POST /logout",
    "POST /reset",
    "POST /signup",
    "POST /verify",
}
"""What everybody may ask for; a page that is not here asks who comes."""

MACHINE = {"POST /webhooks/stripe"}
"""What programs ask for that prove by themselves who they are."""

ELSEWHERE = "https://evil.example.com"


def pages(*accesses: Access, method: str = "") -> list[object]:
    """Give the pages of the table that are to be tried."""
    found = (page for page in all_pages() if page.access in accesses)
    return [pytest.param(it, id=name_of(it)) for it in found if method in {"", it.method}]


def pages_of_objects(method: str = "") -> list[object]:
    found = (page for page in all_pages() if page.names_object)
    return [pytest.param(it, id=name_of(it)) for it in found if method in {"", it.method}]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stranger(stack: Stack) -> AsyncIterator[Person]:
    """Somebody with an account of their own and no part in the owner's."""
    async with owner(stack.base_url) as person:
        yield person


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def nobody(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody is signed in with."""
    async with httpx.AsyncClient(
        base_url=stack.base_url, timeout=30, headers={"Accept": "text/html"}
    ) as client:
        yield client


@pytest.mark.parametrize(("access", "named"), [(Access.PUBLIC, PUBLIC), (Access.MACHINE, MACHINE)])
def test_nothing_is_open_that_is_not_listed_here(access: Access, named: set[str]) -> None:
    assert {name_of(page) for page in all_pages() if page.access is access} <= named


@pytest.mark.parametrize("page", pages_of_objects())
async def test_what_belongs_to_another_account_is_not_there(
    page: Page, world: World, stranger: Person
) -> None:
    path = filled(page.path, world.objects)
    if page.method == "GET":
        answer = await stranger.client.get(path)
    else:
        answer = await stranger.post(path, {})
    assert answer.status_code == 404
    said = answer.text
    for secret in (world.account_id, world.owner.email, world.stack.config.demo_site):
        assert secret not in said


@pytest.mark.parametrize("page", pages_of_objects("GET"))
async def test_what_belongs_to_the_account_is_still_there_after_all_that_strangers_tried(
    page: Page, world: World
) -> None:
    answer = await world.owner.client.get(filled(page.path, world.objects))
    assert answer.status_code == 200


@pytest.mark.parametrize("page", pages(Access.SIGNED_IN))
async def test_without_a_session_one_is_asked_to_sign_in_and_comes_back(
    page: Page, world: World, nobody: httpx.AsyncClient
) -> None:
    path = filled(page.path, world.objects)
    answer = await nobody.request(page.method, path, headers={"Origin": str(nobody.base_url)})
    location = urlsplit(answer.headers["location"])
    assert (answer.status_code, location.path, location.netloc) == (303, "/login", "")
    if page.method == "GET":
        assert location.query == f"next={path}".replace("/", "%2F") or location.query == (
            f"next={path}"
        )


@pytest.mark.parametrize("page", pages(Access.SIGNED_IN, Access.PUBLIC, method="POST"))
async def test_a_form_that_is_not_ours_is_refused(
    page: Page, world: World, stranger: Person
) -> None:
    path = filled(page.path, world.objects)
    own = {"Origin": str(stranger.client.base_url).rstrip("/")}
    for form, headers in (
        ({}, own),
        ({"csrf_token": "0" * 64}, own),
        ({"csrf_token": await stranger.token()}, {"Origin": ELSEWHERE}),
        ({"csrf_token": await stranger.token()}, {"Origin": "null"}),
        ({"csrf_token": await stranger.token()}, {"Sec-Fetch-Site": "cross-site"}),
    ):
        answer = await stranger.client.post(path, data=form, headers=headers)
        assert answer.status_code == 403, (form, headers)
    assert (await stranger.client.get("/login")).status_code == 303  # nobody was signed out


async def test_a_program_that_proves_nothing_is_refused(nobody: httpx.AsyncClient) -> None:
    for page in all_pages():
        if page.access is Access.MACHINE:
            answer = await nobody.post(page.path, content=b"{}")
            assert 400 <= answer.status_code < 600, page.path
            assert answer.status_code != 500, page.path
