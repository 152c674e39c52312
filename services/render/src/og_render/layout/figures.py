"""Large numbers on tiles, of one size where they stand in tiles of one size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

from og_render.color.colors import Color
from og_render.layout.boxes import Column, First, Fitted, Gap, Node, Spacer, Text
from og_render.layout.grids import Grid, share
from og_render.layout.tiles import Tile
from og_render.text.styles import Step, TypeStyle
from og_render.text.typesetting import Typesetter

# Larger letters are drawn a little wider for their size than small ones at times.
_GROWTH_KEPT = 0.98


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, and the colours of its tile."""

    number: str
    label: str
    ink: Color
    quiet: Color
    fill: Color
    hairline: Color | None


@dataclass(frozen=True)
class Figures:
    """Rows of tiles in the whole space; lengths in px."""

    rows: Sequence[Sequence[Figure]]
    number: TypeStyle
    label: TypeStyle
    alike_from_px: float
    """Numbers that are too long for this size are set smaller without making the others so."""
    gap: float
    radius: float
    pad_x: float
    pad_y: float

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Find the size for each width of tile, then lay the tiles out."""
        high = share(height, len(self.rows), self.gap) - 2 * self.pad_y
        tiles: list[list[Node]] = []
        for row in self.rows:
            wide = share(width, len(row), self.gap) - 2 * self.pad_x
            alike = [it for other in self.rows if len(other) == len(row) for it in other]
            steps = self._alike(setter, alike, wide, high)
            tiles.append([self._tile(figure, steps) for figure in row])
        return Grid(tiles, self.gap).fit(setter, width, height)

    def _alike(
        self, setter: Typesetter, figures: Iterable[Figure], width: float, height: float
    ) -> tuple[Step, ...]:
        """Give the steps from the largest on at which every number fits over its label."""
        small = replace(self.number, steps=(Step(self.alike_from_px),), may_be_cut=False)
        size_px = inf
        for figure in figures:
            if not figure.number:
                continue
            room = height - self._label_px(setter, figure, width, height)
            fitted = Text(figure.number, small).fit(setter, width, room)
            grows = min(width / max(1, fitted.width), room / fitted.height) if fitted else 1.0
            size_px = min(size_px, max(1.0, grows * _GROWTH_KEPT) * self.alike_from_px)
        return tuple(step for step in self.number.steps if step.size_px <= size_px)

    def _label_px(self, setter: Typesetter, figure: Figure, width: float, height: float) -> float:
        label = Text(figure.label, self.label).fit(setter, width, height) if figure.label else None
        return label.height + self.pad_y / 2 if label else 0.0

    def _tile(self, figure: Figure, steps: tuple[Step, ...]) -> Node:
        number = replace(self.number, steps=steps, color=figure.ink)
        label = self.label.in_color(figure.quiet)
        words = [
            Text(figure.number, number) if figure.number else None,
            Gap(self.pad_y / 2),
            Spacer(),
            First(Text(figure.label, label)) if figure.label else None,
        ]
        return Tile(
            Column(words), figure.fill, figure.hairline, self.radius, self.pad_x, self.pad_y
        )
