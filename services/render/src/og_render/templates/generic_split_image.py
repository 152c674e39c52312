from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import CardSize, Content, Template
from og_render.color.colors import Color, mix
from og_render.layout.boxes import (
    Column,
    First,
    Gap,
    Node,
    Padding,
    Row,
    Sized,
    Spacer,
    Text,
)
from og_render.layout.mosaic import Mosaic
from og_render.layout.parts.bleeds import full_bleed
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import foot_px, more_lines, scale, scaled
from og_render.layout.parts.type import body, headline, text_or_none
from og_render.layout.shapes import Bar
from og_render.text.styles import Step

_STEPS = (Step(84, 1), Step(68, 2), Step(60, 3), Step(52, 4), Step(46, 5))
_HIGH_STEPS = (Step(104, 1), Step(84, 2), Step(76, 2), Step(66, 3), Step(58, 3), Step(52, 4))
_SEAM_PX = 10
_BOTTOM_PX = 76
# Whole tiles of the pattern measure the picture, too: their side, px, and how many stand beside
# the text or over it.
_TILES = {CardSize.WIDE: (126, 4), CardSize.SQUARE: (135, 3), CardSize.TALL: (135, 4)}


def _layout(content: Content) -> Node:
    size = content.size
    tile, count = _TILES[size]
    if content.is_wide:
        half = _half(content, tile * count, size.height)
        text = Padding(
            _text(content), top=68, bottom=foot_px(content, _BOTTOM_PX), start=58, end=64
        )
        return Row([First(half), First(_seam(content, _SEAM_PX, size.height)), text])
    half = _half(content, size.width, tile * count)
    text = Padding(_text(content), top=60, bottom=foot_px(content, _BOTTOM_PX), start=76, end=76)
    return Column([First(half), First(_seam(content, size.width, _SEAM_PX)), text])


def _half(content: Content, width: float, height: float) -> Node:
    """Give the photo, or a pattern that the title chooses."""
    photo = full_bleed(content, "image", width, height)
    if photo is not None:
        return photo
    palette = content.palette
    colors = (palette.accent, palette.accent_text, mix(palette.soft, palette.accent_text, 0.35))
    mosaic = Mosaic(content.text("title"), _TILES[content.size][0], palette.soft, colors)
    return Sized(mosaic, width, height)


def _seam(content: Content, width: float, height: float) -> Node:
    accent = content.palette.accent
    return Bar(width, height, accent, hairline=edge_of(accent, content.palette))


def _text(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    description = body(palette, round(28 * by), 3 + more_lines(content))
    steps = _STEPS if content.is_wide else scaled(content, *_HIGH_STEPS)
    title = Text(content.text("title"), headline(palette, *steps))
    return Column(
        [
            site_mark(content, size_px=26 * by, icon_px=round(40 * by)),
            Gap(32),
            Spacer(2),
            First(title),
            Gap(20 * by),
            text_or_none(content.text("description"), description),
            Spacer(3),
        ]
    )


TEMPLATE = Template(
    template_id="generic/split-image",
    display_name="Split image",
    description="Half the page's picture, half its headline; without a picture, a pattern.",
    default_accent=Color(0x0E, 0x74, 0x90),
    fields=(
        replace(fields.TITLE, example="Four days in the blue hills"),
        replace(
            fields.DESCRIPTION,
            example="A slow walk from hut to hut, with a train at either end.",
        ),
        fields.IMAGE,
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
