"""What a request carries through a process and on to the next one."""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Final

REQUEST_ID_METADATA: Final = "x-request-id"
MAX_REQUEST_ID_CHARS = 64
_REQUEST_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_REQUEST_ID_CHARS}}}")

request_id: ContextVar[str] = ContextVar("request_id", default="-")
caller: ContextVar[str] = ContextVar("caller", default="-")


def accepted_request_id(value: object) -> str:
    """Give value if it is fit for a log line, else "-"."""
    return value if isinstance(value, str) and _REQUEST_ID.fullmatch(value) else "-"
