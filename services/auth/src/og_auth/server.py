from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from typing import Final

import structlog

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_auth.account_servicer import AccountServicer
from og_auth.callers import AUDITOR_ACCOUNT, EDGE_ACCOUNT, EDGE_AUTH, EDGE_IDENTITY
from og_auth.decisions import Authorizer
from og_auth.identity.addresses import Addresses
from og_auth.identity.checks import PasswordChecks
from og_auth.identity.hashing import open_hashes
from og_auth.identity.identities import Identities
from og_auth.identity.mail_limits import MAILS_WINDOW_S, MailLimits
from og_auth.identity.mailbox import Mailbox, MailWay
from og_auth.identity.outbox import Outbox, Transport
from og_auth.identity.own_sessions import Sessions
from og_auth.identity.password_changes import PasswordChanges
from og_auth.identity.throttle import ATTEMPTS_WINDOW_S, Throttle
from og_auth.identity_servicer import IdentityServicer
from og_auth.key_uses import KeyUses
from og_auth.local_windows import FailoverWindows, LocalWindows
from og_auth.looks import Looks
from og_auth.owner_looks import OwnerLooks
from og_auth.quotas import Quotas
from og_auth.rate_limits import WINDOW_S, RateLimiter
from og_auth.registry.accounts import Accounts
from og_auth.registry.api_keys import ApiKeys
from og_auth.registry.sites import Sites
from og_auth.registry.suspensions import Suspensions
from og_auth.servicer import AuthServicer
from og_auth.settings import Settings
from og_auth.smtp import LogTransport, SmtpTransport, parse_smtp_url
from og_auth.store.accounts import PostgresAccounts
from og_auth.store.addresses import PostgresAddresses
from og_auth.store.api_keys import PostgresApiKeys
from og_auth.store.credentials import open_credentials
from og_auth.store.database import Database
from og_auth.store.logins import PostgresLogins
from og_auth.store.looks import PostgresLooks
from og_auth.store.outbox import PostgresOutbox
from og_auth.store.passwords import PostgresPasswords
from og_auth.store.sessions import PostgresSessions
from og_auth.store.sites import PostgresSites
from og_auth.store.suspensions import PostgresSuspensions
from og_auth.sweeper import sweeping
from og_auth.valkey import Valkey, open_valkey
from og_auth.valkey_rejections import ValkeyRejections
from og_auth.valkey_windows import ValkeyWindows
from og_service import logs
from og_service.garbage import collect_seldom
from og_service.policy import Service
from og_service.postgres import open_pool
from og_service.schema_state import wait_for_schema
from og_service.server import run
from og_service.settings import load

log = structlog.get_logger()

DOMAIN: Final = "auth.instantog.com"


@asynccontextmanager
async def compose(settings: Settings) -> AsyncIterator[list[Service]]:
    """Open the stores and build the services on them; the only wiring there is."""
    async with (
        open_pool(settings.database_url) as pool,
        open_credentials(settings.database_url) as credentials,
        open_valkey(settings.redis_url) as valkey,
        open_hashes() as hashes,
    ):
        database, mailbox = Database(pool), Mailbox(settings.mail_way)
        kept_looks = PostgresLooks(database)
        looks = Looks(kept_looks, ValkeyRejections(valkey))
        key_store = PostgresApiKeys(database)
        key_uses = KeyUses(key_store)
        authorizer = Authorizer(
            credentials,
            looks,
            _limiter(valkey, settings, WINDOW_S),
            Quotas(settings.site_card_window_factor),
            settings.loopback_targets,
            key_uses,
        )
        account_store = PostgresAccounts(database)
        accounts = Accounts(account_store)
        sites = Sites(PostgresSites(database), accounts, settings.loopback_targets)
        session_store, address_store = PostgresSessions(database), PostgresAddresses(database)
        sweeps = {
            "verifications": kept_looks.delete_expired,
            "sign-ups": account_store.delete_old_sign_ups,
            "sessions": session_store.delete_expired,
            "mailed tokens": address_store.delete_expired_tokens,
        }
        async with sweeping(sweeps), key_uses.writing(), _sending(settings, database):
            logins = PostgresLogins(database)
            tries = Throttle(_limiter(valkey, settings, ATTEMPTS_WINDOW_S))
            limits = MailLimits(_limiter(valkey, settings, MAILS_WINDOW_S))
            checks = PasswordChecks(logins, hashes, tries)
            sessions = Sessions(session_store, accounts)
            passwords = PasswordChanges(
                PostgresPasswords(database), accounts, sessions, checks, hashes, mailbox, limits
            )
            addresses = Addresses(
                address_store, logins, accounts, sessions, checks, mailbox, limits
            )
            api_keys = ApiKeys(key_store, accounts)
            suspensions = Suspensions(PostgresSuspensions(database))
            identities = Identities(logins, checks, hashes, tries, mailbox)
            yield services(
                AuthServicer(authorizer, OwnerLooks(sites, looks, settings.loopback_targets)),
                AccountServicer(accounts, api_keys, sites, suspensions, passwords, mailbox),
                IdentityServicer(identities, sessions, passwords, addresses, accounts, mailbox),
            )


def _sending(settings: Settings, database: Database) -> AbstractAsyncContextManager[None]:
    """Send mail beside the services, where it goes anywhere."""
    transport: Transport
    match settings.mail_way:
        case MailWay.SMTP:
            transport = SmtpTransport(parse_smtp_url(settings.smtp_url), settings.mail_from)
        case MailWay.LOG:
            transport = LogTransport()
        case MailWay.NOWHERE:
            log.warning("no mail is sent, as SMTP_URL is empty: forgotten passwords stay so")
            return nullcontext()
    return Outbox(PostgresOutbox(database), transport, settings.public_base_url).sending()


def services(
    auth: AuthServicer, account: AccountServicer, identity: IdentityServicer
) -> list[Service]:
    """Say how to serve the servicers, and to whom."""
    contracts = auth_pb2.DESCRIPTOR.services_by_name
    return [
        Service(
            contracts["AuthService"],
            add_to=partial(auth_pb2_grpc.add_AuthServiceServicer_to_server, auth),
            edge_rpcs=EDGE_AUTH,
        ),
        Service(
            contracts["AccountService"],
            add_to=partial(auth_pb2_grpc.add_AccountServiceServicer_to_server, account),
            edge_rpcs=EDGE_ACCOUNT,
            auditor_rpcs=AUDITOR_ACCOUNT,
        ),
        Service(
            contracts["IdentityService"],
            add_to=partial(auth_pb2_grpc.add_IdentityServiceServicer_to_server, identity),
            edge_rpcs=EDGE_IDENTITY,
        ),
    ]


def _limiter(valkey: Valkey, settings: Settings, window_s: float) -> RateLimiter:
    """Count in windows of that length, in Valkey, or here while that is away."""
    local = LocalWindows(settings.auth_replicas, window_s)
    return RateLimiter(FailoverWindows(ValkeyWindows(valkey, window_s), local), window_s)


def serve() -> None:
    """Serve until told to stop."""
    settings = load(Settings)
    logs.configure(settings, "auth")
    wait_for_schema(settings.database_url, "og_auth", "auth")
    collect_seldom()
    run(settings, DOMAIN, partial(compose, settings))
