from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import CardSize, Content, Template
from og_render.color.colors import BLACK, Color, mix
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
    Text,
)
from og_render.layout.doors import OpenDoor
from og_render.layout.icons import Sign
from og_render.layout.parts.companies import company_chip
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.facts import fact
from og_render.layout.parts.sizing import foot_px, grown, resized, scale
from og_render.layout.parts.type import headline, quiet, text_or_none
from og_render.text.fonts import BOLD
from og_render.text.styles import Step, TypeStyle

_STEPS = (Step(96, 1), Step(78, 2), Step(66, 2), Step(56, 3), Step(48, 3))
_SALARY_STEPS = (Step(46), Step(40), Step(34), Step(30, 2))
_FACT_PX, _PLACE_PX = 29, 460
# Width and height of the doorway.
_DOOR_PX = {CardSize.WIDE: (210, 450), CardSize.SQUARE: (250, 480), CardSize.TALL: (310, 640)}
_SIDE_PX, _TOP_PX = 76, 64
# Between the door's leaf and what stands beside it.
_CLEARANCE_PX = 44
# How dark the leaf is, which stands in its own shade.
_SHADE = 0.3


def _layout(content: Content) -> Node:
    """Set the title over the door where the card is high, beside it where it is wide."""
    by, door = scale(content), _door(content)
    company, title, facts = _company(content), _title(content), _facts(content)
    bottom = foot_px(content, 62)
    if content.is_wide:
        text = Column([company, Gap(26), Spacer(), title, Gap(26), Spacer(), First(facts)])
        beside = Padding(text, top=_TOP_PX, bottom=bottom)
        return Padding(
            Row([beside, Gap(_CLEARANCE_PX), Spacer(), First(door)], align="end"),
            start=_SIDE_PX,
            end=_SIDE_PX,
        )
    foot = Row(
        [Padding(facts, bottom=bottom), Gap(_CLEARANCE_PX), Spacer(), First(door)], align="end"
    )
    above = Padding(Column([company, Gap(44 * by), First(title)]), top=_TOP_PX * by)
    return Padding(Column([above, Gap(40), Spacer(), First(foot)]), start=_SIDE_PX, end=_SIDE_PX)


def _door(content: Content) -> Node:
    palette, (width, height) = content.palette, _DOOR_PX[content.size]
    shade = mix(palette.accent, BLACK, _SHADE)
    return OpenDoor(
        palette.accent, shade, palette.on_accent, edge_of(palette.accent, palette), width, height
    )


def _company(content: Content) -> Node | None:
    site, by = content.text("siteName"), scale(content)
    company = content.text("company") or site
    beside = quiet(content.palette, 26 * by)
    return Row(
        [
            First(chip) if (chip := company_chip(content, company, 28 * by)) else None,
            text_or_none(site if site != company else "", beside),
        ],
        gap=24,
    )


def _title(content: Content) -> Node:
    return Text(content.text("title"), headline(content.palette, *grown(content, *_STEPS)))


def _facts(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    salary = TypeStyle(resized(_SALARY_STEPS, by), palette.accent_text, BOLD, 1.15, -0.025)
    place = fact(Sign.PLACE, content.text("location"), palette, _FACT_PX * by, 2)
    kind = fact(Sign.WORK, content.text("type"), palette, _FACT_PX * by)
    both: Node = Column([place, kind], gap=14 * by)
    if content.is_wide:
        both = Row([kind, First(AtMost(place, _PLACE_PX))], gap=40)
    return Column([both, text_or_none(content.text("salary"), salary)], gap=20 * by)


TEMPLATE = Template(
    template_id="job/listing",
    display_name="Job",
    description="A position, who offers it, where and for how much, beside an open door.",
    default_accent=Color(0xEA, 0x58, 0x0C),
    fields=(
        replace(fields.TITLE, example="Senior product designer"),
        Field(
            "company",
            FieldKind.TEXT,
            "Who offers it; else the site's name.",
            "Northwind",
            "company",
        ),
        Field("location", FieldKind.TEXT, "Where the work is.", "Hamburg or remote", "location"),
        Field("salary", FieldKind.PRICE, "What it pays.", "€70,000 a year", "salary"),
        Field("type", FieldKind.TEXT, "The kind of employment.", "Full-time", "employmentType"),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
