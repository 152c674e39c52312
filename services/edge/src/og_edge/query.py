"""Query strings, split alike wherever they stand: in requests and in the tags of pages."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, unquote_plus

from og_edge.errors import InvalidParameterError

MAX_QUERY_BYTES: Final = 16_384
MAX_PARAMETERS: Final = 40
MAX_NAME_CHARS: Final = 64

_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_.\-]{{0,{MAX_NAME_CHARS - 1}}}")


def split_query(query: bytes) -> dict[str, str]:
    """Split a query string into decoded parameters, each name once.

    Raises InvalidParameterError.
    """
    if len(query) > MAX_QUERY_BYTES:
        raise InvalidParameterError(
            f"Shorten the query: it has {len(query):,} bytes and at most {MAX_QUERY_BYTES:,} "
            "are allowed."
        )
    pairs = [pair for pair in query.split(b"&") if pair]
    if len(pairs) > MAX_PARAMETERS:
        raise InvalidParameterError(f"Send at most {MAX_PARAMETERS} parameters.")
    parameters: dict[str, str] = {}
    for pair in pairs:
        name, value = _decoded(pair)
        if name in parameters:
            raise InvalidParameterError(f"{name} is given twice; give each parameter once.")
        parameters[name] = value
    return parameters


def _decoded(pair: bytes) -> tuple[str, str]:
    raw_name, _, raw_value = pair.partition(b"=")
    try:
        name = unquote_plus(raw_name.decode(), errors="strict")
        # "+" is a space in a form, but in a URL that was put in as it is, it is a plus; and a
        # "%20" of such a URL arrives as a space.
        value = (
            unquote(raw_value.decode(), errors="strict").strip().replace(" ", "%20")
            if name == "url"
            else unquote_plus(raw_value.decode(), errors="strict")
        )
    except UnicodeDecodeError:
        raise InvalidParameterError("Percent-encode the query as UTF-8.") from None
    if name.startswith("amp;"):
        raise InvalidParameterError("Separate parameters by & in requests; &amp; is for HTML only.")
    if not _NAME.fullmatch(name):
        raise InvalidParameterError(
            f"Parameter names are 1 to {MAX_NAME_CHARS} letters, digits, '_', '-' and '.', and "
            "start with a letter."
        )
    return name, value
