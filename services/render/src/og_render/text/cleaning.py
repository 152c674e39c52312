"""Raw text made fit to be set: what is visible of it, on one line."""

from __future__ import annotations

import regex  # type: ignore[import-untyped]  # it ships no types

_SPACES = regex.compile(r"[\s\p{Cc}\p{Zl}\p{Zp}]+")
# Embeddings, overrides and isolates reach over a cut or a line's end; marks (LRM, RLM) do not.
# Private characters mean an icon in one font and something else in ours.
_UNWANTED = regex.compile(
    r"[\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\u00ad\u200b\ufeff\p{Private_Use}]"
)
# Marks piled up to disturb reach far out of their line; scripts that stack letters keep theirs.
_PILED_MARKS = regex.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
    r"|(\p{M}{7})\p{M}+"
)
# The pattern of braille that has no dot is a blank to everybody but Unicode; what no version of
# Unicode has assigned, no font holds.
_BLANK = regex.compile(r"[\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]*")


def clean(text: str) -> str:
    """Put text on one line of visible characters: single spaces, no controls, few marks."""
    # Printable is what has neither controls nor spaces other than the usual one.
    if not (text.isprintable() and "  " not in text):
        text = _SPACES.sub(" ", _UNWANTED.sub("", _SPACES.sub(" ", text)))
    return (text if text.isascii() else str(_PILED_MARKS.sub(r"\1\2", text))).strip()


def is_visible(text: str) -> bool:
    """Whether anything of a text would show."""
    return _BLANK.fullmatch(clean(text)) is None
