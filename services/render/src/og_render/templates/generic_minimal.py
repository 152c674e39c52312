from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color
from og_render.layout.boxes import Column, Node, Padding, Row, Spacer, Stack, Text
from og_render.layout.hanging import Hanging
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import foot_px, scale, scaled
from og_render.layout.parts.type import headline
from og_render.text.fonts import SEMIBOLD
from og_render.text.styles import Step

_STEPS = (Step(124, 1), Step(84, 2), Step(74, 3), Step(64, 4), Step(56, 4), Step(50, 5))
# Nothing is lost where a wide card is cut to its middle square.
_MIDDLE_PX = 606
_SIDE_PX = 90
# From the lower edge to the site, and to where the title may reach.
_SITE_PX, _TITLE_PX = 68, 148


def _layout(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    style = headline(palette, *scaled(content, *_STEPS))
    style = replace(style, weight=SEMIBOLD, line_height=1.14, is_centered=True)
    title = Hanging(
        Text(content.text("title"), style),
        palette.unlit,
        palette.accent,
        edge_of(palette.accent, palette),
        weight_px=22 * by,
        gap=40 * by,
        below=_TITLE_PX * by,
    )
    site = Row([Spacer(), site_mark(content, size_px=26 * by, icon_px=round(40 * by)), Spacer()])
    width = content.size.width
    side = (width - _MIDDLE_PX) / 2 if content.is_wide else _SIDE_PX
    return Stack(
        [
            Padding(title, start=side, end=side),
            Padding(
                Column([Spacer(), site]), bottom=foot_px(content, _SITE_PX), start=side, end=side
            ),
        ]
    )


TEMPLATE = Template(
    template_id="generic/minimal",
    display_name="Minimal",
    description="A centred headline in much air, hung from the upper edge, for any page.",
    default_accent=Color(0xE1, 0x1D, 0x48),
    fields=(
        replace(fields.TITLE, example="On finishing what you start"),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
