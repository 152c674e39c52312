"""Pages that tests put on the local site, and what stands on them."""

from __future__ import annotations

import asyncio
import html
import io
from urllib.parse import urlencode

from PIL import Image
from starlette.responses import HTMLResponse, Response

from og_stack.stack import Stack
from tests.e2e.api import TEMPLATE
from tests.e2e.books import create_site
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.waiting import eventually


def picture(colour: str = "red") -> bytes:
    """Draw a small picture."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "PNG")
    return file.getvalue()


def tag(stack: Stack, site_id: str, url: str, key: str = "og:image", **parameters: str) -> str:
    """Write the tag that points back, as the reference shows it, with more parameters."""
    query = {"site": site_id, "template": TEMPLATE, "url": url, **parameters}
    return tag_of(f"{stack.base_url}/api/og?{urlencode(query, safe=':/')}", key=key)


def tag_of(card: str, name: str = "property", key: str = "og:image") -> str:
    """Write the tag that names a card."""
    return f'<meta {name}="{key}" content="{html.escape(card)}">'


async def page_of_a_site(
    stack: Stack, site: LocalSite, customer: Customer, title: str = "A page", **parameters: str
) -> tuple[str, str]:
    """Register a site and put a page there that points back; give site id and URL.

    The tag names the card that parameters ask for.
    """
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page(title)
    site.put_page(title, tag(stack, site_id, url, **parameters), url)
    return site_id, url


class SlowPage:
    """A page that comes when the test says so, and shows how often it was asked for."""

    def __init__(self, site: LocalSite, status: int = 200) -> None:
        self.asked, self.may_come = asyncio.Event(), asyncio.Event()
        self.visits = 0
        self._status = status
        self.url = site.put(self._answer)

    async def _answer(self) -> Response:
        self.visits += 1
        text = f"<!doctype html><title>Asked for {self.visits} times</title>"
        self.asked.set()
        await self.may_come.wait()
        return HTMLResponse(text, self._status)

    async def asked_for(self, visits: int) -> None:
        """Wait until it was asked for so many times."""
        await eventually(lambda: self.visits >= visits)
