from __future__ import annotations

from dataclasses import replace

from og_render import fields, sample_pictures
from og_render.cards import CardSize, Content, Template
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
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.exhibits import exhibit
from og_render.layout.parts.labels import pill
from og_render.layout.parts.rating import rating_row
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import foot_px, grown, more_lines, scale
from og_render.layout.parts.type import body, headline, label, text_or_none
from og_render.layout.tags import PriceTag
from og_render.text.styles import Step

_EXHIBIT_PX = {
    CardSize.WIDE: (432, 502),
    CardSize.SQUARE: (480, 520),
    CardSize.TALL: (540, 680),
}
_TEXT_PX, _TEXT_ALONE_PX, _PRICE_PX = 560, 744, 300
_BESIDE_PICTURE = (Step(92, 1), Step(64, 2), Step(56, 3), Step(48, 3), Step(42, 4))
_UNDER_PICTURE = (Step(88, 1), Step(66, 2), Step(56, 2), Step(48, 2), Step(42, 2))
_ALONE = (Step(112, 1), Step(84, 2), Step(72, 3), Step(60, 3))
_TOP_PX, _SIDE_PX = 68, 72
# The tag's side, where its middle is as a share of the height, and where the text begins under it.
_TAGS = {
    CardSize.WIDE: (430, 0.5, 0),
    CardSize.SQUARE: (430, 0.14, 400),
    CardSize.TALL: (540, 0.17, 560),
}


def _layout(content: Content) -> Node:
    picture = exhibit(content, "productImage", *_EXHIBIT_PX[content.size])
    if picture is None:
        return _under_tag(content)
    return _beside(content, picture) if content.is_wide else _under(content, picture)


def _under_tag(content: Content) -> Node:
    palette, (side, down, text_from) = content.palette, _TAGS[content.size]
    tag = PriceTag(palette.accent, edge_of(palette.accent, palette), side, down)
    site, offer = _site(content), Row(_offer(content), gap=26)
    if content.is_wide:
        words = Sized(_text(content, _ALONE, site, offer), _TEXT_ALONE_PX)
        return Stack([tag, _framed(content, words)])
    text = _text(content, grown(content, *_ALONE), None, offer)
    above = Padding(site, top=_TOP_PX, start=_SIDE_PX, end=side)
    return Stack([tag, above, Padding(_framed(content, text), top=text_from - _TOP_PX)])


def _beside(content: Content, picture: Node) -> Node:
    text = _text(content, _BESIDE_PICTURE, _site(content), Row(_offer(content), gap=26))
    return _framed(content, Row([Sized(text, _TEXT_PX), Spacer(), First(picture)]))


def _under(content: Content, picture: Node) -> Node:
    """Set what is short beside the picture, and the rest under both."""
    by, (_, height) = scale(content), _EXHIBIT_PX[content.size]
    site, offer = _site(content), _offer(content)
    aside = Column([site, Spacer(), Column(offer, gap=22 * by)])
    above: Node | None = Sized(Row([First(picture), Gap(40), aside]), height=height)
    if not any((site, *offer)):
        above = exhibit(content, "productImage", content.size.width - 2 * _SIDE_PX, height)
    text = _text(content, grown(content, *_UNDER_PICTURE), None, None)
    return _framed(content, Column([above and First(above), Gap(32 * by), text]))


def _framed(content: Content, node: Node) -> Node:
    return Padding(node, top=_TOP_PX, bottom=foot_px(content, 60), start=_SIDE_PX, end=_SIDE_PX)


def _text(content: Content, steps: tuple[Step, ...], site: Node | None, offer: Node | None) -> Node:
    """Fill the height with brand, title and description between site and offer."""
    palette, by = content.palette, scale(content)
    brand = label(palette, 25 * by).in_color(palette.accent_text)
    description = body(palette, 27 * by, 2 + more_lines(content))
    words = Column(
        [
            site,
            Gap(24),
            Spacer(2),
            text_or_none(content.text("brand"), brand),
            Gap(10),
            First(Text(content.text("title"), headline(palette, *steps))),
            Gap(16 * by),
            text_or_none(content.text("description"), description),
            Spacer(3),
        ]
    )
    # The price gets its room before the title does, which can be set smaller.
    return Column([words, Gap(24 * by), offer and First(offer)])


def _site(content: Content) -> Node | None:
    by = scale(content)
    return site_mark(content, size_px=25 * by, icon_px=round(40 * by))


def _offer(content: Content) -> list[Node | None]:
    by = scale(content)
    price = pill(content.text("price"), content.palette, 34 * by)
    return [price and AtMost(price, _PRICE_PX * by), rating_row(content)]


TEMPLATE = Template(
    template_id="product/standard",
    display_name="Product",
    description="Name, price and rating beside a picture, for shops.",
    default_accent=Color(0x04, 0x78, 0x57),
    fields=(
        replace(fields.TITLE, example="Stoneware coffee cup, 350 ml"),
        replace(
            fields.DESCRIPTION,
            example="Thrown by hand and glazed twice, so that no two are alike.",
        ),
        replace(fields.PRICE, example="$34.50"),
        fields.RATING,
        replace(fields.PRODUCT_IMAGE, example_picture=sample_pictures.product_cutout),
        replace(fields.BRAND, example="Atelier Nord"),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
