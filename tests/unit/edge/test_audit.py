from __future__ import annotations

from og_edge.audit import compare
from og_edge.billing import Charge

NEW = Charge("new", credits=10, new_card=True)
HIT = Charge("hit", credits=1, new_card=False)


def test_books_that_agree_have_nothing_to_show() -> None:
    found = compare([NEW, HIT], {"new": 10}, [], {"new", "hit"})
    assert found.charged_credits == 11
    assert not found.charged_without_card
    assert not found.charged_not_received
    assert not found.received_without_charge


def test_a_charge_for_a_new_card_that_is_nowhere_is_listed() -> None:
    assert compare([NEW, HIT], {}, [], None).charged_without_card == ["new"]


def test_a_card_charged_at_another_price_than_its_own_is_listed() -> None:
    ai = Charge("ai", credits=100, new_card=True)
    found = compare([NEW, HIT, ai], {"new": 10, "ai": 10}, [], None)
    assert found.cards_charged_otherwise == ["ai"]
    assert found.charged_credits == 111
    assert compare([NEW, ai], {"new": 10, "ai": 100}, [], None).cards_charged_otherwise == []


def test_a_charge_whose_answer_did_not_come_is_listed() -> None:
    assert compare([NEW, HIT], {"new": 10}, [], {"new"}).charged_not_received == ["hit"]


def test_an_answer_that_nobody_paid_is_listed() -> None:
    assert compare([HIT], {}, [], {"hit", "free"}).received_without_charge == ["free"]


def test_without_a_list_of_answers_none_is_missed() -> None:
    assert compare([HIT], {}, [], None).charged_not_received == []


def test_a_card_is_unsettled_only_while_its_charge_is_not_there() -> None:
    found = compare([NEW], {"new": 10, "open": 10}, ["new", "open"], None)
    assert found.unsettled_cards == ["open"]


def test_a_card_that_nobody_paid_is_listed_but_not_one_redrawn_at_the_cached_price() -> None:
    found = compare([HIT], {"free": 10, "hit": 1, "redrawn": 1}, [], None)
    assert found.cards_not_charged == ["free"]
