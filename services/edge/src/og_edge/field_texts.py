"""How the values of a card's fields read, for whoever looks at its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from og_edge.page import Price, Rating, Value

MAX_TEXT_CHARS: Final = 200
"""Of each value: enough to know it again. The card has all of it."""


def field_texts(values: Mapping[str, Value]) -> dict[str, str]:
    """Write each value in a line of MAX_TEXT_CHARS at most; pictures have no text."""
    return {
        name: _shortened(_text(value))
        for name, value in values.items()
        if not isinstance(value, bytes)
    }


def _shortened(text: str) -> str:
    # PostgreSQL keeps no U+0000 in JSON.
    text = text.replace("\0", "")
    return text if len(text) <= MAX_TEXT_CHARS else text[: MAX_TEXT_CHARS - 1] + "…"


def _text(value: Value) -> str:
    match value:
        case dt.date() | dt.time():
            return value.isoformat()
        case Price():
            amount = f"{value.amount} to {value.amount_max}" if value.amount_max else value.amount
            period = f"per {value.per.value}" if value.per else ""
            return " ".join(filter(None, (amount, value.currency_code, period)))
        case Rating():
            times = f" ({value.rating_count:,} ratings)" if value.rating_count else ""
            return f"{value.value:g} of {value.best_value:g}{times}"
        case _:
            return str(value)
