"""Dashboard → Sites."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from og_edge.brand_cards import BrandCards
from og_edge.credit_books import CreditBooks
from og_edge.doctor import Doctor
from og_edge.errors import ApiError
from og_edge.judging import Evidence
from og_edge.playground import Play, Playground
from og_edge.ready_tags import ReadyTags, home_of, page_of
from og_edge.site_states import SiteStates
from og_edge.sites import MAX_SITES, Site, Sites
from og_edge.snippets import Framework, snippets
from og_edge.spending import spent_today
from og_edge.throttle import Throttle
from og_edge.web import site_forms
from og_edge.web.routing import page
from og_edge.web.throttling import OWNERS, admit
from og_edge.web.typed import Typed
from og_edge.web.visit import Visit
from og_plans import PLANS
from og_service.status import RemoteError

SITES_PATH: Final = "/dashboard/sites"
PLAYGROUND_PATH: Final = "/dashboard/playground"
MAX_PAGES_SHOWN: Final = 12
MAX_TITLE_CHARS: Final = 300
"""Of the text that describes a card to who does not see it."""
_OF_THE_FORM: Final = frozenset({"TOO_MANY_SITES"})


class SitePages:
    """Sites are registered, their tags written, their pages looked at, their rules set."""

    def __init__(
        self,
        sites: Sites,
        states: SiteStates,
        books: CreditBooks,
        doctor: Doctor,
        tags: ReadyTags,
        brands: BrandCards,
    ) -> None:
        self._sites = sites
        self._states = states
        self._books = books
        self._doctor = doctor
        self._tags = tags
        self._playground = Playground(tags)
        self._brands = brands
        self._looks = Throttle(OWNERS)

    @page("GET", SITES_PATH)
    async def overview(self, visit: Visit) -> Response:
        """List the account's sites and where each stands."""
        return await self._listed(visit)

    @page("POST", SITES_PATH)
    async def register(self, visit: Visit) -> Response:
        """Register a domain; one that is registered already is shown."""
        typed = Typed(visit.form)
        try:
            site = await self._sites.create(
                visit.account.account_id, typed.text("domain"), visit.deadline
            )
        except RemoteError as error:
            typed.refuse(error, _OF_THE_FORM)
            return await self._listed(visit, typed.text("domain"), typed.errors)
        return visit.redirect(_path_of(site))

    @page("GET", f"{SITES_PATH}/{{site_id}}")
    async def one(self, visit: Visit) -> Response:
        """Give the tag of a page of a site, and what the last look at the page showed.

        A query with a template is a card as the playground has it; else the site's defaults hold.
        """
        return await self._checked(visit, await self._own(visit), visit.query, looks_now=False)

    @page("POST", f"{SITES_PATH}/{{site_id}}/look")
    async def look(self, visit: Visit) -> Response:
        """Look at a page now."""
        site = await self._own(visit)
        admit(self._looks, site.account_id, "That was a lot of looks at once. Wait a little.")
        return await self._checked(visit, site, visit.form, looks_now=True)

    @page("GET", f"{SITES_PATH}/{{site_id}}/rules")
    async def rules(self, visit: Visit) -> Response:
        """Show which hosts are a site's, what its tags must carry and what it may spend."""
        return await self._ruled(visit, await self._own(visit))

    @page("POST", f"{SITES_PATH}/{{site_id}}/rules")
    async def update(self, visit: Visit) -> Response:
        """Set them."""
        site, typed = await self._own(visit), Typed(visit.form)
        changes = site_forms.changes_in(typed)
        if not typed.errors:
            try:
                await self._sites.update(site.account_id, site.site_id, changes, visit.deadline)
            except RemoteError as error:
                typed.refuse(error)
            else:
                return visit.redirect(f"{_path_of(site)}/rules", "The rules are saved.")
        return await self._ruled(visit, site, visit.form, typed.errors)

    @page("POST", f"{SITES_PATH}/{{site_id}}/delete")
    async def delete(self, visit: Visit) -> Response:
        """Forget a site."""
        site = await self._own(visit)
        await self._sites.delete(site.account_id, site.site_id, visit.deadline)
        await self._brands.forget_site(site.account_id, site.site_id)
        return visit.redirect(SITES_PATH, f"{site.domain} is deleted.")

    async def _own(self, visit: Visit) -> Site:
        return await self._sites.get(
            visit.account.account_id, visit.path["site_id"], visit.deadline
        )

    async def _listed(
        self, visit: Visit, domain: str = "", errors: Mapping[str, str] | None = None
    ) -> Response:
        account_id = visit.account.account_id
        sites = await self._sites.of(account_id, visit.deadline)
        verified, spent = await asyncio.gather(
            self._states.last_verified(account_id, sites),
            spent_today(self._books, account_id, visit.deadline),
        )
        return visit.page(
            "sites/overview.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
            sites=sites,
            verified=verified,
            spent=spent,
            domain=domain,
            errors=errors or {},
            is_full=len(sites) >= MAX_SITES,
        )

    async def _checked(
        self, visit: Visit, site: Site, given: Mapping[str, str], *, looks_now: bool
    ) -> Response:
        """Show the tag of the page that is given, or of the site's first, and what was seen."""
        typed_page = given.get("page", "")
        errors, diagnosis = {}, None
        request, template = await self._tags.request(site, home_of(site))
        design = await self._design(site, given)
        try:
            if design:
                play = replace(design, url=page_of(site, typed_page))
                request, template = self._playground.request(play), play.template
            else:
                request, template = await self._tags.request(site, page_of(site, typed_page))
            if looks_now:
                diagnosis = await self._doctor.look_now(
                    site.account_id, request, template, visit.deadline
                )
            else:
                diagnosis = await self._doctor.last_look(
                    site.account_id, request, template, visit.deadline
                )
        except ApiError as error:
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            errors["page"] = error.message
        title = given.get("alt", "")[:MAX_TITLE_CHARS]
        code = snippets(request, visit.base_url, title=title)
        kept = {**design.design, **({"alt": title} if title else {})} if design else {}
        framework = Typed(given).chosen("for", list(Framework), Framework.HTML)
        return visit.page(
            "sites/site.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
            site=site,
            page_url=typed_page if errors else request.url.href,
            is_home=request.url.href == home_of(site),
            errors=errors,
            card=request,
            design=template,
            kept=kept,
            kept_query=f"&{urlencode(kept)}" if kept else "",
            playground_path=_playground_path(site, request.url.href, design),
            snippets=code,
            snippet=next(each for each in code if each.framework == framework),
            diagnosis=diagnosis and await self._doctor.as_crawlers_ask(diagnosis),
            evidence=Evidence,
            pages=(await self._states.pages(site.account_id, site))[:MAX_PAGES_SHOWN],
            looked_now=looks_now,
        )

    async def _design(self, site: Site, given: Mapping[str, str]) -> Play | None:
        """Read the card that was designed; None where the site's defaults are to hold."""
        if "template" not in given:
            return None
        return replace(await self._playground.read(given), site_id=site.site_id)

    async def _ruled(
        self,
        visit: Visit,
        site: Site,
        values: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> Response:
        plan = PLANS[visit.account.plan_id]
        spent = await spent_today(self._books, site.account_id, visit.deadline)
        kept = site_forms.values_of(site, plan.daily_generations_per_site)
        return visit.page(
            "sites/rules.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
            site=site,
            playground_path=_playground_path(site),
            values=kept if values is None else values,
            errors=errors or {},
            plan=plan,
            spent=spent.of(site.site_id),
        )


def _playground_path(site: Site, page_url: str = "", design: Play | None = None) -> str:
    """Lead to the playground with a page, in the look that is shown."""
    look = design.design if design else {"apply": "1"}
    url = {"url": page_url} if page_url else {}
    return f"{PLAYGROUND_PATH}?{urlencode({'site': site.site_id, **look, **url})}"


def _path_of(site: Site) -> str:
    return f"{SITES_PATH}/{site.site_id}"
