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
_ALL = {
    name: TemplateField(name, kind, required=name == "title", source=name)
    for name, kind in _KINDS.items()
}


def template(*fields: TemplateField) -> Template:
    """Declare a template with the usual fields, and more or others of the same name."""
    return Template("article/blog-post", _ALL | {field.name: field for field in fields})


def text_field(name: str, source: str = "", *, required: bool = False) -> TemplateField:
    """Declare a field that takes text."""
    return TemplateField(name, FieldKind.TEXT, required=required, source=source)


def image_field(name: str, source: str = "") -> TemplateField:
    """Declare a field that takes a picture."""
    return TemplateField(name, FieldKind.IMAGE, required=False, source=source)


def card_request(**parameters: str) -> CardRequest:
    """Parse a request for PAGE_URL with more parameters."""
    query = {"url": PAGE_URL, "template": "article/blog-post", **parameters}
    return parse_card_request(urlencode(query).encode())


def page(**values: str) -> Page:
    """Read a page that says no more than this."""
    fields = {name: Found(value, f"og:{name}") for name, value in values.items()}
    return Page(PAGE_URL, "en", fields, Pictures(), ())
