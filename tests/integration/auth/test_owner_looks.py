"""What owners had looked at themselves."""

from __future__ import annotations

import grpc
import pytest
import redis

from og.auth.v1 import auth_pb2
from og_service.status import from_rpc_error
from tests.integration.auth.looks import OPEN, REJECTED, VERIFIED, Site
from tests.integration.auth.world import by_key, decision, digest_of, new_domain

TIMEOUT_S = 10


async def record(
    site: Site, cards: list[str], path: str = "/page", final: str = "", account_id: str = ""
) -> bool:
    page = f"https://{site.domain}{path}"
    request = auth_pb2.RecordVerificationRequest(
        site_id=site.site_id,
        page_url=page,
        final_url=final or page,
        card_digests=[digest_of(card) for card in cards],
        account_id=account_id or site.account_id,
    )
    answer = await site.world.auth.RecordVerification(request, timeout=TIMEOUT_S)
    return answer.belongs_to_site


async def test_the_cards_that_were_found_are_good_and_their_denials_forgotten(site: Site) -> None:
    cards = ["wide", "square", "gone"]
    for card in cards:
        await site.see(site.page(card=card), "TAG_DIFFERS")
    assert await record(site, ["wide", "square", "wide"])
    assert [await site.now(site.page(card=card)) for card in cards] == [
        VERIFIED,
        VERIFIED,
        REJECTED,
    ]


async def test_where_no_card_was_found_all_stays_as_it_was(site: Site) -> None:
    await site.see(site.page(), "TAG_MISSING")
    assert await record(site, [])
    assert await site.now(site.page()) == REJECTED
    assert site.looks() == []


async def test_where_any_tag_will_do_the_page_is_good(site: Site) -> None:
    await site.world.set_policy(site.site_id, "ANY")
    await site.see(site.page(card="x"), "TAG_MISSING")
    assert await record(site, ["a", "b"])
    assert await site.now(site.page(card="x")) == VERIFIED
    assert len(site.looks()) == 1


async def test_where_any_tag_will_do_one_that_names_no_card_is_enough(site: Site) -> None:
    for policy, then in (("SAME_CARD", REJECTED), ("ANY", VERIFIED)):
        await site.world.set_policy(site.site_id, policy)
        await site.see(site.page(), "TAG_MISSING")
        page = f"https://{site.domain}/page"
        request = auth_pb2.RecordVerificationRequest(
            site_id=site.site_id,
            page_url=page,
            final_url=page,
            account_id=site.account_id,
            has_tag=True,
        )
        answer = await site.world.auth.RecordVerification(request, timeout=TIMEOUT_S)
        assert answer.tag_policy == auth_pb2.TagPolicy.Value(f"TAG_POLICY_{policy}")
        assert await site.now(site.page()) == then


async def test_the_url_that_was_asked_for_is_good_too_where_the_page_is_known_by_another(
    site: Site,
) -> None:
    asked = site.page("/page?utm=x", card="of the alias")
    await site.see(asked, "TAG_MISSING")
    page = f"https://{site.domain}/page"
    request = auth_pb2.RecordVerificationRequest(
        site_id=site.site_id,
        page_url=page,
        final_url=page,
        account_id=site.account_id,
        has_tag=True,
        card_digests=[digest_of("a card")],
        alias_url=asked.page_url,
        alias_card_digests=[digest_of("of the alias")],
    )
    await site.world.auth.RecordVerification(request, timeout=TIMEOUT_S)
    assert await site.now(site.page()) == VERIFIED
    assert await site.now(asked) == VERIFIED
    assert (await site.world.authorize(asked)).canonical_url == page
    assert await site.now(site.page("/page?utm=y", card="of the alias")) == OPEN


@pytest.mark.parametrize(
    ("alias_path", "alias_cards", "field"),
    [
        ("/other?x", ["a"], "alias_url"),
        ("/page", ["a"], "alias_url"),
        ("/page?x", [], "alias_card_digests"),
        ("", ["a"], "alias_card_digests"),
    ],
)
async def test_an_alias_that_cannot_be_one_is_refused(
    site: Site, alias_path: str, alias_cards: list[str], field: str
) -> None:
    page = f"https://{site.domain}/page"
    request = auth_pb2.RecordVerificationRequest(
        site_id=site.site_id,
        page_url=page,
        final_url=page,
        account_id=site.account_id,
        card_digests=[digest_of("a card")],
        alias_url=f"https://{site.domain}{alias_path}" if alias_path else "",
        alias_card_digests=[digest_of(card) for card in alias_cards],
    )
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await site.world.auth.RecordVerification(request, timeout=TIMEOUT_S)
    assert from_rpc_error(failed.value).message.startswith(f"{field}: ")
    assert site.looks() == []


async def test_it_mends_what_a_look_downgraded(site: Site) -> None:
    await site.see(site.page(), "TAG_FOUND")
    site.wait(hours=25)
    await site.see(site.page(), "TAG_DIFFERS", exists=True)
    await record(site, ["a card"])
    assert await site.now(site.page()) == VERIFIED


async def test_it_counts_nowhere(site: Site) -> None:
    key = await site.world.key(site.account_id)
    for _ in range(3):
        await record(site, ["a card"])
    assert (await site.world.authorize(by_key(key.secret))).rate_limit.remaining == 299


@pytest.mark.parametrize(
    ("path", "final"),
    [
        ("/page", "https://example.org/"),
        ("/page", "nonsense"),
        ("@example.org/", "https://{}/page"),
        (":8443/", "https://{}/page"),
        (".example.org/", "https://{}/page"),
    ],
)
async def test_nothing_is_remembered_of_a_page_that_is_not_the_sites(
    site: Site, path: str, final: str
) -> None:
    assert not await record(site, ["a card"], path, final.format(site.domain))
    assert site.looks() == []


async def test_a_site_of_another_account_is_none(site: Site) -> None:
    other = await site.world.account()
    for account_id in (other, "acct_0000000000000000", "nonsense"):
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await record(site, ["a card"], account_id=account_id)
        error = from_rpc_error(failed.value)
        assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND, "SITE_NOT_FOUND")
    assert site.looks() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("site_id", ""),
        ("page_url", ""),
        ("final_url", ""),
        ("account_id", ""),
        ("card_digests", [b"x" * 31]),
        ("card_digests", [b""]),
        ("card_digests", [b"x" * 32] * 17),
    ],
)
async def test_what_is_missing_or_wrong_is_named(
    site: Site, field: str, value: str | list[bytes]
) -> None:
    values: dict[str, object] = {
        "site_id": site.site_id,
        "page_url": f"https://{site.domain}/",
        "final_url": f"https://{site.domain}/",
        "account_id": site.account_id,
        "card_digests": [b"x" * 32] * 16,
    }
    request = auth_pb2.RecordVerificationRequest(**(values | {field: value}))  # type: ignore[arg-type]
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await site.world.auth.RecordVerification(request, timeout=TIMEOUT_S)
    error = from_rpc_error(failed.value)
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert error.message.startswith(f"{field}: ")
    assert site.looks() == []


async def test_several_accounts_have_one_domain_and_the_id_decides(site: Site) -> None:
    account_id = await site.world.account()
    twin = Site(
        site.world,
        site.admin_dsn,
        account_id,
        await site.world.site(account_id, site.domain),
        site.domain,
    )
    assert await record(site, ["a card"])
    assert await site.now(site.page()) == VERIFIED
    assert await twin.now(twin.page()) == OPEN


async def test_a_denial_is_gone_from_valkey(site: Site, redis_url: str) -> None:
    await site.see(site.page(), "TAG_MISSING")
    await record(site, ["a card"])
    with redis.Redis.from_url(redis_url) as client:
        assert client.keys(f"auth:rejected:*{site.site_id}*") == []


async def test_further_hosts_and_subdomains_count_everywhere(site: Site) -> None:
    staging = new_domain()
    request = auth_pb2.UpdateSiteRequest(
        site_id=site.site_id, further_hosts=[staging], includes_subdomains=True
    )
    request.update_mask.paths.extend(["further_hosts", "includes_subdomains"])
    final = f"https://{staging}/page"
    assert not await record(site, ["a card"], final=final)
    await site.world.accounts.UpdateSite(request, timeout=TIMEOUT_S)
    assert await record(site, ["a card"], final=final)
    page = site.page()
    for host in (staging, f"a.{site.domain}"):
        page.page_url = f"https://{host}/page"
        assert await site.now(page) == OPEN
        completed = await site.world.complete(page, "TAG_FOUND", f"https://www.{site.domain}/")
        assert decision(completed) == "ALLOWED"
    page.page_url = f"https://www.{staging}/page"
    assert (await site.now(page))[0] == "SITE_DOMAIN_MISMATCH"
