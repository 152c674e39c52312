"""What browsers are told of how to come, and of how to take answers. The services are away."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from og_edge.card_protocol import CardHttpProtocol
from og_edge.settings import Settings
from og_stack.ports import free_ports
from tests.integration.edge.conftest import serve
from tests.support.raw_http import RawServer

HOST = b"Host: cards.example\r\n"
OF_PEOPLE = (
    b"GET / HTTP/1.1\r\n",
    b"GET /signup HTTP/1.1\r\n",
    b"GET /dashboard HTTP/1.1\r\n",
    b"GET /logout HTTP/1.1\r\n",
    b"GET /nowhere HTTP/1.1\r\nAccept: text/html\r\n",
    b"GET /static/nothing.css HTTP/1.1\r\n",
)
MISTAKES = (
    b"GET /api/og HTTP/1.1\r\n",
    b"GET /api/nothing HTTP/1.1\r\n",
    b"GET /nowhere HTTP/1.1\r\n",
    b"PUT /api/templates HTTP/1.1\r\n",
    b"GET /api/verification HTTP/1.1\r\n",
)


@pytest.fixture(scope="module")
async def public_edge(settings: Settings) -> AsyncIterator[RawServer]:
    """An edge that the world reaches by TLS, which somebody before it ends."""
    moved = {"http_port": free_ports(1)[0], "public_base_url": "https://cards.example"}
    async with serve(settings.model_copy(update=moved), CardHttpProtocol) as server:
        yield server


async def test_who_came_by_tls_comes_by_nothing_else(public_edge: RawServer) -> None:
    for line in OF_PEOPLE:
        answer = await public_edge.ask(line + HOST + b"\r\n")
        assert answer.headers["strict-transport-security"] == "max-age=31536000", line


async def test_without_tls_nobody_is_sent_to_it(edge: RawServer) -> None:
    for line in OF_PEOPLE:
        answer = await edge.ask(line + HOST + b"\r\n")
        assert "strict-transport-security" not in answer.headers, line


async def test_a_mistake_is_taken_for_json_and_kept_by_nobody(edge: RawServer) -> None:
    for line in MISTAKES:
        answer = await edge.ask(line + HOST + b"\r\n")
        assert 400 <= answer.status < 600, line
        assert answer.headers["content-type"] == "application/json", line
        assert answer.headers["x-content-type-options"] == "nosniff", line
        assert answer.headers["cache-control"] == "no-store", line
