from __future__ import annotations

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color
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
from og_render.layout.ornaments import PriceTag
from og_render.layout.parts.exhibits import exhibit
from og_render.layout.parts.labels import pill
from og_render.layout.parts.rating import rating_row
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.type import body, headline, label, text_or_none
from og_render.text.styles import Step

_EXHIBIT_PX = (432, 502)
_TEXT_PX = 560
_TEXT_ALONE_PX = 744
_PRICE_PX = 300
_BESIDE_PICTURE = (Step(64, 2), Step(56, 3), Step(48, 3), Step(42, 4))
_ALONE = (Step(84, 2), Step(72, 3), Step(60, 3))


def _layout(content: Content) -> Node:
    palette = content.palette
    picture = exhibit(content, "productImage", *_EXHIBIT_PX)
    if picture is None:
        text = Sized(_text(content, _ALONE), _TEXT_ALONE_PX)
        tag = PriceTag(palette.soft, palette.accent)
        return Stack([tag, Padding(text, top=64, bottom=64, start=80)])
    sides = Row([Sized(_text(content, _BESIDE_PICTURE), _TEXT_PX), Spacer(), First(picture)])
    return Padding(sides, top=64, bottom=64, start=72, end=64)


def _text(content: Content, steps: tuple[Step, ...]) -> Node:
    palette = content.palette
    price = pill(content.text("price"), palette)
    brand = label(palette, 25).in_color(palette.accent_text)
    return Column(
        [
            site_mark(content, size_px=25, icon_px=40),
            Gap(24),
            Spacer(2),
            text_or_none(content.text("brand"), brand),
            Gap(10),
            First(Text(content.text("title"), headline(palette, *steps))),
            Gap(16),
            text_or_none(content.text("description"), body(palette, 27)),
            Gap(24),
            Spacer(3),
            First(Row([AtMost(price, _PRICE_PX), rating_row(content)], gap=26)),
        ]
    )


TEMPLATE = Template(
    template_id="product/standard",
    display_name="Product",
    description="Name, price and rating beside a picture, for shops.",
    default_accent=Color(0x04, 0x78, 0x57),
    fields=(
        fields.TITLE,
        fields.DESCRIPTION,
        fields.PRICE,
        fields.RATING,
        fields.PRODUCT_IMAGE,
        fields.BRAND,
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
