"""A surface that fills its space, with something on it."""

from __future__ import annotations

from dataclasses import dataclass

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted, Node, Padding, Stack
from og_render.layout.shapes import Bar
from og_render.text.typesetting import Typesetter


@dataclass(frozen=True)
class Tile:
    """A node on a surface with round corners, in the whole space."""

    node: Node
    fill: Color
    hairline: Color | None
    radius: float
    pad_x: float
    pad_y: float

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node into what the padding leaves."""
        surface = Bar(width, height, self.fill, self.radius, self.hairline)
        inner = Padding(
            self.node, top=self.pad_y, end=self.pad_x, bottom=self.pad_y, start=self.pad_x
        )
        return Stack([surface, inner]).fit(setter, width, height)
