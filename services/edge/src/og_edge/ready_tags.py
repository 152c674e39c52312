"""The card that a page's tag is to carry where its site's owner says nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlencode

from og_edge.card_request import CardRequest, parse_card_request
from og_edge.sites import CardDefaults, Site
from og_edge.templates import Template, TemplateCatalog

DEFAULT_TEMPLATE: Final = "generic/standard"
LOGO_FIELD: Final = "favicon"
"""Where a site's own logo is drawn, in the templates that have a place for it."""


def look_of(defaults: CardDefaults, template: Template) -> dict[str, str]:
    """Give the parameters by which cards of a template look as a site's owner prefers."""
    logo_url = defaults.logo_url if LOGO_FIELD in template.fields else ""
    look = {
        "theme": defaults.theme,
        "accentColor": defaults.accent_color,
        LOGO_FIELD: logo_url,
    }
    return {name: value for name, value in look.items() if value}


def is_loopback(site: Site) -> bool:
    """Whether a site is one at a loopback address, in development, which has no https."""
    return ":" in site.domain


def home_of(site: Site) -> str:
    """Give the URL of a site's first page."""
    scheme = "http" if is_loopback(site) else "https"
    return f"{scheme}://{site.domain}/"


def page_of(site: Site, typed: str) -> str:
    """Read what an owner typed for a page: a URL, one without its scheme, a path, or nothing."""
    text, home = typed.strip(), home_of(site)
    if "://" in text:
        return text
    if text.startswith("/") or not text:
        return f"{home}{text.removeprefix('/')}"
    return f"{home.partition('://')[0]}://{text}"


class ReadyTags:
    """Says what the tags of sites are to ask for."""

    def __init__(self, catalog: TemplateCatalog, loopback_targets: frozenset[str]) -> None:
        self._catalog = catalog
        self._loopback_targets = loopback_targets

    async def request(self, site: Site, page_url: str) -> tuple[CardRequest, Template]:
        """Give the card of a page as its site's owner prefers it, and its template.

        Raises UrlNotAllowedError and InvalidParameterError.
        """
        template = await self.template(site.card_defaults.template_id)
        parameters = {
            "site": site.site_id,
            "template": template.template_id,
            "url": page_url,
            **look_of(site.card_defaults, template),
        }
        return self.parsed(parameters), template

    def parsed(self, parameters: Mapping[str, str]) -> CardRequest:
        """Read parameters as the API would."""
        query = urlencode(parameters, quote_via=quote).encode()
        return parse_card_request(query, loopback_targets=self._loopback_targets)

    async def template(self, template_id: str) -> Template:
        """Give a template, or the usual one in the place of one that there is not."""
        templates = await self._catalog.all()
        return templates.get(template_id) or await self._catalog.get(DEFAULT_TEMPLATE)

    async def templates(self) -> Sequence[Template]:
        """Give all templates there are."""
        return list((await self._catalog.all()).values())
