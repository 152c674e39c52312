"""People take their data along and go, and nothing of them stays but what must."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest_asyncio

from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.books import audit, create_site, key_of, rows, statement
from tests.e2e.pages import tag
from tests.support.customers import Customer, grant
from tests.support.local_site import LocalSite
from tests.support.people import PASSWORD, Person, owner, words_of
from tests.support.processes import stopped, with_descendants
from tests.support.waiting import eventually

EXPORT, DELETE = "/dashboard/settings/export", "/dashboard/settings/delete"


@dataclass(frozen=True)
class Life:
    """Somebody with a key, a site, and a card by each."""

    person: Person
    customer: Customer
    site_id: str
    url: str


@pytest_asyncio.fixture(loop_scope="session")
async def life(stack: Stack, api: Api, site: LocalSite) -> AsyncIterator[Life]:
    async with owner(stack.base_url) as person:
        query = "SELECT account_id FROM auth.accounts WHERE email = %s"
        [(account_id,)] = rows(stack, query, person.email)
        customer = await key_of(stack, account_id)
        await grant(stack, account_id, 1_000)
        site_id = await create_site(stack, customer, site.address)
        url = site.put_page("A page")
        site.put_page("A page", tag(stack, site_id, url), url)
        check_card(await api.ask(url, site=site_id), "MISS", 10)
        check_card(await api.ask(url, customer, theme="dark"), "MISS", 10)
        check_card(await api.ask(url, customer, theme="dark"), "HIT", 1)
        brand = await person.client.get(f"/dashboard/settings/sites/{site_id}/brand.png")
        assert brand.status_code == 200
        yield Life(person, customer, site_id, url)


def objects(stack: Stack, account_id: str) -> list[Path]:
    """Give the pictures that are kept of an account."""
    names = rows(
        stack,
        "SELECT object_name FROM edge.cards WHERE account_id = %s UNION"
        " SELECT object_name FROM edge.brand_cards WHERE account_id = %s",
        account_id,
        account_id,
    )
    return [stack.config.directory / "cards" / name for (name,) in names]


def kept(stack: Stack, account_id: str) -> dict[str, int]:
    """Count the rows that name an account, in whatever table of whatever service."""
    tables = rows(
        stack,
        "SELECT table_schema, table_name FROM information_schema.columns"
        " WHERE column_name = 'account_id' AND table_schema IN ('edge', 'auth', 'billing')",
    )
    query = 'SELECT count(*) FROM {}."{}" WHERE account_id = %s'
    counts = {
        f"{schema}.{table}": rows(stack, query.format(schema, table), account_id)[0][0]
        for schema, table in tables
    }
    return {table: count for table, count in counts.items() if count}


async def test_an_export_is_everything_and_no_secret(stack: Stack, life: Life) -> None:
    wrong = await life.person.post(EXPORT, {"password": "not the password"}, at=EXPORT)
    assert wrong.status_code == 422
    assert "This is not your password" in words_of(wrong)
    answer = await life.person.post(EXPORT, {"password": PASSWORD}, at=EXPORT)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert re.fullmatch(
        r'attachment; filename="instant-og-\d{4}-\d\d-\d\d\.json"',
        answer.headers["content-disposition"],
    )
    found = answer.json()
    assert found["is_complete"] is True
    assert found["account"]["email"] == life.person.email
    assert found["account"]["account_id"] == life.customer.account_id
    assert [site["site_id"] for site in found["sites"]] == [life.site_id]
    assert [key["display_name"] for key in found["api_keys"]] == ["tests"]
    assert len(found["sessions"]) == 1
    assert found["balance"]["available_credits"] == 1_000 + 100 - 21
    assert found["subscription"]["plan_id"] == "free"
    assert len(found["ledger"]) == len(await statement(stack, life.customer))
    assert sum(entry["charged_credits"] for entry in found["ledger"]) == 21
    assert sum(day["spent_credits"] for day in found["daily_spending"]) == 21
    assert [line["page_url"] for line in found["generations"]] == [life.url] * 2
    assert all(line["card"]["digest"] for line in found["generations"])
    assert [look["page_url"] for look in found["page_looks"]] == [life.url]
    assert len(found["brand_cards"]) == 1
    session_token = life.person.client.cookies["og_session"]
    for secret in (life.customer.api_key, session_token, PASSWORD, "argon2"):
        assert secret not in answer.text


async def test_who_goes_leaves_a_ledger_without_a_name_and_nothing_else(
    stack: Stack, api: Api, life: Life
) -> None:
    account_id = life.customer.account_id
    form = await life.person.get(DELETE)
    assert "1,079 credits" in words_of(form)
    wrong = await life.person.post(DELETE, {"password": "not the password"}, at=DELETE)
    assert wrong.status_code == 422
    check_card(await api.ask(life.url, site=life.site_id), "HIT", 1)
    pictures = objects(stack, account_id)
    assert len(pictures) == 3
    lines = await statement(stack, life.customer)
    answer = await life.person.post(DELETE, {"password": PASSWORD}, at=DELETE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert not life.person.client.cookies.get("og_session")

    check_error(await api.ask(life.url, site=life.site_id), 401, "invalid_site")
    check_error(await api.ask(life.url, life.customer, theme="dark"), 401, "invalid_api_key")
    signed_in = await life.person.post(
        "/login", {"email": life.person.email, "password": PASSWORD}, at="/login"
    )
    assert signed_in.status_code == 422
    left = kept(stack, account_id)
    assert left.pop("edge.farewells") == 1  # until nothing that was under way can add any more
    in_auth = {table for table in left if not table.startswith("billing.")}
    assert in_auth <= {"auth.accounts", "auth.deleted_sites", "auth.sign_ups"}  # ids, no names
    assert await statement(stack, life.customer) == lines
    await eventually(lambda: not any(picture.exists() for picture in pictures))
    for schema in ("auth", "edge"):
        assert not mentions(stack, schema, life.person.email)


async def test_an_audit_misses_nothing_of_who_is_gone(
    stack: Stack, life: Life, tmp_path: Path
) -> None:
    answer = await life.person.post(DELETE, {"password": PASSWORD}, at=DELETE)
    assert answer.status_code == 303
    found = await audit(stack, life.customer, [], tmp_path)
    assert found["passed"]


def mentions(stack: Stack, schema: str, text: str) -> list[str]:
    """Name the tables of a schema in which a text stands."""
    tables = rows(
        stack, "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", schema
    )
    query = 'SELECT count(*) FROM {}."{}" AS kept WHERE strpos(kept::text, %s) > 0'
    return [
        table for (table,) in tables if rows(stack, query.format(schema, table), text)[0][0] > 0
    ]


async def test_while_billing_is_away_nobody_goes_and_nothing_is_lost(
    stack: Stack, api: Api, life: Life
) -> None:
    with stopped(with_descendants(stack.process("billing").pid)):
        answer = await life.person.post(DELETE, {"password": PASSWORD}, at=DELETE)
    assert answer.status_code == 503
    assert "A part of our service does not answer" in words_of(answer)
    check_card(await api.ask(life.url, site=life.site_id), "HIT", 1)
    assert "edge.farewells" not in kept(stack, life.customer.account_id)
    again = await life.person.post(DELETE, {"password": PASSWORD}, at=DELETE)
    assert again.status_code == 303


async def test_a_form_from_elsewhere_deletes_nobody(stack: Stack, life: Life) -> None:
    form = {"password": PASSWORD, "csrf_token": "0" * 64}
    answer: httpx.Response = await life.person.client.post(DELETE, data=form)
    assert answer.status_code == 403
    assert kept(stack, life.customer.account_id)
