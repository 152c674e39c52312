from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import CardSize, Content, Template
from og_render.color.colors import Color
from og_render.color.grounds import Ground, Theme
from og_render.fields import Field, FieldKind
from og_render.formatting import percent_off_text
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
from og_render.layout.parts.exhibits import exhibit
from og_render.layout.parts.labels import pill
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import foot_px, grown, resized, scale
from og_render.layout.parts.type import headline, text_or_none
from og_render.layout.seals import Seal
from og_render.layout.strikes import Struck
from og_render.savings import percent_off
from og_render.text.fonts import BOLD, SEMIBOLD
from og_render.text.styles import Step, TypeStyle

_STEPS = (Step(72, 2), Step(60, 3), Step(50, 3), Step(44, 4))
_STEPS_WITHOUT_KICKER = (Step(120, 1), Step(92, 2), *_STEPS)
_PRICE_STEPS = (Step(112), Step(92), Step(76), Step(60), Step(48), Step(36))
_BEFORE_STEPS = (Step(44), Step(38), Step(30))
_SEAL_STEPS = (Step(190), Step(120), Step(100), Step(76), Step(60, 2), Step(46, 3), Step(36, 3))
_SEAL_PX, _SEAL_ON_PICTURE_PX = 372, 190
# How far the seal reaches over the picture's corner, and its edge, so that it looks stuck on.
_OVER_TOP_PX, _OVER_START_PX, _SEAL_EDGE_PX = 28, 48, 6
_PICTURE_PX = {
    CardSize.WIDE: (420, 486),
    CardSize.SQUARE: (460, 540),
    CardSize.TALL: (520, 700),
}
_TEXT_PX, _TEXT_BESIDE_PICTURE_PX = 620, 570
# What every reader takes for less, whatever the language.
_LESS = "%"
_PERCENT_SIGNS = frozenset({_LESS, "\N{ARABIC PERCENT SIGN}"})


def _layout(content: Content) -> Node:
    words, kicker = _seal_words(content)
    picture = _picture(content, words)
    figure = First(picture or _seal(content, words or _LESS))
    if content.is_wide:
        text_px = _TEXT_BESIDE_PICTURE_PX if picture else _TEXT_PX
        text = _over(content, kicker, _prices(content))
        sides = Row([Sized(text, text_px), Spacer(), figure])
        return Padding(sides, top=56, bottom=60, start=72, end=64)
    foot = Row([_prices(content), Gap(36), Spacer(), figure], align="end")
    text = _over(content, kicker, foot)
    return Padding(text, top=72, bottom=foot_px(content, 76), start=72, end=72)


def _seal_words(content: Content) -> tuple[str, str]:
    """Give what stands in the seal and what over the title.

    The saving goes into the seal, unless the badge tells it already.
    """
    badge = content.text("badge")
    percent = percent_off(content.text("price"), content.text("originalPrice"))
    if percent is None or not _PERCENT_SIGNS.isdisjoint(badge):
        return badge, ""
    return percent_off_text(percent, content.language_code), badge


def _seal(content: Content, words: str) -> Node:
    palette, diameter = content.palette, _SEAL_PX * scale(content)
    return Seal(_seal_text(words, diameter, palette.on_accent), diameter, palette.accent)


def _picture(content: Content, words: str) -> Node | None:
    palette, (width, height) = content.palette, _PICTURE_PX[content.size]
    framed = exhibit(content, "productImage", width, height)
    if framed is None or not words:
        return framed
    diameter = _SEAL_ON_PICTURE_PX * scale(content)
    # Of the accent in both themes, which the card itself is in the light one.
    is_dark = palette.theme is Theme.DARK
    ink, edge = (palette.on_accent, palette.ground) if is_dark else (palette.ink, palette.ink)
    fill = palette.accent if is_dark else palette.ground
    seal = Seal(_seal_text(words, diameter, ink), diameter, fill, edge, _SEAL_EDGE_PX)
    stuck = Padding(seal, top=-_OVER_TOP_PX, start=-_OVER_START_PX)
    return Sized(Stack([framed, stuck]), width, height)


def _seal_text(words: str, diameter: float, ink: Color) -> Node:
    steps = resized(_SEAL_STEPS, diameter / _SEAL_PX)
    style = TypeStyle(steps, ink, BOLD, 1.05, -0.03, is_balanced=True, is_centered=True)
    return Text(words, style)


def _over(content: Content, kicker: str, foot: Node) -> Node:
    """Fill the height with site, kicker and title over a foot, which gets its room first."""
    palette, by = content.palette, scale(content)
    steps = grown(content, *(_STEPS if kicker else _STEPS_WITHOUT_KICKER))
    words = Column(
        [
            First(site_mark(content, size_px=25 * by, icon_px=round(40 * by))),
            Gap(24 * by),
            Spacer(2) if content.is_wide else Spacer(),
            First(pill(kicker, palette, 25 * by)),
            Gap(18 * by),
            First(Text(content.text("title"), headline(palette, *steps))),
            Spacer(3),
        ]
    )
    return Column([words, Gap(24 * by), First(foot)])


def _prices(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    before, now = content.text("originalPrice"), content.text("price")
    steps = resized(_PRICE_STEPS, by)
    large = TypeStyle(steps, palette.accent_text, BOLD, 1.0, -0.04)
    small = TypeStyle(resized(_BEFORE_STEPS, by), palette.muted, SEMIBOLD, 1.1, -0.02)
    if not now:
        return Column([text_or_none(before, large)])
    struck = Struck(Text(before, small), palette.muted) if before else None
    return Column([struck, Text(now, large)], gap=6)


TEMPLATE = Template(
    template_id="product/sale",
    display_name="Sale",
    description="The price that was, the price that is, and a seal with the saving, for offers.",
    default_accent=Color(0xDC, 0x26, 0x26),
    fields=(
        replace(fields.TITLE, example="Arc table lamp"),
        fields.PRICE,
        Field(
            "originalPrice",
            FieldKind.PRICE,
            "The price before, drawn struck; the saving is worked out from both.",
            "$199",
            "originalPrice",
        ),
        Field("badge", FieldKind.TEXT, "A word or two on the occasion.", "Black Friday"),
        fields.PRODUCT_IMAGE,
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
    ground=Ground.ACCENT,
    dark_ground=Ground.PLAIN,
)
