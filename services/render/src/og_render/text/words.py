"""Where words end in scripts that put no space between them, by ICU's dictionaries."""

from __future__ import annotations

from icu4py.breakers import WordBreaker


def words(text: str) -> list[str]:
    """Cut a text at its words; joined again they are the text."""
    # The dictionaries are chosen by the letters, not by the language.
    return list(WordBreaker(text, "en"))
