"""A database as after some months: a ledger that adds up, cards and their history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import psycopg

from og_service.migrations import migrate
from og_stack.databases import create_database, prepare_schema
from og_stack.services import SERVICES_WITH_SCHEMA
from og_stack.stack import DATABASE

PASSWORD: Final = "of a bench"  # noqa: S105 - guards nothing
CHARGES_PER_CARD: Final = 5

_LEDGER: Final = """
INSERT INTO billing.balances (account_id, pack_credits)
SELECT 'acct_' || a, 1000000 - %(each)s FROM generate_series(1, %(accounts)s) AS a;
INSERT INTO billing.entries (charge_id, action, account_id, kind, credits, reference,
    plan_credits, pack_credits, held_credits, create_time, payer_id, paid_from)
SELECT md5('grant ' || a)::uuid, 'grant', 'acct_' || a, NULL, 1000000, 'pack large',
    0, 1000000, 0, now() - interval '90 days', NULL, NULL
FROM generate_series(1, %(accounts)s) AS a;
INSERT INTO billing.transfers (charge_id, closes, account_id, debit, credit, credits)
SELECT charge_id, false, account_id, 'issued', 'pack', credits FROM billing.entries;
INSERT INTO billing.entries (charge_id, action, account_id, kind, credits, reference,
    plan_credits, pack_credits, held_credits, create_time, payer_id, paid_from)
SELECT md5(a || '/' || n)::uuid, 'charge', 'acct_' || a, 'cached_card', 1,
    'generic/standard https://example.com/articles/' || n %% 1000,
    0, 1000000 - n, 0, now() - interval '90 days' + n * interval '1 minute',
    'key_' || a, 'pack'
FROM generate_series(1, %(each)s) AS n, generate_series(1, %(accounts)s) AS a
"""
_CARDS: Final = """
INSERT INTO edge.generations (id, account_id, card_key, page_url, template_id, options, sources,
    failed_images, price_credits, payer_id, duration_ms, texts)
SELECT md5(c::text)::uuid, 'acct_' || c %% %(accounts)s, encode(sha256(c::text::bytea), 'hex'),
    'https://example.com/articles/' || c, 'generic/standard', '{"theme": "light"}',
    '{"title": "og:title", "description": "og:description", "image": "og:image"}', '{}', 10,
    'key_1', 400, jsonb_build_object('title', repeat(md5(c::text), 2), 'description',
    repeat(md5('d' || c), 5))
FROM generate_series(1, %(cards)s) AS c;
INSERT INTO edge.cards (key, account_id, object_name, digest, size_bytes, charge_id, settled)
SELECT card_key, account_id, substr(card_key, 1, 2) || '/' || card_key || '-' || id || '.png',
    encode(sha256(id::text::bytea), 'hex'), 60000, id, true
FROM edge.generations
"""


def fill(admin_dsn: str, accounts: int, entries: int) -> str:
    """Make the database with so many entries of the ledger, and give its administrator's DSN."""
    dsn = create_database(admin_dsn, DATABASE)
    for service in SERVICES_WITH_SCHEMA:
        prepare_schema(dsn, service, PASSWORD)
        migrate(dsn, f"og_{service}", service)
    sizes = {"accounts": accounts, "each": entries // accounts}
    sizes["cards"] = entries // CHARGES_PER_CARD
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statements in (_LEDGER, _CARDS):
            run(connection, statements, sizes)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    return dsn


def write_more(dsn: str, rows: int) -> None:
    """Write on, so that there is WAL to replay."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO billing.entries (charge_id, action, account_id, kind, credits, reference,"
            " plan_credits, pack_credits, held_credits, create_time, payer_id, paid_from)"
            " SELECT md5('later ' || n)::uuid, 'charge', 'acct_1', 'cached_card', 1, '', 0, 1, 0,"
            " now(), 'key_1', 'pack' FROM generate_series(1, %s) AS n",
            (rows,),
        )


def run(connection: psycopg.Connection, statements: str, values: Mapping[str, int]) -> None:
    """Run statements that are separated by semicolons, each with the values."""
    for statement in statements.split(";"):
        connection.execute(statement.encode(), values)
