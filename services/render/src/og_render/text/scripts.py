"""What a text's characters say about how it is set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex  # type: ignore[import-untyped]  # it ships no types

# Texts of a few cards: what is asked of one is asked again at every size.
MAX_CACHED_TEXTS = 256
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HANGUL = regex.compile(r"\p{Hangul}")
_IDEOGRAPHIC = regex.compile(r"[\p{Han}\p{Bopomofo}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_STRONG = regex.compile(r"[\p{bc=L}\p{bc=R}\p{bc=AL}]")
_RIGHT_TO_LEFT = regex.compile(r"[\p{bc=R}\p{bc=AL}]")
# Letters with marks far above and below; their lines need more room than Latin ones.
_TALL = regex.compile(
    r"[\p{Arabic}\p{Thai}\p{Lao}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}"
    r"\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Mongolian}"
    r"\p{Syriac}\p{Thaana}\p{Nko}\p{Javanese}\p{Balinese}]"
)
# Scripts whose letters may be set closer together without harm.
_TRACKED = regex.compile(r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{Common}\p{Inherited}]*")
_RIGHT_TO_LEFT_LANGUAGES = frozenset(
    {"ar", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi"}
)
_REGIONAL_HAN = {"ja": "jp", "ko": "kr", "zh": "sc", "yue": "hk"}
_TRADITIONAL = {"hant": "tc", "tw": "tc", "hk": "hk", "mo": "hk"}


def han_face(language_code: str, text: str) -> str:
    """Name the regional face for Han characters: by language, else by what else the text holds.

    A language that is not written in Han says nothing, as when a page in English shows a
    Japanese title. Kana gives Japan's forms, Hangul Korea's, else mainland China's.
    """
    primary, *rest = language_code.lower().replace("_", "-").split("-")
    if primary in _REGIONAL_HAN:
        by_region = [_TRADITIONAL[part] for part in rest if part in _TRADITIONAL]
        if primary == "zh" and by_region:
            return "hk" if "hk" in by_region else by_region[0]
        return _REGIONAL_HAN[primary]
    if _KANA.search(text):
        return "jp"
    return "kr" if _HANGUL.search(text) else "sc"


@dataclass(frozen=True)
class Traits:
    """What is asked of a text again and again."""

    is_tall: bool
    """Whether its lines need more room."""
    is_ideographic: bool
    """Whether it has Chinese, Japanese or Korean in it."""
    may_be_tracked: bool
    """Whether all of it may be letter-spaced."""
    begins_right_to_left: bool | None
    """Whether its first strong letter runs from right to left; None where it has none."""


@lru_cache(MAX_CACHED_TEXTS)
def traits(text: str) -> Traits:
    """Look at a text's characters, once."""
    if text.isascii():
        has_letters = text.lower() != text.upper()
        return Traits(
            is_tall=False,
            is_ideographic=False,
            may_be_tracked=True,
            begins_right_to_left=False if has_letters else None,
        )
    first = _STRONG.search(text)
    return Traits(
        is_tall=_TALL.search(text) is not None,
        is_ideographic=_IDEOGRAPHIC.search(text) is not None,
        may_be_tracked=_TRACKED.fullmatch(text) is not None,
        begins_right_to_left=_RIGHT_TO_LEFT.match(first.group()) is not None if first else None,
    )


def is_right_to_left(text: str, language_code: str = "") -> bool:
    """Whether a text runs from right to left: by its first strong letter, else by its language."""
    begins = traits(text).begins_right_to_left
    if begins is not None:
        return begins
    return language_code.lower().partition("-")[0] in _RIGHT_TO_LEFT_LANGUAGES
