from __future__ import annotations

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color
from og_render.layout.boxes import Column, First, Gap, Node, Padding, Spacer, Stack, Text
from og_render.layout.ornaments import Orbits
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.type import body, headline, text_or_none
from og_render.layout.shapes import Bar
from og_render.text.styles import Step

_STEPS = (Step(88, 2), Step(76, 2), Step(66, 3), Step(58, 3))


def _layout(content: Content) -> Node:
    palette = content.palette
    description = text_or_none(content.text("description"), body(palette))
    title = headline(palette, *(_STEPS if description else (Step(108, 1), *_STEPS)))
    text = Column(
        [
            site_mark(content),
            Gap(32),
            Spacer(),
            Bar(88, 10, palette.accent, radius=5),
            Gap(30),
            First(Text(content.text("title"), title)),
            Gap(22),
            description,
        ]
    )
    return Stack(
        [
            Orbits(palette.accent_text, palette.accent),
            Padding(text, top=72, bottom=76, start=80, end=112),
        ]
    )


TEMPLATE = Template(
    template_id="generic/standard",
    display_name="Standard",
    description="A large headline under an accent bar, for any page.",
    default_accent=Color(0x25, 0x63, 0xEB),
    fields=(fields.TITLE, fields.DESCRIPTION, fields.SITE_NAME, fields.FAVICON),
    layout=_layout,
)
