from __future__ import annotations

from dataclasses import replace

from og_render import fields, sample_pictures
from og_render.cards import CardSize, Content, Template
from og_render.color.colors import Color, mix
from og_render.fields import Field, FieldKind
from og_render.layout.boxes import (
    AtMost,
    Centered,
    Column,
    First,
    Gap,
    Node,
    Row,
    Sized,
    Spacer,
    Stack,
    Text,
)
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.margins import within_margins
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import grown, scale
from og_render.layout.parts.type import headline, label, quiet, text_or_none
from og_render.layout.shapes import Bar, Cover, Inset
from og_render.layout.waveforms import PlayButton, Waveform
from og_render.text.styles import Step

_COVER_PX = {CardSize.WIDE: 420, CardSize.SQUARE: 376, CardSize.TALL: 520}
# The field it stands on: its width beside the text, its height above it.
_SLEEVE_PX = {CardSize.WIDE: 540, CardSize.SQUARE: 484, CardSize.TALL: 660}
_COVER_RADIUS_PX = 28
_COVER_EDGE_SHARE = 0.25
_INSET_SHARE = 0.72
# Enlarged further than this, a cover is a blur: the card is better off without it.
_MAX_ENLARGEMENT = 3.0
_BESIDE_COVER = (Step(64, 2), Step(56, 3), Step(48, 4), Step(42, 6), Step(38, 7))
_UNDER_COVER = (Step(76, 0), Step(64, 1), Step(56, 2), Step(50, 2), Step(44, 3))
_ALONE = (Step(112, 1), Step(84, 2), Step(76, 2), Step(66, 3), Step(56, 4), Step(50, 5))
_DURATION_PX = 170
_SOURCE_PX = 440
_PLAYED_SHARE = 0.36


def _layout(content: Content) -> Node:
    cover = _cover(content)
    if cover is None:
        return within_margins(content, _without_cover(content))
    width, height = content.size.value
    if content.is_wide:
        sleeve = _sleeve(content, cover, _SLEEVE_PX[content.size], height)
        return Row([First(sleeve), _beside(content)])
    sleeve = _sleeve(content, cover, width, _SLEEVE_PX[content.size])
    return Column([First(sleeve), _under(content)])


def _sleeve(content: Content, cover: Node, width: float, height: float) -> Node:
    """Give the cover in the middle of a field of the accent that runs to the card's edges."""
    field = Bar(width, height, content.palette.accent)
    return Sized(Stack([field, Centered(cover)]), width, height)


def _beside(content: Content) -> Node:
    return replace(
        within_margins(
            content,
            Column(
                [
                    First(_site(content)),
                    Gap(24),
                    Spacer(),
                    First(_source(content)),
                    Gap(14),
                    _title(content, _BESIDE_COVER),
                    Gap(28),
                    Spacer(),
                    First(_player(content, 76)),
                ]
            ),
        ),
        start=56,
        end=64,
    )


def _under(content: Content) -> Node:
    head = Row(
        [AtMost(_source(content), _SOURCE_PX * scale(content)), Spacer(), Gap(40), _site(content)]
    )
    return replace(
        within_margins(
            content,
            Column(
                [
                    First(head),
                    Gap(24),
                    Spacer(),
                    _title(content, _UNDER_COVER),
                    Gap(32),
                    Spacer(),
                    First(_player(content, 92)),
                ]
            ),
        ),
        top=48,
    )


def _without_cover(content: Content) -> Node:
    by = scale(content)
    return Column(
        [
            First(_site(content)),
            Gap(30),
            Spacer(),
            First(_source(content)),
            Gap(18),
            _title(content, _ALONE),
            Gap(36),
            Spacer(),
            First(_player(content, 112 * by)),
        ]
    )


def _cover(content: Content) -> Node | None:
    """Give the cover as a square; what is cut out stands whole in one."""
    picture = content.picture("image")
    if picture is None:
        return None
    side, palette = _COVER_PX[content.size], content.palette
    edge = mix(palette.accent, palette.on_accent, _COVER_EDGE_SHARE)
    if picture.is_cut_out():
        frame = Bar(side, side, palette.panel, _COVER_RADIUS_PX, edge)
        goods = Inset(picture, side * _INSET_SHARE, side * _INSET_SHARE)
        return Sized(Stack([frame, Centered(goods)]), side, side)
    if side / min(picture.size) > _MAX_ENLARGEMENT:
        return None
    return Cover(picture, side, side, _COVER_RADIUS_PX, edge)


def _title(content: Content, steps: tuple[Step, ...]) -> Node:
    return Text(content.text("title"), headline(content.palette, *grown(content, *steps)))


def _source(content: Content) -> Node:
    """Give the show, unless the site's name says it already, and the episode."""
    palette, by = content.palette, scale(content)
    show = content.text("show")
    if show.casefold() == content.text("siteName").casefold():
        show = ""
    episode = replace(quiet(palette, 27 * by), may_be_cut=False)
    return Row(
        [
            text_or_none(show, label(palette, 27 * by).in_color(palette.accent_text)),
            text_or_none(content.text("episode"), episode),
        ],
        gap=18 * by,
    )


def _player(content: Content, size_px: float) -> Node:
    palette, by = content.palette, scale(content)
    edge = edge_of(palette.accent, palette)
    played = palette.accent_text if edge else palette.accent
    bar_px = max(6, round(size_px / 13))
    sound = Waveform(size_px, bar_px, played, palette.unlit, _PLAYED_SHARE)
    length = text_or_none(content.text("duration"), quiet(palette, 26 * by))
    return Row(
        [
            First(PlayButton(size_px, palette.accent, palette.on_accent, edge)),
            sound,
            First(AtMost(length, _DURATION_PX * by)),
        ],
        gap=round(size_px * 0.28),
    )


def _site(content: Content) -> Node | None:
    by = scale(content)
    return site_mark(content, size_px=25 * by, icon_px=round(40 * by))


TEMPLATE = Template(
    template_id="media/podcast",
    display_name="Podcast",
    description="An episode beside the show's square cover, with its sound.",
    default_accent=Color(0xC0, 0x26, 0xD3),
    fields=(
        replace(
            fields.TITLE, description="The episode's title.", example="The quiet art of finishing"
        ),
        Field("show", FieldKind.TEXT, "The name of the show.", "Deep Work Radio", "series"),
        Field("episode", FieldKind.TEXT, "Which episode it is.", "Episode 42", "episode"),
        Field("duration", FieldKind.DURATION, "How long it plays.", "48 min", "duration"),
        replace(
            fields.IMAGE,
            description="The cover, drawn square.",
            example_picture=sample_pictures.cover,
        ),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
