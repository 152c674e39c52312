from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color, contrast
from og_render.color.grounds import Ground
from og_render.color.syntax import EditorColors, editor_colors
from og_render.fields import Field, FieldKind
from og_render.layout.boxes import AtMost, Column, First, Gap, Node, Padding, Row, Spacer, Text
from og_render.layout.code import CodeLines, CodeSketch, Window
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.type import headline, quiet, text_or_none
from og_render.text.fonts import MONO
from og_render.text.highlighting import highlighted
from og_render.text.styles import Step

_WIDE_STEPS = (Step(64, 1), Step(56, 1), Step(48, 2), Step(42, 2))
_HIGH_STEPS = (Step(116, 1), Step(96, 2), Step(84, 3), Step(70, 4), Step(60, 5))
_WIDE_TITLE_PX = 800
# The window runs off the card by this, and what is written in it ends well before.
_BELOW_PX = 24
_SAFE_SHARE = 0.085
# A window on a ground of nearly its own colour gets an outline.
_EDGE_CONTRAST_MIN = 1.4


def _layout(content: Content) -> Node:
    colors = editor_colors(content.palette.theme, content.palette.ground)
    window = Padding(_window(content, colors), bottom=-_BELOW_PX)
    if content.is_wide:
        title = _title(content, _WIDE_STEPS)
        site = site_mark(content, size_px=25, icon_px=40)
        header = Row([First(AtMost(title, _WIDE_TITLE_PX)), Gap(40), Spacer(), site])
        return Padding(Column([First(header), Gap(36), window]), top=52, start=72, end=72)
    site = site_mark(content, size_px=32, icon_px=52)
    header_rows = [site, Gap(48), First(_title(content, _HIGH_STEPS)), Gap(52), window]
    return Padding(Column(header_rows), top=76, start=72, end=72)


def _title(content: Content, steps: tuple[Step, ...]) -> Node:
    return Text(content.text("title"), headline(content.palette, *steps))


def _window(content: Content, colors: EditorColors) -> Node:
    language = content.text("language")
    lines = highlighted(content.code("code"), language)
    sizes = (34, 30, 27, 24, 22) if content.is_wide else (40, 36, 32, 28, 25)
    text = CodeLines(lines, colors, sizes) if lines else CodeSketch(colors)
    label = text_or_none(
        language, replace(quiet(content.palette, 24).in_color(colors.faint), face=MONO)
    )
    safe = content.size.height * _SAFE_SHARE
    blends_in = contrast(colors.window, content.palette.ground) < _EDGE_CONTRAST_MIN
    return Window(Padding(text, bottom=safe), colors, label, is_outlined=blends_in)


TEMPLATE = Template(
    template_id="code/snippet",
    display_name="Code snippet",
    description="Program text in an editor's window, for tutorials and recipes.",
    default_accent=Color(0x43, 0x38, 0xCA),
    fields=(
        replace(fields.TITLE, example="Greet the whole world"),
        Field(
            "code",
            FieldKind.CODE,
            "Program text; its indentation and line breaks are kept.",
            "from world import people\n\n"
            "def greet(name: str) -> str:\n"
            '    """Say hello."""\n'
            '    return f"Hello, {name}!"\n\n'
            "for person in people():\n"
            "    print(greet(person.name))",
            "code",
        ),
        Field(
            "language",
            FieldKind.TEXT,
            "The programming language, for its colours.",
            "Python",
            "programmingLanguage",
        ),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
    ground=Ground.ACCENT,
)
