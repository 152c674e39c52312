"""People at the dashboard, by plain HTTP: pages, forms and cookies as a browser handles them."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import unescape

import httpx

PAGE_TIMEOUT_S = 30
PASSWORD = "seven small boats at dawn"
_TOKEN = re.compile(r'name="csrf[_-]token" (?:value|content)="([0-9a-f]{64})"')


class Person:
    """Somebody with a browser of their own, at an address of their own."""

    def __init__(self, client: httpx.AsyncClient, email: str) -> None:
        self.client = client
        self.email = email

    async def get(self, path: str) -> httpx.Response:
        """Open a page; redirects are followed."""
        return await self.client.get(path, follow_redirects=True)

    async def post(
        self, path: str, fields: Mapping[str, str], *, at: str = "/dashboard"
    ) -> httpx.Response:
        """Send a form that stands on the page `at`; redirects are not followed."""
        form = {"csrf_token": await self.token(at), **fields}
        return await self.client.post(path, data=form, headers={"Origin": _origin(self.client)})

    async def token(self, at: str = "/dashboard") -> str:
        """Give what makes a form ours, as it stands on the page `at`."""
        page = await self.get(at)
        token = _TOKEN.search(page.text)
        assert token, f"{at} has no form: {page.status_code}"
        return token[1]

    async def sign_up(self) -> None:
        """Create an account; leaves them signed in."""
        fields = {"email": self.email, "password": PASSWORD}
        response = await self.post("/signup", fields, at="/signup")
        assert response.status_code == 303, words_of(response)


@asynccontextmanager
async def somebody(base_url: str) -> AsyncIterator[Person]:
    """Give somebody new, who has no account yet.

    Each comes from a loopback address of their own, since few sign-ups may come from one.
    """
    address = f"127.{secrets.randbelow(254) + 1}.{secrets.randbelow(256)}.{secrets.randbelow(256)}"
    transport = httpx.AsyncHTTPTransport(local_address=address)
    async with httpx.AsyncClient(
        base_url=base_url,
        transport=transport,
        timeout=PAGE_TIMEOUT_S,
        headers={"Accept": "text/html"},
    ) as client:
        yield Person(client, f"{secrets.token_hex(8)}@example.com")


@asynccontextmanager
async def owner(base_url: str) -> AsyncIterator[Person]:
    """Give somebody who has just signed up."""
    async with somebody(base_url) as person:
        await person.sign_up()
        yield person


def words_of(response: httpx.Response) -> str:
    """Give a page's text as a reader sees it, without tags, in one line."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", response.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def _origin(client: httpx.AsyncClient) -> str:
    return str(client.base_url).rstrip("/")
