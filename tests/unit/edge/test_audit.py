from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from og_edge.audit.account import Totals
from og_edge.audit.command import read_sums
from og_edge.audit.findings import Finding, Kind
from og_edge.audit.output import AccountJsonPrinter, JsonPrinter, Sums, TextPrinter
from og_edge.audit.records import HistoryLine, IndexLine, LedgerLine, Payers
from og_edge.audit.statement import Continuity
from og_edge.audit.store import Books, Register
from og_edge.audit.system import examine_sums

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
EARLIER = NOW - dt.timedelta(minutes=5)


def charged(
    charge_id: str, credits: int = 10, kind: str = "generation", payer_id: str = "key_1"
) -> LedgerLine:
    return LedgerLine(charge_id, kind, credits, 0, 0, payer_id, EARLIER)


def reserved(charge_id: str) -> LedgerLine:
    return LedgerLine(charge_id, "reservation", 0, -10, 0, "key_1", EARLIER)


def made(generation_id: str, price: int = 10) -> HistoryLine:
    return HistoryLine(generation_id, price, EARLIER)


def kept(charge_id: str, *, settled: bool = True) -> IndexLine:
    return IndexLine(charge_id, settled, EARLIER)


def found(
    ledger: Sequence[LedgerLine] = (),
    history: Sequence[HistoryLine] = (),
    index: Sequence[IndexLine] = (),
    received: Sequence[str] | None = None,
    cutoff: dt.datetime = NOW,
) -> dict[Kind, list[str]]:
    with Books.opened() as books:
        books.add_ledger(ledger)
        books.add_history(history)
        books.add_index(index)
        if received is not None:
            books.add_answers(received)
        kinds: dict[Kind, list[str]] = {}
        for kind, subject, _ in books.contradictions(cutoff):
            kinds.setdefault(kind, []).append(subject)
        return kinds


def test_books_that_agree_have_nothing_to_show() -> None:
    ledger = [reserved("new"), charged("new"), charged("hit", 1, "cached_card")]
    assert found(ledger, [made("new")], [kept("new")], ["new", "hit"]) == {}


def test_a_charge_for_a_new_card_that_is_nowhere_is_found() -> None:
    assert found([reserved("new"), charged("new")]) == {Kind.CHARGED_WITHOUT_CARD: ["new"]}


def test_a_card_charged_at_another_price_than_its_own_is_found() -> None:
    ai = charged("ai", 100, "ai_generation")
    assert found([reserved("ai"), ai], [made("ai")]) == {Kind.CARDS_CHARGED_OTHERWISE: ["ai"]}
    assert found([reserved("ai"), ai], [made("ai", 100)]) == {}


def test_a_kept_card_charged_at_another_price_is_found() -> None:
    ledger = [charged("hit", 2, "cached_card")]
    assert found(ledger) == {Kind.CACHED_CARDS_CHARGED_OTHERWISE: ["hit"]}


def test_a_card_drawn_again_at_the_cached_price_is_none() -> None:
    ledger = [charged("again", 1, "cached_card")]
    assert found(ledger, [made("again", 1), made("refused", 1)]) == {}


def test_a_free_card_is_told_apart_from_one_that_was_never_to_be_paid() -> None:
    assert found([reserved("free")], [made("free"), made("stolen")]) == {
        Kind.CARDS_NOT_CHARGED: ["free"],
        Kind.CARDS_NEVER_RESERVED: ["stolen"],
    }


def test_a_kept_card_without_history_is_found() -> None:
    assert found(index=[kept("gone")]) == {Kind.CARDS_WITHOUT_HISTORY: ["gone"]}


def test_a_card_whose_payment_was_not_noted_is_found() -> None:
    ledger = [reserved("new"), charged("new")]
    kinds = found(ledger, [made("new")], [kept("new", settled=False)])
    assert kinds == {Kind.UNSETTLED_CARDS: ["new"]}


def test_answers_are_compared_only_where_they_were_written_down() -> None:
    ledger = [charged("hit", 1, "cached_card"), charged("lost", 1, "cached_card")]
    assert found(ledger) == {}
    assert found(ledger, received=["hit", "free"]) == {
        Kind.RECEIVED_WITHOUT_CHARGE: ["free"],
        Kind.CHARGED_NOT_RECEIVED: ["lost"],
    }


def test_what_is_under_way_is_no_finding() -> None:
    young = EARLIER - dt.timedelta(seconds=1)
    ledger = [charged("new"), charged("hit", 2, "cached_card")]
    index = [kept("gone"), kept("new", settled=False)]
    assert found(ledger, [made("other"), made("free")], index, cutoff=young) == {}


def test_payers_that_nobody_knows_are_counted() -> None:
    ledger = [charged("1"), charged("2", payer_id="key_2"), charged("3", 1, "cached_card", "key_2")]
    with Books.opened() as books:
        books.add_ledger([*ledger, charged("4", payer_id="")])
        known = Payers(frozenset({"key_1"}))
        assert list(books.strange_payers(known, NOW)) == [("key_2", 2, 11)]
        assert books.totals() == (4, 31, 0)


def test_a_payer_that_may_be_forgotten_is_not_strange_until_it_pays_again() -> None:
    forgotten_by = EARLIER + dt.timedelta(minutes=1)
    later = replace(charged("2", payer_id="key_3"), time=NOW)
    with Books.opened() as books:
        books.add_ledger([charged("1", payer_id="key_2"), charged("3", payer_id="key_3"), later])
        known = Payers(frozenset({"key_1"}), forgotten_by)
        assert list(books.strange_payers(known, NOW)) == [("key_3", 2, 20)]


def entry(charge_id: str, delta: int, balance: int) -> LedgerLine:
    return replace(charged(charge_id), delta_credits=delta, balance_credits=balance)


@pytest.mark.parametrize("page_size", [1, 2, 3])
def test_a_statement_continues_from_page_to_page(page_size: int) -> None:
    lines = [entry("c", -1, 89), entry("b", -10, 90), entry("a", 100, 100)]
    continuity = Continuity()
    for start in range(0, len(lines), page_size):
        assert not list(continuity.breaks(lines[start : start + page_size]))
    assert not list(continuity.end())


def test_an_entry_that_was_slipped_in_breaks_its_statement() -> None:
    lines = [entry("c", -1, 89), entry("slipped", -10, 80), entry("b", -10, 90)]
    continuity = Continuity()
    assert [charge_id for charge_id, _ in continuity.breaks(lines)] == ["c"]
    assert [charge_id for charge_id, _ in continuity.end()] == ["b"]


def test_an_account_is_registered_once_and_known_if_anybody_knows_it() -> None:
    with Register.opened() as register:
        register.add(["b", "a"], known_to_auth=False)
        register.add(["b", "c"], known_to_auth=True)
        register.add(["b"], known_to_auth=False)
        assert len(register) == 3
        assert list(register) == [("a", False), ("b", True), ("c", True)]


def test_the_ledgers_own_figures_are_found_by_name() -> None:
    figures = {"passed": False, "wrong_entries": 2, "wrong_balances": 0, "entries": 5}
    [finding] = examine_sums(read_sums(json.dumps(figures)))
    assert (finding.kind, finding.subject) == (Kind.LEDGER_DOES_NOT_ADD_UP, "wrong_entries")
    assert not examine_sums(read_sums(json.dumps(figures | {"passed": True})))


@pytest.mark.parametrize("text", ["", "[]", "{}", "no JSON"])
def test_what_is_no_audit_of_the_ledger_is_refused(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refusal:
        read_sums(text)
    assert refusal.value.code == 2
    assert "--ledger" in capsys.readouterr().err


BROKEN = Finding(Kind.CHARGED_WITHOUT_CARD, "acct_1", "id", "10 credits")
LEFT = Finding(Kind.CARDS_NOT_CHARGED, "acct_1", "other", "10 credits")


@pytest.mark.parametrize("findings", [[], [LEFT], [BROKEN, LEFT]])
def test_json_is_one_object_with_every_finding(
    findings: list[Finding], capsys: pytest.CaptureFixture[str]
) -> None:
    sums = Sums()
    printer = JsonPrinter(sums)
    for finding in findings:
        sums.add(finding.kind)
        printer.found(finding)
    printer.end(Totals(accounts=3))
    document = json.loads(capsys.readouterr().out)
    assert [it["subject"] for it in document["findings"]] == [it.subject for it in findings]
    assert document["passed"] is (BROKEN not in findings)
    assert document["differences"] == ({"charged_without_card": 1} if BROKEN in findings else {})
    assert document["accounts"] == 3


def test_text_tells_what_a_finding_means_once(capsys: pytest.CaptureFixture[str]) -> None:
    sums = Sums()
    printer = TextPrinter(sums)
    for finding in (BROKEN, LEFT, BROKEN):
        sums.add(finding.kind)
        printer.found(finding)
    printer.end(Totals())
    text = capsys.readouterr().out
    assert text.count(BROKEN.kind.value) == 1
    assert text.count("acct_1  id  10 credits") == 2
    assert "differences: 2 charged without card" in text
    assert "allowed: 1 cards not charged" in text


def test_of_one_account_every_kind_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    sums = Sums()
    printer = AccountJsonPrinter(sums)
    sums.add(LEFT.kind)
    printer.found(LEFT)
    printer.end(Totals(charges=2, charged_credits=11))
    document = json.loads(capsys.readouterr().out)
    assert {kind.key for kind in Kind} < set(document)
    assert document["cards_not_charged"] == ["other"]
    assert document["charged_without_card"] == []
    assert (document["charges"], document["charged_credits"]) == (2, 11)
    assert document["passed"] is True
