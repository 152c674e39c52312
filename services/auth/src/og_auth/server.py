from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_auth.decisions import Authorizer
from og_auth.local_windows import FailoverWindows, LocalWindows
from og_auth.rate_limits import RateLimiter
from og_auth.registry import Registry
from og_auth.servicer import AccountServicer, AuthServicer
from og_auth.settings import Settings
from og_auth.store import PostgresStore
from og_auth.sweeper import sweeping
from og_auth.valkey import open_valkey
from og_auth.valkey_rejections import ValkeyRejections
from og_auth.valkey_windows import ValkeyWindows
from og_service.postgres import open_pool
from og_service.server import Service, run
from og_service.settings import load

DOMAIN: Final = "auth.instantog.com"
AUTH_CALLERS: Final = frozenset({"edge", "operator"})
ACCOUNT_CALLERS: Final = frozenset({"operator"})


@asynccontextmanager
async def compose(settings: Settings) -> AsyncIterator[list[Service]]:
    """Open the stores and build both services on them; the only wiring there is."""
    async with open_pool(settings.database_url) as pool, open_valkey(settings.redis_url) as valkey:
        store = PostgresStore(pool)
        local = LocalWindows(settings.auth_replicas)
        limiter = RateLimiter(FailoverWindows(ValkeyWindows(valkey), local))
        rejections = ValkeyRejections(valkey)
        authorizer = Authorizer(store, rejections, limiter, settings.loopback_targets)
        registry = Registry(store, settings.loopback_targets)
        async with sweeping(store):
            yield services(
                AuthServicer(authorizer),  # type: ignore[abstract]
                AccountServicer(registry),  # type: ignore[abstract]
            )


def services(auth: AuthServicer, account: AccountServicer) -> list[Service]:
    """Say how to serve the servicers, and to whom."""
    return [
        Service(
            name=auth_pb2.DESCRIPTOR.services_by_name["AuthService"].full_name,
            add_to=partial(auth_pb2_grpc.add_AuthServiceServicer_to_server, auth),
            callers=AUTH_CALLERS,
        ),
        Service(
            name=auth_pb2.DESCRIPTOR.services_by_name["AccountService"].full_name,
            add_to=partial(auth_pb2_grpc.add_AccountServiceServicer_to_server, account),
            callers=ACCOUNT_CALLERS,
        ),
    ]


def serve() -> None:
    """Serve until told to stop."""
    settings = load(Settings)
    run(settings, DOMAIN, partial(compose, settings))
