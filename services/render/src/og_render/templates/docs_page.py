from __future__ import annotations

import re
from dataclasses import replace

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
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.labels import chip
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.type import body, headline, label, quiet, text_or_none
from og_render.layout.rules import Chevron, SideRule
from og_render.layout.shapes import Bar
from og_render.text.styles import Step

MAX_CRUMBS = 3
_BETWEEN_CRUMBS = re.compile(r"[/>›»→|]")  # noqa: RUF001
_STEPS = (Step(92, 1), Step(80, 2), Step(68, 2), Step(58, 3), Step(52, 3))
_HIGH_STEPS = (Step(124, 2), Step(108, 3), Step(92, 4), Step(78, 5), Step(68, 6))
_VERSION_PX = 300
# How much of the card's width one section may take, so that all of them are seen.
_ABOVE, _NEAREST = 0.17, 0.36
_MARK_PX = 10
_GAP_PX = 46


def _layout(content: Content) -> Node:
    palette = content.palette
    wide = content.is_wide
    side = 88 if wide else 80
    height = content.size.height
    rule = Padding(Bar(2, height, palette.hairline), start=side + (_MARK_PX - 2) / 2)
    version = chip(content.text("version"), palette, 26 if wide else 34)
    header = Row(
        [
            site_mark(content, size_px=26 if wide else 34, icon_px=42 if wide else 56),
            Gap(40),
            Spacer(),
            First(AtMost(version, _VERSION_PX)),
        ]
    )
    lead = SideRule(
        _lead(content), palette.accent, _MARK_PX, _GAP_PX, edge_of(palette.accent, palette)
    )
    page = Column(
        [
            Padding(header, start=_MARK_PX + _GAP_PX),
            Gap(36),
            Spacer(3),
            First(lead),
            Gap(28 if wide else 40),
            Padding(_description(content), start=_MARK_PX + _GAP_PX),
            Spacer(4),
        ]
    )
    return Stack([rule, Padding(page, top=64, bottom=72, start=side, end=80)])


def _lead(content: Content) -> Node:
    """Give the way to the page and its title."""
    steps = _STEPS if content.is_wide else _HIGH_STEPS
    title = Text(content.text("title"), headline(content.palette, *steps))
    size_px = 30 if content.is_wide else 40
    return Column([_breadcrumb(content, size_px), Gap(20 if content.is_wide else 32), First(title)])


def _description(content: Content) -> Node | None:
    style = body(content.palette, 30, 2) if content.is_wide else body(content.palette, 42, 4)
    return text_or_none(content.text("description"), style)


def _breadcrumb(content: Content, size_px: float) -> Node | None:
    """Give the sections that lead to the page, the nearest one in colour."""
    palette = content.palette
    parts = [it.strip() for it in _BETWEEN_CRUMBS.split(content.text("section")) if it.strip()]
    if not parts:
        return None
    *above, nearest = parts[-MAX_CRUMBS:]
    crumbs: list[Node] = []
    for part in above:
        crumbs.append(AtMost(Text(part, quiet(palette, size_px)), content.size.width * _ABOVE))
        crumbs.append(Chevron(size_px * 0.5, palette.muted))
    here = Text(nearest, label(palette, size_px).in_color(palette.accent_text))
    return Row([*crumbs, AtMost(here, content.size.width * _NEAREST)], gap=round(size_px * 0.5))


TEMPLATE = Template(
    template_id="docs/page",
    display_name="Documentation page",
    description="A headline with the way that leads to it, for manuals and references.",
    default_accent=Color(0x02, 0x84, 0xC7),
    fields=(
        replace(fields.TITLE, example="Verify webhook signatures"),
        replace(
            fields.DESCRIPTION,
            example="Check that a request came from us before you act on what it says.",
        ),
        Field(
            "section",
            FieldKind.TEXT,
            'Where the page stands; parts between "/" or ">" become a breadcrumb.',
            "Guides / Webhooks",
            "breadcrumb",
        ),
        Field("version", FieldKind.TEXT, "The version that the page is about.", "v3.2", "version"),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
