from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color, contrast, readable
from og_render.color.grounds import Ground, ground_color
from og_render.color.palettes import palette as palette_on
from og_render.fields import Field, FieldKind
from og_render.layout.boxes import (
    AtMost,
    Column,
    First,
    Gap,
    Node,
    Padding,
    Row,
    Spacer,
    Text,
)
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import foot_px, more_lines, scale
from og_render.layout.parts.type import headline, label, text_or_none
from og_render.layout.shapes import Frame
from og_render.text.fonts import BOLD
from og_render.text.styles import Step

_HEAVY = 900
_WIDE_STEPS = (
    Step(320, 1),
    Step(260, 1),
    Step(210, 1),
    Step(172, 2),
    Step(150, 2),
    Step(126, 3),
    Step(108, 3),
    Step(94, 4),
    Step(80, 4),
)
_HIGH_STEPS = (
    Step(360, 1),
    Step(280, 1),
    Step(220, 2),
    Step(172, 3),
    Step(150, 3),
    Step(134, 3),
    Step(120, 4),
    Step(106, 5),
    Step(94, 6),
)
_SIDE_PX = 64
_BOTTOM_PX = 64
_STRIP_TOP_PX, _STRIP_TOP_HIGH_PX, _STRIP_BOTTOM_PX = 26, 60, 44
_SITE_PX = 400
# A strip of less contrast to the ground is no strip.
_STRIP_CONTRAST_MIN = 1.5


def _layout(content: Content) -> Node:
    by = scale(content)
    steps = _WIDE_STEPS if content.is_wide else _HIGH_STEPS
    style = headline(content.palette, *steps)
    style = replace(style, weight=_HEAVY, line_height=1.0, tracking_em=-0.038)
    strip = _strip(content)
    title = Column([Spacer(), First(Text(content.text("title"), style))])
    bottom = 36 * by if strip else foot_px(content, _BOTTOM_PX)
    block = Padding(title, top=44 * by, bottom=bottom, start=_SIDE_PX, end=_SIDE_PX)
    return Column([block, First(strip) if strip else None])


def _strip(content: Content) -> Node | None:
    """Give a bar across the foot of the card with all that is not the headline."""
    by = scale(content)
    color = _strip_color(content)
    on_strip = palette_on(Ground.ACCENT, content.palette.theme, color, color)
    site = site_mark(replace(content, palette=on_strip), size_px=28 * by, icon_px=round(44 * by))
    style = label(on_strip, weight=BOLD).in_color(readable(content.palette.ground, color))
    steps = (Step(34 * by), Step(30 * by, 2), Step(26 * by, 2 + more_lines(content)))
    subtitle = text_or_none(content.text("subtitle"), replace(style, steps=steps))
    if site is None and subtitle is None:
        return None
    # The spacers make the bar as wide as the card.
    if content.is_wide and subtitle and site:
        inside = Row([subtitle, Gap(48), Spacer(), First(AtMost(site, _SITE_PX))])
    else:
        inside = Row([Column([subtitle, site], gap=28 * by), Spacer()])
    top = _STRIP_TOP_PX if content.is_wide else _STRIP_TOP_HIGH_PX
    padded = Padding(inside, top=top, bottom=foot_px(content, _STRIP_BOTTOM_PX))
    return Frame(padded, color, radius=0, pad_x=_SIDE_PX)


def _strip_color(content: Content) -> Color:
    """Give the theme's own ground where it can be told from the card's, else the ink."""
    palette = content.palette
    color = ground_color(palette.theme, palette.ground)
    if min(contrast(color, ground) for ground in palette.grounds) >= _STRIP_CONTRAST_MIN:
        return color
    return palette.ink


TEMPLATE = Template(
    template_id="generic/bold",
    display_name="Bold",
    description="The headline as a block of the heaviest type on the accent colour, for any page.",
    default_accent=Color(0xFA, 0xCC, 0x15),
    fields=(
        replace(fields.TITLE, example="Fewer features, better software"),
        Field(
            "subtitle",
            FieldKind.TEXT,
            "One line at the foot of the card.",
            "What a year of removing features taught us",
            "description",
        ),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
    ground=Ground.ACCENT,
)
