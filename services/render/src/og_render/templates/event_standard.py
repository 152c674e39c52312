from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import CardSize, Content, Template
from og_render.color.colors import Color
from og_render.fields import Field, FieldKind
from og_render.layout.boxes import Column, First, Gap, Node, Padding, Row, Spacer, Text
from og_render.layout.icons import Sign
from og_render.layout.parts.calendars import calendar_leaf
from og_render.layout.parts.facts import fact
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import foot_px, grown, scale
from og_render.layout.parts.type import headline
from og_render.text.styles import Step

_STEPS = (Step(104, 1), Step(76, 2), Step(64, 3), Step(54, 3), Step(46, 4))
_LEAF_PX = {CardSize.WIDE: 344, CardSize.SQUARE: 360, CardSize.TALL: 430}
_FACT_PX = 31
_SIDE_PX = 76


def _layout(content: Content) -> Node:
    by = scale(content)
    leaf = First(calendar_leaf(content, "date", _LEAF_PX[content.size]))
    site = site_mark(content, size_px=25 * by, icon_px=round(40 * by))
    steps = grown(content, *_STEPS)
    title = Text(content.text("title"), headline(content.palette, *steps))
    facts = First(_facts(content))
    if content.is_wide:
        text = Column([site, Gap(20), Spacer(), title, Gap(26), facts, Spacer()])
        return Padding(Row([leaf, Gap(68), text]), top=56, bottom=56, start=_SIDE_PX, end=_SIDE_PX)
    when = First(Row([leaf, Gap(52), facts]))
    text = Column([site, Gap(52), Spacer(), when, Gap(52 * by), title, Spacer()])
    return Padding(text, top=76, bottom=foot_px(content, 76), start=_SIDE_PX, end=_SIDE_PX)


def _facts(content: Content) -> Node:
    palette, size_px = content.palette, _FACT_PX * scale(content)
    lines_max = 1 if content.is_wide else 3
    return Column(
        [
            fact(Sign.TIME, content.text("time"), palette, size_px, lines_max),
            fact(Sign.PLACE, content.text("location"), palette, size_px, lines_max),
            fact(Sign.PERSON, content.text("host"), palette, size_px, lines_max),
        ],
        gap=round(size_px * (0.5 if content.is_wide else 0.8)),
    )


TEMPLATE = Template(
    template_id="event/standard",
    display_name="Event",
    description="A leaf of the calendar beside what happens, when, where and with whom.",
    default_accent=Color(0xDB, 0x27, 0x77),
    fields=(
        replace(fields.TITLE, example="Nordic Design Day 2026"),
        Field(
            "date",
            FieldKind.DATE,
            "The day, shown as a leaf of a calendar.",
            "2026-12-03",
            "startDate",
        ),
        Field("time", FieldKind.TIME, "When it begins.", "18:30 CET", "startTime"),
        Field("location", FieldKind.TEXT, "Where it is.", "Pier 9, Hamburg", "location"),
        Field("host", FieldKind.TEXT, "Who invites.", "Jane Doe, Northwind", "organizer"),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
