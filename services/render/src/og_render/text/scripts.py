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
# Letters under letters, each with marks of its own.
_STACKED = regex.compile(r"[\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Javanese}\p{Balinese}\p{Tai_Tham}]")
_UNSPACED = regex.compile(r"\p{lb=SA}")
# What Unicode has not assigned has no direction, though the tables give it one.
_STRONG = regex.compile(r"(?!\p{Cn})[\p{bc=L}\p{bc=R}\p{bc=AL}]")
_RIGHT_TO_LEFT = regex.compile(r"(?!\p{Cn})[\p{bc=R}\p{bc=AL}]")
# Letters with marks far above and below; their lines need more room than Latin ones.
_TALL = regex.compile(
    r"[\p{Arabic}\p{Thai}\p{Lao}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}"
    r"\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Mongolian}"
    r"\p{Syriac}\p{Thaana}\p{Nko}\p{Javanese}\p{Balinese}\p{Tai_Tham}]"
)
# Scripts whose letters may be set closer together without harm.
_TRACKED = regex.compile(r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{Common}\p{Inherited}]*")
_RIGHT_TO_LEFT_LANGUAGES = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
)
# A script in the code, as in "az-Arab", says more than the language does (ISO 15924).
_SCRIPT_CODE_CHARACTERS = 4
_RIGHT_TO_LEFT_SCRIPTS = frozenset(
    {"adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"}
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
    is_stacked: bool
    """Whether they need yet more."""
    is_ideographic: bool
    """Whether it has Chinese, Japanese or Korean in it."""
    is_unspaced: bool
    """Whether it has letters of a script that writes no space between words, such as Thai."""
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
            is_stacked=False,
            is_ideographic=False,
            is_unspaced=False,
            may_be_tracked=True,
            begins_right_to_left=False if has_letters else None,
        )
    first = _STRONG.search(text)
    return Traits(
        is_tall=_TALL.search(text) is not None,
        is_stacked=_STACKED.search(text) is not None,
        is_ideographic=_IDEOGRAPHIC.search(text) is not None,
        is_unspaced=_UNSPACED.search(text) is not None,
        may_be_tracked=_TRACKED.fullmatch(text) is not None,
        begins_right_to_left=_RIGHT_TO_LEFT.match(first.group()) is not None if first else None,
    )


def is_right_to_left(text: str, language_code: str = "") -> bool:
    """Whether a text runs from right to left.

    By its first strong letter; in a language that does, one such letter is enough, since there
    a title may well begin with a foreign name; without any letter, by the language.
    """
    begins = traits(text).begins_right_to_left
    if begins or not _is_right_to_left_language(language_code):
        return begins is True
    return begins is None or _RIGHT_TO_LEFT.search(text) is not None


def _is_right_to_left_language(code: str) -> bool:
    primary, *rest = code.lower().replace("_", "-").split("-")
    scripts = [part for part in rest if len(part) == _SCRIPT_CODE_CHARACTERS]
    if scripts:
        return scripts[0] in _RIGHT_TO_LEFT_SCRIPTS
    return primary in _RIGHT_TO_LEFT_LANGUAGES
