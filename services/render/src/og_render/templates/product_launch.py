from __future__ import annotations

from dataclasses import replace

from og_render import fields, sample_pictures
from og_render.cards import Content, Template
from og_render.color.colors import Color, contrast
from og_render.color.grounds import Ground, ground_color
from og_render.fields import Field, FieldKind
from og_render.layout.boxes import Column, First, Gap, Node, Padding, Row, Spacer, Stack, Text
from og_render.layout.horizons import BEND, Horizon
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import grown, more_lines, scale
from og_render.layout.parts.type import body, headline, text_or_none
from og_render.layout.rising import Rising, Standing
from og_render.text.styles import Step

_STEPS = (Step(136, 1), Step(112, 1), Step(92, 2), Step(78, 2), Step(66, 3), Step(56, 3))
_STEPS_OVER_PICTURE = (Step(104, 1), Step(84, 1), Step(68, 2), Step(56, 2), Step(46, 2))
_SIDE_PX, _TOP_PX = 90, 56
_WINDOW_PX, _PHONE_PX, _GOODS_PX = 760, 380, 560
# Higher than wide by this much, a picture is taken for the screen of a telephone.
_PHONE_RATIO = 1.2
# Of the height: how high the horizon is at the sides. It hides what sites cover anyway.
_HORIZON_SHARE = 0.08
_RIM_PX, _SUN_PX, _SUN_GAP_PX = 8, 190, 12
# Below this the horizon would be lost on what lies behind it.
_HORIZON_CONTRAST_MIN = 1.3


def _layout(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    picture = _picture(content)
    sun_px = 0 if picture else _SUN_PX * by
    low = 0 if picture else _crest_px(content) + sun_px / 2 + _SUN_GAP_PX
    steps = _STEPS_OVER_PICTURE if picture and content.is_wide else _STEPS
    parts = [Spacer(), *_words(content, steps), Gap(36 * by), Spacer(), picture]
    middle = Row([Spacer(), Column(parts, align="center"), Spacer()])
    text = Padding(middle, top=_TOP_PX, bottom=low, start=_SIDE_PX, end=_SIDE_PX)
    side_px = content.size.height * _HORIZON_SHARE
    rim = palette.ground
    return Stack(
        [text, Horizon(_land(content), rim, palette.hairline, side_px, _RIM_PX * by, sun_px)]
    )


def _crest_px(content: Content) -> float:
    """Give how high the horizon is in the middle."""
    return content.size.height * _HORIZON_SHARE + content.size.width * BEND


def _land(content: Content) -> Color:
    palette = content.palette
    land = ground_color(palette.theme, palette.ground)
    return land if contrast(land, palette.ground) >= _HORIZON_CONTRAST_MIN else palette.soft


def _words(content: Content, steps: tuple[Step, ...]) -> list[Node | None]:
    palette, by = content.palette, scale(content)
    title = replace(headline(palette, *grown(content, *steps)), is_centered=True, line_height=1.06)
    tagline = replace(body(palette, 32 * by, 2 + more_lines(content)), is_centered=True)
    return [
        site_mark(content, size_px=27 * by, icon_px=round(44 * by)),
        Gap(28 * by),
        First(Text(content.text("title"), title)),
        Gap(18 * by),
        text_or_none(content.text("tagline"), tagline.in_color(palette.ink)),
    ]


def _picture(content: Content) -> Node | None:
    """Let a screen rise from behind the horizon, and stand goods on it."""
    picture, by = content.picture("image"), scale(content)
    if picture is None:
        return None
    if picture.is_cut_out():
        return Padding(Standing(picture, _GOODS_PX * by), bottom=_crest_px(content))
    across, down = picture.size
    width = _PHONE_PX if down > across * _PHONE_RATIO else _WINDOW_PX
    return Rising(picture, width * by, content.palette.hairline)


TEMPLATE = Template(
    template_id="product/launch",
    display_name="Launch",
    description="A name and a line about it in the middle, its picture rising over the horizon.",
    default_accent=Color(0x6D, 0x28, 0xD9),
    fields=(
        replace(fields.TITLE, example="Northwind Pages"),
        Field(
            "tagline",
            FieldKind.TEXT,
            "What it does, in one line.",
            "Plans, notes and people on one quiet page.",
            "description",
        ),
        replace(fields.IMAGE, example_picture=sample_pictures.screenshot),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
    ground=Ground.VIVID,
)
