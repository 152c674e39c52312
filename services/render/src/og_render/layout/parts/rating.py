"""Ratings as stars."""

from __future__ import annotations

from dataclasses import replace

from og_render.cards import Content
from og_render.color.colors import Color
from og_render.layout.boxes import Gap, Node, Row, Text
from og_render.layout.parts.type import label, quiet, text_or_none
from og_render.layout.shapes import Stars

STARS = 5
# Gold is read as a rating whatever the accent.
_STAR_GOLD = Color(0xF5, 0x9E, 0x0B)


def rating_row(content: Content) -> Node | None:
    """Give stars, the number and how many rated; text that is no rating stands as it is."""
    palette = content.palette
    text = content.text("rating")
    rating = content.rating("rating")
    if rating is None:
        return text_or_none(text, label(palette, 27))
    count = replace(quiet(palette, 25), may_be_cut=False)
    stars = Stars(rating.value / rating.best_value, STARS, 28, _STAR_GOLD, palette.unlit)
    return Row(
        [
            stars,
            Gap(14),
            Text(text, label(palette, 27)),
            text_or_none(content.rating_count("rating"), count),
        ],
        gap=8,
    )
