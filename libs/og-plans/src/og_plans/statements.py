"""How the entries of the ledger read in a statement, wherever one is shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ENTRY_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "grant": "added",
        "cached_card": "cached card",
        "generation": "new card",
        "ai_generation": "AI card",
        "reservation": "set aside",
        "release": "given back",
        "plan_credits": "plan's month",
        "plan_expiry": "plan expired",
        "reversal": "taken back",
    }
)
"""What each kind of entry is called; kinds as og.billing.v1.EntryKind has them, in lower case."""
PASSING: Final = frozenset({"reservation", "release"})
"""Kinds that change nothing for good: what is set aside is taken by a later entry, or comes back.
Who wants one line for each card leaves them out, and adds what is set aside to the balances."""
OTHER: Final = "other"


def entry_word(kind: str) -> str:
    """Call a kind of entry, also one that this version does not know."""
    return ENTRY_WORDS.get(kind, OTHER)
