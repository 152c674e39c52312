from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color
from og_render.fields import Field, FieldKind
from og_render.layout.boxes import AtMost, Column, First, Gap, Node, Row, Spacer, Text
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.margins import inner_width, within_margins
from og_render.layout.parts.photos import filling_photo, on_photo, photo_card
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import grown, scale
from og_render.layout.parts.type import headline, label, quiet, text_or_none
from og_render.layout.shapes import Bar, Frame
from og_render.text.styles import Step

_ON_PHOTO = (Step(84, 1), Step(72, 2), Step(64, 3), Step(56, 3), Step(48, 4))
_ON_PAPER = (
    Step(140, 1),
    Step(112, 1),
    Step(92, 2),
    Step(80, 3),
    Step(68, 4),
    Step(60, 4),
    Step(52, 4),
)
_HEAVY_PX, _FINE_PX = 12, 2
_SECTION_PX = 560
_WRITER_PX = 500
_DAY_PX = 420


def _layout(content: Content) -> Node:
    photo = filling_photo(content, "image")
    if photo is None:
        return _front_page(content)
    return photo_card(content, photo, _caption(on_photo(content)))


def _caption(content: Content) -> Node:
    """Give what stands over the photo."""
    text = Column(
        [
            _section(content),
            Gap(24 * scale(content)),
            First(_title(content, _ON_PHOTO)),
            Gap(28 * scale(content)),
            Row([_writer(content), Spacer(), Gap(40), _site(content)]),
        ]
    )
    # Room over the section, so that the scrim is dense before the text begins.
    return replace(within_margins(content, text), top=40)


def _front_page(content: Content) -> Node:
    """Give the head of a newspaper: whose it is over a heavy rule, then the headline."""
    palette, by = content.palette, scale(content)
    day = text_or_none(content.text("publishedAt"), quiet(palette, 25 * by))
    author = text_or_none(content.text("author"), label(palette, 27 * by))
    edge = edge_of(palette.accent, palette)
    text = Column(
        [
            First(Row([_site(content), Spacer(), Gap(40), First(AtMost(day, _DAY_PX))])),
            Gap(22 * by),
            First(Bar(inner_width(content), _HEAVY_PX, palette.accent, hairline=edge)),
            Gap(6),
            First(Bar(inner_width(content), _FINE_PX, palette.ink)),
            Spacer(2),
            Gap(30),
            First(_section(content)),
            Gap(24 * by),
            _title(content, _ON_PAPER),
            Spacer(3),
            Gap(24),
            First(author),
        ]
    )
    return within_margins(content, text)


def _title(content: Content, steps: tuple[Step, ...]) -> Node:
    return Text(content.text("title"), headline(content.palette, *grown(content, *steps)))


def _section(content: Content) -> Node | None:
    """Give the section as a square label of the accent, as news are tagged."""
    palette = content.palette
    size_px = 25 * scale(content)
    name = text_or_none(
        content.text("section"), label(palette, size_px).in_color(palette.on_accent)
    )
    if name is None:
        return None
    return AtMost(Frame(name, palette.accent, radius=4, pad_x=size_px * 0.72, pad_y=9), _SECTION_PX)


def _writer(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    lines = [
        text_or_none(content.text("author"), label(palette, 26 * by)),
        text_or_none(content.text("publishedAt"), quiet(palette, 24 * by)),
    ]
    return AtMost(Column(lines, gap=3), _WRITER_PX)


def _site(content: Content) -> Node | None:
    by = scale(content)
    return site_mark(content, size_px=27 * by, icon_px=round(42 * by))


TEMPLATE = Template(
    template_id="article/news",
    display_name="News",
    description="A headline over a full photo, or as a front page where there is none.",
    default_accent=Color(0xC8, 0x10, 0x2E),
    fields=(
        replace(fields.TITLE, example="Night trains return to the Alps after forty years"),
        Field("section", FieldKind.TEXT, "The part of the paper.", "World", "category"),
        fields.AUTHOR,
        fields.PUBLISHED_AT,
        fields.IMAGE,
        replace(fields.SITE_NAME, example="The Northwind Courier"),
        fields.FAVICON,
    ),
    layout=_layout,
)
