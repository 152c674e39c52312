from __future__ import annotations

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color
from og_render.layout.boxes import AtMost, Column, First, Gap, Node, Padding, Spacer, Stack, Text
from og_render.layout.ornaments import Orbits
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import foot_px, grown, more_lines, scale
from og_render.layout.parts.type import body, headline, text_or_none
from og_render.layout.shapes import Bar
from og_render.text.styles import Step

_STEPS = (Step(116, 1), Step(88, 2), Step(76, 2), Step(66, 3), Step(58, 3))
_RADII_PX = (128, 200, 272)
_WIDER = 1.3
_TOP_PX, _BOTTOM_PX, _START_PX, _END_PX = 72, 76, 80, 112
# The first line stands beside the rings, not on them.
_CLEARANCE_PX = 24


def _layout(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    description = text_or_none(
        content.text("description"), body(palette, round(30 * by), 2 + more_lines(content))
    )
    edge = edge_of(palette.accent, palette)
    dot_edge = edge_of(palette.accent, palette, *palette.grounds)
    radii = tuple(radius * (1 if content.is_wide else _WIDER * by) for radius in _RADII_PX)
    site_px = content.size.width - _START_PX - max(radii) - _CLEARANCE_PX
    text = Column(
        [
            AtMost(site_mark(content, size_px=28 * by, icon_px=round(44 * by)), site_px),
            Gap(32),
            Spacer(),
            Bar(round(88 * by), 10, palette.accent, radius=5, hairline=edge),
            Gap(30 * by),
            First(Text(content.text("title"), headline(palette, *grown(content, *_STEPS)))),
            Gap(22 * by),
            description,
        ]
    )
    return Stack(
        [
            Orbits(palette.accent_text, palette.accent, dot_edge, radii),
            Padding(
                text, top=_TOP_PX, bottom=foot_px(content, _BOTTOM_PX), start=_START_PX, end=_END_PX
            ),
        ]
    )


TEMPLATE = Template(
    template_id="generic/standard",
    display_name="Standard",
    description="A large headline under an accent bar, for any page.",
    default_accent=Color(0x25, 0x63, 0xEB),
    fields=(fields.TITLE, fields.DESCRIPTION, fields.SITE_NAME, fields.FAVICON),
    layout=_layout,
)
