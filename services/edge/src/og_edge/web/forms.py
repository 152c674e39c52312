"""What a person typed into a form."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from og_edge.web.errors import PageError, TooLongError

MAX_FORM_BYTES: Final = 65_536
MAX_FIELDS: Final = 200
SUBSTITUTE: Final = "\x1a"
"""The control character that stands for one that cannot be kept (ECMA-48), here NUL."""


class FieldErrors(dict[str, str]):
    """What is wrong with a form, by field ("form": with all of it); "" where nothing is."""

    def __missing__(self, field: str) -> str:
        return ""


async def read_body(request: Request, max_bytes: int) -> bytes:
    """Read a body of at most so many bytes; raises TooLongError."""
    if int(request.headers.get("content-length") or 0) > max_bytes:
        raise TooLongError(max_bytes)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > max_bytes:
            raise TooLongError(max_bytes)
    return bytes(body)


def parse_form(body: bytes) -> Mapping[str, str]:
    """Read the fields of a form (application/x-www-form-urlencoded), the last of each name.

    Lines end in LF; what is around a value stays. NUL, which no database takes, becomes
    SUBSTITUTE, so that it is refused wherever control characters are.
    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MAX_FIELDS,
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise _unreadable() from error
    return {name: value.replace("\r\n", "\n").replace("\0", SUBSTITUTE) for name, value in pairs}


def _unreadable() -> PageError:
    return PageError(HTTPStatus.BAD_REQUEST, "The form cannot be read", "Send it again.")
