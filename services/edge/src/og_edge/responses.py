"""Answers on the wire: cards and errors with their headers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from og_edge.ask import Answer
from og_edge.authorization import RateLimit
from og_edge.errors import ApiError
from og_edge.options import ImageFormat

CARD_CACHE_CONTROL: Final = "public, max-age=86400"
NOT_MODIFIED: Final = 304
OK: Final = 200


def rate_limit_headers(rate_limit: RateLimit) -> dict[str, str]:
    """Give the three headers that every response of /api/og carries."""
    return {
        "X-RateLimit-Limit": str(rate_limit.limit),
        "X-RateLimit-Remaining": str(rate_limit.remaining),
        "X-RateLimit-Reset": str(rate_limit.reset_unix_s),
    }


def card_response(
    answer: Answer,
    headers: Mapping[str, str],
    image_format: ImageFormat,
    *,
    head: bool,
    known: bool,
    by_key: bool,
) -> Response:
    """Give 200 with the picture, or 304 where the client knows it.

    by_key: the request came with an API key, so its credits are nobody else's business.
    """
    fields = {
        **headers,
        "Cache-Control": CARD_CACHE_CONTROL,
        "Accept-Ranges": "none",
        "ETag": f'"{answer.card.digest}"',
        "X-Cache": "HIT" if answer.hit else "MISS",
        "X-Credits-Charged": str(answer.charged_credits),
    }
    if answer.card.missing_glyphs:
        fields["X-OG-Missing-Glyphs"] = answer.card.missing_glyphs
    if answer.card.ai_status:
        fields["X-OG-AI"] = answer.card.ai_status.value
    if by_key:
        fields["Vary"] = "Authorization"
        if answer.balance_credits is not None:
            fields["X-Credits-Remaining"] = str(answer.balance_credits)
    if known:
        return Response(status_code=NOT_MODIFIED, headers=fields)
    fields["Content-Length"] = str(answer.card.size_bytes)
    fields["X-Content-Type-Options"] = "nosniff"
    body = b"" if head else answer.data
    return Response(body, OK, fields, media_type=image_format.media_type)


def error_response(error: ApiError, headers: Mapping[str, str]) -> Response:
    """Give an error as the API reference shows it, never to be cached."""
    fields = {**headers, "Cache-Control": "no-store"}
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
