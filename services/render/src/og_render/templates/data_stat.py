from __future__ import annotations

from dataclasses import replace

from og_render import fields
from og_render.cards import Content, Template
from og_render.color.colors import Color
from og_render.color.palettes import Palette
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
    Text,
)
from og_render.layout.figures import Figure, Figures
from og_render.layout.parts.edges import edge_of
from og_render.layout.parts.site import site_mark
from og_render.layout.parts.sizing import foot_px, grown, resized, scale
from og_render.layout.parts.type import headline
from og_render.layout.shapes import Bar
from og_render.layout.tiles import Tile
from og_render.stats import Stat, stat_of
from og_render.text.fonts import BOLD, MEDIUM
from og_render.text.styles import Step, TypeStyle

_NAMES = ("stat1", "stat2", "stat3", "stat4")
_EXAMPLES = ("98%|uptime", "12 ms|median latency", "4.2M|cards a day", "190|countries")
_STEPS = (Step(70, 3), Step(60, 4), Step(52, 4), Step(44, 5), Step(38, 5))
_NUMBER_STEPS = (
    Step(300),
    Step(230),
    Step(180),
    Step(144),
    Step(116),
    Step(94),
    Step(84),
    Step(76),
)
_LONG_NUMBER_STEPS = (Step(62), Step(48), Step(40), Step(32, 2), Step(26, 2))
_LABEL_STEPS = (Step(31, 2), Step(27, 2), Step(24, 2))
_LABEL_ON_WIDE_TILES = 1.25
# So many tiles, and no more, stand under each other.
_UNDER_EACH_OTHER_MAX = 2
_TITLE_PX, _SIDE_PX = 430, 68
_GAP_PX, _RADIUS_PX, _PAD_PX = 18, 32, (32, 26)
# Without a number there is a tile all the same: bars that grow, each so wide, so far apart.
_BARS_PX, _BAR_PX, _BAR_GAP_PX = (96, 152, 216, 300), 62, 22


def _layout(content: Content) -> Node:
    """Set tiles beside the title where the card is wide, under it where it is high."""
    by = scale(content)
    site = site_mark(content, size_px=25 * by, icon_px=round(40 * by))
    style = headline(content.palette, *grown(content, *_STEPS))
    title = First(Text(content.text("title"), style))
    stats = [stat for name in _NAMES if (stat := stat_of(content.text(name)))]
    tiles = _tiles(content, stats) if stats else _bars(content)
    if content.is_wide:
        words = Column([site, Gap(28), Spacer(), title, Spacer()])
        text: Node = Row([First(Sized(words, _TITLE_PX)), Gap(52), tiles])
    else:
        text = Column([site, Gap(40 * by), title, Gap(44 * by), tiles])
    return Padding(text, top=60, bottom=foot_px(content, 60), start=_SIDE_PX, end=_SIDE_PX)


def _tiles(content: Content, stats: list[Stat]) -> Node:
    """Lay two tiles a row, an odd one over both; two in all stand under each other."""
    palette, by = content.palette, scale(content)
    figures = [_figure(palette, stat, is_first=not at) for at, stat in enumerate(stats)]
    each = 2 if len(figures) > _UNDER_EACH_OTHER_MAX else 1
    odd = len(figures) % each
    rows = [figures[:odd], *(figures[at : at + each] for at in range(odd, len(figures), each))]
    pad_x, pad_y = _PAD_PX
    steps = resized((*_NUMBER_STEPS, *_LONG_NUMBER_STEPS), by)
    label_steps = resized(_LABEL_STEPS, by if each > 1 else by * _LABEL_ON_WIDE_TILES)
    return Figures(
        [row for row in rows if row],
        number=TypeStyle(steps, palette.ink, BOLD, 1.0, -0.045),
        label=TypeStyle(label_steps, palette.muted, MEDIUM, 1.2, -0.012),
        alike_from_px=steps[len(_NUMBER_STEPS) - 1].size_px,
        gap=_GAP_PX,
        radius=_RADIUS_PX,
        pad_x=pad_x * by,
        pad_y=pad_y * by,
    )


def _figure(palette: Palette, stat: Stat, *, is_first: bool) -> Figure:
    """Give a number its tile; the first is the accent's."""
    if is_first:
        ink, edge = palette.on_accent, edge_of(palette.accent, palette)
        return Figure(stat.number, stat.label, ink, ink, palette.accent, edge)
    return Figure(
        stat.number, stat.label, palette.ink, palette.muted, palette.panel, palette.hairline
    )


def _bars(content: Content) -> Node:
    palette, by = content.palette, scale(content)
    bars = [Bar(_BAR_PX * by, high * by, palette.on_accent, 14) for high in _BARS_PX]
    row = Centered(Row(bars, gap=_BAR_GAP_PX * by, align="end"))
    edge = edge_of(palette.accent, palette)
    return Tile(row, palette.accent, edge, _RADIUS_PX, *_PAD_PX)


TEMPLATE = Template(
    template_id="data/stat",
    display_name="Numbers",
    description="Up to four large numbers on tiles beside a title, for reports and results.",
    default_accent=Color(0x4D, 0x7C, 0x0F),
    fields=(
        replace(fields.TITLE, example="A year of cards, in numbers"),
        *(
            Field(
                name,
                FieldKind.TEXT,
                'A number and what it counts: "98% uptime", or with "|" between them.',
                example,
            )
            for name, example in zip(_NAMES, _EXAMPLES, strict=True)
        ),
        fields.SITE_NAME,
        fields.FAVICON,
    ),
    layout=_layout,
)
