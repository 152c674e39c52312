"""How one cluster of letters can be drawn with the faces there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex  # type: ignore[import-untyped]  # it ships no types

from og_render.text.fonts import EMOJI, MAX_CACHED_CLUSTERS, FontBook

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


_NOTHING = Held("", None)


@lru_cache(MAX_CACHED_CLUSTERS)
def held(book: FontBook, cluster: str, han_face: str, first: str) -> Held:
    """Find what draws a cluster.

    Faces cannot share one: marks that the letter's face lacks go before the letter does.
    """
    visible = _INVISIBLE.sub("", cluster)
    if not visible:
        return _NOTHING
    if face := book.face_of(visible, han_face, first):
        return Held(cluster, face, _is_emoji(cluster, book))
    face = book.face_of(visible[0], han_face, first)
    if face is None:
        return _NOTHING
    kept = "".join(character for character in visible if book.covers(face, character))
    return Held(kept, face, _is_emoji(kept, book))


@lru_cache
def plain_characters(book: FontBook, face: str) -> frozenset[str]:
    """Give the letters of a face that need no looking into when a text has no others."""
    letters = (chr(code) for low, high in _PLAIN_RANGES for code in range(low, high + 1))
    return frozenset(letter for letter in letters if book.covers(face, letter))


def _is_emoji(cluster: str, book: FontBook) -> bool:
    return (
        _EMOJI.fullmatch(cluster) is not None
        and _TEXT_STYLE not in cluster
        and book.covers(EMOJI, cluster[0])
    )
