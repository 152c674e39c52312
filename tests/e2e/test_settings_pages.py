"""What people set of their account and of how their cards look, by plain HTTP."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from PIL import Image

from og_stack.stack import Stack
from tests.e2e.books import rows
from tests.support.local_site import LocalSite
from tests.support.people import PASSWORD, Person, owner, somebody, words_of
from tests.support.processes import stopped, with_descendants

SETTINGS = "/dashboard/settings"
NEW_PASSWORD = "eight small boats at dusk"


@pytest_asyncio.fixture(loop_scope="session")
async def ada(stack: Stack) -> AsyncIterator[Person]:
    async with owner(stack.base_url) as person:
        yield person


@pytest_asyncio.fixture(loop_scope="session")
async def eve(stack: Stack) -> AsyncIterator[Person]:
    async with owner(stack.base_url) as person:
        yield person


async def sign_in(person: Person, password: str = PASSWORD) -> httpx.Response:
    fields = {"email": person.email, "password": password}
    return await person.post("/login", fields, at="/login")


def account_of(stack: Stack, person: Person) -> str:
    query = "SELECT account_id FROM auth.accounts WHERE email = %s"
    [(account_id,)] = rows(stack, query, person.email)
    return str(account_id)


async def site_of(person: Person, domain: str) -> str:
    """Register a site at the dashboard and give its id."""
    response = await person.post("/dashboard/sites", {"domain": domain}, at=SETTINGS)
    found = re.search(r"site_[a-z0-9]+", response.headers.get("location", "") + response.text)
    assert found, words_of(response)
    return found[0]


async def test_a_new_password_ends_all_other_sessions_and_is_the_only_one_that_is_good(
    stack: Stack, ada: Person
) -> None:
    async with somebody(stack.base_url) as elsewhere:
        elsewhere.email = ada.email
        assert (await sign_in(elsewhere)).status_code == 303
        for old, new, field in (
            ("not the password", NEW_PASSWORD, "e-old_password"),
            (PASSWORD, "short", "e-new_password"),
        ):
            fields = {"old_password": old, "new_password": new}
            response = await ada.post(f"{SETTINGS}/password", fields, at=SETTINGS)
            assert response.status_code == 422
            assert field in response.text
        fields = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
        response = await ada.post(f"{SETTINGS}/password", fields, at=SETTINGS)
        assert (response.status_code, response.headers["location"]) == (303, SETTINGS)
        assert "The new password holds" in words_of(await ada.get(SETTINGS))
        assert (await elsewhere.client.get(SETTINGS)).status_code == 303
        assert (await sign_in(elsewhere)).status_code == 422
        assert (await sign_in(elsewhere, NEW_PASSWORD)).status_code == 303


async def test_sessions_are_listed_and_ended_one_by_one_or_all_others(
    stack: Stack, ada: Person
) -> None:
    phone = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1"}
    async with somebody(stack.base_url) as first, somebody(stack.base_url) as second:
        for person in (first, second):
            person.email = ada.email
            person.client.headers.update(phone)
            assert (await sign_in(person)).status_code == 303
        page = await ada.get(SETTINGS)
        assert words_of(page).count("Safari on iPhone") == 2
        assert words_of(page).count("this browser") == 1
        ends = re.findall(r'action="(/dashboard/settings/sessions/sess_\w+/end)"', page.text)
        assert len(ends) == 2
        assert (await ada.post(ends[0], {}, at=SETTINGS)).status_code == 303
        assert (await ada.post(ends[0], {}, at=SETTINGS)).status_code == 404  # it is over
        still = [(await person.client.get(SETTINGS)).status_code for person in (first, second)]
        assert sorted(still) == [200, 303]
        others = f"{SETTINGS}/sessions-elsewhere/end"
        assert (await ada.post(others, {}, at=SETTINGS)).status_code == 303
        for person in (first, second):
            assert (await person.client.get(SETTINGS)).status_code == 303
        assert (await ada.client.get(SETTINGS)).status_code == 200


async def test_a_session_of_somebody_else_is_not_found(
    stack: Stack, ada: Person, eve: Person
) -> None:
    [(session_id,)] = rows(
        stack, "SELECT session_id FROM auth.sessions WHERE account_id = %s", account_of(stack, eve)
    )
    response = await ada.post(f"{SETTINGS}/sessions/{session_id}/end", {}, at=SETTINGS)
    assert response.status_code == 404
    assert (await eve.client.get(SETTINGS)).status_code == 200


async def test_an_address_is_changed_with_the_password_and_to_one_that_nobody_has(
    ada: Person, eve: Person
) -> None:
    new = f"new-{ada.email}"
    for email, password, field in (
        (new, "not the password", "e-email_password"),
        ("nobody", PASSWORD, "e-email"),
        (eve.email, PASSWORD, "e-email"),
    ):
        fields = {"email": email, "email_password": password}
        response = await ada.post(f"{SETTINGS}/email", fields, at=SETTINGS)
        assert response.status_code == 422
        assert field in response.text
    fields = {"email": new, "email_password": PASSWORD}
    assert (await ada.post(f"{SETTINGS}/email", fields, at=SETTINGS)).status_code == 303
    assert new in words_of(await ada.get(SETTINGS))  # mail is not set up here: at once


async def test_one_chooses_when_to_be_told_of_few_credits(stack: Stack, ada: Person) -> None:
    async def choose(credits: str) -> httpx.Response:
        return await ada.post(f"{SETTINGS}/low-balance", {"low_balance": credits}, at=SETTINGS)

    for wrong in ("many", "-1", "1.5", "1,000,000,001", "0" * 12 + "9" * 25, "\uff19"):
        response = await choose(wrong)
        assert response.status_code == 422
        assert "e-low_balance" in response.text
    assert (await choose("1,234")).status_code == 303
    assert 'value="1234"' in (await ada.get(SETTINGS)).text
    assert (await choose("")).status_code == 303
    assert 'value="10"' in (await ada.get(SETTINGS)).text  # a tenth of the free plan's
    with stopped(with_descendants(stack.process("billing").pid)):
        page = await ada.get(SETTINGS)
    assert page.status_code == 200
    assert "Change password" in page.text


async def test_a_sites_defaults_and_fallback_are_set_and_its_card_is_shown(
    stack: Stack, site: LocalSite, ada: Person, eve: Person
) -> None:
    site_id = await site_of(ada, site.address)
    path = f"{SETTINGS}/sites/{site_id}"
    assert site.address in words_of(await ada.get(SETTINGS))
    logo = io.BytesIO()
    Image.new("RGB", (96, 96), "red").save(logo, "PNG")
    fields = {
        "template_id": "article/blog-post",
        "theme": "dark",
        "accent_color": "0AF",
        "logo_url": site.put_bytes(logo.getvalue(), "image/png"),
        "serves_fallback": "true",
    }
    for field, wrong in (("accent_color", "blue"), ("logo_url", "ftp://x/"), ("theme", "pink")):
        response = await ada.post(path, {**fields, field: wrong}, at=path)
        assert response.status_code == 422
        assert f"e-{field}" in response.text
        assert wrong in response.text or field == "theme"
        assert re.search(r'name="serves_fallback"[^>]* checked', response.text)
    before = await ada.client.get(f"{path}/brand.png")
    assert (await ada.post(path, fields, at=path)).status_code == 303
    page = (await ada.get(path)).text
    assert 'value="#00aaff"' in page
    assert re.search(r'<option value="article/blog-post" selected>', page)
    assert re.search(r'name="serves_fallback"[^>]* checked', page)
    after = await ada.client.get(f"{path}/brand.png")
    for picture in (before, after):
        assert picture.headers["content-type"] == "image/png"
        with Image.open(io.BytesIO(picture.content)) as card:
            assert card.size == (1200, 630)
    assert before.content != after.content
    del fields["serves_fallback"]
    assert (await ada.post(path, fields, at=path)).status_code == 303
    query = "SELECT serves_fallback FROM auth.sites WHERE site_id = %s"
    assert rows(stack, query, site_id) == [(False,)]
    for response in (
        await eve.client.get(path),
        await eve.client.get(f"{path}/brand.png"),
        await eve.post(path, fields, at=SETTINGS),
    ):
        assert response.status_code == 404


@pytest.mark.parametrize("path", ["", "/export", "/delete"])
async def test_the_pages_are_for_who_is_signed_in(stack: Stack, path: str) -> None:
    async with somebody(stack.base_url) as visitor:
        response = await visitor.client.get(SETTINGS + path)
        assert response.status_code == 303
        assert response.headers["location"].startswith("/login")
