"""What a text's characters say about how it is set."""

from __future__ import annotations

import regex  # type: ignore[import-untyped]  # it ships no types

_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HANGUL = regex.compile(r"\p{Hangul}")
_HAN = regex.compile(r"[\p{Han}\p{Bopomofo}]")
_STRONG = regex.compile(r"[\p{bc=L}\p{bc=R}\p{bc=AL}]")
_RIGHT_TO_LEFT = regex.compile(r"[\p{bc=R}\p{bc=AL}]")
# Letters with marks far above and below; their lines need more room than Latin ones.
_TALL = regex.compile(
    r"[\p{Arabic}\p{Thai}\p{Lao}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}"
    r"\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Mongolian}"
    r"\p{Syriac}\p{Thaana}\p{Nko}\p{Javanese}\p{Balinese}]"
)
# Scripts whose letters may be set closer together without harm.
_TRACKED = regex.compile(r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{Common}\p{Inherited}]")
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


def is_right_to_left(text: str, language_code: str = "") -> bool:
    """Whether a text runs from right to left: by its first strong letter, else by its language."""
    first = _STRONG.search(text)
    if first is not None:
        return _RIGHT_TO_LEFT.match(first.group()) is not None
    return language_code.lower().partition("-")[0] in _RIGHT_TO_LEFT_LANGUAGES


def is_tall(text: str) -> bool:
    """Whether lines of this text need more room."""
    return _TALL.search(text) is not None


def is_ideographic(text: str) -> bool:
    """Whether a text has Chinese, Japanese or Korean in it."""
    return any(pattern.search(text) for pattern in (_KANA, _HANGUL, _HAN))


def may_be_tracked(text: str) -> bool:
    """Whether all of a text may be letter-spaced."""
    return not _TRACKED.sub("", text)
