"""Every decision there is, and what comes with it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import grpc
import psycopg
import pytest

from og.auth.v1 import auth_pb2
from tests.integration.auth import scenes
from tests.integration.auth.scenes import FAILURES, LIMIT, Scene
from tests.integration.auth.world import (
    World,
    by_key,
    by_site,
    decision,
    new_address,
    new_domain,
    state,
)

AdminOf = Callable[[str], str]


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


# What is asked, the decision, where verification stands, whether the account comes with it, and
# the limit and the remainder of the window that applied.
TABLE = [
    (scenes.good_key, "ALLOWED", "NOT_NEEDED", True, LIMIT, LIMIT - 1),
    (scenes.good_key_and_page, "ALLOWED", "NOT_NEEDED", True, LIMIT, LIMIT - 1),
    (scenes.verified_page, "ALLOWED", "VERIFIED", True, LIMIT, LIMIT - 2),
    (scenes.new_page, "ALLOWED", "UNKNOWN", True, FAILURES, FAILURES),
    (scenes.nothing, "MISSING_CREDENTIALS", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.malformed_key, "INVALID_API_KEY", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.empty_key, "INVALID_API_KEY", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.huge_key, "INVALID_API_KEY", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.unknown_key, "INVALID_API_KEY", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.revoked_key, "INVALID_API_KEY", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.expired_key, "INVALID_API_KEY", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.key_without_the_scope, "SCOPE_MISSING", "UNSPECIFIED", True, FAILURES, FAILURES - 1),
    (scenes.site_that_would_manage, "SCOPE_MISSING", "UNSPECIFIED", True, FAILURES, FAILURES - 1),
    (scenes.suspended_key, "SUSPENDED", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.key_of_a_suspended_account, "SUSPENDED", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.suspended_site, "SUSPENDED", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.site_of_a_suspended_account, "SUSPENDED", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.site_beside_a_suspended_key, "ALLOWED", "VERIFIED", True, LIMIT, LIMIT - 2),
    (scenes.malformed_session, "INVALID_SESSION", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.unknown_session, "INVALID_SESSION", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.key_as_session, "INVALID_SESSION", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.malformed_site, "INVALID_SITE", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.unknown_site, "INVALID_SITE", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.an_account_as_site, "INVALID_SITE", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.other_host, "SITE_DOMAIN_MISMATCH", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.subdomain, "SITE_DOMAIN_MISMATCH", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.no_page, "SITE_DOMAIN_MISMATCH", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.impossible_page, "SITE_DOMAIN_MISMATCH", "UNSPECIFIED", False, FAILURES, FAILURES - 1),
    (scenes.rejected_page, "SITE_NOT_VERIFIED", "REJECTED", True, FAILURES, FAILURES - 1),
    (scenes.full_account, "RATE_LIMITED", "NOT_NEEDED", True, LIMIT, 0),
    (scenes.full_account_and_verified_page, "RATE_LIMITED", "VERIFIED", True, LIMIT, 0),
    (scenes.full_account_and_new_page, "RATE_LIMITED", "UNKNOWN", True, LIMIT, 0),
    (scenes.full_address_and_no_key, "RATE_LIMITED", "UNSPECIFIED", False, FAILURES, 0),
    (scenes.full_address_and_unknown_key, "RATE_LIMITED", "UNSPECIFIED", False, FAILURES, 0),
    (scenes.full_address_and_new_page, "RATE_LIMITED", "UNKNOWN", True, FAILURES, 0),
    (scenes.full_address_and_good_key, "ALLOWED", "NOT_NEEDED", True, LIMIT, LIMIT - 1),
    (scenes.full_address_and_verified_page, "ALLOWED", "VERIFIED", True, LIMIT, LIMIT - 2),
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
    failing = await scene.world.authorize(await scenes.nothing(scene))
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
