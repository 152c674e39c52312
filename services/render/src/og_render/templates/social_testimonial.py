from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color, mix
from og_render.fields import Field, FieldKind
from og_render.layout.boxes import AtMost, Column, First, Gap, Node, Row, Spacer, Text
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.margins import within_margins
from og_render.layout.parts.people import portrait
from og_render.layout.parts.rating import STARS
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import grown, scale
from og_render.layout.parts.type import headline, label, quiet, text_or_none
from og_render.layout.quotes import Bubble
from og_render.layout.shapes import Stars
from og_render.text.fonts import SEMIBOLD
from og_render.text.styles import Step

# The height bounds the lines; these keep large letters to few of them.
_STEPS = (
    Step(110, 1),
    Step(84, 1),
    Step(72, 2),
    Step(64, 3),
    Step(58, 4),
    Step(50, 5),
    Step(44, 6),
    Step(38, 8),
    Step(34, 9),
)
_TOP_PX = 52
_FACE_PX = 100
_TAIL_PX = 30
_UNLIT_SHARE = 0.35
_NAMES_PX = 560
_SITE_PX = 400


def _layout(content: Content) -> Node:
    by = scale(content)
    site = site_mark(content, size_px=26 * by, icon_px=round(40 * by))
    said = [_bubble(content), Gap(16 * by)]
    if content.is_wide:
        foot = Row([*_speaker(content), Spacer(), Gap(40), First(AtMost(site, _SITE_PX))], gap=24)
        # What is said needs all the height there is.
        return replace(
            within_margins(content, Column([Spacer(), *said, First(foot), Spacer()])), top=_TOP_PX
        )
    speaker = First(Row(_speaker(content), gap=24))
    return within_margins(content, Column([site, Gap(40), Spacer(), *said, speaker, Spacer()]))


def _bubble(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    face = portrait(content, _FACE_PX * by)
    return Bubble(
        _words(content),
        palette.accent,
        edge_of(palette.accent, palette),
        pad_x=56 * by,
        pad_y=40 * by,
        radius=36 * by,
        tail_start=_FACE_PX * by / 2,
        tail_px=_TAIL_PX * by if face else 0,
    )


def _words(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    style = replace(
        headline(palette, *grown(content, *_STEPS)),
        color=palette.on_accent,
        weight=SEMIBOLD,
        line_height=1.24,
        tracking_em=-0.02,
    )
    return Column([First(_stars(content)), Gap(22 * by), First(Text(content.text("title"), style))])


def _stars(content: Content) -> Node | None:
    """Give the rating in stars of the words' own colour; text that is no rating as it is."""
    palette, by = content.palette, scale(content)
    rating = content.rating("rating")
    if rating is None:
        return text_or_none(
            content.text("rating"), label(palette, 28 * by).in_color(palette.on_accent)
        )
    unlit = mix(palette.accent, palette.on_accent, _UNLIT_SHARE)
    share = rating.value / rating.best_value
    return Stars(share, STARS, round(40 * by), palette.on_accent, unlit, gap=8 * by)


def _speaker(content: Content) -> list[Node | None]:
    """Give the face, and who it is."""
    palette, by = content.palette, scale(content)
    names = Column(
        [
            text_or_none(content.text("author"), label(palette, 32 * by)),
            text_or_none(content.text("role"), quiet(palette, 26 * by)),
        ],
        gap=4,
    )
    return [portrait(content, _FACE_PX * by), AtMost(names, _NAMES_PX * by)]


TEMPLATE = Template(
    template_id="social/testimonial",
    display_name="Testimonial",
    description="What a customer says, in a bubble over their face, with stars.",
    default_accent=Color(0x3B, 0x5B, 0xDB),
    fields=(
        replace(
            fields.TITLE,
            description="What is said.",
            example="We moved the whole team over in an afternoon. Nobody has asked to go back.",
        ),
        fields.AUTHOR,
        Field("role", FieldKind.TEXT, "Who the author is.", "Head of Product, Acme", "role"),
        fields.AVATAR,
        fields.RATING,
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
