"""Equal cells that share a space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import skia

from og_render.layout.boxes import Fitted, Node
from og_render.text.typesetting import Typesetter


@dataclass(frozen=True)
class Grid:
    """Rows of equal height, each of cells of equal width, in the whole space."""

    rows: Sequence[Sequence[Node]]
    gap: float

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit every node into its cell."""
        high = share(height, len(self.rows), self.gap)
        placed: list[tuple[Fitted, float, float]] = []
        for row, nodes in enumerate(self.rows):
            wide = share(width, len(nodes), self.gap)
            for column, node in enumerate(nodes):
                at = len(nodes) - 1 - column if setter.right_to_left else column
                cell = node.fit(setter, wide, high)
                if cell is not None:
                    left = at * (wide + self.gap)
                    left += wide - cell.width if setter.right_to_left else 0
                    placed.append((cell, left, row * (high + self.gap)))

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            for cell, left, top in placed:
                cell.paint(canvas, x + left, y + top)

        return Fitted(width, height, paint)


def share(room: float, count: int, gap: float) -> float:
    """Give what each of count equal parts has of a room, less the gaps between them."""
    return (room - gap * (count - 1)) / count
