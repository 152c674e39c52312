"""What is remembered of pages, for how long, and for whom it counts."""

from __future__ import annotations

import grpc
import pytest
import redis

from og.auth.v1 import auth_pb2
from og_service.status import from_rpc_error
from tests.integration.auth.looks import (
    EXISTING,
    NOT_REACHED,
    OPEN,
    REJECTED,
    VERIFIED,
    Site,
)
from tests.integration.auth.world import by_key, decision, outcome


async def test_the_same_card_is_verified_and_no_other_one(site: Site) -> None:
    assert await site.see(site.page(), "TAG_FOUND") == VERIFIED
    assert await site.now(site.page()) == VERIFIED
    assert await site.now(site.page(card="another card")) == OPEN
    assert await site.now(site.page("/elsewhere")) == OPEN


async def test_another_card_than_the_pages_is_denied_for_itself_alone(site: Site) -> None:
    assert await site.see(site.page(card="a stranger's"), "TAG_DIFFERS") == REJECTED
    assert await site.now(site.page(card="a stranger's")) == REJECTED
    assert await site.now(site.page()) == OPEN


async def test_any_card_is_verified_where_the_owner_says_so(site: Site) -> None:
    await site.world.set_policy(site.site_id, "ANY")
    assert await site.see(site.page(), "TAG_DIFFERS") == VERIFIED
    assert await site.now(site.page(card="another card")) == VERIFIED
    assert await site.now(site.page("/elsewhere")) == OPEN
    assert await site.see(site.page("/elsewhere"), "TAG_MISSING") == REJECTED


async def test_what_the_weaker_policy_let_pass_does_not_count_for_the_stricter(site: Site) -> None:
    await site.world.set_policy(site.site_id, "ANY")
    for evidence in ("TAG_FOUND", "TAG_DIFFERS"):
        assert await site.see(site.page(), evidence) == VERIFIED
    await site.world.set_policy(site.site_id, "SAME_CARD")
    assert await site.now(site.page()) == OPEN
    assert await site.see(site.page(), "PAGE_UNREACHABLE") == NOT_REACHED
    assert await site.see(site.page(), "TAG_DIFFERS", exists=True) == REJECTED
    await site.world.set_policy(site.site_id, "ANY")
    assert await site.now(site.page()) == VERIFIED


async def test_each_policy_has_positives_and_denials_of_its_own(site: Site) -> None:
    await site.see(site.page(), "TAG_FOUND")
    await site.see(site.page("/bad"), "TAG_MISSING")
    await site.world.set_policy(site.site_id, "ANY")
    assert await site.now(site.page()) == OPEN
    assert await site.now(site.page("/bad")) == OPEN
    await site.world.set_policy(site.site_id, "SAME_CARD")
    assert await site.now(site.page()) == VERIFIED
    assert await site.now(site.page("/bad")) == REJECTED


async def test_while_a_page_is_unreachable_its_last_look_holds_for_a_week(site: Site) -> None:
    await site.see(site.page(), "TAG_FOUND")
    site.wait(hours=25)
    before = site.looks()
    for _ in range(2):
        assert await site.now(site.page()) == OPEN
        assert await site.see(site.page(), "PAGE_UNREACHABLE") == VERIFIED
    assert site.looks() == before  # nothing was prolonged
    site.wait(hours=7 * 24 - 26)
    assert await site.see(site.page(), "PAGE_UNREACHABLE") == VERIFIED
    site.wait(hours=1)
    assert await site.see(site.page(), "PAGE_UNREACHABLE") == NOT_REACHED
    assert await site.now(site.page()) == OPEN


async def test_what_holds_counts_as_any_allowed_request(site: Site) -> None:
    await site.see(site.page(), "TAG_FOUND")
    site.wait(hours=25)
    held = await site.world.complete(site.page(), "PAGE_UNREACHABLE")
    assert (held.rate_limit.limit, held.rate_limit.remaining) == (300, 298)
    assert held.payer.payer_id == site.site_id


@pytest.mark.parametrize("evidence", ["TAG_MISSING", "TAG_DIFFERS"])
async def test_a_look_that_denies_ends_what_held(site: Site, evidence: str) -> None:
    await site.see(site.page(), "TAG_FOUND")
    site.wait(hours=25)
    assert await site.see(site.page(), evidence) == REJECTED
    assert await site.see(site.page(), "PAGE_UNREACHABLE") == NOT_REACHED


async def test_a_page_that_left_the_site_no_longer_holds(site: Site) -> None:
    await site.see(site.page(), "TAG_FOUND")
    site.wait(hours=25)
    moved = await site.world.complete(site.page(), "TAG_FOUND", "https://example.org/")
    assert decision(moved) == "SITE_DOMAIN_MISMATCH"
    assert await site.see(site.page(), "PAGE_UNREACHABLE") == NOT_REACHED


async def test_a_positive_beats_a_denial_whichever_came_first(site: Site, redis_url: str) -> None:
    assert await site.see(site.page(), "TAG_FOUND") == VERIFIED
    for evidence in ("TAG_MISSING", "TAG_DIFFERS"):
        assert await site.see(site.page(), evidence) == REJECTED
        assert await site.now(site.page()) == VERIFIED
    await site.see(site.page("/other"), "TAG_MISSING")
    await site.see(site.page("/other"), "TAG_FOUND")
    assert await site.now(site.page("/other")) == VERIFIED
    with redis.Redis.from_url(redis_url) as client:
        assert len(client.keys(f"auth:rejected:*{site.site_id}*")) == 1  # the positive ended one


async def test_a_card_that_was_verified_once_is_served_while_the_page_carries_a_tag(
    site: Site,
) -> None:
    await site.see(site.page(), "TAG_FOUND")
    site.wait(hours=90 * 24)
    completed = await site.world.complete(site.page(), "TAG_DIFFERS", card_exists=True)
    assert outcome(completed) == EXISTING
    assert completed.rate_limit.limit == 300  # counted as an allowed request is
    assert await site.now(site.page()) == EXISTING
    site.wait(hours=25)
    assert await site.now(site.page()) == OPEN
    assert await site.see(site.page(), "PAGE_UNREACHABLE") == EXISTING
    assert await site.see(site.page(), "TAG_DIFFERS", exists=False) == REJECTED
    assert await site.see(site.page(), "TAG_DIFFERS", exists=True) == EXISTING
    assert await site.see(site.page(), "TAG_FOUND") == VERIFIED
    assert await site.now(site.page()) == VERIFIED


async def test_a_card_that_never_was_verified_is_not(site: Site) -> None:
    await site.see(site.page(), "TAG_FOUND")
    assert await site.see(site.page(card="other"), "TAG_DIFFERS", exists=True) == REJECTED
    assert await site.now(site.page(card="other")) == REJECTED


async def test_existing_cards_only_never_replaces_a_positive_of_the_day(site: Site) -> None:
    await site.see(site.page(), "TAG_FOUND")
    assert await site.see(site.page(), "TAG_DIFFERS", exists=True) == EXISTING
    assert await site.now(site.page()) == VERIFIED


async def test_a_page_that_left_the_site_serves_no_existing_card(site: Site) -> None:
    await site.see(site.page(), "TAG_FOUND")
    site.wait(hours=25)
    moved = await site.world.complete(
        site.page(), "TAG_DIFFERS", "https://example.org/", card_exists=True
    )
    assert decision(moved) == "SITE_DOMAIN_MISMATCH"


async def test_a_denial_is_forgotten_with_valkey_and_a_positive_is_not(
    site: Site, redis_url: str
) -> None:
    await site.see(site.page(), "TAG_FOUND")
    await site.see(site.page("/bad"), "TAG_MISSING")
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    assert await site.now(site.page()) == VERIFIED
    assert await site.now(site.page("/bad")) == OPEN


async def test_nothing_that_fails_costs_the_owner_anything(site: Site) -> None:
    key = await site.world.key(site.account_id)
    for n, evidence in enumerate(("TAG_MISSING", "TAG_DIFFERS", "PAGE_UNREACHABLE") * 2):
        page = site.page(f"/{n}")
        await site.now(page)
        await site.see(page, evidence, exists=True)
        await site.now(page)
    assert (await site.world.authorize(by_key(key.secret))).rate_limit.remaining == 299


class TestCallersWithoutDigests:
    """Programs of before compare no cards: for them the letter holds, of the page alone."""

    async def test_a_tag_that_they_found_counts_for_them_and_for_no_card(self, site: Site) -> None:
        old = site.page(card="")
        assert await site.see(old, "TAG_FOUND") == VERIFIED
        assert await site.now(old) == VERIFIED
        assert await site.now(site.page()) == OPEN
        assert await site.see(site.page(), "PAGE_UNREACHABLE") == NOT_REACHED
        assert await site.see(site.page(), "TAG_DIFFERS", exists=True) == REJECTED

    async def test_what_counts_for_cards_does_not_for_them(self, site: Site) -> None:
        await site.see(site.page(), "TAG_FOUND")
        assert await site.now(site.page(card="")) == OPEN

    async def test_only_a_tag_that_is_found_does(self, site: Site) -> None:
        assert await site.see(site.page(card=""), "TAG_DIFFERS", exists=True) == REJECTED
        assert await site.now(site.page()) == OPEN

    async def test_any_card_is_any_card(self, site: Site) -> None:
        await site.world.set_policy(site.site_id, "ANY")
        await site.see(site.page(card=""), "TAG_DIFFERS")
        assert await site.now(site.page()) == VERIFIED
        await site.world.set_policy(site.site_id, "SAME_CARD")
        assert await site.now(site.page(card="")) == OPEN


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"card_digest": b"x" * 31}, "card_digest"),
        ({"card_digest": b"x" * 33}, "card_digest"),
        ({"canonical_card_digest": b"x" * 32}, "canonical_card_digest"),
        ({"canonical_url": "https://{}/page"}, "canonical_card_digest"),
        ({"evidence": 0}, "evidence"),
        ({"evidence": 99}, "evidence"),
        ({"final_url": ""}, "final_url"),
        ({"site_id": ""}, "site_id"),
        ({"page_url": ""}, "page_url"),
        ({"client_address": "nobody"}, "client_address"),
    ],
)
async def test_a_report_that_says_nothing_sensible_is_refused(
    site: Site, changes: dict[str, bytes | str | int], field: str
) -> None:
    values: dict[str, object] = {
        "site_id": site.site_id,
        "page_url": f"https://{site.domain}/page?a=1",
        "final_url": f"https://{site.domain}/page?a=1",
        "client_address": "10.0.0.1",
        "card_digest": b"x" * 32,
        "evidence": auth_pb2.VERIFICATION_EVIDENCE_TAG_FOUND,
    }
    request = auth_pb2.CompleteVerificationRequest(**(values | changes))  # type: ignore[arg-type]
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await site.world.auth.CompleteVerification(request, timeout=10)
    error = from_rpc_error(failed.value)
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert error.message.startswith(f"{field}: ")
    assert site.looks() == []
