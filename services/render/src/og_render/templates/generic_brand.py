from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color
from og_render.fields import Field, FieldKind
from og_render.layout.boxes import Column, First, Gap, Node, Padding, Row, Spacer, Stack, Text
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.emblems import emblem
from og_render.layout.parts.sizing import foot_px, grown, more_lines, scale
from og_render.layout.parts.type import body, headline, quiet, text_or_none
from og_render.layout.shapes import Bar
from og_render.text.styles import Step

_STEPS = (Step(124, 1), Step(100, 1), Step(84, 1), Step(68, 2), Step(58, 2), Step(50, 3))
_BAND_SHARE = 0.24
_EMBLEM_PX = 128
# How much of the emblem stands above the band's lower edge.
_ABOVE_SHARE = 0.6
_EDGE_PX = 2
_SIDE_PX, _BOTTOM_PX = 110, 60


def _layout(content: Content) -> Node:
    by = scale(content)
    band_px = round(content.size.height * _BAND_SHARE)
    emblem_px = round(_EMBLEM_PX * by)
    top = band_px - round(emblem_px * _ABOVE_SHARE)
    side = _SIDE_PX if content.is_wide else _SIDE_PX * 0.65
    text = Column(
        [_in_the_middle(emblem(content, emblem_px)), Gap(20 * by), Spacer(2), *_words(content)]
    )
    return Stack(
        [
            _band(content, band_px),
            Padding(text, top=top, bottom=foot_px(content, _BOTTOM_PX), start=side, end=side),
        ]
    )


def _band(content: Content, height: float) -> Node:
    accent = content.palette.accent
    edge = edge_of(accent, content.palette)
    line = Bar(content.size.width, _EDGE_PX, edge) if edge else None
    return Column([Bar(content.size.width, height, accent), line])


def _words(content: Content) -> list[Node | None]:
    palette, by = content.palette, scale(content)
    title, name = content.text("title"), content.text("siteName")
    style = headline(palette, *grown(content, *_STEPS))
    tagline = body(palette, round(30 * by), 2 + more_lines(content))
    # A name that the headline says already is not said again.
    said = not name or name.casefold() in title.casefold()
    site = None if said else First(_in_the_middle(Text(name, quiet(palette, 25 * by))))
    return [
        First(_in_the_middle(Text(title, replace(style, is_centered=True)))),
        Gap(16 * by),
        _in_the_middle(text_or_none(content.text("tagline"), replace(tagline, is_centered=True))),
        Gap(28 * by),
        Spacer(2),
        site,
    ]


def _in_the_middle(node: Node | None) -> Node:
    return Row([Spacer(), node, Spacer()])


TEMPLATE = Template(
    template_id="generic/brand",
    display_name="Brand",
    description="The logo on a band of the accent colour, name and tagline below, for home pages.",
    default_accent=Color(0xBE, 0x18, 0x5D),
    fields=(
        replace(fields.TITLE, example="Calm software for busy people"),
        Field(
            "tagline",
            FieldKind.TEXT,
            "What it is about, in one line.",
            "Software that stays out of your way.",
            "description",
        ),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
