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
    Text,
)
from og_render.layout.graphs import CommitGraph
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.type import body, headline, label, quiet, text_or_none
from og_render.layout.signs import Mark, Sign
from og_render.text.fonts import MONO
from og_render.text.styles import Step

_STEPS = (Step(92, 1), Step(78, 1), Step(66, 1), Step(56, 2), Step(48, 3))
_HIGH_STEPS = (Step(96, 1), Step(84, 2), Step(70, 3), Step(58, 5))
_GRAPH_PX = 118
_GAP_PX = 60
# As code hosts title their pages: "owner/name: what it is".
_OWNER_AND_NAME = re.compile(r"([\w.-]+)/([\w.-]+)(?:: .*)?")
_COUNTS = (("stars", Mark.STAR), ("forks", Mark.FORK), ("issues", Mark.ISSUE))
# The width that the words of one badge may take, as a multiple of their size.
_BADGE_EM = 6


def _layout(content: Content) -> Node:
    palette = content.palette
    wide = content.is_wide
    # A branch that the ground would swallow is drawn in the colour that text of the accent has.
    branch = palette.accent_text if edge_of(palette.accent, palette) else palette.accent
    graph = CommitGraph(palette.unlit, branch, _GRAPH_PX)
    text = Column(
        [
            site_mark(content, size_px=26 if wide else 34, icon_px=42 if wide else 56),
            Gap(28),
            Spacer(),
            First(_name(content)),
            Gap(22 if wide else 36),
            _description(content),
            Gap(30),
            Spacer(),
            First(_badges(content)),
        ]
    )
    page = Padding(text, top=64 if wide else 84, bottom=66 if wide else 118, end=80)
    return Padding(Row([First(graph), Gap(_GAP_PX), page], align="start"), start=72)


def _name(content: Content) -> Node:
    """Give the owner over the repository's name; a title may hold both."""
    palette = content.palette
    owner, title = content.text("owner"), content.text("title")
    if both := _OWNER_AND_NAME.fullmatch(title):
        owner, title = owner or both[1], both[2]
    steps = _STEPS if content.is_wide else _HIGH_STEPS
    name = replace(headline(palette, *steps), face=MONO, tracking_em=-0.045)
    whose = replace(quiet(palette, 38 if content.is_wide else 48), face=MONO)
    owned = text_or_none(f"{owner} /" if owner else "", whose)
    return Column([owned, Gap(10), First(Text(title, name))])


def _description(content: Content) -> Node | None:
    style = body(content.palette, 30, 2) if content.is_wide else body(content.palette, 40, 4)
    return text_or_none(content.text("description"), style)


def _badges(content: Content) -> Node:
    size_px = 32 if content.is_wide else 40
    counts = [_badge(content, mark, content.count(name), size_px) for name, mark in _COUNTS]
    language = _badge(content, Mark.DOT, content.text("language"), size_px)
    return Row([*counts, language], gap=round(size_px * 1.3))


def _badge(content: Content, mark: Mark, text: str, size_px: float) -> Node | None:
    if not text:
        return None
    palette = content.palette
    color = palette.accent if mark is Mark.DOT else palette.muted
    words = AtMost(Text(text, label(palette, size_px)), size_px * _BADGE_EM)
    return Row([Sign(mark, size_px * 1.06, color), words], gap=round(size_px * 0.4))


TEMPLATE = Template(
    template_id="code/repository",
    display_name="Repository",
    description="Owner and name over stars, forks, issues and language, for code hosts.",
    default_accent=Color(0x1A, 0x7F, 0x37),
    fields=(
        replace(
            fields.TITLE,
            description='The repository\'s name; "owner/name" gives both.',
            example="aurora",
        ),
        replace(
            fields.DESCRIPTION,
            example="A small, fast and friendly queue for jobs that must not get lost.",
        ),
        Field("owner", FieldKind.TEXT, "Whose repository it is.", "northwind", "author"),
        Field("stars", FieldKind.COUNT, "How many stars it has.", "12400", "stars"),
        Field("forks", FieldKind.COUNT, "How many forks it has.", "861", "forks"),
        Field("issues", FieldKind.COUNT, "How many issues are open.", "37", "openIssues"),
        Field(
            "language",
            FieldKind.TEXT,
            "The main programming language.",
            "Rust",
            "programmingLanguage",
        ),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
