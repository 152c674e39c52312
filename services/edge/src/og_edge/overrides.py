"""The texts that a request gives in place of a page's, as the template's fields take them."""

from __future__ import annotations

import re

from og_edge.card_request import CardRequest
from og_edge.templates import FieldKind, Template

_LINE_END = re.compile(r"\r\n?")
_USER = re.compile(r"^((?:[a-zA-Z][a-zA-Z0-9+.-]*:)?[/\\]*)[^/\\?#]*@")
"""Of a URL, with what is before it."""


def overrides_drawn(request: CardRequest, template: Template) -> dict[str, str]:
    """Give the overrides that the template declares, by name; "" leaves a field out."""
    return {
        name: shaped(value, template.fields[name].kind)
        for name, value in sorted(request.overrides.items())
        if name in template.fields
    }


def shaped(text: str, kind: FieldKind) -> str:
    """Fold the white space of a text as far as it means nothing.

    Program text keeps its spaces, tabs and lines, a list its lines, everything else none. A URL of
    a picture loses its user name and password: nothing is fetched with them, and history keeps it.
    """
    match kind:
        case FieldKind.CODE:
            return _LINE_END.sub("\n", text).strip("\n") if text.strip() else ""
        case FieldKind.LIST:
            items = (_folded(line) for line in _LINE_END.sub("\n", text).split("\n"))
            return "\n".join(item for item in items if item)
        case FieldKind.IMAGE:
            return _USER.sub(r"\1", _folded(text))
        case _:
            return _folded(text)


def _folded(text: str) -> str:
    return " ".join(text.split())
