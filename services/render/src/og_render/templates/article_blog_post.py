from __future__ import annotations

from og_render import fields
from og_render.cards import CardSize, Content, Template
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
from og_render.layout.parts.sizing import grown, more_lines, scale
from og_render.layout.parts.type import body, headline, quiet, text_or_none
from og_render.layout.shapes import Bar
from og_render.text.styles import Step

_RIBBON_INSET_PX, _RIBBON_PX = 80, (60, 112)
_RIBBON_ROOM_PX = 120
_CATEGORY_PX = 520
_NAME_PX, _NAME_BESIDE_SITE_PX = 560, 380
_RULE_PX = 2
_STEPS = (Step(80, 2), Step(70, 2), Step(62, 3), Step(56, 3))
_SHORT, _LONG = Step(96, 1), Step(50, 4)
_TOP_PX = {CardSize.WIDE: 60, CardSize.SQUARE: 84, CardSize.TALL: 96}
_BOTTOM_PX = {CardSize.WIDE: 58, CardSize.SQUARE: 94, CardSize.TALL: 118}


def _layout(content: Content) -> Node:
    palette, by, size = content.palette, scale(content), content.size
    description = text_or_none(content.text("description"), body(palette, 29 * by, _lines(content)))
    title = headline(palette, *grown(content, *_steps(content)))
    text = Column(
        [
            Padding(_kicker(content), end=_RIBBON_ROOM_PX * by),
            Gap(24 * by),
            Spacer(2),
            First(Text(content.text("title"), title)),
            Gap(18 * by),
            Padding(description, end=60 if content.is_wide else 0),
            Gap(24 * by),
            Spacer(3),
            *_footer(content),
        ]
    )
    wide, long = (side * by for side in _RIBBON_PX)
    ribbon = Ribbon(palette.accent, _RIBBON_INSET_PX, wide, long, notch=22 * by)
    padded = Padding(text, top=_TOP_PX[size], bottom=_BOTTOM_PX[size], start=80, end=80)
    return Stack([ribbon, padded])


def _steps(content: Content) -> tuple[Step, ...]:
    if not content.is_wide:
        return (_SHORT, *_STEPS, _LONG)
    return _STEPS if content.text("description") else (_SHORT, *_STEPS)


def _lines(content: Content) -> int:
    """Give how many lines the description may take."""
    return 2 + more_lines(content)


def _kicker(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    category = AtMost(chip(content.text("category"), palette, 24 * by), _CATEGORY_PX)
    reading_time = text_or_none(content.text("readingTime"), quiet(palette, 25 * by))
    return Row([category, reading_time], gap=20)


def _footer(content: Content) -> list[Node]:
    """Give the byline and the site under a rule."""
    palette, by = content.palette, scale(content)
    name_px = _NAME_PX if content.is_wide else _NAME_BESIDE_SITE_PX * by
    author = byline(content, name_px, by)
    site = site_mark(content, size_px=25 * by, icon_px=round(40 * by))
    if author is None and site is None:
        return []
    rule = Bar(content.size.width - 160, _RULE_PX, palette.hairline)
    return [First(rule), Gap(26 * by), First(Row([author, Gap(48), Spacer(), site]))]


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
            FieldKind.DURATION,
            "How long it takes to read.",
            "6 min read",
            "readingTime",
        ),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
