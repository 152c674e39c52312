from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable

import grpc
import pytest

from og.auth.v1 import auth_pb2
from tests.integration.auth.conftest import LOOPBACK_TARGET, ServeAuth
from tests.integration.auth.world import (
    World,
    by_key,
    by_site,
    decision,
    new_domain,
    refusal,
    state,
)

NO_ACCOUNT = "acct_0000000000000000"


def create(email: str, plan: str = "pro", limit: int = 0) -> auth_pb2.CreateAccountRequest:
    return auth_pb2.CreateAccountRequest(email=email, plan_id=plan, rate_limit_override=limit)


async def test_an_account_is_found_by_id_and_by_email_in_any_case(world: World) -> None:
    made = await world.accounts.CreateAccount(create(" Jane.Doe@Example.COM "), timeout=10)
    account = made.account
    assert account.account_id.startswith("acct_")
    assert (account.email, account.plan_id) == ("Jane.Doe@example.com", "pro")
    for request in (
        auth_pb2.GetAccountRequest(account_id=account.account_id),
        auth_pb2.GetAccountRequest(email="jane.doe@EXAMPLE.com"),
    ):
        assert (await world.accounts.GetAccount(request, timeout=10)).account == account


async def test_an_email_is_taken_whatever_its_case(world: World) -> None:
    await world.accounts.CreateAccount(create("taken@example.com"), timeout=10)
    error = await refusal(world.accounts.CreateAccount(create("TAKEN@example.com"), timeout=10))
    assert (error.code, error.reason) == (grpc.StatusCode.ALREADY_EXISTS, "EMAIL_TAKEN")


async def test_one_of_many_at_once_gets_an_email(world: World) -> None:
    calls = [
        world.accounts.CreateAccount(create("race@example.com"), timeout=10) for _ in range(20)
    ]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(each, auth_pb2.CreateAccountResponse) for each in outcomes) == 1


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (create("nobody"), "INVALID_EMAIL"),
        (create("a\x00@example.com"), "INVALID_EMAIL"),
        (create("a@example.com", plan="gold"), "UNKNOWN_PLAN"),
        (create("a@example.com", limit=-1), "INVALID_RATE_LIMIT"),
        (create("a@example.com", limit=1_000_001), "INVALID_RATE_LIMIT"),
    ],
)
async def test_a_bad_account_is_refused_with_its_reason(
    world: World, request_: auth_pb2.CreateAccountRequest, reason: str
) -> None:
    error = await refusal(world.accounts.CreateAccount(request_, timeout=10))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, reason)


async def test_what_is_not_there_is_not_found(world: World) -> None:
    accounts = world.accounts
    calls: dict[str, list[Awaitable[object]]] = {
        "ACCOUNT_NOT_FOUND": [
            accounts.GetAccount(auth_pb2.GetAccountRequest(), timeout=10),
            accounts.GetAccount(auth_pb2.GetAccountRequest(account_id=NO_ACCOUNT), timeout=10),
            accounts.GetAccount(auth_pb2.GetAccountRequest(account_id="\x00"), timeout=10),
            accounts.GetAccount(auth_pb2.GetAccountRequest(email="no@example.com"), timeout=10),
            accounts.GetAccount(auth_pb2.GetAccountRequest(email="no"), timeout=10),
            accounts.ListApiKeys(auth_pb2.ListApiKeysRequest(account_id=NO_ACCOUNT), timeout=10),
            accounts.ListSites(auth_pb2.ListSitesRequest(account_id=NO_ACCOUNT), timeout=10),
            world.key(NO_ACCOUNT),
            world.key("\x00"),
            world.site(NO_ACCOUNT, "example.com"),
            world.site("\x00", "example.com"),
        ],
        "API_KEY_NOT_FOUND": [
            accounts.RevokeApiKey(auth_pb2.RevokeApiKeyRequest(api_key_id=text), timeout=10)
            for text in ("", "\x00", "key_0000000000000000")
        ],
    }
    for reason, each in calls.items():
        for call in each:
            error = await refusal(call)
            assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, reason)


async def test_a_domain_registered_again_is_the_same_site(world: World) -> None:
    account_id, domain = await world.account(), new_domain()
    spellings = [domain, domain.upper(), f"{domain}."]
    site_ids = {await world.site(account_id, text) for text in spellings}
    assert len(site_ids) == 1
    listing = auth_pb2.ListSitesRequest(account_id=account_id)
    [site] = (await world.accounts.ListSites(listing, timeout=10)).sites
    assert (site.domain, site.account_id) == (domain, account_id)


async def test_many_at_once_make_one_site(world: World) -> None:
    account_id, domain = await world.account(), new_domain()
    sites = await asyncio.gather(*(world.site(account_id, domain) for _ in range(20)))
    assert len(set(sites)) == 1


async def test_two_accounts_may_register_one_domain(world: World) -> None:
    domain, owners = new_domain(), [await world.account(), await world.account()]
    sites = [await world.site(owner, domain) for owner in owners]
    assert sites[0] != sites[1]
    for owner, site_id in zip(owners, sites, strict=True):
        answer = await world.authorize(by_site(site_id, f"https://{domain}/"))
        assert answer.account.account_id == owner


async def test_sites_are_listed_newest_first(world: World) -> None:
    account_id = await world.account()
    made = [await world.site(account_id, new_domain()) for _ in range(3)]
    listing = auth_pb2.ListSitesRequest(account_id=account_id)
    listed = (await world.accounts.ListSites(listing, timeout=10)).sites
    assert [site.site_id for site in listed] == made[::-1]


async def test_an_account_has_at_most_100_sites(world: World) -> None:
    account_id, first = await world.account(), new_domain()
    site_id = await world.site(account_id, first)
    for n in range(99):
        await world.site(account_id, f"s{n}.{first}")
    error = await refusal(world.site(account_id, new_domain()))
    assert (error.code, error.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_SITES")
    assert await world.site(account_id, first) == site_id


async def test_a_site_of_an_international_name_matches_in_either_spelling(world: World) -> None:
    site_id = await world.site(await world.account(), "Bücher.example.com")
    for url in ("https://bücher.example.com/", "https://www.xn--bcher-kva.example.com/"):
        assert state(await world.authorize(by_site(site_id, url))) == "UNKNOWN"


@pytest.mark.parametrize("domain", ["co.uk", "github.io", "8.8.8.8", "localhost", "a.local", ""])
async def test_what_is_nobodys_own_host_is_no_site(world: World, domain: str) -> None:
    error = await refusal(world.site(await world.account(), domain))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_DOMAIN")


async def test_a_listed_loopback_target_is_a_site_by_exact_port(world: World) -> None:
    site_id = await world.site(await world.account(), LOOPBACK_TARGET)
    on_it = await world.authorize(by_site(site_id, f"http://{LOOPBACK_TARGET}/page"))
    beside = await world.authorize(by_site(site_id, "http://127.0.0.1:8124/page"))
    assert (decision(on_it), decision(beside)) == ("ALLOWED", "SITE_DOMAIN_MISMATCH")
    error = await refusal(world.site(await world.account(), "127.0.0.1:8124"))
    assert error.reason == "INVALID_DOMAIN"


@pytest.fixture(scope="module")
async def edge(
    serve_auth: ServeAuth, database_url: str, redis_url: str
) -> AsyncIterator[grpc.aio.Channel]:
    async with serve_auth(database_url, redis_url, caller="edge") as channel:
        yield channel


async def test_the_edge_may_do_its_own_and_strangers_nothing(
    world: World,
    edge: grpc.aio.Channel,
    serve_auth: ServeAuth,
    database_url: str,
    redis_url: str,
) -> None:
    account_id = await world.account()
    assert (await World(edge).key(account_id)).secret
    async with serve_auth(database_url, redis_url, caller="somebody") as channel:
        for refused in (World(edge).account(), World(channel).key(account_id)):
            error = await refusal(refused)
            assert error.code is grpc.StatusCode.PERMISSION_DENIED
            assert error.reason == "CALLER_NOT_ALLOWED"


async def test_a_call_without_a_deadline_is_refused(world: World) -> None:
    error = await refusal(world.auth.Authorize(by_key("")))
    assert error.reason == "DEADLINE_MISSING"


def verification(**changes: object) -> auth_pb2.CompleteVerificationRequest:
    values: dict[str, object] = {
        "site_id": "site_0000000000000000",
        "page_url": "https://example.com/",
        "evidence": auth_pb2.VERIFICATION_EVIDENCE_TAG_FOUND,
        "final_url": "https://example.com/",
        "client_address": "192.0.2.1",
    }
    return auth_pb2.CompleteVerificationRequest(**{**values, **changes})  # type: ignore[arg-type]


async def test_a_request_that_lacks_something_is_refused_naming_it(world: World) -> None:
    bad = auth_pb2.AuthorizeRequest(client_address="nowhere")
    many = auth_pb2.BatchAuthorizeRequest
    complete = world.auth.CompleteVerification
    calls: dict[str, Awaitable[object]] = {
        "client_address": world.auth.Authorize(bad, timeout=10),
        "requests[1].client_address": world.auth.BatchAuthorize(
            many(requests=[by_key(""), bad]), timeout=10
        ),
        "requests: Send 1 to 1,000": world.auth.BatchAuthorize(many(), timeout=10),
        "requests: Send": world.auth.BatchAuthorize(many(requests=[bad] * 1_001), timeout=10),
        "evidence": complete(verification(evidence=0), timeout=10),
        "final_url": complete(verification(final_url=""), timeout=10),
        "site_id": complete(verification(site_id=""), timeout=10),
        "page_url": complete(verification(page_url=""), timeout=10),
        "client_address:": complete(verification(client_address=""), timeout=10),
    }
    for text, call in calls.items():
        error = await refusal(call)
        assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
        assert error.message.startswith(text)
