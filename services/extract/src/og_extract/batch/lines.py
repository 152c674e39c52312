"""What the batch command reads: a JSON object a line, and what is wrong with one that is none."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from og_extract.read.source import PageSource
from og_urls import resolve_url

MAX_LINE_BYTES = 32 * 1024 * 1024
"""A line with its page. Of the page no more is read than the service reads of one."""
MAX_ID_CHARS = 1_024
MAX_URL_CHARS = 8_192
_DRAIN_BYTES = 64 * 1024
_PAGE_TYPE = "text/html"
_ENDLESS = (math.inf, -math.inf)
"""What numbers such as 1e999 are read as, which JSON could not answer with."""

LineId = str | int | float | None


class BadLineError(ValueError):
    """A line is no page; the message says what to change."""

    def __init__(self, message: str, line_id: LineId = None) -> None:
        super().__init__(message)
        self.line_id = line_id


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page to read."""

    id: LineId
    source: PageSource


def read_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Give each line; None for one that is over MAX_LINE_BYTES, which is never held whole."""
    while line := stream.readline(MAX_LINE_BYTES):
        if line.endswith(b"\n") or len(line) < MAX_LINE_BYTES:
            yield line
            continue
        del line
        rest = stream.readline(_DRAIN_BYTES)
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(_DRAIN_BYTES)
        yield None


def parse_line(line: bytes | None) -> PageLine:
    """Parse {"id", "url", "html"}. Raises BadLineError."""
    if line is None:
        raise BadLineError(f"shorten the line: at most {MAX_LINE_BYTES:,} bytes are read of one")
    fields = _object(line)
    line_id = _id(fields)
    try:
        url, html = (_text(fields, name) for name in ("url", "html"))
        return PageLine(line_id, PageSource(_absolute(url), _decoded(html), _PAGE_TYPE))
    except BadLineError as error:
        raise BadLineError(str(error), line_id) from None


def _object(line: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadLineError(f"make the line one JSON object in UTF-8: {error}") from None
    if not isinstance(fields, dict):
        raise BadLineError('make the line a JSON object: {"id": …, "url": …, "html": …}')
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _id(fields: dict[str, Any]) -> LineId:
    line_id = fields.get("id")
    is_fit = isinstance(line_id, (str, int, float)) and not isinstance(line_id, bool)
    if not is_fit or line_id in _ENDLESS:
        raise BadLineError("give the id as a string or a number")
    if isinstance(line_id, str) and len(line_id) > MAX_ID_CHARS:
        raise BadLineError(f"shorten the id: at most {MAX_ID_CHARS:,} characters")
    return line_id


def _text(fields: dict[str, Any], name: str) -> str:
    if name not in fields:
        raise BadLineError(f"add the {name}")
    value = fields[name]
    if not isinstance(value, str):
        raise BadLineError(f"give the {name} as a string")
    return value


def _absolute(text: str) -> str:
    """Normalise a URL. Nothing is fetched, so that any host will do."""
    stripped = text.strip()
    if len(stripped) > MAX_URL_CHARS:
        raise BadLineError(f"shorten the url: at most {MAX_URL_CHARS:,} characters")
    url = resolve_url(stripped, stripped)
    if url is None or not url.startswith(("http://", "https://")):
        raise BadLineError("give an absolute http or https url")
    return url.partition("#")[0]


def _decoded(html: str) -> bytes:
    try:
        return base64.b64decode(html, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadLineError(f"give the html in base64 (RFC 4648, section 4): {error}") from None
