"""Which pages of sites are told to be verified, on a real Postgres."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

import pytest

from og_edge.look_store import PostgresPageLooks
from og_edge.looks import PageLook
from og_edge.page import CardTag
from og_edge.site_states import SiteStates
from og_edge.sites import CardDefaults, Site, TagPolicy
from og_edge.tags import TagReader
from og_edge.templates import Template, TemplateCatalog
from og_service.background import running
from og_service.postgres import Pool

BASE = "https://instantog.com"
ACCOUNT = "acct_1"
TEMPLATE = Template("generic/standard", {})
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def looks(pool: Pool) -> PostgresPageLooks:
    return PostgresPageLooks(pool)


@pytest.fixture
def site() -> Site:
    return Site(
        site_id=f"site_{uuid.uuid4().hex[:16]}",
        account_id=ACCOUNT,
        domain="example.com",
        create_time=NOW,
        further_hosts=(),
        includes_subdomains=False,
        tag_policy=TagPolicy.SAME_CARD,
        daily_generations_max=10,
        daily_credits_max=0,
        suspend_time=None,
        card_defaults=CardDefaults(),
        serves_fallback=False,
    )


async def _listed() -> Sequence[Template]:
    return [TEMPLATE]


def _tagged(
    site: Site, path: str, of_path: str = "", *, age_s: int = 0, host: str = ""
) -> PageLook:
    """Look at a page whose tag is for the page of another path, or its own."""
    url = f"https://example.com{path}"
    card = f"{BASE}/api/og?site={site.site_id}&template={TEMPLATE.template_id}"
    tag = CardTag("og:image", f"{card}&url=https://example.com{of_path or path}")
    when = NOW - dt.timedelta(seconds=age_s)
    final = f"https://{host}{path}" if host else url
    return PageLook(url, final, tags=[tag], look_time=when)


async def test_the_last_page_whose_tag_is_its_own_is_told(
    looks: PostgresPageLooks, site: Site
) -> None:
    own, older = _tagged(site, "/own", age_s=20), _tagged(site, "/older", age_s=30)
    others = _tagged(site, "/copied", of_path="/own", age_s=10)
    left = _tagged(site, "/left", host="elsewhere.example", age_s=5)
    for look in (older, own, others, left):
        await looks.remember(site.site_id, ACCOUNT, look)
    catalog = TemplateCatalog(_listed)
    states = SiteStates(looks, TagReader(BASE, frozenset()), catalog)
    async with running(catalog.keep_fresh):
        assert await states.last_verified(ACCOUNT, [site]) == {site.site_id: own}
        assert await states.last_verified("acct_2", [site]) == {}
        assert await states.pages(ACCOUNT, site) == [
            (left, False),
            (others, False),
            (own, True),
            (older, True),
        ]
        lax = replace(site, tag_policy=TagPolicy.ANY)
        assert await states.last_verified(ACCOUNT, [lax]) == {site.site_id: others}
