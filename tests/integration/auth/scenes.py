"""What may be asked, each with all that must be so before."""

from __future__ import annotations

from dataclasses import dataclass

from og.auth.v1 import auth_pb2
from og_auth.api_keys import new_secret
from og_auth.identity.tokens import TokenKind, new_token
from tests.integration.auth.world import (
    World,
    by_key,
    by_site,
)

LIMIT = 7
FAILURES = 60


@dataclass
class Scene:
    """An account with a key and a site, and an address nobody used."""

    world: World
    account_id: str
    secret: str
    key_id: str
    site_id: str
    domain: str
    address: str
    admin_dsn: str

    @property
    def page(self) -> str:
        return f"https://{self.domain}/page"


async def good_key(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_key(s.secret, s.address)


async def good_key_and_page(s: Scene) -> auth_pb2.AuthorizeRequest:
    request = by_key(s.secret, s.address)
    request.page_url = "https://elsewhere.example.org/"
    return request


async def nothing(s: Scene) -> auth_pb2.AuthorizeRequest:
    return auth_pb2.AuthorizeRequest(client_address=s.address, page_url=s.page)


async def malformed_key(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_key("og_live_nonsense", s.address)


async def empty_key(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_key("", s.address)


async def huge_key(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_key(s.secret * 20_000, s.address)


async def unknown_key(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_key(new_secret().text, s.address)


async def revoked_key(s: Scene) -> auth_pb2.AuthorizeRequest:
    await s.world.accounts.RevokeApiKey(
        auth_pb2.RevokeApiKeyRequest(api_key_id=s.key_id), timeout=10
    )
    return by_key(s.secret, s.address)


async def expired_key(s: Scene) -> auth_pb2.AuthorizeRequest:
    await s.world.rotate(s.key_id)
    return by_key(s.secret, s.address)


async def key_without_the_scope(s: Scene) -> auth_pb2.AuthorizeRequest:
    return auth_pb2.AuthorizeRequest(
        api_key=s.secret, client_address=s.address, scope=auth_pb2.API_KEY_SCOPE_MANAGE
    )


async def site_that_would_manage(s: Scene) -> auth_pb2.AuthorizeRequest:
    request = await verified_page(s)
    request.scope = auth_pb2.API_KEY_SCOPE_MANAGE
    return request


async def suspended_key(s: Scene) -> auth_pb2.AuthorizeRequest:
    await s.world.suspend(api_key_id=s.key_id)
    return by_key(s.secret, s.address)


async def key_of_a_suspended_account(s: Scene) -> auth_pb2.AuthorizeRequest:
    await s.world.suspend(account_id=s.account_id)
    return by_key(s.secret, s.address)


async def suspended_site(s: Scene) -> auth_pb2.AuthorizeRequest:
    request = await verified_page(s)
    await s.world.suspend(site_id=s.site_id)
    return request


async def site_of_a_suspended_account(s: Scene) -> auth_pb2.AuthorizeRequest:
    request = await verified_page(s)
    await s.world.suspend(account_id=s.account_id)
    return request


async def site_beside_a_suspended_key(s: Scene) -> auth_pb2.AuthorizeRequest:
    await s.world.suspend(api_key_id=s.key_id)
    return await verified_page(s)


async def malformed_session(s: Scene) -> auth_pb2.AuthorizeRequest:
    return auth_pb2.AuthorizeRequest(session_token="og_session_nonsense", client_address=s.address)


async def unknown_session(s: Scene) -> auth_pb2.AuthorizeRequest:
    token = new_token(TokenKind.SESSION).text
    return auth_pb2.AuthorizeRequest(session_token=token, client_address=s.address)


async def key_as_session(s: Scene) -> auth_pb2.AuthorizeRequest:
    return auth_pb2.AuthorizeRequest(session_token=s.secret, client_address=s.address)


async def malformed_site(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_site("site_1'; DROP", s.page, s.address)


async def unknown_site(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_site("site_0000000000000000", s.page, s.address)


async def an_account_as_site(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_site(s.account_id, s.page, s.address)


async def other_host(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_site(s.site_id, "https://example.org/", s.address)


async def subdomain(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_site(s.site_id, f"https://a.{s.domain}/", s.address)


async def no_page(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_site(s.site_id, "", s.address)


async def impossible_page(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_site(s.site_id, f"https://{s.domain}:8443/", s.address)


async def new_page(s: Scene) -> auth_pb2.AuthorizeRequest:
    return by_site(s.site_id, s.page, s.address)


async def verified_page(s: Scene) -> auth_pb2.AuthorizeRequest:
    # From another address and counted once: the account has one less.
    await s.world.complete(by_site(s.site_id, s.page), "TAG_FOUND")
    return by_site(s.site_id, s.page, s.address)


async def rejected_page(s: Scene) -> auth_pb2.AuthorizeRequest:
    await s.world.complete(by_site(s.site_id, s.page), "TAG_MISSING")
    return by_site(s.site_id, s.page, s.address)


async def full_account(s: Scene) -> auth_pb2.AuthorizeRequest:
    await s.world.batch([by_key(s.secret)] * LIMIT)
    return by_key(s.secret, s.address)


async def full_account_and_verified_page(s: Scene) -> auth_pb2.AuthorizeRequest:
    request = await verified_page(s)
    await full_account(s)
    return request


async def full_account_and_new_page(s: Scene) -> auth_pb2.AuthorizeRequest:
    await full_account(s)
    return by_site(s.site_id, s.page, s.address)


async def full_address_and_no_key(s: Scene) -> auth_pb2.AuthorizeRequest:
    await s.world.fill_failures(s.address)
    return await nothing(s)


async def full_address_and_unknown_key(s: Scene) -> auth_pb2.AuthorizeRequest:
    await s.world.fill_failures(s.address)
    return await unknown_key(s)


async def full_address_and_new_page(s: Scene) -> auth_pb2.AuthorizeRequest:
    await s.world.fill_failures(s.address)
    return await new_page(s)


async def full_address_and_good_key(s: Scene) -> auth_pb2.AuthorizeRequest:
    await s.world.fill_failures(s.address)
    return by_key(s.secret, s.address)


async def full_address_and_verified_page(s: Scene) -> auth_pb2.AuthorizeRequest:
    await s.world.fill_failures(s.address)
    return await verified_page(s)
