"""Pages that tests put on the local site, and what stands on them."""

from __future__ import annotations

import html
import io

from PIL import Image

from og_stack.stack import Stack
from tests.e2e.api import TEMPLATE
from tests.e2e.books import create_site
from tests.support.customers import Customer
from tests.support.local_site import LocalSite


def picture(colour: str = "red") -> bytes:
    """Draw a small picture."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "PNG")
    return file.getvalue()


def tag(stack: Stack, site_id: str, url: str, name: str = "property", key: str = "og:image") -> str:
    """Write the tag that points back, as the reference shows it."""
    card = f"{stack.base_url}/api/og?site={site_id}&template={TEMPLATE}&url={url}"
    return tag_of(card, name, key)


def tag_of(card: str, name: str = "property", key: str = "og:image") -> str:
    """Write the tag that names a card."""
    return f'<meta {name}="{key}" content="{html.escape(card)}">'


async def page_of_a_site(
    stack: Stack, site: LocalSite, customer: Customer, title: str = "A page"
) -> tuple[str, str]:
    """Register a site and put a page there that points back; give site id and URL."""
    site_id = await create_site(stack, customer, site.address)
    url = site.put_page(title)
    site.put_page(title, tag(stack, site_id, url), url)
    return site_id, url
