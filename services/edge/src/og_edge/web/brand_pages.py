"""How the cards of a site look by default, and whether one stands in for errors."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from og_edge.brand_cards import BrandCards
from og_edge.brands import BrandName
from og_edge.card_request import read_color
from og_edge.errors import ApiError, InvalidParameterError
from og_edge.options import Theme
from og_edge.sites import CardDefaults, Site, Sites
from og_edge.templates import TemplateCatalog
from og_edge.throttle import Throttle
from og_edge.web.routing import page
from og_edge.web.settings_pages import SETTINGS_PATH
from og_edge.web.throttling import OWNERS, admit
from og_edge.web.visit import Visit
from og_service.status import RemoteError

BRAND_PATH: Final = f"{SETTINGS_PATH}/sites/{{site_id}}"
_PREFIX: Final = "card_defaults."


class BrandPages:
    """The defaults of each site."""

    def __init__(self, sites: Sites, brands: BrandCards, catalog: TemplateCatalog) -> None:
        self._sites = sites
        self._brands = brands
        self._catalog = catalog
        self._looks = Throttle(OWNERS)

    @page("GET", BRAND_PATH)
    async def show(self, visit: Visit) -> Response:
        """Show how a site's cards look by default."""
        site = await self._site(visit)
        return await self._form(
            visit, site, site.card_defaults, {}, serves_fallback=site.serves_fallback
        )

    @page("POST", BRAND_PATH)
    async def save(self, visit: Visit) -> Response:
        """Set how they look, and whether a card stands in for errors."""
        form, account_id = visit.form, visit.account.account_id
        ticked = "serves_fallback" in form
        typed = CardDefaults(
            template_id=form.get("template_id", ""),
            theme=form.get("theme", ""),
            accent_color=form.get("accent_color", "").strip(),
            logo_url=form.get("logo_url", "").strip(),
        )
        try:
            await self._sites.update(
                account_id,
                visit.path["site_id"],
                {"card_defaults": _read(typed), "serves_fallback": ticked},
                visit.deadline,
            )
        except InvalidParameterError:
            wrong = {"accent_color": "Use a hex colour such as #16a34a."}
            return await self._form(
                visit, await self._site(visit), typed, wrong, serves_fallback=ticked
            )
        except RemoteError as error:
            wrong = {
                name.removeprefix(_PREFIX): text for name, text in error.field_violations.items()
            }
            if not wrong:
                raise
            return await self._form(
                visit, await self._site(visit), typed, wrong, serves_fallback=ticked
            )
        return visit.redirect(visit.request.url.path, "Saved.")

    @page("GET", f"{BRAND_PATH}/brand.png")
    async def brand_card(self, visit: Visit) -> Response:
        """Give the brand's card as the site is now, drawn if it was not."""
        site = await self._site(visit)
        admit(self._looks, site.account_id, "That was a lot of cards at once. Wait a little.")
        name = BrandName(visit.account.account_id, site.site_id)
        card = await self._brands.current(site, name, visit.deadline)
        headers = {
            "Cache-Control": "private, no-cache",
            "ETag": f'"{card.digest}"',
            "X-Content-Type-Options": "nosniff",
            "X-Request-Id": visit.request_id,
        }
        return Response(card.data, headers=headers, media_type=card.format.media_type)

    async def _site(self, visit: Visit) -> Site:
        return await self._sites.get(
            visit.account.account_id, visit.path["site_id"], visit.deadline
        )

    async def _form(
        self,
        visit: Visit,
        site: Site,
        typed: CardDefaults,
        wrong: dict[str, str],
        *,
        serves_fallback: bool,
    ) -> Response:
        try:
            templates = [(it.template_id, it.name) for it in (await self._catalog.all()).values()]
        except ApiError:
            templates = []  # not listed yet; the rest can be set all the same
        return visit.page(
            "settings/brand.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
            errors=wrong,
            site=site,
            typed=typed,
            serves_fallback=serves_fallback,
            templates=templates,
            themes=[(theme.value, theme.value.capitalize()) for theme in Theme],
        )


def _read(typed: CardDefaults) -> CardDefaults:
    """Write the colour as it is kept; raises InvalidParameterError."""
    colour = typed.accent_color
    return CardDefaults(
        typed.template_id, typed.theme, read_color(colour) if colour else "", typed.logo_url
    )
