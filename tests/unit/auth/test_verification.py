"""The judgement on its own: each evidence with each memory under each policy."""

from __future__ import annotations

from itertools import product

import pytest

from og_auth.sites import TagPolicy
from og_auth.verification import (
    FRESH_S,
    HELD_S,
    Evidence,
    Look,
    Memory,
    Verification,
    hold,
    judge,
    recall,
)

VERIFIED = Verification.VERIFIED
EXISTING = Verification.EXISTING_CARDS_ONLY
REJECTED = Verification.REJECTED
UNKNOWN = Verification.UNKNOWN
LEFT_THE_SITE = Verification.UNSPECIFIED

ANY, SAME_CARD = TagPolicy.ANY, TagPolicy.SAME_CARD
URL = "https://example.com/"
MEMORIES = [
    None,
    *(
        Memory(state, age_s, url)
        for state in (VERIFIED, EXISTING, REJECTED)
        for age_s in (0, FRESH_S, HELD_S, 100 * HELD_S)
        for url in ("", URL)
    ),
]


@pytest.mark.parametrize(
    ("state", "age_s", "recalled", "held"),
    [
        (VERIFIED, 0, VERIFIED, VERIFIED),
        (VERIFIED, FRESH_S - 1, VERIFIED, VERIFIED),
        (VERIFIED, FRESH_S, UNKNOWN, VERIFIED),
        (VERIFIED, HELD_S - 1, UNKNOWN, VERIFIED),
        (VERIFIED, HELD_S, UNKNOWN, UNKNOWN),
        (EXISTING, FRESH_S - 1, EXISTING, EXISTING),
        (EXISTING, HELD_S - 1, UNKNOWN, EXISTING),
        (EXISTING, HELD_S, UNKNOWN, UNKNOWN),
        (REJECTED, 0, UNKNOWN, UNKNOWN),
    ],
)
def test_how_long_a_look_counts(
    state: Verification, age_s: float, recalled: Verification, held: Verification
) -> None:
    for url in ("", URL):
        assert recall(Memory(state, age_s, url)) is recalled
        assert hold(Memory(state, age_s, url)) is held


def test_without_a_look_nothing_counts() -> None:
    assert recall(None) is hold(None) is UNKNOWN


@pytest.mark.parametrize(
    ("policy", "exists", "memory"), list(product(TagPolicy, (True, False), MEMORIES))
)
def test_a_tag_that_is_there_or_is_not_needs_no_memory(
    policy: TagPolicy,
    exists: bool,  # noqa: FBT001 - a column
    memory: Memory | None,
) -> None:
    for on_site, expected in ((True, VERIFIED), (False, LEFT_THE_SITE)):
        assert judge(Look(Evidence.TAG_FOUND, policy, on_site, exists), memory) is expected
        assert judge(Look(Evidence.TAG_MISSING, policy, on_site, exists), memory) is REJECTED


@pytest.mark.parametrize(("exists", "memory"), list(product((True, False), MEMORIES)))
def test_another_card_will_do_where_any_does(
    exists: bool,  # noqa: FBT001 - a column
    memory: Memory | None,
) -> None:
    for on_site, expected in ((True, VERIFIED), (False, LEFT_THE_SITE)):
        assert judge(Look(Evidence.TAG_DIFFERS, ANY, on_site, exists), memory) is expected


@pytest.mark.parametrize("memory", MEMORIES)
def test_another_card_lets_one_that_was_verified_once_be_served(memory: Memory | None) -> None:
    once = memory is not None and memory.canonical_url == ""
    here = judge(Look(Evidence.TAG_DIFFERS, SAME_CARD, is_on_site=True, card_exists=True), memory)
    assert here is (EXISTING if once else REJECTED)
    away = judge(Look(Evidence.TAG_DIFFERS, SAME_CARD, is_on_site=False, card_exists=True), memory)
    assert away is (LEFT_THE_SITE if once else REJECTED)
    none = judge(Look(Evidence.TAG_DIFFERS, SAME_CARD, is_on_site=True, card_exists=False), memory)
    assert none is REJECTED
