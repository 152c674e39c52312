"""Answers on the wire: cards and errors with their headers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from og_edge.ask import Answer
from og_edge.authorization import RateLimit
from og_edge.errors import ApiError
from og_edge.options import ImageFormat
from og_edge.stand_ins import StandInCard

CARD_CACHE_CONTROL: Final = "public, max-age=86400"
STAND_IN_MAX_AGE_S: Final = 60
"""A card that stands in for another one: whoever keeps it asks again soon."""
NOT_MODIFIED: Final = 304
OK: Final = 200

RawHeaders = list[tuple[bytes, bytes]]

_CACHE_CONTROL: Final = (b"cache-control", CARD_CACHE_CONTROL.encode())
_STAND_IN_CACHE_CONTROL: Final = (b"cache-control", b"public, max-age=%d" % STAND_IN_MAX_AGE_S)
_NO_RANGES: Final = (b"accept-ranges", b"none")
_HIT: Final = (b"x-cache", b"HIT")
_MISS: Final = (b"x-cache", b"MISS")
_FREE: Final = (b"x-credits-charged", b"0")
_OF_WHO_ASKS: Final = (b"vary", b"Authorization")
_AS_DECLARED: Final = (b"x-content-type-options", b"nosniff")
_TYPES: Final = {
    image_format: (b"content-type", image_format.media_type.encode())
    for image_format in ImageFormat
}


class CardResponse(Response):
    """A response whose headers are bytes already: Starlette's own takes ten times as long."""

    def __init__(self, status_code: int, raw_headers: RawHeaders, body: bytes = b"") -> None:
        self.status_code = status_code
        self.raw_headers = raw_headers
        self.body = body
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        await send({"type": "http.response.body", "body": self.body})


def rate_limit_headers(rate_limit: RateLimit) -> dict[str, str]:
    """Give the three headers that every response of /api/og carries."""
    return {
        "X-RateLimit-Limit": str(rate_limit.limit),
        "X-RateLimit-Remaining": str(rate_limit.remaining),
        "X-RateLimit-Reset": str(rate_limit.reset_unix_s),
    }


def card_response(
    answer: Answer,
    request_id: str,
    rate_limit: RateLimit,
    image_format: ImageFormat,
    *,
    head: bool,
    known: bool,
    by_key: bool,
) -> CardResponse:
    """Give 200 with the picture, or 304 where the client knows it.

    by_key: the request came with an API key, so its credits are nobody else's business.
    """
    card = answer.card
    headers = [
        (b"x-request-id", request_id.encode()),
        (b"x-ratelimit-limit", b"%d" % rate_limit.limit),
        (b"x-ratelimit-remaining", b"%d" % rate_limit.remaining),
        (b"x-ratelimit-reset", b"%d" % rate_limit.reset_unix_s),
        _CACHE_CONTROL,
        _NO_RANGES,
        (b"etag", b'"%b"' % card.digest.encode()),
        _HIT if answer.hit else _MISS,
        (b"x-credits-charged", b"%d" % answer.charged_credits),
    ]
    if card.missing_glyphs:
        headers.append((b"x-og-missing-glyphs", card.missing_glyphs.encode("latin-1")))
    if card.ai_status:
        headers.append((b"x-og-ai", card.ai_status.value.encode()))
    if by_key:
        headers.append(_OF_WHO_ASKS)
        if answer.balance_credits is not None:
            headers.append((b"x-credits-remaining", b"%d" % answer.balance_credits))
    if known:
        return CardResponse(NOT_MODIFIED, headers)
    headers += ((b"content-length", b"%d" % card.size_bytes), _AS_DECLARED, _TYPES[image_format])
    return CardResponse(OK, headers, b"" if head or answer.data is None else answer.data)


def stand_in_response(
    card: StandInCard,
    error: ApiError,
    request_id: str,
    rate_limit: RateLimit,
    *,
    head: bool,
    known: bool,
) -> CardResponse:
    """Give another card than the one that was asked for, or 304 where the client knows it.

    It names the error there would have been, and has no X-Cache, which tells of the card asked for.
    """
    headers = [
        (b"x-request-id", request_id.encode()),
        *(
            (name.lower().encode(), value.encode())
            for name, value in rate_limit_headers(rate_limit).items()
        ),
        _STAND_IN_CACHE_CONTROL,
        _NO_RANGES,
        (b"etag", b'"%b"' % card.digest.encode()),
        _FREE,
        (b"x-fallback", error.code.encode()),
    ]
    if known:
        return CardResponse(NOT_MODIFIED, headers)
    headers += ((b"content-length", b"%d" % len(card.data)), _AS_DECLARED, _TYPES[card.format])
    return CardResponse(OK, headers, b"" if head else card.data)


def error_response(error: ApiError, headers: Mapping[str, str]) -> Response:
    """Give an error as the API reference shows it, never to be cached."""
    fields = {**headers, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if error.retry_after_s is not None:
        fields["Retry-After"] = str(error.retry_after_s)
    if error.status == 401:  # noqa: PLR2004 - RFC 9110, section 15.5.2
        fields["WWW-Authenticate"] = 'Bearer realm="Instant OG"'
    body = {"error": {"code": error.code, "message": error.message}}
    return Response(
        json.dumps(body, ensure_ascii=False).encode(),
        error.status.value,
        fields,
        media_type="application/json",
    )
