"""Asking for cards, and what every answer must look like."""

from __future__ import annotations

import hashlib
import io
import random
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Any

import httpx
from PIL import Image

from og_edge.exchange import REQUEST_BUDGET_S
from tests.support.customers import Customer

BUDGET_S = 2 * REQUEST_BUDGET_S
"""What any answer takes at most, on a busy machine."""
TEMPLATE = "generic/standard"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
CARD_SIZE_PX = (1200, 630)
RATE_LIMIT_HEADERS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")


@dataclass(frozen=True)
class Api:
    """GET and HEAD /api/og; whoever asks without an address has one of their own."""

    client: httpx.AsyncClient

    async def ask(
        self,
        url: str | None = None,
        customer: Customer | None = None,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | Mapping[bytes, bytes] | None = None,
        address: str | None = None,
        **parameters: str,
    ) -> httpx.Response:
        """Ask for a card of url with generic/standard, unless parameters name another one."""
        query = {"template": TEMPLATE} | ({"url": url} if url is not None else {}) | parameters
        return await self.ask_raw(
            httpx.QueryParams(query), customer, method=method, headers=headers, address=address
        )

    async def ask_raw(
        self,
        query: str | httpx.QueryParams,
        customer: Customer | None = None,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | Mapping[bytes, bytes] | None = None,
        address: str | None = None,
        path: str = "/api/og",
    ) -> httpx.Response:
        """Ask with a query as it is, and by another path where one is given."""
        sent = httpx.Headers({"X-Forwarded-For": address or some_address()})
        sent.update(headers)
        if customer:
            sent.update(customer.headers)
        return await self.client.request(method, f"{path}?{query}", headers=sent)


def some_address() -> str:
    """Give an address that nobody else has."""
    return str(IPv6Address((0x20010DB8 << 96) + (random.getrandbits(32) << 64)))


def check_card(
    response: httpx.Response, cache: str | None = None, credits: int | None = None
) -> bytes:
    """Check that this is a whole card, and what it cost; give its bytes."""
    assert response.status_code == 200, response.text
    check_card_headers(response)
    data = response.content
    assert data.startswith(PNG_SIGNATURE)
    assert struct.unpack(">II", data[16:24]) == CARD_SIZE_PX
    assert data.endswith(b"IEND\xaeB`\x82")
    check_what_it_cost(response, cache, credits)
    return data


def check_encoded_card(
    response: httpx.Response,
    image_format: str,
    size_px: tuple[int, int],
    cache: str | None = None,
    credits: int | None = None,
) -> bytes:
    """Check a card of any format and size by decoding it; give its bytes."""
    assert response.status_code == 200, response.text
    check_card_headers(response, f"image/{image_format}")
    with Image.open(io.BytesIO(response.content)) as picture:
        picture.load()
        assert (picture.format or "").lower() == image_format
        assert picture.size == size_px
        assert not picture.has_transparency_data
    check_what_it_cost(response, cache, credits)
    return response.content


def check_what_it_cost(response: httpx.Response, cache: str | None, credits: int | None) -> None:
    """Check that the answer is what its digest says, where it came from and what it cost."""
    digest = hashlib.sha256(response.content).hexdigest()
    assert response.headers["etag"] == f'"{digest}"'
    if cache is not None:
        assert response.headers["x-cache"] == cache
    if credits is not None:
        assert response.headers["x-credits-charged"] == str(credits)


def check_card_headers(response: httpx.Response, media_type: str = "image/png") -> None:
    """Check the headers that GET and HEAD of a card have alike."""
    headers = response.headers
    assert headers["content-type"] == media_type
    assert headers["cache-control"] == "public, max-age=86400"
    assert headers["x-cache"] in {"HIT", "MISS"}
    assert headers["x-credits-charged"].isdigit()
    assert headers["x-request-id"]
    assert "set-cookie" not in headers
    for name in RATE_LIMIT_HEADERS:
        assert headers[name].isdigit(), name


def check_error(response: httpx.Response, status: int, code: str) -> str:
    """Check that this is the error expected, in the documented shape; give its message."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-request-id"]
    assert "etag" not in response.headers
    for name in RATE_LIMIT_HEADERS:
        assert response.headers[name].isdigit(), name
    document: dict[str, Any] = response.json()
    assert set(document) == {"error"}
    assert set(document["error"]) == {"code", "message"}
    assert document["error"]["code"] == code, document
    message = document["error"]["message"]
    assert isinstance(message, str)
    assert message
    return message
