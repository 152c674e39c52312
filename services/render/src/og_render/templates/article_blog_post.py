from __future__ import annotations

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color
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
    Stack,
    Text,
)
from og_render.layout.ornaments import Ribbon
from og_render.layout.parts.labels import chip
from og_render.layout.parts.people import byline
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.type import body, headline, quiet, text_or_none
from og_render.layout.shapes import Bar
from og_render.text.styles import Step

_RIBBON_ROOM_PX = 120
_CATEGORY_PX = 520
_NAME_PX = 560
_STEPS = (Step(80, 2), Step(70, 2), Step(62, 3), Step(56, 3))


def _layout(content: Content) -> Node:
    palette = content.palette
    description = text_or_none(content.text("description"), body(palette, 29))
    title = headline(palette, *(_STEPS if description else (Step(96, 1), *_STEPS)))
    reading_time = text_or_none(content.text("readingTime"), quiet(palette, 25))
    category = AtMost(chip(content.text("category"), palette), _CATEGORY_PX)
    kicker = Row([category, reading_time], gap=20)
    site = site_mark(content, size_px=25, icon_px=40)
    author = byline(content, name_px=_NAME_PX)
    footer: list[Node] = [
        First(Bar(1040, 2, palette.hairline)),
        Gap(26),
        First(Row([author, Gap(48), Spacer(), site])),
    ]
    text = Column(
        [
            Padding(kicker, end=_RIBBON_ROOM_PX),
            Gap(24),
            Spacer(2),
            First(Text(content.text("title"), title)),
            Gap(18),
            Padding(description, end=60),
            Gap(24),
            Spacer(3),
            *(footer if author or site else []),
        ]
    )
    return Stack([Ribbon(palette.accent), Padding(text, top=60, bottom=58, start=80, end=80)])


TEMPLATE = Template(
    template_id="article/blog-post",
    display_name="Blog post",
    description="A headline over a byline with portrait and date, for articles and posts.",
    default_accent=Color(0x7C, 0x3A, 0xED),
    fields=(
        fields.TITLE,
        fields.DESCRIPTION,
        fields.AUTHOR,
        fields.AVATAR,
        fields.PUBLISHED_AT,
        fields.CATEGORY,
        Field(
            "readingTime",
            FieldKind.TEXT,
            "How long it takes to read.",
            "6 min read",
            "readingTime",
        ),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
