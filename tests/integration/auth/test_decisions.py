"""Every decision there is, and what comes with it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import grpc
import psycopg
import pytest

from og.auth.v1 import auth_pb2
from og_auth.api_keys import new_secret
from tests.integration.auth.world import (
    World,
    by_key,
    by_site,
    decision,
    new_address,
    new_domain,
    state,
)

LIMIT = 7
FAILURES = 60

AdminOf = Callable[[str], str]


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


@pytest.fixture
async def scene(world: World, database_url: str, admin_of: AdminOf) -> Scene:
    account_id, domain = await world.account(rate_limit=LIMIT), new_domain()
    key = await world.key(account_id)
    site_id = await world.site(account_id, domain)
    return Scene(
        world=world,
        account_id=account_id,
        secret=key.secret,
        key_id=key.api_key_id,
        site_id=site_id,
        domain=domain,
        address=new_address(),
        admin_dsn=admin_of(database_url),
    )


Ask = Callable[[Scene], Awaitable[auth_pb2.AuthorizeRequest]]


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


# What is asked, the decision, where verification stands, whether the account comes with it, and
# the limit and the remainder of the window that applied.
TABLE = [
    (good_key, "ALLOWED", "NOT_NEEDED", True, LIMIT, LIMIT - 1),
    (good_key_and_page, "ALLOWED", "NOT_NEEDED", True, LIMIT, LIMIT - 1),
    (verified_page, "ALLOWED", "VERIFIED", True, LIMIT, LIMIT - 2),
    (new_page, "ALLOWED", "UNKNOWN", True, FAILURES, FAILURES),
    (nothing, "MISSING_CREDENTIALS", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (malformed_key, "INVALID_API_KEY", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (empty_key, "INVALID_API_KEY", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (huge_key, "INVALID_API_KEY", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (unknown_key, "INVALID_API_KEY", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (revoked_key, "INVALID_API_KEY", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (expired_key, "INVALID_API_KEY", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (key_without_the_scope, "SCOPE_MISSING", "UNSPECIFIED", True, FAILURES, FAILURES - 1),
    (site_that_would_manage, "SCOPE_MISSING", "UNSPECIFIED", True, FAILURES, FAILURES - 1),
    (suspended_key, "SUSPENDED", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (key_of_a_suspended_account, "SUSPENDED", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (suspended_site, "SUSPENDED", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (site_of_a_suspended_account, "SUSPENDED", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (site_beside_a_suspended_key, "ALLOWED", "VERIFIED", True, LIMIT, LIMIT - 2),
    (malformed_site, "INVALID_SITE", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (unknown_site, "INVALID_SITE", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (an_account_as_site, "INVALID_SITE", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (other_host, "SITE_DOMAIN_MISMATCH", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (subdomain, "SITE_DOMAIN_MISMATCH", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (no_page, "SITE_DOMAIN_MISMATCH", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (impossible_page, "SITE_DOMAIN_MISMATCH", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (rejected_page, "SITE_NOT_VERIFIED", "REJECTED", True, FAILURES, FAILURES - 1),
    (full_account, "RATE_LIMITED", "NOT_NEEDED", True, LIMIT, 0),
    (full_account_and_verified_page, "RATE_LIMITED", "VERIFIED", True, LIMIT, 0),
    (full_account_and_new_page, "RATE_LIMITED", "UNKNOWN", True, LIMIT, 0),
    (full_address_and_no_key, "RATE_LIMITED", "UNSPECIFIED", False, FAILURES, 0),
    (full_address_and_unknown_key, "RATE_LIMITED", "UNSPECIFIED", False, FAILURES, 0),
    (full_address_and_new_page, "RATE_LIMITED", "UNKNOWN", True, FAILURES, 0),
    (full_address_and_good_key, "ALLOWED", "NOT_NEEDED", True, LIMIT, LIMIT - 1),
    (full_address_and_verified_page, "ALLOWED", "VERIFIED", True, LIMIT, LIMIT - 2),
]


@pytest.mark.parametrize(
    ("ask", "outcome", "verification", "has_account", "limit", "remaining"),
    TABLE,
    ids=[row[0].__name__ for row in TABLE],
)
async def test_decision(
    scene: Scene,
    ask: Ask,
    outcome: str,
    verification: str,
    has_account: bool,  # noqa: FBT001
    limit: int,
    remaining: int,
) -> None:
    request = await ask(scene)
    before_s = time.time()
    answer = await scene.world.authorize(request)
    assert (decision(answer), state(answer)) == (outcome, verification)
    assert answer.account.account_id == (scene.account_id if has_account else "")
    assert (answer.rate_limit.limit, answer.rate_limit.remaining) == (limit, remaining)
    by_what = scene.key_id if request.HasField("api_key") else scene.site_id
    assert answer.payer.payer_id == (by_what if outcome == "ALLOWED" else "")
    reset_s = answer.rate_limit.reset_time.ToMicroseconds() / 1e6
    assert before_s - 60 <= reset_s <= time.time() + 60


def test_the_table_holds_every_decision() -> None:
    names = {value.name.removeprefix("DECISION_") for value in auth_pb2.Decision.DESCRIPTOR.values}
    assert {row[1] for row in TABLE} == names - {"UNSPECIFIED"}


async def test_the_account_says_what_the_plan_allows(world: World) -> None:
    for plan, limit, ai in (("free", 60, False), ("enterprise", 1_200, True)):
        key = await world.key(await world.account(plan=plan))
        account = (await world.authorize(by_key(key.secret))).account
        assert (account.plan_id, account.rate_limit, account.ai_allowed) == (plan, limit, ai)
        assert account.email == ""


async def test_the_payer_says_what_may_be_spent(scene: Scene) -> None:
    by_a_key = (await scene.world.authorize(by_key(scene.secret))).payer
    assert (by_a_key.daily_credits_max, by_a_key.daily_generations_max) == (0, 0)
    page = by_site(scene.site_id, scene.page)
    by_plan = (await scene.world.authorize(page)).payer
    assert (by_plan.daily_credits_max, by_plan.daily_generations_max) == (0, 500)
    with psycopg.connect(scene.admin_dsn, autocommit=True) as admin:
        admin.execute(
            "UPDATE auth.sites SET daily_credits_max = 900, daily_generations_max = 3"
            " WHERE site_id = %s",
            (scene.site_id,),
        )
        admin.execute(
            "UPDATE auth.api_keys SET daily_credits_max = 70 WHERE api_key_id = %s",
            (scene.key_id,),
        )
    by_owner = (await scene.world.authorize(page)).payer
    assert (by_owner.daily_credits_max, by_owner.daily_generations_max) == (900, 3)
    assert (await scene.world.authorize(by_key(scene.secret))).payer.daily_credits_max == 70


async def test_a_plan_that_is_coming_applies_from_its_moment_on(scene: Scene) -> None:
    key = await scene.world.key(await scene.world.account(plan="free"))
    with psycopg.connect(scene.admin_dsn, autocommit=True) as admin:

        def comes(when: str) -> None:
            admin.execute(
                "UPDATE auth.accounts SET next_plan_id = 'business', next_plan_time = now() + %s"
                " WHERE account_id = (SELECT account_id FROM auth.api_keys WHERE api_key_id = %s)",
                (when, key.api_key_id),
            )

        for when, plan in (("1 hour", "free"), ("0", "business"), ("-1 year", "business")):
            comes(when)
            answer = await scene.world.authorize(by_key(key.secret))
            assert answer.account.plan_id == plan
            assert answer.rate_limit.limit == answer.account.rate_limit


async def test_an_unknown_scope_is_refused(scene: Scene) -> None:
    request = auth_pb2.AuthorizeRequest(api_key=scene.secret, client_address="10.1.2.3")
    request.scope = 77  # type: ignore[assignment]
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await scene.world.authorize(request)
    assert "scope" in str(failed.value.details())


async def test_good_requests_never_use_up_an_address(scene: Scene) -> None:
    await scene.world.batch([by_key(scene.secret, scene.address)] * (LIMIT + 3))
    failing = await scene.world.authorize(await nothing(scene))
    assert failing.rate_limit.remaining == FAILURES - 1


async def test_refused_requests_are_not_counted(scene: Scene) -> None:
    answers = await scene.world.batch([by_key(scene.secret)] * (LIMIT + 50))
    resets = {answer.rate_limit.reset_time.ToMicroseconds() for answer in answers}
    last = await scene.world.authorize(by_key(scene.secret))
    assert {last.rate_limit.reset_time.ToMicroseconds()} == resets


async def test_an_ipv6_customer_has_one_window(world: World) -> None:
    near = ("2001:db8:77:1::1", "2001:db8:77:1:ffff::2", "2001:db8:77:1:8000::")
    answers = [
        await world.authorize(auth_pb2.AuthorizeRequest(client_address=text)) for text in near
    ]
    assert [answer.rate_limit.remaining for answer in answers] == [59, 58, 57]
    far = await world.authorize(auth_pb2.AuthorizeRequest(client_address="2001:db8:77:2::1"))
    assert far.rate_limit.remaining == 59
