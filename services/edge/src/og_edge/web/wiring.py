"""Puts the pages together; the composition root calls it."""

from __future__ import annotations

from dataclasses import dataclass

from og_edge.account_parts import AccountParts
from og_edge.brand_cards import BrandCards
from og_edge.clients.api_keys import ApiKeysClient
from og_edge.clients.credit_books import CreditBooksClient
from og_edge.clients.identity import IdentityClient
from og_edge.clients.inspection import InspectionClient
from og_edge.clients.payments import PaymentsClient
from og_edge.clients.plans import PlansClient
from og_edge.clients.sites import SitesClient
from og_edge.clients.subscriptions import SubscriptionClient
from og_edge.doctor import Doctor
from og_edge.own_cards import OwnCards
from og_edge.past_cards import PastCards
from og_edge.payers import Payers
from og_edge.ready_tags import ReadyTags
from og_edge.settings import Settings
from og_edge.site_states import SiteStates
from og_edge.tags import TagReader
from og_edge.templates import TemplateCatalog
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


@dataclass(frozen=True)
class Parts:
    """What pages are made of, all of it wired already."""

    settings: Settings
    under_way: UnderWay
    identities: IdentityClient
    subscriptions: SubscriptionClient
    own_cards: OwnCards
    past_cards: PastCards
    catalog: TemplateCatalog
    inspector: InspectionClient
    credit_books: CreditBooksClient
    payment_desk: PaymentsClient
    plan_keeper: PlansClient
    api_keys: ApiKeysClient
    sites: SitesClient
    states: SiteStates
    doctor: Doctor
    tags: ReadyTags
    brands: BrandCards
    accounts: AccountParts
    social_pictures: SocialPictures


def build_website(parts: Parts) -> Website:
    """Build every page of site_map.PAGE_CLASSES on its parts."""
    payers = Payers(parts.api_keys, parts.sites)
    exports, farewells = parts.accounts
    book = Book(parts.settings.public_base_url)
    pages: list[object] = [
        AccountPages(parts.identities, exports, farewells, parts.credit_books),
        BrandPages(parts.sites, parts.brands, parts.catalog),
        DebuggerPages(
            parts.inspector,
            parts.catalog,
            TagReader(parts.settings.public_base_url, parts.settings.loopback_targets),
            parts.settings.loopback_targets,
        ),
        DocsPages(book, parts.catalog),
        BillingPages(parts.payment_desk, parts.credit_books, parts.plan_keeper),
        HistoryPages(parts.past_cards, payers, parts.catalog),
        IdentityPages(parts.identities, parts.subscriptions),
        KeyPages(parts.api_keys, parts.credit_books, parts.tags),
        OverviewPages(parts.credit_books, parts.subscriptions, payers, parts.past_cards),
        PlaygroundPages(parts.tags, parts.own_cards, parts.sites),
        PublicPages(parts.catalog, book, parts.social_pictures),
        SettingsPages(parts.identities, parts.sites, parts.credit_books, parts.subscriptions),
        SitePages(
            parts.sites, parts.states, parts.credit_books, parts.doctor, parts.tags, parts.brands
        ),
        UsagePages(parts.credit_books, payers),
    ]
    return Website(
        pages,
        parts.identities,
        parts.under_way,
        base_url=parts.settings.public_base_url,
        trusted_proxies=parts.settings.trusted_proxies,
    )
