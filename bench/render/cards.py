"""The cards that all engines draw: ours as a Card, the peers' as the values of their layout."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

from og_render.cards import Card
from og_render.color.grounds import Gradient, Theme, backdrop
from og_render.color.palettes import palette
from og_render.fields import Value
from og_render.gallery.sample_pictures import favicon
from og_render.templates import TEMPLATES

from bench.render.photo import photo_jpeg

KINDS = ("flat", "gradient", "photo")
_WHO = ("Small teams", "Night trains", "Quiet rooms", "Old maps", "Good tools", "Slow rivers")
_WHAT = ("change how we work", "carry more than freight", "teach us to listen", "outlive plans")
_SITE = "Northwind Journal"
_DESCRIPTION = "What a year of removing features taught us about focus, trust and saying no."
_ABOUT = "Turned from one piece of ash, oiled by hand and made to be mended."
_PNG_SIGNATURE_BYTES, _PNG_IHDR_BYTES = 8, 25
_JPEG_SOI_BYTES = 2


@dataclass(frozen=True)
class Drawn:
    """One card to draw, in both forms."""

    kind: str
    card: Card
    spec: dict[str, Any]


class Deck:
    """Gives cards of which no two are alike: a title is never seen twice, nor is a picture.

    Pages bring pictures of their own, so each card's files differ in a comment, and no engine
    finds them in a cache. With `own_pictures` off they are the same files throughout.
    """

    def __init__(self, first: int = 1, *, own_pictures: bool = True) -> None:
        self._numbers = count(first)
        self._own_pictures = own_pictures

    def next(self, kind: str) -> Drawn:
        """Give the next card of a kind."""
        number = next(self._numbers)
        who, what = _WHO[number % len(_WHO)], _WHAT[number // len(_WHO) % len(_WHAT)]
        mark = number if self._own_pictures else 0
        values: dict[str, Value] = {
            "title": f"{who} {what} № {number}",
            "siteName": _SITE,
            "favicon": _marked_png(favicon_png(), mark),
        }
        if kind == "photo":
            values |= {
                "description": _ABOUT,
                "brand": "Fjord & Field",
                "price": "$1,249",
                "productImage": _marked_jpeg(photo(), mark),
            }
        else:
            values["description"] = _DESCRIPTION
        template_id = "product/standard" if kind == "photo" else "generic/standard"
        card = Card(template_id, Theme.LIGHT, has_gradient=kind == "gradient", values=values)
        return Drawn(kind, card, _spec(kind, card, mark))


@cache
def favicon_png() -> bytes:
    """Draw the logo once."""
    return favicon()


@cache
def photo() -> bytes:
    """Draw the photograph once; it takes seconds."""
    return photo_jpeg()


def _spec(kind: str, card: Card, mark: int) -> dict[str, Any]:
    """Give what the peers' layout needs: texts, pictures in base64, colours as CSS has them."""
    texts: dict[str, Any] = {}
    for name, value in card.values.items():
        is_file = isinstance(value, bytes)
        texts[name] = base64.b64encode(value).decode() if is_file else value
    return {"kind": kind, "mark": mark, "colors": _colors(card), **texts}


def _colors(card: Card) -> dict[str, Any]:
    template = TEMPLATES[card.template_id]
    accent = template.default_accent
    behind = backdrop(template.ground, card.theme, accent, has_gradient=card.has_gradient)
    colors = palette(template.ground, card.theme, accent, behind)
    names = ("ground", "ink", "muted", "accent", "accent_text", "on_accent", "hairline")
    css: dict[str, Any] = {name: _hex(getattr(colors, name).argb) for name in names}
    css["stops"] = [_hex(it.argb) for it in behind.stops] if isinstance(behind, Gradient) else []
    return css


def _hex(argb: int) -> str:
    return f"#{argb & 0xFFFFFF:06x}"


def _marked_png(data: bytes, mark: int) -> bytes:
    body = b"tEXt" + f"Comment\0{mark}".encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    at = _PNG_SIGNATURE_BYTES + _PNG_IHDR_BYTES
    return data[:at] + chunk + data[at:]


def _marked_jpeg(data: bytes, mark: int) -> bytes:
    text = str(mark).encode()
    comment = b"\xff\xfe" + struct.pack(">H", 2 + len(text)) + text
    return data[:_JPEG_SOI_BYTES] + comment + data[_JPEG_SOI_BYTES:]
