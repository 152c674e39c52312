"""Sites at the dashboard, by plain HTTP: from a domain to a page whose tag is verified."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from og_edge.web.throttling import OWNERS
from og_stack.stack import Stack
from tests.e2e.api import Api, check_card, check_error
from tests.e2e.pages import tag_of
from tests.support.local_site import LocalSite
from tests.support.people import Person, owner, words_of
from tests.support.processes import stopped, with_descendants

SITES = "/dashboard/sites"
_CODE = re.compile(r'aria-label="HTML code with the tag"><code>(.*?)</code>', re.DOTALL)


@pytest_asyncio.fixture(loop_scope="session")
async def ada(stack: Stack) -> AsyncIterator[Person]:
    async with owner(stack.base_url) as person:
        yield person


async def _registered(person: Person, domain: str) -> str:
    """Register a domain at the dashboard and give the path of the site's page."""
    answer = await person.post(SITES, {"domain": domain}, at=SITES)
    assert answer.status_code == 303, words_of(answer)
    return answer.headers["location"]


async def _tag(person: Person, path: str, url: str) -> str:
    """Copy the tag of a page from the dashboard."""
    shown = await person.client.get(path, params={"page": url})
    found = _CODE.search(shown.text)
    assert found, words_of(shown)
    return unescape(found[1])


async def _look(person: Person, path: str, url: str) -> str:
    """Have a page looked at and give what is said of it."""
    return words_of(await person.post(f"{path}/look", {"page": url}, at=path))


async def test_from_a_domain_to_a_verified_page(ada: Person, api: Api, site: LocalSite) -> None:
    path = await _registered(ada, site.address)
    site_id = path.rpartition("/")[2]
    url = site.put_page("A page")
    assert "not looked at this page" in words_of(await ada.client.get(path, params={"page": url}))
    missing = await _look(ada, path, url)
    assert "Not verified" in missing
    assert "No og:image and no twitter:image tag is in the page's HTML" in missing
    site.put_page("A page", await _tag(ada, path, url), url)
    found = await _look(ada, path, url)
    assert "Verified" in found
    assert "Not verified" not in found
    assert "carries this card" in found
    query = f"site={site_id}&template=generic/standard&url={url}"
    check_card(await api.ask_raw(query), "MISS", 10)
    listed = words_of(await ada.get(SITES))
    assert "verified" in listed
    assert url.removeprefix("http://") in listed
    assert "1 of 10" in listed  # new cards of today
    assert "Verified" in words_of(await ada.client.get(path, params={"page": url}))


async def test_what_differs_in_a_tag_is_told_parameter_by_parameter(
    ada: Person, stack: Stack, site: LocalSite
) -> None:
    path = await _registered(ada, site.address)
    site_id, url = path.rpartition("/")[2], site.put_page("A page")
    other = f"{url}/other"
    card = f"{stack.base_url}/api/og?site={site_id}&template=article/news&url={other}&theme=dark"
    site.put_page("A page", tag_of(card), url)
    told = await _look(ada, path, url)
    assert "ours, another card" in told
    assert f"url {other} {url}" in told
    assert "template article/news generic/standard" in told
    assert "theme dark light" in told
    foreign = card.replace(site_id, "site_0000000000000000")
    site.put_page("A page", tag_of(foreign), url)
    told = await _look(ada, path, url)
    assert "ours, another site id" in told
    assert f"site site_0000000000000000 {site_id}" in told
    site.put_page("A page", tag_of("https://cdn.example.com/picture.png"), url)
    assert "not ours" in await _look(ada, path, url)
    site.put_page("A page", tag_of(f"{card}&theme=blue"), url)
    assert "ours, cannot be used" in await _look(ada, path, url)


async def test_a_page_whose_own_tag_is_of_another_design_is_verified(
    ada: Person, stack: Stack, site: LocalSite
) -> None:
    path = await _registered(ada, site.address)
    site_id, url = path.rpartition("/")[2], site.put_page("A page")
    card = f"{stack.base_url}/api/og?site={site_id}&template=article/news&url={url}&title=Own"
    site.put_page("A page", tag_of(card), url)
    told = await _look(ada, path, url)
    assert "Not verified" not in told
    assert "carries this card" in told


async def test_redirects_scripts_and_pages_that_are_away_are_told(
    ada: Person, stack: Stack, site: LocalSite
) -> None:
    path = await _registered(ada, site.address)
    script = f'<script>const tag = "{stack.base_url}/api/og?site=x";</script>'
    told = await _look(ada, path, site.put_page("A page", script))
    assert "crawlers run no scripts" in told
    gone = site.put(lambda: HTMLResponse("Nothing.", 404))
    told = await _look(ada, path, gone)
    assert "The page cannot be read" in told
    assert "404" in told

    def away(_: Request) -> Response:
        return RedirectResponse(stack.demo.demo_page)

    told = await _look(ada, path, site.put_echo(away))
    assert "which is not the site's" in told
    assert stack.demo.demo_page in told


async def test_a_page_of_another_domain_is_refused_at_its_field(
    ada: Person, stack: Stack, site: LocalSite
) -> None:
    path = await _registered(ada, site.address)
    for url in (stack.demo.demo_page, "ftp://example.com/", "https://"):
        shown = await ada.client.get(path, params={"page": url})
        assert shown.status_code == 422
        assert 'id="e-page"' in shown.text
        looked = await ada.post(f"{path}/look", {"page": url}, at=path)
        assert looked.status_code == 422


@pytest.mark.parametrize("domain", ["", "localhost", "co.uk", "https://example.com/x", "<b>"])
async def test_what_cannot_be_registered_is_said_at_the_field(ada: Person, domain: str) -> None:
    refused = await ada.post(SITES, {"domain": domain}, at=SITES)
    assert refused.status_code == 422
    assert 'id="e-domain"' in refused.text
    assert "<b>" not in refused.text


async def test_rules_are_saved_and_hold(ada: Person, api: Api) -> None:
    path = await _registered(ada, "rules.example.com")
    rules = f"{path}/rules"
    form = {
        "further_hosts": "staging.example.org\n\n  other.example.net  \n",
        "includes_subdomains": "true",
        "tag_policy": "any",
        "daily_generations_max": "5",
        "daily_credits_max": "70",
    }
    saved = await ada.post(rules, form, at=rules)
    assert (saved.status_code, saved.headers["location"]) == (303, rules)
    shown = unescape((await ada.get(rules)).text)
    assert "staging.example.org\nother.example.net</textarea>" in shown
    assert "0 of 5 new cards, 0 of 70 credits" in words_of(await ada.get(rules))
    site_id = path.rpartition("/")[2]
    denied = await api.ask("https://staging.example.org/", site=site_id)
    assert denied.json()["error"]["code"] != "site_domain_mismatch"
    await ada.post(rules, {"tag_policy": "same_card"}, at=rules)
    check_error(
        await api.ask("https://staging.example.org/", site=site_id), 401, "site_domain_mismatch"
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"further_hosts": "not a host"}, "further_hosts"),
        ({"further_hosts": "\n".join(f"h{n}.example.com" for n in range(21))}, "further_hosts"),
        ({"daily_generations_max": "-1"}, "daily_generations_max"),
        ({"daily_credits_max": "lots"}, "daily_credits_max"),
    ],
)
async def test_rules_that_cannot_be_are_said_at_their_fields(
    ada: Person, fields: dict[str, str], field: str
) -> None:
    rules = f"{await _registered(ada, 'wrong.example.com')}/rules"
    refused = await ada.post(rules, fields, at=rules)
    assert refused.status_code == 422
    assert f'id="e-{field}"' in refused.text
    assert fields[field] in unescape(refused.text)


async def test_a_deleted_site_is_gone(ada: Person, api: Api, site: LocalSite) -> None:
    path = await _registered(ada, site.address)
    deleted = await ada.post(f"{path}/delete", {}, at=path)
    assert (deleted.status_code, deleted.headers["location"]) == (303, SITES)
    assert (await ada.get(path)).status_code == 404
    site_id = path.rpartition("/")[2]
    check_error(await api.ask(site.put_page("A page"), site=site_id), 401, "invalid_site")


async def test_another_accounts_site_is_as_none(ada: Person, stack: Stack, site: LocalSite) -> None:
    path = await _registered(ada, site.address)
    url = site.put_page("A page")
    async with owner(stack.base_url) as bob:
        for shown in (path, f"{path}/rules"):
            assert (await bob.get(shown)).status_code == 404
        for action in ("look", "rules", "delete"):
            answer = await bob.post(f"{path}/{action}", {"page": url}, at=SITES)
            assert answer.status_code == 404
    assert site.visits[url] == 0
    assert (await ada.get(path)).status_code == 200


async def test_looks_are_bounded_for_each_account(ada: Person, site: LocalSite) -> None:
    path = await _registered(ada, site.address)
    form = {"csrf_token": await ada.token(path), "page": site.put_page("A page")}
    for _ in range(OWNERS[0].times):
        assert (await ada.client.post(f"{path}/look", data=form)).status_code == 200
    refused = await ada.client.post(f"{path}/look", data=form)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) <= OWNERS[0].seconds
    assert (await ada.client.get(path)).status_code == 200


async def test_sites_are_looked_after_while_billing_is_away(ada: Person, stack: Stack) -> None:
    path = await _registered(ada, "example.com")
    with stopped(with_descendants(stack.process("billing").pid)):
        assert "Credits today not known now" in words_of(await ada.get(SITES))
        rules = words_of(await ada.get(f"{path}/rules"))
    assert "What was spent today is not known now" in rules
