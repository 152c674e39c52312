# ruff: noqa: RUF001 - punctuation of several scripts
"""Raw text made fit to be set: what is visible of it, on one line."""

from __future__ import annotations

import regex  # type: ignore[import-untyped]  # it ships no types

# Far more than any card shows; what follows is not even looked at.
MAX_READ_CHARACTERS = 16_384
# Spaces that tie what belongs together: before a mark or a unit, in a number, after one letter.
# Elsewhere they are there by accident, and lines would find no place to end.
_TIES = (
    r"(?<=\S)[\u00a0\u202f](?=[!?:;»›%‰°\p{Sc}])|(?<=[«‹])[\u00a0\u202f](?=\S)"
    r"|(?<=\d)[\u00a0\u202f](?=[\d\p{L}])|(?<=\b\p{L})[\u00a0\u202f](?=\p{L})"
)
_SPACES = regex.compile(rf"({_TIES})|[\s\p{{Cc}}\p{{Zl}}\p{{Zp}}]+")
_SURROGATES = regex.compile(r"\p{Cs}")
# Embeddings, overrides and isolates reach over a cut or a line's end; marks (LRM, RLM) do not.
# Private characters mean an icon in one font and something else in ours. A space of no width
# says where words end in scripts that write none, and nothing elsewhere.
_UNWANTED = regex.compile(
    r"[\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\u00ad\ufeff]"
    r"|[\p{Private_Use}\p{Noncharacter_Code_Point}]"
    r"|(?<!\p{lb=SA})\u200b|\u200b(?!\p{lb=SA})"
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
    text = text.strip()[:MAX_READ_CHARACTERS]
    # Printable is what has neither controls nor spaces other than the usual one.
    if not (text.isprintable() and "  " not in text):
        text = _one_line(_whole_characters(text)).strip()
    return text if text.isascii() else str(_PILED_MARKS.sub(r"\1\2", text))


def is_visible(text: str) -> bool:
    """Whether anything of a text would show."""
    return _BLANK.fullmatch(clean(text)) is None


def _one_line(text: str) -> str:
    text = _UNWANTED.sub("", _SPACES.sub(_space, text))
    return str(_SPACES.sub(_space, text))


def _space(found: regex.Match[str]) -> str:
    return found[1] or " "


def _whole_characters(text: str) -> str:
    """Join halves of characters beyond the first 65,536; a half alone is dropped."""
    if not _SURROGATES.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
