"""Tags that are judged for a request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from og_edge.card_request import CardRequest, parse_card_request
from og_edge.judging import Judge, Judgement
from og_edge.looks import PageLook
from og_edge.page import CardTag
from og_edge.tags import TagReader
from og_edge.templates import FieldKind, TemplateField

from .samples import PAGE_URL, template

BASE = "https://instantog.com"
SITE = "site_0123456789abcdef"
TEMPLATE = template(
    TemplateField("code", FieldKind.CODE, required=False),
    TemplateField("points", FieldKind.LIST, required=False),
)


def asked(query: str) -> CardRequest:
    return parse_card_request(query.encode())


def judged(query: str, *urls: str, **look: Any) -> Judgement:
    """Judge the tags with these URLs for a request."""
    tags = [CardTag("og:image", url) for url in urls]
    seen = replace(PageLook(PAGE_URL, PAGE_URL, tags=tags), **look)
    return Judge(TagReader(BASE, frozenset()), BASE).judge(seen, asked(query), TEMPLATE)
