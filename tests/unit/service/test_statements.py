from __future__ import annotations

import pytest
from psycopg import sql

from og_service.statements import statement_span, summary
from tests.support.spans import recording, sampled


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT 1", "SELECT"),
        ("BEGIN", "BEGIN"),
        ("  commit", "COMMIT"),
        ("", "statement"),
        ("SELECT a FROM edge.cards WHERE key = ANY($1)", "SELECT edge.cards"),
        ("select * from billing.lock_and_read($1)", "SELECT billing.lock_and_read"),
        ("SELECT extract(epoch FROM l.time) FROM auth.looks l", "SELECT auth.looks"),
        ("DELETE FROM edge.orphans WHERE object_name = $1", "DELETE edge.orphans"),
        (
            """
            WITH a AS (UPDATE edge.drawings SET x = 1 RETURNING key),
            b AS (DELETE FROM edge.orphans USING a)
            INSERT INTO edge.cards SELECT key FROM a ON CONFLICT (key) DO UPDATE SET x = 2
            """,
            "UPDATE edge.drawings DELETE edge.orphans INSERT edge.cards",
        ),
        ("SELECT FROM auth.accounts WHERE id = %s FOR NO KEY UPDATE", "SELECT auth.accounts"),
    ],
)
def test_a_summary_says_what_is_done_to_which_tables(query: str, said: str) -> None:
    assert summary(query) == said


def test_a_span_holds_no_value_of_a_statement() -> None:
    query = sql.SQL("SELECT 'hunter2' FROM {} WHERE a = {}").format(
        sql.Identifier("auth", "accounts"), sql.Literal("hunter3")
    )
    with recording() as recorded, sampled():
        for each in (query, b"SELECT 'hunter2' FROM auth.accounts"):
            with statement_span(each):
                pass
        assert all("hunter" not in span.to_json() for span in recorded.spans)
        assert all(span.kind.name == "CLIENT" for span in recorded.spans)
