"""The cards that all engines draw, as values that go to each of them in JSON."""

from __future__ import annotations

import base64
import struct
import zlib
from functools import cache
from itertools import count
from typing import Any

import numpy as np

from bench.render.photo import photo_jpeg
from og_render.cards import Card
from og_render.color.backgrounds import background
from og_render.color.colors import Color
from og_render.color.grounds import Gradient, Theme, backdrop
from og_render.color.palettes import palette
from og_render.fields import Value
from og_render.sample_pictures import favicon
from og_render.templates import TEMPLATES

KINDS = ("flat", "gradient", "photo")
_STANDARD, _PRODUCT = "generic/standard", "product/standard"
_WHO = ("Small teams", "Night trains", "Quiet rooms", "Old maps", "Good tools", "Slow rivers")
_WHAT = ("change how we work", "carry more than freight", "teach us to listen", "outlive plans")
_SITE = "Northwind Journal"
_DESCRIPTION = "What a year of removing features taught us about focus, trust and saying no."
_ABOUT = "Turned from one piece of ash, oiled by hand and made to be mended."
_ROLES = ("ground", "ink", "muted", "accent", "accent_text", "on_accent", "hairline")
_STOPS = 5
_PNG_HEAD_BYTES = 8 + 25  # the signature and IHDR
_JPEG_HEAD_BYTES = 2  # the marker SOI

Spec = dict[str, Any]


class Deck:
    """Gives cards of which no two are alike.

    A title is never seen twice, nor are a page's pictures: each card's files differ in a comment,
    so that no engine finds them in a cache. With `shares_pictures` they are the same throughout.
    """

    def __init__(self, *, shares_pictures: bool = False) -> None:
        self._numbers = count(1)
        self._shares_pictures = shares_pictures

    def next(self, kind: str) -> Spec:
        """Give the next card of a kind: template, texts, pictures in base64, colours for CSS."""
        number = next(self._numbers)
        mark = 0 if self._shares_pictures else number
        pictures = {"favicon": _picture("image/png", _marked_png(_favicon(), mark), mark)}
        values = {"title": _title(number), "siteName": _SITE, "description": _DESCRIPTION}
        template = _STANDARD
        if kind == "photo":
            template = _PRODUCT
            values |= {"description": _ABOUT, "brand": "Fjord & Field", "price": "$1,249"}
            photo = _marked_jpeg(photo_once(), mark)
            pictures["productImage"] = _picture("image/jpeg", photo, mark)
        spec = {
            "kind": kind,
            "template": template,
            "has_gradient": kind == "gradient",
            "values": values,
            "pictures": pictures,
        }
        return {**spec, "colors": _colors(card_of(spec))}


def card_of(spec: Spec) -> Card:
    """Give the card as our engine takes it."""
    values: dict[str, Value] = dict(spec["values"])
    for name, picture in spec["pictures"].items():
        values[name] = base64.b64decode(picture["base64"])
    return Card(
        spec["template"], Theme.LIGHT, has_gradient=bool(spec["has_gradient"]), values=values
    )


@cache
def photo_once() -> bytes:
    """Draw the photograph; it takes seconds."""
    return photo_jpeg()


@cache
def _favicon() -> bytes:
    return favicon()


def _title(number: int) -> str:
    who, what = _WHO[number % len(_WHO)], _WHAT[number // len(_WHO) % len(_WHAT)]
    return f"{who} {what} № {number}"


def _picture(media_type: str, data: bytes, mark: int) -> dict[str, str]:
    text = base64.b64encode(data).decode()
    return {"type": media_type, "base64": text, "key": f"{media_type}-{mark}"}


def _colors(card: Card) -> dict[str, str | list[str]]:
    template = TEMPLATES[card.template_id]
    accent = template.default_accent
    behind = backdrop(template.ground, card.theme, accent, has_gradient=card.has_gradient)
    colors = palette(template.ground, card.theme, accent, behind)
    roles = {role: _css(getattr(colors, role)) for role in _ROLES}
    return {**roles, "stops": _stops(behind, card) if isinstance(behind, Gradient) else []}


def _stops(gradient: Gradient, card: Card) -> list[str]:
    """Give stops at equal distances that make the curve our gradient follows."""
    curve = background(gradient, card.size.value, is_mirrored=False).colors
    at = np.linspace(0, len(curve) - 1, _STOPS).round().astype(int)
    return [_css(Color(*map(int, curve[step]))) for step in at]


def _css(color: Color) -> str:
    return f"#{color.red:02x}{color.green:02x}{color.blue:02x}"


def _marked_png(data: bytes, mark: int) -> bytes:
    """Put a comment after the header: a chunk of length, type, data and checksum."""
    body = f"tEXtComment\0{mark}".encode()
    length = len(body) - len("tEXt")
    chunk = struct.pack(">I", length) + body + struct.pack(">I", zlib.crc32(body))
    return data[:_PNG_HEAD_BYTES] + chunk + data[_PNG_HEAD_BYTES:]


def _marked_jpeg(data: bytes, mark: int) -> bytes:
    """Put a comment first: the marker COM, a length that counts itself, and text."""
    text = str(mark).encode()
    comment = b"\xff\xfe" + struct.pack(">H", 2 + len(text)) + text
    return data[:_JPEG_HEAD_BYTES] + comment + data[_JPEG_HEAD_BYTES:]
