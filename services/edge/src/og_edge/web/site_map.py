"""Every class of pages there is; tests draw up from it who may have what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from og_edge.web.account_pages import AccountPages
from og_edge.web.billing_pages import BillingPages
from og_edge.web.brand_pages import BrandPages
from og_edge.web.debugger_pages import DebuggerPages
from og_edge.web.docs_pages import DocsPages
from og_edge.web.history_pages import HistoryPages
from og_edge.web.identity_pages import IdentityPages
from og_edge.web.key_pages import KeyPages
from og_edge.web.overview_pages import OverviewPages
from og_edge.web.playground_pages import PlaygroundPages
from og_edge.web.public_pages import PublicPages
from og_edge.web.routing import Page, pages_of
from og_edge.web.settings_pages import SettingsPages
from og_edge.web.site_pages import SitePages
from og_edge.web.usage_pages import UsagePages

PAGE_CLASSES: Final[tuple[type, ...]] = (
    AccountPages,
    BrandPages,
    DebuggerPages,
    DocsPages,
    BillingPages,
    HistoryPages,
    IdentityPages,
    KeyPages,
    OverviewPages,
    PlaygroundPages,
    PublicPages,
    SettingsPages,
    SitePages,
    UsagePages,
)


def all_pages() -> Iterator[Page]:
    """List every page."""
    for kind in PAGE_CLASSES:
        yield from pages_of(kind)
