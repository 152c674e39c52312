"""The box model of the templates.

A node is fitted into a space and gives a `Fitted`: its size and how to paint it. A node that has
nothing to show, or no room, gives None, and its neighbours close up. Rows and "start" follow the
card's direction, so that a card in Arabic is the mirror image of one in English.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import skia

from og_render.text.styles import TypeStyle
from og_render.text.typesetting import Typesetter

Align = Literal["start", "center", "end"]
Paint = Callable[[skia.Canvas, float, float], None]

# A line with a spacer fills its room, but for what adding up fractions of pixels loses.
_ROUNDING_PX = 0.01


@dataclass(frozen=True)
class Fitted:
    """A node at its final size, px. `paint` takes the upper left corner."""

    width: float
    height: float
    paint: Paint


class Node(Protocol):
    """Anything that can be fitted."""

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit into at most width by height px."""


Nodes = Sequence[Node | None]


def _nothing(canvas: skia.Canvas, x: float, y: float) -> None:
    """Paint nothing."""


@dataclass(frozen=True)
class Text:
    """A text in its style."""

    text: str
    style: TypeStyle

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Set the text; nothing where not one line fits."""
        block = setter.block(self.text, self.style, width, height)
        return None if block is None else Fitted(block.width, block.height, block.paint)


@dataclass(frozen=True)
class Spacer:
    """Takes the room that is left in a row or a column, shared by weight."""

    weight: float = 1.0

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take no room of its own."""
        del setter, width, height
        return Fitted(0, 0, _nothing)


@dataclass(frozen=True)
class Gap:
    """Empty room of a fixed size, in place of the usual gap."""

    size_px: float

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Take size_px both ways, for either direction."""
        del setter, width, height
        return Fitted(self.size_px, self.size_px, _nothing)


@dataclass(frozen=True)
class First:
    """Gets its room before its neighbours do."""

    node: Node | None

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node."""
        return None if self.node is None else self.node.fit(setter, width, height)


@dataclass(frozen=True)
class Sized:
    """A node in a box of a fixed width or height; it starts at the start and at the top."""

    node: Node
    width: float | None = None
    height: float | None = None

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node into the fixed size."""
        wide = min(width, self.width) if self.width is not None else None
        high = min(height, self.height) if self.height is not None else None
        inner = self.node.fit(
            setter, width if wide is None else wide, height if high is None else high
        )
        if inner is None:
            return None
        box_width = inner.width if wide is None else wide
        shift = box_width - inner.width if setter.right_to_left else 0

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            inner.paint(canvas, x + shift, y)

        return Fitted(box_width, inner.height if high is None else high, paint)


@dataclass(frozen=True)
class AtMost:
    """A node that may not be wider than this, px, so that its neighbours keep their room."""

    node: Node | None
    width: float

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node into the smaller width."""
        if self.node is None:
            return None
        return self.node.fit(setter, min(width, self.width), height)


@dataclass(frozen=True)
class Padding:
    """Room around a node, px; start and end follow the direction."""

    node: Node | None
    top: float = 0
    end: float = 0
    bottom: float = 0
    start: float = 0

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node into what is left inside."""
        across, down = self.start + self.end, self.top + self.bottom
        if self.node is None:
            return None
        inner = self.node.fit(setter, width - across, height - down)
        if inner is None:
            return None
        left = self.end if setter.right_to_left else self.start

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            inner.paint(canvas, x + left, y + self.top)

        return Fitted(inner.width + across, inner.height + down, paint)


@dataclass(frozen=True)
class Centered:
    """A node in the middle of the whole space."""

    node: Node

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the node and take the whole space."""
        inner = self.node.fit(setter, width, height)
        if inner is None:
            return None

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            inner.paint(canvas, x + (width - inner.width) / 2, y + (height - inner.height) / 2)

        return Fitted(width, height, paint)


@dataclass(frozen=True)
class Stack:
    """Nodes over each other, from the back to the front, each in the whole space."""

    nodes: Nodes

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit every node into the same space."""
        layers = [node.fit(setter, width, height) for node in self.nodes if node is not None]
        shown = [layer for layer in layers if layer is not None]

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            for layer in shown:
                shift = width - layer.width if setter.right_to_left else 0
                layer.paint(canvas, x + shift, y)

        return Fitted(width, height, paint)


@dataclass(frozen=True)
class Row:
    """Nodes side by side from the start; as wide as they are, or all the width with a Spacer."""

    nodes: Nodes
    gap: float = 0
    align: Align = "center"

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the nodes, then place them in the card's direction."""

        def fit_one(node: Node, left: float) -> Fitted | None:
            return node.fit(setter, left, height)

        line = _Line(self.nodes, self.gap, width, fit_one, lambda item: item.width)
        if not line.items:
            return None
        high = max(item.height for item in line.items)
        wide = line.length

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            for item, at in line.placed():
                left = wide - at - item.width if setter.right_to_left else at
                item.paint(canvas, x + left, y + _offset(self.align, high - item.height))

        return Fitted(wide, high, paint)


@dataclass(frozen=True)
class Column:
    """Nodes under each other; as high as they are, or all the height with a Spacer."""

    nodes: Nodes
    gap: float = 0
    align: Align = "start"

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        """Fit the nodes, then place them at their edge."""

        def fit_one(node: Node, left: float) -> Fitted | None:
            return node.fit(setter, width, left)

        line = _Line(self.nodes, self.gap, height, fit_one, lambda item: item.height)
        if not line.items:
            return None
        wide = max(item.width for item in line.items)

        def paint(canvas: skia.Canvas, x: float, y: float) -> None:
            for item, at in line.placed():
                shift = _offset(self.align, wide - item.width)
                left = wide - item.width - shift if setter.right_to_left else shift
                item.paint(canvas, x + left, y + at)

        return Fitted(wide, line.length, paint)


class _Line:
    """Shares a length between nodes: what is `First`, then the rest in order, then spacers."""

    def __init__(
        self,
        nodes: Nodes,
        gap: float,
        room: float,
        fit_one: Callable[[Node, float], Fitted | None],
        length_of: Callable[[Fitted], float],
    ) -> None:
        self._nodes = [node for node in nodes if node is not None]
        self._gap = gap
        lengths: dict[int, float] = {}
        fitted: dict[int, Fitted] = {}
        shown = [at for at, node in enumerate(self._nodes) if not isinstance(node, Spacer | Gap)]
        for at in sorted(shown, key=lambda at: not isinstance(self._nodes[at], First)):
            left = room - self._extent({**lengths, at: 0.0})
            item = fit_one(self._nodes[at], left)
            if item is not None and length_of(item) <= left + _ROUNDING_PX:
                fitted[at], lengths[at] = item, length_of(item)
        self._lengths = lengths
        self.items = [fitted[at] for at in sorted(fitted)]
        weight = sum(node.weight for node in self._nodes if isinstance(node, Spacer))
        self._share = max(0.0, room - self._extent(lengths)) / weight if weight else 0.0
        self.length = self._extent(lengths, self._share)

    def placed(self) -> list[tuple[Fitted, float]]:
        """Give every item with where it starts."""
        return list(zip(self.items, self._starts(self._lengths, self._share)[0], strict=True))

    def _extent(self, lengths: dict[int, float], share: float = 0.0) -> float:
        return self._starts(lengths, share)[1]

    def _starts(self, lengths: dict[int, float], share: float) -> tuple[list[float], float]:
        """Give where each item starts and where the line ends.

        Between two items stands the largest Gap, else the usual gap where there is no Spacer;
        gaps at the ends, as those of items that were left out, vanish.
        """
        starts: list[float] = []
        at, previous = 0.0, -1
        for index in sorted(lengths):
            at += self._between(previous, index, share)
            starts.append(at)
            at, previous = at + lengths[index], index
        return starts, at + self._between(previous, len(self._nodes), share)

    def _between(self, previous: int, following: int, share: float) -> float:
        nodes = self._nodes[previous + 1 : following]
        weights = [node.weight for node in nodes if isinstance(node, Spacer)]
        if previous < 0 or following == len(self._nodes):
            return share * sum(weights)
        gaps = [node.size_px for node in nodes if isinstance(node, Gap)]
        usual = 0.0 if weights else self._gap
        return max(gaps, default=usual) + share * sum(weights)


def _offset(align: Align, room: float) -> float:
    return {"start": 0.0, "center": room / 2, "end": room}[align]
