"""The composition root: the only place that knows every part."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, Final

import uvicorn

from og_edge.account_parts import open_account_parts
from og_edge.admitter import Admitter
from og_edge.ai import AiGate
from og_edge.app import Endpoints, create_app
from og_edge.block_store import open_blocks
from og_edge.brand_cards import BrandCards
from og_edge.brand_making import BrandMaker
from og_edge.brand_store import open_brand_store
from og_edge.card_index import open_card_index
from og_edge.card_path import API_PATH
from og_edge.card_protocol import CardHttpProtocol
from og_edge.card_service import CardService
from og_edge.cashier import Cashier
from og_edge.chores import Chores
from og_edge.clients import (
    ApiKeysClient,
    AuthClient,
    BillingClient,
    ExtractClient,
    RenderClient,
    SitesClient,
)
from og_edge.clients.credit_books import CreditBooksClient
from og_edge.clients.identity import IdentityClient
from og_edge.clients.inspection import InspectionClient
from og_edge.clients.payments import PaymentsClient
from og_edge.clients.plans import PlansClient
from og_edge.clients.records import RecordsClient
from og_edge.clients.subscriptions import SubscriptionClient
from og_edge.deletion_endpoint import DeletionEndpoint
from og_edge.desk import Desk
from og_edge.doctor import Doctor
from og_edge.drawing import Drawer
from og_edge.endpoint import CardEndpoint
from og_edge.examples import MAX_EXAMPLES_BYTES, ExampleLook, Examples
from og_edge.examples_endpoint import ExamplesEndpoint
from og_edge.fallback import Fallback
from og_edge.farewells import Access
from og_edge.fast_path import FastPath
from og_edge.history_store import PostgresHistory
from og_edge.judging import Judge
from og_edge.kept_drawings import KeptDrawings
from og_edge.landing import Lander
from og_edge.lease_store import listen, open_leases
from og_edge.listening import listening_sockets
from og_edge.look_store import open_page_looks
from og_edge.lookout import Lookout
from og_edge.making import CardMaker
from og_edge.metrics import REQUESTS_UNDER_WAY, observe_call
from og_edge.open_files import allow_open_files
from og_edge.own_cards import OwnCards
from og_edge.owners import Owners
from og_edge.past_cards import PastCards
from og_edge.picture_memory import PictureMemory
from og_edge.pictures import ObjectPictureStore, open_object_store
from og_edge.preview_store import PostgresPreviewCounts
from og_edge.previews import Previewer
from og_edge.ready_tags import ReadyTags
from og_edge.reception import EndpointSettings, Reception
from og_edge.retention import (
    keep_collecting,
    keep_removing_brand_cards,
    keep_removing_drawings,
    keep_sweeping,
)
from og_edge.settings import Settings
from og_edge.sights import Sights
from og_edge.site_states import SiteStates
from og_edge.store import open_card_store
from og_edge.tags import TagReader
from og_edge.templates import TemplateCatalog
from og_edge.templates_endpoint import TemplatesEndpoint
from og_edge.turns import Turns
from og_edge.under_way import UnderWay
from og_edge.verdicts import Verdicts
from og_edge.verification import Verifier
from og_edge.verification_endpoint import VerificationEndpoint
from og_edge.views import Viewer
from og_edge.web.social_pictures import SocialPictures
from og_edge.web.wiring import Parts, build_website
from og_service import logs, metrics
from og_service.background import running
from og_service.channels import open_channel
from og_service.garbage import collect_seldom
from og_service.postgres import BY_INDEX, open_pool

BACKLOG_CONNECTIONS: Final = 2_048
KEEP_ALIVE_S: Final = 75
STOP_GRACE_S: Final = 10
EXIT_NOT_STARTED: Final = 3
BYTES_PER_MB: Final = 1_000_000
DASHBOARD_CONNECTIONS: Final = 4
"""To PostgreSQL, apart from those for cards: a long look into a history holds up no card."""

# Repeating Authorize would count twice, so auth is not among them.
IDEMPOTENT: Final = {
    "extract": "og.extract.v1.ExtractService",
    "render": "og.render.v1.RenderService",
    "billing": "og.billing.v1.BillingService",
}


@asynccontextmanager
async def open_endpoints(settings: Settings) -> AsyncIterator[Endpoints]:
    """Wire everything, and unwire it after use."""
    async with AsyncExitStack() as stack:
        looks = await stack.enter_async_context(open_page_looks(settings.database_url))
        token = settings.caller_token
        auth_channel, extract_channel, render_channel, billing_channel = [
            await stack.enter_async_context(
                open_channel(target, token, idempotent_services=names, observe=observe_call)
            )
            for target, names in (
                (settings.auth_target, []),
                (settings.extract_target, [IDEMPOTENT["extract"]]),
                (settings.render_target, [IDEMPOTENT["render"]]),
                (settings.billing_target, [IDEMPOTENT["billing"]]),
            )
        ]
        auth, billing = AuthClient(auth_channel), BillingClient(billing_channel)
        render = RenderClient(render_channel)
        store = await stack.enter_async_context(open_card_store(settings.database_url))
        index = await stack.enter_async_context(open_card_index(settings.database_url))
        pictures = PictureMemory(
            ObjectPictureStore(open_object_store(settings.card_store_url)),
            settings.card_memory_mb * BYTES_PER_MB,
        )
        catalog = TemplateCatalog(render.list_templates)
        extract = ExtractClient(extract_channel, settings.public_base_url + API_PATH)
        examples, social_pictures = await stack.enter_async_context(_pictures_of_ours(render))
        drawer = Drawer(extract, render)
        chores = Chores()
        targets = settings.loopback_targets
        base_url = settings.public_base_url
        sights = Sights(drawer)
        viewer = Viewer(sights, Judge(TagReader(base_url, targets), base_url), targets)
        verifier = Verifier(viewer, Verdicts(auth), looks, chores)
        cashier = Cashier(billing, store, chores)
        maker = CardMaker(store, pictures, drawer, cashier, AiGate(extract), chores)
        leases = await stack.enter_async_context(open_leases(settings.database_url))
        lookout = Lookout(leases)
        turns = Turns(leases, lookout, chores)
        blocks = await stack.enter_async_context(open_blocks(settings.database_url))
        lander = Lander(store, pictures, cashier, maker, turns, blocks)
        cards = CardService(store, index, pictures, cashier, lander, leases, chores)
        brand_store = await stack.enter_async_context(open_brand_store(settings.database_url))
        brands = BrandCards(
            SitesClient(auth_channel),
            brand_store,
            pictures,
            BrandMaker(brand_store, store, pictures, extract, render, targets),
            chores,
        )
        fallback = Fallback(index, brand_store, pictures, brands, viewer)
        retention = dt.timedelta(days=settings.card_retention_days)
        beside = running(
            catalog.keep_fresh(),
            lookout.keep_looking(),
            lookout.keep_listening(partial(listen, settings.database_url)),
            turns.keep_renewing(),
            keep_sweeping(store, retention),
            keep_removing_drawings(leases),
            keep_removing_brand_cards(brand_store),
            keep_collecting(store, pictures),
        )
        await stack.enter_async_context(beside)
        # What is under way is finished first: it may need the news of what runs beside it.
        stack.push_async_callback(cards.finish)
        stack.push_async_callback(brands.finish)
        stack.push_async_callback(sights.finish)
        reception = Reception(EndpointSettings(targets, settings.trusted_proxies), catalog)
        admitter = Admitter(reception, auth, verifier, cards)
        desk, under_way = Desk(auth, index, pictures, billing), UnderWay()
        REQUESTS_UNDER_WAY.set_function(lambda: under_way.requests)
        doctor = Doctor(catalog, viewer, verifier, auth, cards)
        owners = Owners(auth, under_way, settings.trusted_proxies)
        dashboard_pool = await stack.enter_async_context(
            open_pool(
                settings.database_url, max_connections=DASHBOARD_CONNECTIONS, settings=BY_INDEX
            )
        )
        previewer = Previewer(drawer, PostgresPreviewCounts(dashboard_pool))
        own_cards = OwnCards(auth, catalog, previewer, cards)
        history = PostgresHistory(dashboard_pool)
        parts = Parts(
            settings=settings,
            under_way=under_way,
            own_cards=own_cards,
            past_cards=PastCards(own_cards, cards, history, blocks, targets),
            catalog=catalog,
            credit_books=CreditBooksClient(billing_channel),
            payment_desk=PaymentsClient(billing_channel),
            plan_keeper=PlansClient(auth_channel, billing_channel),
            api_keys=ApiKeysClient(auth_channel),
            sites=SitesClient(auth_channel),
            identities=IdentityClient(auth_channel),
            inspector=InspectionClient(extract_channel),
            subscriptions=SubscriptionClient(billing_channel),
            states=SiteStates(looks, TagReader(base_url, targets), catalog),
            doctor=doctor,
            tags=ReadyTags(catalog, targets),
            brands=brands,
            accounts=await stack.enter_async_context(
                open_account_parts(
                    settings.database_url,
                    RecordsClient(auth_channel, billing_channel),
                    Access(
                        SubscriptionClient(billing_channel),
                        SitesClient(auth_channel),
                        ApiKeysClient(auth_channel),
                        IdentityClient(auth_channel),
                    ),
                )
            ),
            social_pictures=social_pictures,
        )
        yield Endpoints(
            FastPath(reception, desk, cards, under_way),
            CardEndpoint(reception, desk, under_way, admitter, billing, cards, fallback),
            TemplatesEndpoint(catalog),
            VerificationEndpoint(targets, owners, catalog, doctor),
            DeletionEndpoint(targets, owners, catalog, cards),
            ExamplesEndpoint(Examples(catalog, examples)),
            build_website(parts),
        )


@asynccontextmanager
async def _pictures_of_ours(
    render: RenderClient,
) -> AsyncIterator[tuple[KeptDrawings[ExampleLook], SocialPictures]]:
    """Give the pictures of templates and of our own pages; wait for what is being drawn."""
    examples = KeptDrawings(render.render_example, MAX_EXAMPLES_BYTES)
    social_pictures = SocialPictures(render)
    try:
        yield examples, social_pictures
    finally:
        await examples.finish()
        await social_pictures.finish()


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    logs.configure(settings, service="edge")
    allow_open_files()
    app = create_app(lambda: open_endpoints(settings))
    collect_seldom()
    server = uvicorn.Server(uvicorn.Config(app, **http_options(settings)))
    with metrics.serving(settings, "edge"), contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=listening_sockets(settings))
    if not server.started:
        sys.exit(EXIT_NOT_STARTED)


def http_options(settings: Settings) -> dict[str, Any]:
    """Say how uvicorn is to serve."""
    return {
        "host": settings.http_host,
        "port": settings.http_port,
        "http": CardHttpProtocol,
        "ws": "none",
        "loop": "uvloop",
        "log_config": None,
        "access_log": False,
        "proxy_headers": False,
        "server_header": False,
        "backlog": BACKLOG_CONNECTIONS,
        "timeout_keep_alive": KEEP_ALIVE_S,
        "timeout_graceful_shutdown": STOP_GRACE_S,
    }
