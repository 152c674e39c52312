from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime

MAX_DATE_CHARS = 64


def parse_http_date(text: str) -> dt.datetime | None:
    """Read a header's date (RFC 9110, section 5.6.7); None where it is none or names no zone."""
    try:
        date = parsedate_to_datetime(text[:MAX_DATE_CHARS])
    except (TypeError, ValueError, OverflowError):
        return None
    return date if date.tzinfo is not None else None
