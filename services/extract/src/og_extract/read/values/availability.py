"""Whether a product can be had, in schema.org's words (ItemAvailability)."""

from __future__ import annotations

import re
from typing import Final

from og_extract.read.markup.text import letters_of
from og_extract.read.markup.words import SOLD_OUT

MAX_TEXT_CHARS = 120

_NAMES: Final = (
    "BackOrder",
    "Discontinued",
    "InStock",
    "InStoreOnly",
    "LimitedAvailability",
    "MadeToOrder",
    "OnlineOnly",
    "OutOfStock",
    "PreOrder",
    "PreSale",
    "Reserved",
    "SoldOut",
)
# What pages write instead; the first two are those of Open Graph's product vocabulary.
_OTHERS: Final = {
    "oos": "OutOfStock",
    "pending": "OutOfStock",
    "available": "InStock",
    "availablefororder": "BackOrder",
    "instockavailable": "InStock",
    "instore": "InStoreOnly",
    "true": "InStock",
    "unavailable": "OutOfStock",
}
_BY_LETTERS: Final = {name.lower(): name for name in _NAMES} | _OTHERS


def parse_availability(text: str) -> str | None:
    """Return schema.org's short name, such as "InStock"; None for what is none of them."""
    name = _BY_LETTERS.get(letters_of(re.split("[/:]", text.rstrip("/"))[-1]))
    return name or ("OutOfStock" if SOLD_OUT.search(text[:MAX_TEXT_CHARS]) else None)
