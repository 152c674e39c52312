"""Who wrote or said it."""

from __future__ import annotations

from dataclasses import replace

import regex  # type: ignore[import-untyped]  # it ships no types

from og_render.cards import Content
from og_render.layout.boxes import AtMost, Centered, Column, Node, Row, Sized, Stack, Text
from og_render.layout.parts.type import label, quiet, text_or_none
from og_render.layout.shapes import Bar, Cover
from og_render.text.styles import Step

# A virama joins the next letter to the one before: the initial of "प्रिया" is "प्रि".
_VIRAMA = r"[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0C4D\u0CCD\u0D4D]"
_INITIAL = regex.compile(rf"\p{{L}}\p{{M}}*(?:(?<={_VIRAMA})\u200D?\p{{L}}\p{{M}}*)*")


def initial_of(name: str) -> str:
    """Give a name's first letter with all that is written around it; empty without a letter."""
    found = _INITIAL.search(name)
    return found.group().upper() if found else ""


def portrait(content: Content, size_px: float) -> Node | None:
    """Give the author's picture in a circle; without one, the initial; without a name, nothing."""
    picture = content.picture("avatar")
    palette = content.palette
    if picture is not None:
        return Cover(picture, size_px, size_px, size_px / 2, palette.hairline)
    initial = initial_of(content.text("author"))
    if not initial:
        return None
    style = label(palette, round(size_px * 0.44)).in_color(palette.on_soft)
    disc = Bar(size_px, size_px, palette.soft, radius=size_px / 2)
    letter = Centered(Text(initial, style))
    return Sized(Stack([disc, letter]), size_px, size_px)


def byline(content: Content, name_px: float, by: float = 1.0) -> Node | None:
    """Give the author's portrait, name and the date, enlarged by a factor.

    `name_px` is how wide a name may be.
    """
    name = replace(label(content.palette), steps=(Step(27 * by), Step(24 * by)))
    lines = [
        text_or_none(content.text("author"), name),
        text_or_none(content.text("publishedAt"), quiet(content.palette, 23 * by)),
    ]
    if not any(lines):
        return None
    face = portrait(content, round(64 * by))
    return Row([face, AtMost(Column(lines, gap=2), name_px)], gap=20)
