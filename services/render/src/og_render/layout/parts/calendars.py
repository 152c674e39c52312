"""A leaf of a calendar with one day on it."""

from __future__ import annotations

from datetime import date

from og_render.cards import Content
from og_render.formatting import month_text, weekday_text
from og_render.layout.boxes import Centered, Column, Node, Padding, Sized, Stack, Text
from og_render.layout.calendars import CalendarLeaf, MonthDots
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.sizing import resized
from og_render.text.fonts import BOLD, MEDIUM, SEMIBOLD
from og_render.text.styles import Step, TypeStyle

LEAF_RATIO = 1.16
_HEAD_SHARE = 0.24
_MARGIN_SHARE = 0.07
# Sizes on a leaf of this width.
_WIDTH_PX = 340
_HEAD_STEPS = (Step(38), Step(34), Step(30), Step(26), Step(22))
_DAY_STEPS = (Step(200),)
_WEEKDAY_STEPS = (Step(34), Step(29), Step(24))
_WORDS_STEPS = (Step(84, 2), Step(68, 3), Step(56, 3), Step(46, 4), Step(36, 5))


def calendar_leaf(content: Content, name: str, width: float) -> Node:
    """Give a leaf with month, day and weekday in the card's language, LEAF_RATIO as high as wide.

    A text that is no day stands on the leaf as it is; without any the leaf shows a nameless month.
    """
    day, words = content.day(name), content.text(name)
    palette, factor, height = content.palette, width / _WIDTH_PX, width * LEAF_RATIO
    head_px = round(height * _HEAD_SHARE)
    line = edge_of(palette.accent, palette) or palette.hairline
    margin = width * _MARGIN_SHARE
    sheet: Node = Padding(MonthDots(palette.unlit, palette.accent), start=margin, end=margin)
    if words:
        sheet = _day(content, day, factor) if day else _words(content, words, factor)
    layers = [
        CalendarLeaf(palette.accent, palette.panel, line, palette.unlit, head_px),
        _head(content, day, factor, head_px) if day else None,
        Padding(Centered(sheet), top=head_px, start=margin, end=margin),
    ]
    return Sized(Stack(layers), width, height)


def _head(content: Content, day: date, factor: float, height: float) -> Node:
    steps = resized(_HEAD_STEPS, factor)
    style = TypeStyle(steps, content.palette.on_accent, SEMIBOLD, 1.2, -0.012)
    month = Text(month_text(day, content.language_code), style)
    margin = _WIDTH_PX * factor * _MARGIN_SHARE
    # Under the rings, which reach into the head.
    return Padding(
        Sized(Centered(month), height=height), top=height * 0.08, start=margin, end=margin
    )


def _day(content: Content, day: date, factor: float) -> Node:
    palette = content.palette
    number = TypeStyle(resized(_DAY_STEPS, factor), palette.ink, BOLD, 1.0, -0.05)
    weekday = TypeStyle(resized(_WEEKDAY_STEPS, factor), palette.muted, MEDIUM, 1.2, -0.01)
    lines = [
        Text(str(day.day), number),
        Text(weekday_text(day, content.language_code), weekday),
    ]
    return Column(lines, align="center")


def _words(content: Content, words: str, factor: float) -> Node:
    steps = resized(_WORDS_STEPS, factor)
    return Text(
        words,
        TypeStyle(
            steps, content.palette.ink, BOLD, 1.12, -0.03, is_balanced=True, is_centered=True
        ),
    )
