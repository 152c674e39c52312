"""How one cluster of letters can be drawn with the faces there are."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

import regex  # type: ignore[import-untyped]  # it ships no types

from og_render.text.fonts import EMOJI, MAX_CACHED_CLUSTERS, TEXT_EMOJI, FontBook

# Lets a line end where a script writes no space between words.
BREAK_SPACE = "\u200b"
# Stands in print for an ideograph that the printer has no type for.
GETA_MARK = "\u3013"
_HAN = regex.compile(r"\p{Han}")
_INVISIBLE = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
_EMOJI = regex.compile(
    r"\p{Regional_Indicator}{2}.*|[0-9#*]\ufe0f?\u20e3|\p{Emoji}\ufe0f.*|\p{Emoji_Presentation}.*"
    r"|\p{Extended_Pictographic}\p{Emoji_Modifier}.*",
    regex.DOTALL,
)
_TEXT_STYLE = "\ufe0e"
# Letters and punctuation that stand alone where there is nothing else: each is a cluster of its own
# and none is an emoji.
_PLAIN_RANGES = (
    (0x20, 0x7E),
    (0xA1, 0xAC),
    (0xAE, 0x2FF),
    (0x370, 0x482),
    (0x48A, 0x52F),
    (0x1E00, 0x1FFF),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x20A0, 0x20C0),
)


@dataclass(frozen=True)
class Held:
    """A cluster as one face can draw it; empty where none can, or where nothing would show."""

    text: str
    face: str | None
    is_emoji: bool = False
    missing: str = ""
    """Characters that are not drawn because no face holds them."""


NOTHING = Held("", None)


@lru_cache(MAX_CACHED_CLUSTERS)
def held(book: FontBook, cluster: str, han_face: str, first: str) -> Held:
    """Find what draws a cluster: as it is, else an equivalent that reads the same, else a part.

    Faces cannot share one: marks that the letter's face lacks go before the letter does. What
    shows nothing anyway, such as a lone variation selector, is not missing.
    """
    if cluster == BREAK_SPACE:
        return Held(cluster, first)
    visible = _INVISIBLE.sub("", cluster)
    if not visible:
        return NOTHING
    if face := book.face_of(visible, han_face, first):
        return _as_emoji(cluster, face, book)
    for form in ("NFC", "NFKC"):
        equal = unicodedata.normalize(form, visible)
        if equal != visible and (face := book.face_of(equal, han_face, first)):
            return Held(equal, face)
    return _part(visible, book, han_face, first)


def _part(visible: str, book: FontBook, han_face: str, first: str) -> Held:
    """Find what draws a cluster's letter and such of its marks as can be drawn with it."""
    if face := book.face_of(visible[0], han_face, first):
        kept = "".join(character for character in visible if book.covers(face, character))
        lost = "".join(character for character in visible if not book.covers(face, character))
        return replace(_as_emoji(kept, face, book), missing=lost)
    if _HAN.match(visible):
        return Held(GETA_MARK, han_face, missing=visible)
    return Held("", None, missing=visible)


def _as_emoji(cluster: str, face: str, book: FontBook) -> Held:
    """Say whether a cluster is drawn in colour: if its selector or Unicode says so."""
    if _TEXT_STYLE in cluster:
        is_plain_emoji = face == EMOJI and book.covers(TEXT_EMOJI, cluster[0])
        return Held(cluster, TEXT_EMOJI if is_plain_emoji else face)
    in_color = _EMOJI.fullmatch(cluster) is not None and book.covers(EMOJI, cluster[0])
    return Held(cluster, face, is_emoji=in_color or face == EMOJI)


@lru_cache
def plain_characters(book: FontBook, face: str) -> frozenset[str]:
    """Give the letters of a face that need no looking into when a text has no others."""
    letters = (chr(code) for low, high in _PLAIN_RANGES for code in range(low, high + 1))
    return frozenset(letter for letter in letters if book.covers(face, letter))
