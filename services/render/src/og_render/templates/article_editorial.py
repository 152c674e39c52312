from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import CardSize, Content, Template
from og_render.color.colors import Color
from og_render.fields import Field, FieldKind
from og_render.layout.boxes import Column, First, Gap, Node, Padding, Row, Spacer, Stack, Text
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import grown, scale
from og_render.layout.parts.type import text_or_none
from og_render.layout.plates import Lozenge, Plate
from og_render.text.fonts import MEDIUM, REGULAR, SEMIBOLD, SERIF, SERIF_ITALIC
from og_render.text.styles import Step, TypeStyle

_STEPS = (
    Step(124, 1),
    Step(92, 2),
    Step(82, 2),
    Step(72, 3),
    Step(62, 3),
    Step(54, 4),
    Step(46, 5),
)
_PLATE_INSET_PX = {CardSize.WIDE: 26, CardSize.SQUARE: 36, CardSize.TALL: 40}
_TOP_PX = {CardSize.WIDE: 72, CardSize.SQUARE: 120, CardSize.TALL: 140}
_BOTTOM_PX = {CardSize.WIDE: 68, CardSize.SQUARE: 116, CardSize.TALL: 144}
_SIDE_PX = {CardSize.WIDE: 116, CardSize.SQUARE: 104, CardSize.TALL: 104}


def _layout(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    title = TypeStyle(
        grown(content, *_STEPS),
        palette.ink,
        SEMIBOLD,
        line_height=1.12,
        tracking_em=-0.018,
        is_balanced=True,
        is_centered=True,
        face=SERIF,
    )
    # Lines that the ground would swallow take the colour of the accent's text.
    line = palette.accent_text if edge_of(palette.accent, palette) else palette.accent
    kicker = text_or_none(content.text("kicker"), _italic(34 * by, palette.accent_text, MEDIUM))
    author = text_or_none(content.text("author"), _italic(32 * by, palette.muted, REGULAR))
    site = site_mark(content, size_px=24 * by, icon_px=round(36 * by))
    text = Column(
        [
            Spacer(2),
            First(kicker),
            Gap(18 * by),
            Text(content.text("title"), title),
            Gap(30 * by),
            First(Lozenge(line, 220 * by, size_px=15 * by)),
            Gap(24 * by),
            First(author),
            Spacer(2),
            Gap(20 * by),
            First(site),
        ],
        align="center",
    )
    size, side = content.size, _SIDE_PX[content.size]
    return Stack(
        [
            Plate(line, _PLATE_INSET_PX[size]),
            Padding(
                Row([Spacer(), text, Spacer()]),
                top=_TOP_PX[size],
                end=side,
                bottom=_BOTTOM_PX[size],
                start=side,
            ),
        ]
    )


def _italic(size_px: float, color: Color, weight: int) -> TypeStyle:
    steps = (Step(size_px), Step(size_px * 0.85))
    return TypeStyle(steps, color, weight, line_height=1.3, face=SERIF_ITALIC)


TEMPLATE = Template(
    template_id="article/editorial",
    display_name="Editorial",
    description="A headline in serif letters, set like the title page of a book, for long reads.",
    default_accent=Color(0x8A, 0x5A, 0x2B),
    fields=(
        replace(fields.TITLE, example="What the river remembers"),
        Field(
            "kicker", FieldKind.TEXT, "A few words over the headline.", "The long read", "category"
        ),
        fields.AUTHOR,
        replace(fields.SITE_NAME, example="Northwind Review"),
        fields.FAVICON,
    ),
    layout=_layout,
)
