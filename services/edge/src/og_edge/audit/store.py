"""One account's lines side by side, and where they contradict each other.

In a database of SQLite that lives in a temporary file: what is compared may be longer than memory
is large, and nothing is asked of the services' own databases but to be read once.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Final, Self

from og_edge.audit.findings import Kind
from og_edge.audit.records import HistoryLine, IndexLine, LedgerLine, Payers
from og_plans import PRICES

NEW_CARD_KINDS: Final = ("generation", "ai_generation")
CARD_KINDS: Final = (*NEW_CARD_KINDS, "cached_card")

_SCHEMA: Final = """
CREATE TABLE charges (id TEXT PRIMARY KEY, is_new INT, credits INT, payer_id TEXT, time REAL);
CREATE TABLE reservations (id TEXT PRIMARY KEY);
CREATE TABLE history (id TEXT PRIMARY KEY, price INT, time REAL);
CREATE TABLE cards (id TEXT, settled INT, time REAL);
CREATE TABLE received (id TEXT PRIMARY KEY);
"""
_INSERT: Final = {
    "charges": "INSERT OR REPLACE INTO charges VALUES (?, ?, ?, ?, ?)",
    "reservations": "INSERT OR IGNORE INTO reservations VALUES (?)",
    "history": "INSERT INTO history VALUES (?, ?, ?)",
    "cards": "INSERT INTO cards VALUES (?, ?, ?)",
    "received": "INSERT OR IGNORE INTO received VALUES (?)",
}

# Each gives ids and details, of what happened before :cutoff.
_CONTRADICTIONS: Final = {
    Kind.CHARGED_WITHOUT_CARD: """
        SELECT c.id, c.credits || ' credits' FROM charges c LEFT JOIN history h USING (id)
        WHERE c.is_new AND h.id IS NULL AND c.time <= :cutoff""",
    Kind.CARDS_CHARGED_OTHERWISE: """
        SELECT c.id, c.credits || ' credits instead of ' || h.price
        FROM charges c JOIN history h USING (id)
        WHERE c.credits <> h.price AND c.time <= :cutoff""",
    Kind.CACHED_CARDS_CHARGED_OTHERWISE: """
        SELECT c.id, c.credits || ' credits' FROM charges c LEFT JOIN history h USING (id)
        WHERE NOT c.is_new AND h.id IS NULL AND c.credits <> :cached AND c.time <= :cutoff""",
    Kind.CARDS_NEVER_RESERVED: """
        SELECT h.id, h.price || ' credits' FROM history h
        LEFT JOIN charges c USING (id) LEFT JOIN reservations r USING (id)
        WHERE h.price > :cached AND c.id IS NULL AND r.id IS NULL AND h.time <= :cutoff""",
    Kind.CARDS_WITHOUT_HISTORY: """
        SELECT k.id, '' FROM cards k LEFT JOIN history h USING (id)
        WHERE h.id IS NULL AND k.time <= :cutoff""",
    Kind.CARDS_NOT_CHARGED: """
        SELECT h.id, h.price || ' credits' FROM history h
        LEFT JOIN charges c USING (id) JOIN reservations r USING (id)
        WHERE h.price > :cached AND c.id IS NULL AND h.time <= :cutoff""",
    Kind.UNSETTLED_CARDS: """
        SELECT k.id, CASE WHEN c.id IS NULL THEN 'not charged' ELSE 'charged' END
        FROM cards k LEFT JOIN charges c USING (id) WHERE NOT k.settled AND k.time <= :cutoff""",
}
_OF_ANSWERS: Final = {
    Kind.RECEIVED_WITHOUT_CHARGE: """
        SELECT r.id, '' FROM received r LEFT JOIN charges c USING (id) WHERE c.id IS NULL""",
    Kind.CHARGED_NOT_RECEIVED: """
        SELECT c.id, c.credits || ' credits' FROM charges c LEFT JOIN received r USING (id)
        WHERE r.id IS NULL AND c.time <= :cutoff""",
}


class Books:
    """What the ledger, the index and the history say of one account."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._has_answers = False

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Self]:
        """Open empty books, and forget them after use."""
        with closing(sqlite3.connect("", isolation_level=None)) as connection:
            # It is gone after a crash anyway: nothing has to be safe on a disk.
            connection.executescript(f"PRAGMA synchronous = OFF; BEGIN; {_SCHEMA}")
            yield cls(connection)

    def add_ledger(self, lines: Iterable[LedgerLine]) -> None:
        """Enter lines of the ledger."""
        lines = list(lines)
        charges = (
            (it.charge_id, it.kind in NEW_CARD_KINDS, it.charged_credits, it.payer_id, _s(it.time))
            for it in lines
            if it.kind in CARD_KINDS
        )
        self._connection.executemany(_INSERT["charges"], charges)
        reserved = ((it.charge_id,) for it in lines if it.kind == "reservation")
        self._connection.executemany(_INSERT["reservations"], reserved)

    def add_history(self, lines: Iterable[HistoryLine]) -> None:
        """Enter lines of the history."""
        rows = ((it.generation_id, it.price_credits, _s(it.time)) for it in lines)
        self._connection.executemany(_INSERT["history"], rows)

    def add_index(self, lines: Iterable[IndexLine]) -> None:
        """Enter cards that are kept."""
        rows = ((it.charge_id, it.settled, _s(it.time)) for it in lines)
        self._connection.executemany(_INSERT["cards"], rows)

    def add_answers(self, request_ids: Iterable[str]) -> None:
        """Enter the ids of answers that a client received: all of them."""
        self._connection.executemany(_INSERT["received"], ((it,) for it in request_ids))
        self._has_answers = True

    def contradictions(self, cutoff: dt.datetime) -> Iterator[tuple[Kind, str, str]]:
        """Name what contradicts, by id and with details; what is younger than cutoff is not."""
        queries = _CONTRADICTIONS | (_OF_ANSWERS if self._has_answers else {})
        values = {"cutoff": _s(cutoff), "cached": PRICES.cached_card_credits}
        for kind, query in queries.items():
            for found, detail in self._connection.execute(f"{query} ORDER BY 1", values):
                yield kind, found, detail

    def strange_payers(self, payers: Payers, cutoff: dt.datetime) -> Iterator[tuple[str, int, int]]:
        """Name the payers of charges that are not known, each with its charges and credits.

        One that did not pay since the known ones are all there were is none: it may be forgotten.
        """
        query = """
            SELECT payer_id, count(*), sum(credits), max(time) FROM charges WHERE time <= ?
            GROUP BY 1"""
        complete_since = _s(payers.complete_since)
        for payer_id, charges, paid, last in self._connection.execute(query, (_s(cutoff),)):
            if payer_id and payer_id not in payers.ids and last > complete_since:
                yield payer_id, charges, paid

    def totals(self) -> tuple[int, int, int]:
        """Give the number of charges, their credits, and the number of lines of the history."""
        query = """
            SELECT count(*), coalesce(sum(credits), 0), (SELECT count(*) FROM history) FROM charges
        """
        charges, paid, generations = self._connection.execute(query).fetchone()
        return charges, paid, generations


class Register:
    """The accounts that somebody knows, and who does."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Self]:
        """Open an empty register, and forget it after use."""
        with closing(sqlite3.connect("", isolation_level=None)) as connection:
            connection.executescript(
                "PRAGMA synchronous = OFF; BEGIN; "
                "CREATE TABLE accounts (id TEXT PRIMARY KEY, known INT) WITHOUT ROWID"
            )
            yield cls(connection)

    def add(self, account_ids: Iterable[str], *, known_to_auth: bool) -> None:
        """Enter accounts."""
        self._connection.executemany(
            "INSERT INTO accounts VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET known = max(known, excluded.known)",
            ((account_id, known_to_auth) for account_id in account_ids),
        )

    def __len__(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM accounts").fetchone()
        return int(count)

    def __iter__(self) -> Iterator[tuple[str, bool]]:
        """Give each account, by id, and whether auth knows it."""
        for account_id, known in self._connection.execute("SELECT * FROM accounts ORDER BY id"):
            yield account_id, bool(known)


def _s(time: dt.datetime) -> float:
    return time.timestamp()
