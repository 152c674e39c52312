"""What the tests of the edge start from."""

from __future__ import annotations

from urllib.parse import urlencode

from og_edge.card_request import CardRequest, parse_card_request
from og_edge.page import Found, Page, Pictures
from og_edge.templates import FieldKind, Template, TemplateField

PAGE_URL = "https://www.example.com/post"

_KINDS = {
    "title": FieldKind.TEXT,
    "description": FieldKind.TEXT,
    "siteName": FieldKind.TEXT,
    "publishedAt": FieldKind.DATE,
    "favicon": FieldKind.IMAGE,
    "image": FieldKind.IMAGE,
}


def template(*names: str, required: tuple[str, ...] = ("title",)) -> Template:
    """Declare a template with the fields named, all of them where none is."""
    return Template(
        template_id="article/blog-post",
        fields={
            name: TemplateField(name, _KINDS[name], name in required) for name in names or _KINDS
        },
    )


def card_request(**parameters: str) -> CardRequest:
    """Parse a request for PAGE_URL with more parameters."""
    query = {"url": PAGE_URL, "template": "article/blog-post", **parameters}
    return parse_card_request(urlencode(query).encode())


def page(**values: str) -> Page:
    """Read a page that says no more than this."""
    fields = {name: Found(value, f"og:{name}") for name, value in values.items()}
    return Page(PAGE_URL, "en", fields, Pictures(), ())
