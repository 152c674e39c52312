from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from og_extract.read.values.printed_days import parse_printed_day

YEAR_MIN = 1970
YEAR_MAX = 2100
CENTURY = 2000
MONTHS = 12
MAX_DATE_CHARS = 200

# The names of months, each with its usual short forms, in the languages read without a library.
_MONTH_NAMES: Final = """
jan january januar jänner jän janvier janv enero ene gennaio gen janeiro januari styczeń
stycznia جانفي январь января янв ianuarie ian;
feb february februar feber février fevrier févr fév febrero febbraio fevereiro fev februari luty
lutego فيفري февраль февраля фев февр februarie;
mar march märz mär mrz maerz mars marzo março marco maart mrt marts marzec marca март марта мар
martie;
apr april avril avr abril abr aprile kwiecień kwietnia أفريل апрель апреля апр aprilie;
may mai mayo maggio mag maio mei maj maja май мая;
jun june juni juin junio giugno giu junho czerwiec czerwca جوان июнь июня июн iunie iun;
jul july juli juillet juil julio luglio lug julho lipiec lipca جويلية июль июля июл iulie iul;
aug august août aout aoû agosto ago augustus augusti sierpień sierpnia أوت август августа авг;
sep sept september septembre septiembre setiembre settembre set setembro septembrie wrzesień
września сентябрь сентября сен сент;
oct october oktober okt octobre octubre ottobre ott outubro out październik października октябрь
октября окт octombrie;
nov november novembre noviembre novembro listopad listopada ноябрь ноября ноя нояб noiembrie;
dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro desember des
grudzień grudnia декабрь декабря дек decembrie
"""
_MONTHS: Final = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.split(";"), start=1)
    for name in names.split()
}
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})(?:\D|\d{6}|$)")
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})")
_DAY_MONTH_YEAR = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|er|st|nd|rd|th|º)?\s*(?:de |of )?"
    r"([^\W\d_]{3,})[.,]?\s*(?:de |del )?(\d{4})(?!\d)"
)
_MONTH_DAY_YEAR = re.compile(
    r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+"
    r"(?:\d\d?:\d\d(?::\d\d)?\s+(?:[A-Z]{2,5}\s+)?)?(\d{4})(?!\d)"
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
# With two digits for the year only where all is padded: "1.2.10" is a version.
_SHORT_YEAR = re.compile(r"(?<![\d.])(\d\d)\.(\d\d)\.(\d\d)(?![\d.]\d?)")
_EPOCH = re.compile(r"^\s*(\d{10}|\d{13})\s*$")


def parse_day(text: str, language: str = "") -> date | None:
    """Find the day a text names, as printed there; None where there is none.

    Of 3/4/2020, American pages mean the 4th of March and others the 3rd of April.
    """
    text = text[:MAX_DATE_CHARS]
    if text.lstrip().startswith(("P", "PT")) and text.strip()[1:2].isalnum() and "D" in text[:12]:
        return None
    epoch = _EPOCH.match(text)
    if epoch:
        return _checked(datetime.fromtimestamp(int(epoch[1][:10]), UTC).date())
    for pattern in (_ISO, _COMPACT, _EAST_ASIAN):
        if match := pattern.search(text):
            return _day(match[1], match[2], match[3])
    return _named_month(text) or _numeric(text, language) or parse_printed_day(text, language)


def tomorrow() -> date:
    """Return the day that is today somewhere on Earth, or will be soon."""
    return datetime.now(UTC).date() + timedelta(days=1)


def _named_month(text: str) -> date | None:
    for match in _DAY_MONTH_YEAR.finditer(text):
        if month := _month(match[2]):
            return _day(match[3], month, match[1])
    for match in _MONTH_DAY_YEAR.finditer(text):
        if month := _month(match[1]):
            return _day(match[3], month, match[2])
    return None


def _numeric(text: str, language: str) -> date | None:
    short = _SHORT_YEAR.search(text)
    match = _NUMERIC.search(text)
    if match is None:
        return _short_day(*map(int, short.groups())) if short else None
    first, second = int(match[1]), int(match[3])
    is_american = match[2] == "/" and language.lower().replace("_", "-") in {"", "en", "en-us"}
    day, month = (
        (second, first) if (is_american and first <= MONTHS) or second > MONTHS else (first, second)
    )
    return _day(match[4], month, day)


def _short_day(day: int, month: int, year: int) -> date | None:
    """Read a day with two digits for the year; what can be no month is the day."""
    day, month = (month, day) if month > MONTHS else (day, month)
    return _day(CENTURY + year, month, day)


def _month(word: str) -> int | None:
    return _MONTHS.get(word.lower())


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return _checked(date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _checked(day: date) -> date | None:
    return day if YEAR_MIN <= day.year <= YEAR_MAX else None
