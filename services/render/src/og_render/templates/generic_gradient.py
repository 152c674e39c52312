from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import BLACK, WHITE, Color, contrast, mix
from og_render.color.grounds import Ground
from og_render.color.palettes import Palette
from og_render.layout.boxes import (
    AtMost,
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
from og_render.layout.folds import Folds
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import foot_px, grown, more_lines, scale
from og_render.layout.parts.type import body, headline, text_or_none
from og_render.layout.shapes import Bar
from og_render.text.styles import Step

_STEPS = (
    Step(160, 1),
    Step(128, 1),
    Step(104, 2),
    Step(92, 2),
    Step(80, 3),
    Step(70, 3),
    Step(62, 4),
)
_SIDE_PX, _TOP_PX, _BOTTOM_PX = 80, 68, 76
_SITE_PX, _DESCRIPTION_PX = 360, 640
_SHADE_CONTRAST_MIN = 1.2
_SHADES = (0.09, 0.17, 0.25, 0.33)


def _layout(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    footer = _side_by_side(content) if content.is_wide else _stacked(content)
    text = Column(
        [
            First(Text(content.text("title"), headline(palette, *grown(content, *_STEPS)))),
            Gap(32),
            Spacer(),
            *footer,
        ]
    )
    top, bottom = _TOP_PX * by, foot_px(content, _BOTTOM_PX)
    inside = Padding(text, top=top, bottom=bottom, start=_SIDE_PX, end=_SIDE_PX)
    return Stack([Folds(_fold_colors(palette)), inside])


def _side_by_side(content: Content) -> list[Node | None]:
    site = site_mark(content)
    description = text_or_none(content.text("description"), body(content.palette, 27))
    if site is None and description is None:
        return []
    if site is not None and description is not None:
        description = Sized(description, _DESCRIPTION_PX)
    row = Row([AtMost(site, _SITE_PX), Gap(40), Spacer(), description])
    return [First(_rule(content)), Gap(30), First(row)]


def _stacked(content: Content) -> list[Node | None]:
    by = scale(content)
    style = body(content.palette, round(30 * by), 2 + more_lines(content))
    site = site_mark(content, size_px=28 * by, icon_px=round(44 * by))
    description = text_or_none(content.text("description"), style)
    if site is None:
        return [description]
    return [description, Gap(36 * by), First(_rule(content)), Gap(30 * by), First(site)]


def _rule(content: Content) -> Node:
    return Bar(content.size.width, 2, content.palette.hairline)


def _fold_colors(palette: Palette) -> tuple[Color, ...]:
    """Give shades of the accent that letters stand out on more than on itself, never less.

    Plain white and black have no such shades; there the letters have contrast to spare.
    """
    away = BLACK if palette.ink == WHITE else WHITE
    is_seen = contrast(away, palette.ground) >= _SHADE_CONTRAST_MIN
    shade = away if is_seen else palette.ink
    return tuple(mix(palette.ground, shade, share) for share in _SHADES)


TEMPLATE = Template(
    template_id="generic/gradient",
    display_name="Gradient",
    description="A very large headline on a full gradient of the accent colour, for any page.",
    default_accent=Color(0x4F, 0x46, 0xE5),
    fields=(
        replace(fields.TITLE, example="The state of calm software"),
        fields.DESCRIPTION,
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
    ground=Ground.VIVID,
)
