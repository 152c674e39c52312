"""Drawing brand cards, from what their site's owner chose and its domain."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Final

import structlog

import og_urls.page_url as urls
from og_edge.brands import BrandCard, BrandName, BrandStore, look_digest
from og_edge.card_request import CardRequest
from og_edge.deadline import Deadline
from og_edge.drawing import RENDER_TIMEOUT_S, Reader, Renderer
from og_edge.errors import ApiError
from og_edge.making import REDRAW_AFTER
from og_edge.options import Theme
from og_edge.page import Value
from og_edge.pictures import PictureStore
from og_edge.sites import Site
from og_edge.stand_ins import StandInCard
from og_edge.store import CardStore
from og_service.status import RemoteError
from og_urls import readable_host

log = structlog.get_logger()

TEMPLATE_ID: Final = "generic/brand"
LOGO: Final = "favicon"
"""The field of the template that takes the logo."""
LOGO_TIMEOUT_S: Final = 3.0


class BrandMaker:
    """Draws brand cards and keeps them."""

    def __init__(
        self,
        store: BrandStore,
        orphans: CardStore,
        pictures: PictureStore,
        reader: Reader,
        renderer: Renderer,
        loopback_targets: frozenset[str],
    ) -> None:
        self._store = store
        self._orphans = orphans
        self._pictures = pictures
        self._reader = reader
        self._renderer = renderer
        self._loopback_targets = loopback_targets

    async def make(self, site: Site, name: BrandName, deadline: Deadline) -> StandInCard:
        """Draw a site's brand card and put it in the place of the one before.

        Raises ApiError, RemoteError, StoreAwayError and TimeoutError.
        """
        image, lacks_logo = await self._drawn(site, name, deadline)
        redraw_time = dt.datetime.now(dt.UTC) + REDRAW_AFTER if lacks_logo else None
        card = BrandCard(
            name=name,
            look_digest=look_digest(site, name),
            object_name=f"brand/{site.site_id}-{uuid.uuid4()}.{name.format.value}",
            digest=hashlib.sha256(image).hexdigest(),
            size_bytes=len(image),
            redraw_time=redraw_time,
        )
        await self._orphans.expect(card.object_name)
        await self._pictures.put(card.object_name, image)
        await self._store.publish(card)
        return StandInCard(image, card.digest, name.format)

    async def _drawn(self, site: Site, name: BrandName, deadline: Deadline) -> tuple[bytes, bool]:
        """Draw the picture; tell whether it lacks its logo."""
        request = self._request(site, name)
        values: dict[str, Value] = {"title": readable_host(site.domain)}
        if logo := await self._logo(site, deadline):
            values[LOGO] = logo
        with deadline.step(RENDER_TIMEOUT_S) as step:
            rendering = await self._renderer.render_card(
                request, values, language_code="", timeout_s=step.timeout_s
            )
        wants_logo = bool(site.card_defaults.logo_url)
        return rendering.image, wants_logo and (not logo or LOGO in rendering.failed_images)

    async def _logo(self, site: Site, deadline: Deadline) -> bytes:
        """Fetch the logo, or give nothing: a card without it is better than none."""
        if not site.card_defaults.logo_url:
            return b""
        try:
            with deadline.step(LOGO_TIMEOUT_S, keep_s=RENDER_TIMEOUT_S / 2) as step:
                pictures = await self._reader.fetch_images(
                    {LOGO: site.card_defaults.logo_url}, step.timeout_s
                )
        except (ApiError, RemoteError, TimeoutError) as error:
            log.info("logo not fetched", site_id=site.site_id, cause=repr(error))
            return b""
        return pictures.data.get(LOGO, b"")

    def _request(self, site: Site, name: BrandName) -> CardRequest:
        home = f"http://{site.domain}/"
        return CardRequest(
            url=urls.parse_page_url(home, loopback_targets=self._loopback_targets),
            template_id=TEMPLATE_ID,
            theme=Theme(site.card_defaults.theme or Theme.LIGHT),
            accent_color=site.card_defaults.accent_color,
            size=name.size,
            format=name.format,
        )
