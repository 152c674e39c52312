"""Spans of statements: what is done to which tables, and never with which values."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from opentelemetry.trace import SpanKind
from psycopg import sql

from og_service import tracing

MAX_SUMMARIES: Final = 1_000
"""Kept; there is one for each statement of ours."""
MAX_TARGETS: Final = 6
"""Tables that a summary names."""

_TARGET: Final = re.compile(
    r"\b(INSERT\s+INTO|DELETE\s+FROM|UPDATE|FROM|JOIN)\s+([a-z_]{3,}\.[a-z_]+)\b",
    re.IGNORECASE,
)
_VERB: Final = re.compile(r"\s*(\w+)")
_VERBS: Final = {"FROM": "SELECT", "JOIN": "SELECT"}


def statement_span(query: str | bytes | sql.Composable) -> tracing.Spanned:
    """Make a span of the context in which a statement is asked."""
    if tracing.current() is None:
        return tracing.NOT_SAMPLED
    text = query if isinstance(query, str) else _text(query)
    return tracing.span(summary(text), SpanKind.CLIENT, _attributes(text))


@lru_cache(MAX_SUMMARIES)
def summary(query: str) -> str:
    """Say what a statement does, as `UPDATE edge.drawings INSERT edge.cards`.

    It names each table once with what is done to it first (OpenTelemetry, semantic conventions
    for databases, "Generating a summary of the query"). A statement of no table is its verb.
    """
    found: dict[str, None] = {}
    for keywords, table in _TARGET.findall(query):
        keyword = keywords.split()[0].upper()
        found[f"{_VERBS.get(keyword, keyword)} {table}"] = None
    if found:
        return " ".join(list(found)[:MAX_TARGETS])
    verb = _VERB.match(query)
    return verb[1].upper() if verb else "statement"


def _text(query: bytes | sql.Composable) -> str:
    return query.decode() if isinstance(query, bytes) else query.as_string()


@lru_cache(MAX_SUMMARIES)
def _attributes(query: str) -> tracing.Attributes:
    return {"db.system.name": "postgresql", "db.query.summary": summary(query)}
