"""All that cards are found, drawn, kept and answered with."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from og_edge.ai import AiGate
from og_edge.block_store import PostgresBlocks, open_blocks
from og_edge.brand_cards import BrandCards
from og_edge.brand_making import BrandMaker
from og_edge.brand_store import PostgresBrandStore, open_brand_store
from og_edge.card_index import CardIndex, open_card_index
from og_edge.card_service import CardService
from og_edge.cashier import Cashier
from og_edge.chores import Chores
from og_edge.doctor import Doctor
from og_edge.drawing import Drawer
from og_edge.fallback import Fallback
from og_edge.judging import Judge
from og_edge.landing import Lander
from og_edge.lease_store import PostgresLeases, listen, open_leases
from og_edge.look_store import PostgresPageLooks, open_page_looks
from og_edge.lookout import Lookout
from og_edge.making import CardMaker
from og_edge.picture_memory import PictureMemory
from og_edge.pictures import ObjectPictureStore, open_object_store
from og_edge.retention import (
    keep_collecting,
    keep_removing_brand_cards,
    keep_removing_drawings,
    keep_sweeping,
)
from og_edge.settings import Settings
from og_edge.sights import Sights
from og_edge.store import PostgresCardStore, open_card_store
from og_edge.tags import TagReader
from og_edge.templates import TemplateCatalog
from og_edge.turns import Turns
from og_edge.verdicts import Verdicts
from og_edge.verification import Verifier
from og_edge.views import Viewer
from og_edge.wiring.services import Services
from og_service.background import running

BYTES_PER_MB: Final = 1_000_000


@dataclass(frozen=True)
class Stores:
    """What is kept of cards and of looks at pages."""

    cards: PostgresCardStore
    index: CardIndex
    pictures: PictureMemory
    looks: PostgresPageLooks
    leases: PostgresLeases
    blocks: PostgresBlocks
    brands: PostgresBrandStore


@dataclass(frozen=True)
class CardParts:
    """What endpoints and pages do with cards."""

    stores: Stores
    catalog: TemplateCatalog
    drawer: Drawer
    tag_reader: TagReader
    verifier: Verifier
    doctor: Doctor
    cards: CardService
    brands: BrandCards
    fallback: Fallback


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[Stores]:
    """Open them on connections of their own, and close them after use."""
    url = settings.database_url
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        yield Stores(
            cards=await enter(open_card_store(url)),
            index=await enter(open_card_index(url)),
            pictures=PictureMemory(
                ObjectPictureStore(open_object_store(settings.card_store_url)),
                settings.card_memory_mb * BYTES_PER_MB,
            ),
            looks=await enter(open_page_looks(url)),
            leases=await enter(open_leases(url)),
            blocks=await enter(open_blocks(url)),
            brands=await enter(open_brand_store(url)),
        )


@asynccontextmanager
async def open_cards(settings: Settings, services: Services) -> AsyncIterator[CardParts]:
    """Put them together, with what goes on beside; end with what is under way."""
    targets, base_url = settings.loopback_targets, settings.public_base_url
    async with open_stores(settings) as stores, AsyncExitStack() as stack:
        catalog = TemplateCatalog(services.render.list_templates)
        drawer = Drawer(services.extract, services.render)
        tag_reader = TagReader(base_url, targets)
        chores, sights, lookout = Chores(), Sights(drawer), Lookout(stores.leases)
        viewer = Viewer(sights, Judge(tag_reader, base_url), targets)
        verifier = Verifier(viewer, Verdicts(services.auth), stores.looks, chores)
        cashier = Cashier(services.billing, stores.cards, chores)
        maker = CardMaker(
            stores.cards, stores.pictures, drawer, cashier, AiGate(services.extract), chores
        )
        turns = Turns(stores.leases, lookout, chores)
        lander = Lander(stores.cards, stores.pictures, cashier, maker, turns, stores.blocks)
        cards = CardService(
            stores.cards, stores.index, stores.pictures, cashier, lander, stores.leases, chores
        )
        brand_maker = BrandMaker(
            stores.brands,
            stores.cards,
            stores.pictures,
            services.extract,
            services.render,
            targets,
        )
        brands = BrandCards(services.sites, stores.brands, stores.pictures, brand_maker, chores)
        beside = running(
            catalog.keep_fresh,
            lookout.keep_looking,
            partial(lookout.keep_listening, partial(listen, settings.database_url)),
            turns.keep_renewing,
            partial(keep_sweeping, stores.cards, dt.timedelta(days=settings.card_retention_days)),
            partial(keep_removing_drawings, stores.leases),
            partial(keep_removing_brand_cards, stores.brands),
            partial(keep_collecting, stores.cards, stores.pictures),
        )
        await stack.enter_async_context(beside)
        # What is under way is finished first: it may need the news of what runs beside it.
        for finish in (cards.finish, brands.finish, sights.finish):
            stack.push_async_callback(finish)
        yield CardParts(
            stores=stores,
            catalog=catalog,
            drawer=drawer,
            tag_reader=tag_reader,
            verifier=verifier,
            doctor=Doctor(catalog, viewer, verifier, services.auth, cards),
            cards=cards,
            brands=brands,
            fallback=Fallback(stores.index, stores.brands, stores.pictures, brands, viewer),
        )
