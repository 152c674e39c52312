"""How texts are set: sizes, weights and line heights."""

from __future__ import annotations

from dataclasses import dataclass, replace

from og_render.color.colors import Color
from og_render.text import scripts
from og_render.text.fonts import LATIN

# Lines of scripts that reach higher and lower than Latin, as multiples of a Latin line.
TALL_ROOM = 1.2
STACKED_ROOM = 1.36
IDEOGRAPHIC_ROOM = 1.12
# Letters that fill their square look larger than Latin ones of the same size.
TALL_SCALE = 0.94
IDEOGRAPHIC_SCALE = 0.9


@dataclass(frozen=True)
class Step:
    """A size and how many lines it may take."""

    size_px: float
    lines_max: int = 1


@dataclass(frozen=True)
class TypeStyle:
    """How a text is set. Steps go from the largest, the first that fits is taken."""

    steps: tuple[Step, ...]
    color: Color
    weight: int = 400
    line_height: float = 1.2
    tracking_em: float = 0.0
    is_balanced: bool = False
    is_centered: bool = False
    """Whether lines stand in the middle of the text's box, not at its start."""
    face: str = LATIN
    """The face asked first for every character: LATIN, SERIF, SERIF_ITALIC or MONO of `fonts`."""
    may_be_cut: bool = True
    """Whether an ellipsis may stand for what does not fit; else the text is left out."""

    def in_color(self, color: Color) -> TypeStyle:
        """Give the same in another colour."""
        return replace(self, color=color)


def line_px(style: TypeStyle, size_px: float, text: str) -> int:
    """Give the height of a line of text, whole pixels."""
    room = 1.0
    traits = scripts.traits(text)
    if traits.is_stacked:
        room = STACKED_ROOM
    elif traits.is_tall:
        room = TALL_ROOM
    elif traits.is_ideographic:
        room = IDEOGRAPHIC_ROOM
    return round(size_px * style.line_height * room)


def script_scale(text: str) -> float:
    """Give the factor by which a text's sizes are changed for its script."""
    traits = scripts.traits(text)
    if traits.is_tall:
        return TALL_SCALE
    return IDEOGRAPHIC_SCALE if traits.is_ideographic else 1.0
