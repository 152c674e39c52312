from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color, readable
from og_render.fields import Field, FieldKind
from og_render.layout.boxes import (
    Centered,
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
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.type import body, headline, label, text_or_none
from og_render.layout.shapes import Bar, Frame
from og_render.layout.signs import Mark, Sign
from og_render.text.fonts import BOLD, MEDIUM, MONO
from og_render.text.styles import Step, TypeStyle

MAX_BULLETS = 6
_MAX_LONG_BULLETS = 3
_PANEL_PX, _STRIPE_PX = 372, 28
_HIGH_PANEL_PX = 300
_VERSION_STEPS = (Step(76), Step(64), Step(52), Step(42), Step(34), Step(27))
_STEPS = (Step(64, 2), Step(56, 2), Step(50, 3), Step(44, 3))
_ALONE_STEPS = (Step(108, 1), Step(84, 2), Step(72, 3), Step(62, 4))
_HIGH_STEPS = (Step(96, 2), Step(82, 3), Step(70, 3), Step(60, 4))


def _layout(content: Content) -> Node:
    text = _text(content)
    release = _release(content)
    width, height = content.size.value
    if content.is_wide:
        panel = _panel(content, release, _PANEL_PX if release else _STRIPE_PX, height)
        page = Padding(text, top=64, bottom=68, start=60 if release else 72, end=72)
        return Row([First(panel), page], align="start")
    panel = _panel(content, release, width, _HIGH_PANEL_PX if release else _STRIPE_PX)
    return Column([First(panel), Padding(text, top=72, bottom=112, start=84, end=84)])


def _panel(content: Content, release: Node | None, width: float, height: float) -> Node:
    palette = content.palette
    ground = Bar(width, height, palette.accent, hairline=edge_of(palette.accent, palette))
    inside = Padding(Centered(release), start=36, end=36) if release else None
    return Sized(Stack([ground, inside]), width, height)


def _release(content: Content) -> Node | None:
    """Give the version on a chip over the day it came out."""
    palette = content.palette
    color = readable(palette.accent, palette.on_accent)
    style = TypeStyle(_VERSION_STEPS, color, BOLD, 1.2, -0.04, face=MONO)
    version = text_or_none(content.text("version"), style)
    chip = Frame(version, palette.on_accent, radius=24, pad_x=28, pad_y=14) if version else None
    day = label(palette, 28 if content.is_wide else 36).in_color(palette.on_accent)
    date = text_or_none(content.text("publishedAt"), day)
    return Column([chip, date], gap=26, align="center") if chip or date else None


def _text(content: Content) -> Node:
    palette = content.palette
    wide = content.is_wide
    changes = _changes(content) or _description(content)
    steps = _STEPS if changes else _ALONE_STEPS
    title = Text(content.text("title"), headline(palette, *(steps if wide else _HIGH_STEPS)))
    return Column(
        [
            site_mark(content, size_px=26 if wide else 34, icon_px=42 if wide else 56),
            Gap(32),
            Spacer(),
            First(title),
            Gap(30 if wide else 44),
            changes,
            Spacer(),
        ]
    )


def _description(content: Content) -> Node | None:
    style = body(content.palette, 29, 3) if content.is_wide else body(content.palette, 40, 5)
    return text_or_none(content.text("description"), style)


def _changes(content: Content) -> Node | None:
    """Give what changed, each with a tick; few changes may take two lines each."""
    items = content.items("bullets")[:MAX_BULLETS]
    size_px = 28 if content.is_wide else 38
    lines = 1 if content.is_wide and len(items) > _MAX_LONG_BULLETS else 2
    style = replace(body(content.palette, size_px, lines), weight=MEDIUM, is_balanced=False)
    mark = Sign(Mark.TICK, size_px * 1.05, content.palette.accent_text)
    rows: list[Node] = [
        Row([Padding(mark, top=size_px * 0.2), Text(item, style)], gap=16, align="start")
        for item in items
    ]
    return Column(rows, gap=round(size_px * 0.3)) if rows else None


TEMPLATE = Template(
    template_id="docs/changelog",
    display_name="Changelog",
    description="What a new version brings, point by point, beside its number and day.",
    default_accent=Color(0xC2, 0x41, 0x0C),
    fields=(
        replace(fields.TITLE, example="Search that understands you"),
        Field("version", FieldKind.TEXT, "The version, drawn on a chip.", "v2.4.0", "version"),
        Field(
            "bullets",
            FieldKind.LIST,
            'What changed: one change a line, or between "|"; six are shown.',
            "Results while you type|Filters by date and author|Half the memory",
            "changes",
        ),
        replace(fields.DESCRIPTION, description="Drawn where there are no bullets."),
        fields.PUBLISHED_AT,
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
