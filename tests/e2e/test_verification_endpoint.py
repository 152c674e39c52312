"""What a site's owner is told of its pages' tags, and looking at them now."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from og.auth.v1 import auth_pb2
from og_stack.stack import Stack
from tests.e2e.api import RATE_LIMIT_HEADERS, TEMPLATE, Api, check_card, check_error
from tests.e2e.books import create_site, credits_of, managing, set_tag_policy
from tests.e2e.pages import page_of_a_site, tag, tag_of
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite

PATH = "/api/verification"


async def about(
    api: Api, method: str, customer: Customer | None, **parameters: str
) -> httpx.Response:
    """Ask about the card of these parameters."""
    query = httpx.QueryParams({"template": TEMPLATE, **parameters})
    return await api.ask_raw(query, customer, method=method, path=PATH)


def report(response: httpx.Response) -> dict[str, Any]:
    """Check that this is a report on a look, and give it."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    for name in RATE_LIMIT_HEADERS:
        assert response.headers[name].isdigit(), name
    told: dict[str, Any] = response.json()
    assert set(told) == {
        *("verified", "outcome", "checked_at", "page_url", "final_url", "canonical_url"),
        *("tags", "explanation"),
    }
    age = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(told["checked_at"])
    assert age < dt.timedelta(minutes=5)
    return told


async def test_looking_now_tells_what_the_page_carries(
    api: Api, stack: Stack, site: LocalSite
) -> None:
    owner = await managing(stack, await create_customer(stack, credits=0))
    site_id, url = await page_of_a_site(stack, site, owner, theme="dark", siteName="Ours")
    told = report(await about(api, "POST", owner, url=url, site=site_id, siteName="Theirs"))
    assert (told["verified"], told["outcome"]) == (False, "tag_differs")
    assert (told["page_url"], told["final_url"], told["canonical_url"]) == (url, url, None)
    [found] = told["tags"]
    assert found["property"] == "og:image"
    assert found["url"].startswith(f"{stack.base_url}/api/og?")
    assert (found["is_ours"], found["site_matches"], found["fault"]) == (True, True, None)
    assert found["differs"] == [
        {"parameter": "theme", "in_tag": "dark", "in_request": "light"},
        {"parameter": "siteName", "in_tag": "Ours", "in_request": "Theirs"},
    ]
    assert "theme, siteName" in told["explanation"]
    last = report(await about(api, "GET", owner, url=url, site=site_id, siteName="Theirs"))
    assert last == told
    same = report(
        await about(api, "GET", owner, url=url, site=site_id, theme="dark", siteName="Ours")
    )
    assert (same["verified"], same["outcome"], same["explanation"]) == (True, "tag_found", "")
    assert await credits_of(stack, owner) == 0


async def test_a_denial_is_gone_once_the_owner_looked(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    owner = await managing(stack, customer)
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    check_error(await api.ask(url, site=site_id), 401, "site_not_verified")
    dark = tag(stack, site_id, url, "twitter:image", theme="dark")
    site.put_page("A page", tag(stack, site_id, url) + dark, url)
    check_error(await api.ask(url, site=site_id), 401, "site_not_verified")
    assert report(await about(api, "POST", owner, url=url, site=site_id))["verified"]
    visits = site.visits[url]
    check_card(await api.ask(url, site=site_id), "MISS", 10)
    check_card(await api.ask(url, site=site_id, theme="dark"), "MISS", 10)
    assert site.visits[url] <= visits + 2  # read for the cards, not for their tags


async def test_the_owner_sees_what_a_crawler_met(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    owner = await managing(stack, customer)
    site_id, url = await page_of_a_site(stack, site, customer, theme="dark")
    error = await about(api, "GET", owner, url=url, site=site_id)
    assert error.status_code == 404
    assert error.json()["error"]["code"] == "not_found"
    check_error(await api.ask(url, site=site_id), 401, "site_not_verified")
    told = report(await about(api, "GET", owner, url=url, site=site_id))
    assert told["outcome"] == "tag_differs"
    assert [it["parameter"] for it in told["tags"][0]["differs"]] == ["theme"]


async def test_a_page_known_by_another_url_is_looked_at_there(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    owner = await managing(stack, customer)
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    head = f'<link rel="canonical" href="{url}">{tag(stack, site_id, url)}'
    site.put_page("A page", head, url)
    told = report(await about(api, "POST", owner, url=f"{url}?utm_source=x", site=site_id))
    assert told["verified"]
    assert (told["page_url"], told["canonical_url"]) == (f"{url}?utm_source=x", url)


async def test_a_denial_of_a_page_known_by_another_url_is_gone_too(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    owner = await managing(stack, customer)
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page("A page")
    head = f'<link rel="canonical" href="{url}">'
    site.put_page("A page", head, url)
    asked = f"{url}?utm_source=x"
    check_error(await api.ask(asked, site=site_id), 401, "site_not_verified")
    others = tag(stack, site_id, f"{url}/other", "twitter:image")
    site.put_page("A page", head + others, url)
    assert not report(await about(api, "POST", owner, url=asked, site=site_id))["verified"]
    check_error(await api.ask(asked, site=site_id), 401, "site_not_verified")
    site.put_page("A page", head + others + tag(stack, site_id, url), url)
    assert report(await about(api, "POST", owner, url=asked, site=site_id))["verified"]
    check_card(await api.ask(asked, site=site_id), "MISS", 10)
    check_card(await api.ask(url, site=site_id), "HIT", 1)


@pytest.mark.parametrize("named", ["", "&template={template}&url={url}&theme=dark"])
async def test_where_any_tag_will_do_one_for_another_card_or_none_verifies(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, named: str
) -> None:
    owner = await managing(stack, customer)
    site_id = await create_site(stack, customer, site.address)
    await set_tag_policy(stack, site_id, auth_pb2.TAG_POLICY_ANY)
    url = site.put_page("A page")
    check_error(await api.ask(url, site=site_id), 401, "site_not_verified")
    query = f"site={site_id}{named.format(template=TEMPLATE, url=url)}"
    site.put_page("A page", tag_of(f"{stack.base_url}/api/og?{query}"), url)
    for method in ("POST", "GET"):
        told = report(await about(api, method, owner, url=url, site=site_id))
        assert (told["verified"], told["outcome"]) == (True, "tag_differs")
        assert told["explanation"] == ""
    check_card(await api.ask(url, site=site_id), "MISS", 10)


@pytest.mark.parametrize("status", [404, 500])
async def test_a_page_that_cannot_be_read_is_a_report_too(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, status: int
) -> None:
    owner = await managing(stack, customer)
    site_id = await create_site(stack, customer, site.address)
    url = site.put(lambda: HTMLResponse("Not now.", status))
    told = report(await about(api, "POST", owner, url=url, site=site_id))
    assert (told["verified"], told["outcome"]) == (False, "page_unreachable")
    assert (told["final_url"], told["tags"]) == (None, [])
    assert str(status) in told["explanation"]


async def test_a_page_that_leads_to_another_host_is_not_the_sites(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    owner = await managing(stack, customer)
    site_id = await create_site(stack, customer, site.address)

    def answer(_: Request) -> Response:
        return RedirectResponse(stack.demo.demo_page)

    url = site.put_echo(answer)
    for method in ("POST", "GET"):
        told = report(await about(api, method, owner, url=url, site=site_id))
        assert not told["verified"]
        assert stack.demo.demo_page in told["explanation"]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_another_accounts_site_is_as_one_that_is_none(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, method: str
) -> None:
    site_id, url = await page_of_a_site(stack, site, customer)
    check_card(await api.ask(url, site=site_id))
    other = await managing(stack, await create_customer(stack))
    visits = site.visits[url]
    answers = [
        await about(api, method, other, url=url, site=it)
        for it in (site_id, "site_0000000000000000", "x")
    ]
    messages = {check_error(answer, 401, "invalid_site") for answer in answers}
    assert len(messages) == 1
    assert site.visits[url] == visits


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_page_of_another_domain_is_not_looked_at(
    api: Api, stack: Stack, site: LocalSite, customer: Customer, method: str
) -> None:
    owner = await managing(stack, customer)
    site_id = await create_site(stack, customer, site.address)
    page = stack.demo.demo_page
    check_error(
        await about(api, method, owner, url=page, site=site_id), 401, "site_domain_mismatch"
    )


async def test_who_may_not_ask_and_what_is_wrong(
    api: Api, stack: Stack, site: LocalSite, customer: Customer
) -> None:
    owner = await managing(stack, customer)
    site_id, url = await page_of_a_site(stack, site, customer)
    whole = {"url": url, "site": site_id}
    for method in ("GET", "POST"):
        check_error(await about(api, method, None, **whole), 401, "missing_credentials")
        check_error(await about(api, method, customer, **whole), 401, "insufficient_scope")
        check_error(await about(api, method, owner, url=url), 400, "invalid_parameter")
        check_error(await about(api, method, owner, site=site_id), 400, "invalid_parameter")
        unknown = await about(api, method, owner, **whole, template="no/such")
        check_error(unknown, 400, "unknown_template")
        wrong = Customer(owner.account_id, owner.api_key[:-1])
        check_error(await about(api, method, wrong, **whole), 401, "invalid_api_key")
    check_error(await about(api, "DELETE", owner, **whole), 400, "method_not_allowed")
    assert site.visits[url] == 0
