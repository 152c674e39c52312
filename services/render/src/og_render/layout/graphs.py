"""The history of a repository as a line of commits."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from og_render.color.colors import Color
from og_render.layout.boxes import Fitted
from og_render.layout.shapes import fill, stroke
from og_render.text.typesetting import Typesetter

# Commits on the main line and on the branch, where the branch leaves and where it is merged, as
# shares of the height.
_MAIN = (0.09, 0.27)
_BRANCH = (0.46, 0.64)
_LEAVES, _RETURNS = 0.27, 0.82


@dataclass(frozen=True)
class CommitGraph:
    """A line down the whole space, with a branch that leaves it towards the text and returns."""

    line: Color
    branch: Color
    width: float
    line_px: float = 8
    dot_px: float = 17

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take the width it has and the whole height."""
        del width
        backwards = setter.right_to_left

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            left, right = x + self.dot_px, x + self.width - self.dot_px
            trunk, twig = (right, left) if backwards else (left, right)
            canvas.drawLine(trunk, y, trunk, y + height, stroke(self.line, self.line_px))
            canvas.drawPath(_branch(trunk, twig, y, height), stroke(self.branch, self.line_px))
            for share in _MAIN:
                canvas.drawCircle(trunk, y + share * height, self.dot_px, fill(self.line))
            for share in _BRANCH:
                canvas.drawCircle(twig, y + share * height, self.dot_px, fill(self.branch))
            canvas.drawCircle(trunk, y + _RETURNS * height, self.dot_px, fill(self.branch))

        return Fitted(self.width, height, paint)


def _branch(trunk: float, twig: float, y: float, height: float) -> skia.Path:
    """Draw a branch that swings out to its own line and back."""
    leaves, first = y + _LEAVES * height, y + _BRANCH[0] * height
    last, returns = y + _BRANCH[1] * height, y + _RETURNS * height
    path = skia.Path()
    path.moveTo(trunk, leaves)
    path.cubicTo(trunk, (leaves + first) / 2, twig, (leaves + first) / 2, twig, first)
    path.lineTo(twig, last)
    path.cubicTo(twig, (last + returns) / 2, trunk, (last + returns) / 2, trunk, returns)
    return path
