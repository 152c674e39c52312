"""How things grow on the cards that have more room than a link preview: square and tall ones."""

from __future__ import annotations

from og_render.cards import CardSize, Content
from og_render.text.styles import Step

_SCALES = {CardSize.WIDE: 1.0, CardSize.SQUARE: 1.14, CardSize.TALL: 1.28}
_MORE_LINES = {CardSize.WIDE: 0, CardSize.SQUARE: 1, CardSize.TALL: 2}
# Some sites draw a title over the lowest 8 % of a card.
_COVERED_SHARE = 0.085


def scale(content: Content) -> float:
    """Give the factor by which a card's size enlarges what was measured for a wide one."""
    return _SCALES[content.size]


def more_lines(content: Content) -> int:
    """Give how many lines more than on a wide card a text may take."""
    return _MORE_LINES[content.size]


def scaled(content: Content, *steps: Step) -> tuple[Step, ...]:
    """Give steps for a wide card in the size of this one."""
    return resized(steps, scale(content))


def resized(steps: tuple[Step, ...], factor: float) -> tuple[Step, ...]:
    """Give the same steps, so much larger, with as many lines."""
    return tuple(Step(round(step.size_px * factor), step.lines_max) for step in steps)


def grown(content: Content, *steps: Step) -> tuple[Step, ...]:
    """Give steps for a wide card in the size of this one, of more lines where it is higher."""
    more = more_lines(content)
    return tuple(Step(it.size_px, it.lines_max + more) for it in scaled(content, *steps))


def foot_px(content: Content, wide_px: float) -> float:
    """Give a margin at the lower edge, never less than what may be covered there."""
    return max(wide_px * scale(content), _COVERED_SHARE * content.size.height)
