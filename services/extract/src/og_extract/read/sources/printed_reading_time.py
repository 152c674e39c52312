"""Reading times as pages print them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from og_extract.read.markup.words import READING_TIME

MAX_PRINTED_CHARS = 120
MAX_PIECES = 3
"""A time may be printed in as many texts: label, number and unit."""

# As printed: "4 min read", "Lesezeit: 4 Min.", "4分で読めます".
_MINUTE: Final = (
    r"(?:min(?:ut|uut)\w{0,4}|mins?|мин(?:ут\w?)?|хв(?:илин\w?)?|dk|dakika\w*"
    r"|λεπτ\w{1,2}|دقائق|دقيقة|分钟|分鐘|分|분)\.?"
)
_READ_AFTER: Final = (
    r"(?:to )?read(?:ing)?\b(?! (?:on|more|next|the|all)\b)"
    r"|(?:de |di )?(?:lecture|lectura|leitura|lettura)\b|lesezeit|lesedauer"
    r"|leestijd|leestid|lästid|læsetid|lesetid|lesning|läsning|czytania|чтения|читання|okuma"
    r"|قراءة|で?読|で?阅读|で?閱讀|阅读|閱讀|읽기"
)
_READ_BEFORE: Final = (
    rf"{READING_TIME.pattern}|lesedauer|(?:阅读|閱讀|閲覧|読了)(?:时间|時間|目安)?"
)
_AMOUNT: Final = r"(?P<{}>\d{{1,3}})(?:\s?[-\u2013]\s?\d{{1,3}})?"
_PRINTED: Final = re.compile(
    rf"(?<!\d)(?<!\d[.,:]){_AMOUNT.format('first')}[\s-]?{_MINUTE}\s?(?:{_READ_AFTER})"
    rf"|(?:{_READ_BEFORE})[^\d!?]{{0,12}}{_AMOUNT.format('second')}\s?{_MINUTE}",
    re.IGNORECASE,
)


def printed_reading_time(texts: Sequence[str]) -> str:
    """Return the first reading time printed in short texts, perhaps in several pieces, or ""."""
    short = [text for text in texts if len(text) <= MAX_PRINTED_CHARS]
    for at in range(len(short)):
        found = _PRINTED.search(" ".join(short[at : at + MAX_PIECES]))
        if found:
            return found[0]
    return ""
