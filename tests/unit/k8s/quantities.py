"""Quantities as Kubernetes writes them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

_SUFFIXES: Final = {
    "": Fraction(1),
    "m": Fraction(1, 1000),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
    "Ki": Fraction(2**10),
    "Mi": Fraction(2**20),
    "Gi": Fraction(2**30),
}
_QUANTITY: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)([a-zA-Z]*)")


def quantity(text: object) -> Fraction:
    """Give a quantity's number: processors, or bytes; ValueError where it is none."""
    found = _QUANTITY.fullmatch(str(text))
    if found is None or found[2] not in _SUFFIXES:
        msg = f"{text!r} is no quantity"
        raise ValueError(msg)
    return Fraction(found[1]) * _SUFFIXES[found[2]]
