"""CSV that spreadsheets show as it is."""

from __future__ import annotations

from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take text for a formula (OWASP, "CSV Injection")."""


def csv_cell(value: str | int) -> str | int:
    """Give what to write into a cell: text that reads as a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
