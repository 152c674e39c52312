"""The pages, and what only they work with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from og_edge.account_parts import open_account_parts
from og_edge.farewells import Access
from og_edge.history_store import PostgresHistory
from og_edge.own_cards import OwnCards
from og_edge.past_cards import PastCards
from og_edge.payers import Payers
from og_edge.preview_store import PostgresPreviewCounts
from og_edge.previews import Previewer
from og_edge.ready_tags import ReadyTags
from og_edge.settings import Settings
from og_edge.site_states import SiteStates
from og_edge.under_way import UnderWay
from og_edge.web.account_pages import AccountPages
from og_edge.web.billing_pages import BillingPages
from og_edge.web.book import Book
from og_edge.web.brand_pages import BrandPages
from og_edge.web.debugger_pages import DebuggerPages
from og_edge.web.docs_pages import DocsPages
from og_edge.web.history_pages import HistoryPages
from og_edge.web.identity_pages import IdentityPages
from og_edge.web.key_pages import KeyPages
from og_edge.web.overview_pages import OverviewPages
from og_edge.web.playground_pages import PlaygroundPages
from og_edge.web.public_pages import PublicPages
from og_edge.web.settings_pages import SettingsPages
from og_edge.web.site_pages import SitePages
from og_edge.web.social_pictures import SocialPictures
from og_edge.web.usage_pages import UsagePages
from og_edge.web.website import Website
from og_edge.wiring.cards import CardParts
from og_edge.wiring.services import Services
from og_service.postgres import BY_INDEX, open_pool

DASHBOARD_CONNECTIONS: Final = 4
"""To PostgreSQL, apart from those for cards: a long look into a history holds up no card."""


@asynccontextmanager
async def open_website(
    settings: Settings, services: Services, parts: CardParts, under_way: UnderWay
) -> AsyncIterator[Website]:
    """Build every page of site_map.PAGE_CLASSES."""
    url, targets = settings.database_url, settings.loopback_targets
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(
            open_pool(
                url, max_connections=DASHBOARD_CONNECTIONS, settings=BY_INDEX, name="dashboard"
            )
        )
        access = Access(
            services.subscriptions, services.sites, services.api_keys, services.identities
        )
        exports, farewells = await stack.enter_async_context(
            open_account_parts(url, services.records, access)
        )
        social_pictures = SocialPictures(services.render)
        stack.push_async_callback(social_pictures.finish)
        previewer = Previewer(parts.drawer, PostgresPreviewCounts(pool))
        own_cards = OwnCards(services.auth, parts.catalog, previewer, parts.cards)
        past_cards = PastCards(
            own_cards, parts.cards, PostgresHistory(pool), parts.stores.blocks, targets
        )
        states = SiteStates(parts.stores.looks, parts.tag_reader, parts.catalog)
        tags = ReadyTags(parts.catalog, targets)
        payers = Payers(services.api_keys, services.sites)
        book = Book(settings.public_base_url)
        books, identities = services.credit_books, services.identities
        pages: list[object] = [
            AccountPages(identities, exports, farewells, books),
            BillingPages(services.payments, books, services.plans),
            BrandPages(services.sites, parts.brands, parts.catalog),
            DebuggerPages(services.inspector, parts.catalog, parts.tag_reader, targets),
            DocsPages(book, parts.catalog),
            HistoryPages(past_cards, payers, parts.catalog),
            IdentityPages(identities, services.subscriptions),
            KeyPages(services.api_keys, books, tags),
            OverviewPages(books, services.subscriptions, payers, past_cards),
            PlaygroundPages(tags, own_cards, services.sites),
            PublicPages(parts.catalog, book, social_pictures),
            SettingsPages(identities, services.sites, books, services.subscriptions),
            SitePages(services.sites, states, books, parts.doctor, tags, parts.brands),
            UsagePages(books, payers),
        ]
        yield Website(
            pages,
            identities,
            under_way,
            base_url=settings.public_base_url,
            trusted_proxies=settings.trusted_proxies,
        )
