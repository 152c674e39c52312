from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color
from og_render.color.grounds import Theme
from og_render.fields import Field, FieldKind
from og_render.layout.boxes import (
    Column,
    First,
    Gap,
    Node,
    Padding,
    Row,
    Sized,
    Spacer,
    Stack,
    Text,
)
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.margins import within_margins
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import grown, scale
from og_render.layout.parts.type import headline, label, quiet, text_or_none
from og_render.layout.quotes import QuoteMarks
from og_render.layout.shapes import Bar
from og_render.text.fonts import SEMIBOLD
from og_render.text.styles import Step

# The height bounds the lines; these keep large letters to few of them.
_STEPS = (
    Step(120, 1),
    Step(96, 1),
    Step(76, 3),
    Step(66, 5),
    Step(58, 6),
    Step(50, 7),
    Step(43, 9),
    Step(37, 10),
)
_MARKS_PX = 180
_CLOSING_MARKS_PX = 132
# How much wider than the marks the site under them may be.
_SITE_OVERHANG_PX = 36
# Faint enough that the words are read over them on any ground.
_CLOSING_ALPHA = {Theme.LIGHT: 0.14, Theme.DARK: 0.22}


def _layout(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    edge = edge_of(palette.accent, palette)
    opening = QuoteMarks(palette.accent, _MARKS_PX * by, edge=edge)
    site = site_mark(content, size_px=25 * by, icon_px=round(38 * by))
    if content.is_wide:
        start = Sized(Column([First(opening), Spacer(), site]), opening.width + _SITE_OVERHANG_PX)
        words: Node = Row([First(start), Gap(24), _text(content)], align="start")
    else:
        head = Row([First(opening), Spacer(), Gap(40), site], align="start")
        words = Column([First(head), Gap(60), _text(content)])
    end = Column([Spacer(), Row([Spacer(), First(_closing(content))])])
    return within_margins(content, Stack([end, words]))


def _closing(content: Content) -> QuoteMarks:
    palette = content.palette
    alpha = _CLOSING_ALPHA[palette.theme]
    height = _CLOSING_MARKS_PX * scale(content)
    return QuoteMarks(palette.accent, height, is_closing=True, alpha=alpha)


def _text(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    style = replace(
        headline(palette, *grown(content, *_STEPS)),
        weight=SEMIBOLD,
        line_height=1.2,
        tracking_em=-0.022,
    )
    return Column(
        [
            Text(content.text("title"), style),
            Gap(36 * by),
            Spacer(),
            First(_speaker(content)),
        ]
    )


def _speaker(content: Content) -> Node | None:
    """Give who said it, after a dash, in what the closing marks leave of the width."""
    palette, by = content.palette, scale(content)
    name = replace(label(palette), steps=(Step(32 * by), Step(27 * by)))
    lines = [
        text_or_none(content.text("author"), name),
        text_or_none(content.text("role"), quiet(palette, 26 * by)),
    ]
    if not any(lines):
        return None
    dash = Bar(44 * by, 6, palette.accent_text)
    return Padding(Row([dash, Column(lines, gap=4)], gap=22), end=_closing(content).width + 24)


TEMPLATE = Template(
    template_id="article/quote",
    display_name="Quote",
    description="Words between oversized quotation marks, and who said them.",
    default_accent=Color(0x0F, 0x76, 0x6E),
    fields=(
        replace(
            fields.TITLE,
            description="The words that are quoted.",
            example="Simplicity is what is left when nothing has to be explained.",
        ),
        fields.AUTHOR,
        Field(
            "role", FieldKind.TEXT, "What the author is known for.", "Designer and teacher", "role"
        ),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
