"""Pieces that many templates share; every one is None where it has nothing to show."""

from __future__ import annotations

from dataclasses import replace

import regex  # type: ignore[import-untyped]  # it ships no types

from og_render.cards import Content
from og_render.color.colors import Color, contrast
from og_render.color.palettes import Palette
from og_render.layout.boxes import AtMost, Centered, Column, Gap, Node, Row, Sized, Stack, Text
from og_render.layout.shapes import Bar, Cover, Frame, Inset, Stars
from og_render.text.fonts import BOLD, MEDIUM, REGULAR, SEMIBOLD
from og_render.text.styles import Step, TypeStyle

STARS = 5
# Gold is read as a rating whatever the accent.
_STAR_GOLD = Color(0xF5, 0x9E, 0x0B)
_ICON_CONTRAST_MIN = 1.7
_EXHIBIT_RADIUS_PX = 32
_EXHIBIT_MARGIN_PX = 36
# A virama joins the next letter to the one before: the initial of "प्रिया" is "प्रि".
_VIRAMA = r"[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0C4D\u0CCD\u0D4D]"
_INITIAL = regex.compile(rf"\p{{L}}\p{{M}}*(?:(?<={_VIRAMA})\u200D?\p{{L}}\p{{M}}*)*")


def headline(palette: Palette, *steps: Step) -> TypeStyle:
    """Give the style of a title."""
    return TypeStyle(steps, palette.ink, BOLD, 1.1, -0.03, is_balanced=True)


def body(palette: Palette, size_px: float = 30, lines_max: int = 2) -> TypeStyle:
    """Give the style of running text under a title."""
    step = Step(size_px, lines_max)
    return TypeStyle((step,), palette.muted, REGULAR, 1.42, -0.011, is_balanced=True)


def label(palette: Palette, size_px: float = 26, weight: int = SEMIBOLD) -> TypeStyle:
    """Give the style of one short line."""
    return TypeStyle((Step(size_px),), palette.ink, weight, 1.25, -0.012)


def quiet(palette: Palette, size_px: float = 24) -> TypeStyle:
    """Give the style of a short line of less weight."""
    return TypeStyle((Step(size_px),), palette.muted, MEDIUM, 1.25, -0.008)


def text_or_none(text: str, style: TypeStyle) -> Node | None:
    """Give a text node, None for an empty text."""
    return Text(text, style) if text else None


def site_mark(content: Content, *, size_px: float = 28, icon_px: float = 44) -> Node | None:
    """Give the site's logo and name side by side."""
    icon = site_icon(content, icon_px)
    name = text_or_none(content.text("siteName"), label(content.palette, size_px))
    if icon is None and name is None:
        return None
    return Row([icon, name], gap=round(icon_px * 0.36))


def site_icon(content: Content, size_px: float) -> Node | None:
    """Give the favicon as a small tile; without one, nothing."""
    picture = content.picture("favicon")
    if picture is None:
        return None
    radius = round(size_px * 0.24)
    if not picture.is_cut_out():
        return Cover(picture, size_px, size_px, radius, content.palette.hairline)
    if contrast(picture.mean_color(), content.palette.ground) >= _ICON_CONTRAST_MIN:
        return Inset(picture, size_px, size_px)
    # A dark logo on a dark ground, or a pale one on a pale ground, gets a tile to be seen on.
    tile = Bar(size_px, size_px, content.palette.on_ground, radius)
    logo = Centered(Inset(picture, size_px * 0.72, size_px * 0.72))
    return Sized(Stack([tile, logo]), size_px, size_px)


def chip(text: str, palette: Palette, size_px: float = 24) -> Node | None:
    """Give a word on a faint accent."""
    if not text:
        return None
    style = label(palette, size_px).in_color(palette.on_soft)
    return Frame(Text(text, style), palette.soft, radius=999, pad_x=size_px * 0.8, pad_y=9)


def pill(text: str, palette: Palette, size_px: float = 34) -> Node | None:
    """Give a word on the accent itself."""
    if not text:
        return None
    steps = (Step(size_px), Step(size_px * 0.8), Step(size_px * 0.65))
    style = TypeStyle(steps, palette.on_accent, BOLD, 1.2, -0.02)
    return Frame(Text(text, style), palette.accent, radius=999, pad_x=size_px * 0.85, pad_y=14)


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


def byline(content: Content, name_px: float) -> Node | None:
    """Give the author's portrait, name and the date; name_px is how wide a name may be."""
    name = replace(label(content.palette), steps=(Step(27), Step(24)))
    lines = [
        text_or_none(content.text("author"), name),
        text_or_none(content.text("publishedAt"), quiet(content.palette, 23)),
    ]
    if not any(lines):
        return None
    return Row([portrait(content, 64), AtMost(Column(lines, gap=2), name_px)], gap=20)


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


def exhibit(content: Content, name: str, width: float, height: float) -> Node | None:
    """Give a picture in a large frame: photographs fill it, goods on a plain ground stand in it."""
    picture = content.picture(name)
    if picture is None:
        return None
    palette = content.palette
    edge = picture.plain_edge()
    if edge is None and not picture.is_cut_out():
        return Cover(picture, width, height, _EXHIBIT_RADIUS_PX, palette.hairline)
    ground = Color(*edge) if edge else palette.panel
    margin = _EXHIBIT_MARGIN_PX
    goods = Inset(picture, width - 2 * margin, height - 2 * margin)
    frame = Bar(width, height, ground, _EXHIBIT_RADIUS_PX, palette.hairline)
    return Sized(Stack([frame, Centered(goods)]), width, height)
