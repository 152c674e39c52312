"""Leases and cards to try them with."""

from __future__ import annotations

import hashlib
import uuid

from og_edge.cards import Card, Generation
from og_edge.lease_store import PostgresLeases
from og_edge.leases import Lease, Standing


def some_key() -> str:
    return hashlib.sha256(uuid.uuid4().bytes).hexdigest()


def a_card(key: str) -> Card:
    name = f"{uuid.uuid4()}.png"
    return Card(key, "acct_1", name, "digest", 1, str(uuid.uuid4()), settled=True)


def a_generation(card: Card) -> Generation:
    url = "https://example.com/"
    return Generation(str(uuid.uuid4()), "acct_1", card.key, url, "t", {}, {}, (), 10)


async def claimed(leases: PostgresLeases, key: str) -> Lease:
    lease = (await leases.claim(key)).lease
    assert lease
    return lease


async def standing(leases: PostgresLeases, key: str) -> Standing:
    [found] = await leases.standings([key])
    return found
