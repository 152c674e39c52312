"""Brand cards as they are asked for: from memory while the rest is away, drawn once for all."""

from __future__ import annotations

import datetime as dt
import time
from functools import partial
from typing import Final, NamedTuple

import structlog

from og_edge.bounded_cache import BoundedCache
from og_edge.brand_making import BrandMaker
from og_edge.brands import BrandCard, BrandName, BrandStore, look_digest
from og_edge.chores import Chores
from og_edge.deadline import Deadline
from og_edge.flights import Flights
from og_edge.pictures import PictureStore
from og_edge.sites import Site, Sites
from og_edge.stand_ins import StandInCard
from og_service.postgres import StoreAwayError

log = structlog.get_logger()

MEMORY_BYTES: Final = 32 * 1024 * 1024
"""About a thousand of them."""
ENTRY_BYTES: Final = 1_024
"""What keeping one takes beside its bytes."""
FRESH_S: Final = 60.0
"""After so long it is asked whether the site looks otherwise by now."""
RETRY_S: Final = 5.0
"""After so long what failed is tried again."""
BRING_TIMEOUT_S: Final = 8.0


class _Kept(NamedTuple):
    """What is known here of a brand card: None where it could not be had."""

    card: StandInCard | None
    due_monotonic_s: float


class BrandCards:
    """Gives brand cards.

    One that this process has had is at hand, whatever is away by then; meanwhile it is looked
    after beside the answers, once for all who ask.
    """

    def __init__(
        self,
        sites: Sites,
        store: BrandStore,
        pictures: PictureStore,
        maker: BrandMaker,
        chores: Chores,
    ) -> None:
        self._sites = sites
        self._store = store
        self._pictures = pictures
        self._maker = maker
        self._chores = chores
        self._kept: BoundedCache[BrandName, _Kept] = BoundedCache(MEMORY_BYTES)
        self._flights: Flights[StandInCard | None] = Flights("fallbacks")

    def at_hand(self, name: BrandName) -> StandInCard | None:
        """Give a brand card if it needs no waiting for."""
        kept = self._kept.get(name)
        return kept.card if kept else None

    async def find(self, name: BrandName, deadline: Deadline) -> StandInCard | None:
        """Give a brand card, drawn now if there is none; None where it cannot be had.

        Raises ApiError and TimeoutError where too many wait, or for too long.
        """
        kept = self._kept.get(name)
        is_due = kept is None or kept.due_monotonic_s <= time.monotonic()
        is_awaited = is_due or self._flights.is_under_way(name)
        if kept is None or (kept.card is None and is_awaited):
            card, _ = await self._flights.join(name, partial(self._brought, name), deadline)
            return card
        if is_due:
            self._keep(name, kept.card, RETRY_S)  # the next ones need not look after it, too
            self._chores.later(self._look_after(name))
        return kept.card

    def prepare(self, name: BrandName) -> None:
        """Have a brand card at hand for when something fails, if it is not; nobody waits for it."""
        if self._kept.get(name) is None:
            self._keep(name, None, RETRY_S)
            self._chores.later(self._look_after(name))

    async def current(self, site: Site, name: BrandName, deadline: Deadline) -> StandInCard:
        """Give a site's brand card as the site is now.

        Raises ApiError, RemoteError, StoreAwayError and TimeoutError.
        """
        kept = await self._store.find(name)
        card = None
        if kept and not _is_due(kept, site):
            card = await self._read(kept)
        if card is None:
            card = await self._maker.make(site, name, deadline)
        self._keep(name, card, FRESH_S)
        return card

    async def forget_site(self, account_id: str, site_id: str) -> None:
        """Forget the brand cards of a site that is gone; if that fails, they go unused and then."""
        try:
            await self._store.forget_site(account_id, site_id)
        except StoreAwayError as error:
            log.warning("brand cards not forgotten", site_id=site_id, cause=repr(error))

    async def finish(self) -> None:
        """Wait for what is under way."""
        await self._flights.finish()

    async def _look_after(self, name: BrandName) -> None:
        await self._flights.join(
            name, partial(self._brought, name), Deadline.after(BRING_TIMEOUT_S)
        )

    async def _brought(self, name: BrandName) -> StandInCard | None:
        """Bring a brand card up to date as far as that can be done now, and keep what there is."""
        deadline, card, keep_s = Deadline.after(BRING_TIMEOUT_S), self.at_hand(name), FRESH_S
        try:
            site = await self._sites.get(name.account_id, name.site_id, deadline)
            card = await self.current(site, name, deadline)
        except Exception as error:  # noqa: BLE001 - whatever it was, an older one may do
            log.warning("brand card not renewed", site_id=name.site_id, cause=repr(error))
            card, keep_s = card or await self._last(name), RETRY_S
        self._keep(name, card, keep_s)
        return card

    async def _last(self, name: BrandName) -> StandInCard | None:
        """Give what is kept of a brand card, whatever its site looks like by now."""
        try:
            kept = await self._store.find(name)
            return await self._read(kept) if kept else None
        except Exception as error:  # noqa: BLE001 - whatever it was, there is none then
            log.warning("brand card not read", site_id=name.site_id, cause=repr(error))
            return None

    async def _read(self, kept: BrandCard) -> StandInCard | None:
        data = await self._pictures.get(kept.object_name, kept.size_bytes)
        return StandInCard(data, kept.digest, kept.name.format) if data is not None else None

    def _keep(self, name: BrandName, card: StandInCard | None, keep_s: float) -> None:
        size_bytes = ENTRY_BYTES + (len(card.data) if card else 0)
        self._kept.put(name, _Kept(card, time.monotonic() + keep_s), size_bytes)


def _is_due(kept: BrandCard, site: Site) -> bool:
    is_wanting = kept.redraw_time is not None and kept.redraw_time <= dt.datetime.now(dt.UTC)
    return is_wanting or kept.look_digest != look_digest(site, kept.name)
