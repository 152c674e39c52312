"""Program text in its lines, and the window of an editor around it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.color.syntax import EditorColors
from og_render.layout.boxes import Fitted, Node
from og_render.layout.shapes import fill, stroke
from og_render.text.fonts import MEDIUM, MONO
from og_render.text.highlighting import Line, Role, Run
from og_render.text.laying import UNBOUNDED_PX
from og_render.text.prose import ELLIPSIS
from og_render.text.styles import Step, TypeStyle, line_px
from og_render.text.typesetting import Typesetter

# What one letter of the monospace face takes of its size.
_ADVANCE_EM = 0.6
_NUMBER_GAP_COLUMNS = 2
_LINE_HEIGHT = 1.5


@dataclass(frozen=True)
class CodeLines:
    """Lines of program text with their numbers, from left to right on every card.

    The first size that shows all of them is taken; at the last one, long lines end in an ellipsis
    and so does the text.
    """

    lines: Sequence[Line]
    colors: EditorColors
    sizes_px: tuple[float, ...] = (34, 30, 27, 24, 22)

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole width and as many lines as there is room for."""
        if not self.lines:
            return None
        grid = self._grid(width, height)
        if grid.rows < 1 or grid.columns < 1:
            return None
        text = setter.colored(self._text(grid), grid.style, grid.size_px)
        text.layout(UNBOUNDED_PX)

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            canvas.save()
            # Letters of other scripts are not as wide as the columns they were counted for.
            canvas.clipRect(skia.Rect.MakeXYWH(x, y, width, height))
            text.paint(canvas, x, y)
            canvas.restore()

        return Fitted(width, min(len(self.lines), grid.rows) * grid.line_px, paint)

    def _grid(self, width: float, height: float) -> _Grid:
        longest = max(map(_columns, self.lines))
        plain = "".join(run.text for line in self.lines for run in line)
        for size_px in self.sizes_px:
            grid = _Grid(size_px, width, height, len(self.lines), plain)
            if grid.columns >= longest and grid.rows >= len(self.lines):
                break
        return grid

    def _text(self, grid: _Grid) -> Iterator[tuple[str, Color]]:
        shown = list(self.lines[: grid.rows])
        if len(self.lines) > grid.rows:
            shown[-1] = (Run(ELLIPSIS, Role.COMMENT),)
        for number, line in enumerate(shown, start=1):
            digits = f"{number:>{grid.gutter - _NUMBER_GAP_COLUMNS}}"
            yield digits + " " * _NUMBER_GAP_COLUMNS, self.colors.faint
            for run in _cut(line, grid.columns):
                yield run.text, self.colors.roles[run.role]
            yield "\n", self.colors.faint


class _Grid:
    """The cells of one size in a box."""

    def __init__(self, size_px: float, width: float, height: float, lines: int, plain: str) -> None:
        self.size_px = size_px
        self.style = TypeStyle(
            (Step(size_px),), Color(0, 0, 0), MEDIUM, line_height=_LINE_HEIGHT, face=MONO
        )
        self.line_px = line_px(self.style, size_px, plain)
        self.advance = size_px * _ADVANCE_EM
        self.rows = math.floor(height / self.line_px)
        self.gutter = len(str(min(lines, max(self.rows, 1)))) + _NUMBER_GAP_COLUMNS
        self.columns = math.floor(width / self.advance) - self.gutter


def _columns(line: Line) -> int:
    return sum(_cells(character) for run in line for character in run.text)


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(line: Line, columns: int) -> Iterator[Run]:
    """Give a line as it is, or what fits before an ellipsis."""
    if _columns(line) <= columns:
        yield from line
        return
    left = columns - 1
    for run in line:
        kept = ""
        for character in run.text:
            left -= _cells(character)
            if left < 0:
                yield Run(kept, run.role)
                yield Run(ELLIPSIS, Role.COMMENT)
                return
            kept += character
        yield run


@dataclass(frozen=True)
class Window:
    """A node in an editor's window, under a bar with three dots and perhaps a label."""

    node: Node
    colors: EditorColors
    label: Node | None = None
    is_outlined: bool = False
    radius: float = 20
    bar_px: float = 64
    pad_x: float = 36
    pad_y: float = 28

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole space."""
        inner = self.node.fit(setter, width - 2 * self.pad_x, height - self.bar_px - 2 * self.pad_y)
        label = self.label.fit(setter, width / 2, self.bar_px) if self.label else None

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            box = skia.RRect.MakeRectXY(
                skia.Rect.MakeXYWH(x, y, width, height), self.radius, self.radius
            )
            canvas.save()
            canvas.clipRRect(box, doAntiAlias=True)
            canvas.drawRect(box.rect(), fill(self.colors.window))
            canvas.drawRect(skia.Rect.MakeXYWH(x, y, width, self.bar_px), fill(self.colors.bar))
            line = skia.Rect.MakeXYWH(x, y + self.bar_px - 2, width, 2)
            canvas.drawRect(line, fill(self.colors.hairline))
            canvas.restore()
            if self.is_outlined:
                canvas.drawRRect(box, stroke(self.colors.hairline, 2))
            for number in range(3):
                at = (x + self.pad_x + 9 + number * 30, y + self.bar_px / 2)
                canvas.drawCircle(*at, 9, fill(self.colors.dot))
            if label is not None:
                right = x + width - self.pad_x - label.width
                label.paint(canvas, right, y + (self.bar_px - label.height) / 2)
            if inner is not None:
                inner.paint(canvas, x + self.pad_x, y + self.bar_px + self.pad_y)

        return Fitted(width, height, paint)


# Indentation and pieces of each line, in columns, with their roles.
_SKETCH: tuple[tuple[int, tuple[tuple[int, Role], ...]], ...] = (
    (0, ((6, Role.KEYWORD), (9, Role.NAME), (12, Role.PLAIN))),
    (3, ((5, Role.KEYWORD), (14, Role.PLAIN), (4, Role.NUMBER))),
    (3, ((11, Role.TYPE), (16, Role.STRING))),
    (6, ((8, Role.NAME), (10, Role.PLAIN), (9, Role.STRING))),
    (6, ((4, Role.KEYWORD), (13, Role.TYPE))),
    (3, ((20, Role.COMMENT),)),
    (3, ((7, Role.KEYWORD), (12, Role.NAME), (5, Role.NUMBER))),
    (0, ((4, Role.PLAIN),)),
)


@dataclass(frozen=True)
class CodeSketch:
    """Bars where program text would stand, for pages that give none."""

    colors: EditorColors
    column_px: float = 15
    bar_px: float = 16
    line_px: float = 44

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the whole width and the lines there is room for."""
        del setter
        lines = _SKETCH[: max(0, math.floor(height / self.line_px))]

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            for row, (indentation, pieces) in enumerate(lines):
                left = x + indentation * self.column_px
                top = y + row * self.line_px + (self.line_px - self.bar_px) / 2
                for columns, role in pieces:
                    wide = columns * self.column_px
                    bar = skia.Rect.MakeXYWH(left, top, wide, self.bar_px)
                    paint = fill(self.colors.roles[role])
                    canvas.drawRoundRect(bar, self.bar_px / 2, self.bar_px / 2, paint)
                    left += wide + self.column_px

        return Fitted(width, len(lines) * self.line_px, paint) if lines else None
