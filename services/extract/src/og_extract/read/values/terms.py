"""What schema.org has as codes, as people say it in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FALLBACK_LANGUAGE: Final = "en"

ONLINE: Final = {
    **dict.fromkeys(("en", "de", "nl", "it", "pt", "pl", "sv", "da", "nb", "no", "cs"), "Online"),
    "es": "En línea",
    "fr": "En ligne",
    "ja": "オンライン",
    "ko": "온라인",
    "ru": "Онлайн",
    "zh": "线上",
}
REMOTE: Final = {
    **dict.fromkeys(("en", "de", "nl", "sv", "da", "nb", "no"), "Remote"),
    "es": "En remoto",
    "fr": "Télétravail",
    "it": "Da remoto",
    "ja": "リモート",
    "ko": "원격 근무",
    "pl": "Zdalnie",
    "pt": "Remoto",
    "ru": "Удалённо",
    "zh": "远程",
}
_EMPLOYMENT: Final[Mapping[str, tuple[str, str, str, str, str]]] = {
    "en": ("Full-time", "Part-time", "Contract", "Temporary", "Internship"),
    "de": ("Vollzeit", "Teilzeit", "Freie Mitarbeit", "Befristet", "Praktikum"),
    "es": ("Jornada completa", "Media jornada", "Por contrato", "Temporal", "Prácticas"),
    "fr": ("Temps plein", "Temps partiel", "Indépendant", "Temporaire", "Stage"),
    "it": ("Tempo pieno", "Part-time", "A contratto", "Temporaneo", "Tirocinio"),
    "ja": ("正社員", "パートタイム", "業務委託", "派遣・契約", "インターン"),
    "nl": ("Voltijd", "Deeltijd", "Freelance", "Tijdelijk", "Stage"),
    "pl": ("Pełny etat", "Część etatu", "Kontrakt", "Praca tymczasowa", "Staż"),
    "pt": ("Tempo integral", "Meio período", "Contrato", "Temporário", "Estágio"),
    "sv": ("Heltid", "Deltid", "Konsult", "Visstid", "Praktik"),
    "zh": ("全职", "兼职", "合同工", "临时", "实习"),
}
_CODES: Final = {
    "fulltime": 0,
    "parttime": 1,
    "contractor": 2,
    "contract": 2,
    "temporary": 3,
    "intern": 4,
    "internship": 4,
}


def in_language(words: Mapping[str, str], language: str) -> str:
    """Give a word in the language of a page, in English where it is not known in that."""
    return words.get(language.partition("-")[0], words[FALLBACK_LANGUAGE])


def employment_text(code: str, language: str) -> str:
    """Say "FULL_TIME" as people do; other texts stay, codes that mean nothing are left out."""
    letters = "".join(char for char in code.rpartition("/")[2].casefold() if char.isalpha())
    if letters in _CODES:
        names = _EMPLOYMENT.get(language.partition("-")[0], _EMPLOYMENT[FALLBACK_LANGUAGE])
        return names[_CODES[letters]]
    return "" if code.isupper() else code
