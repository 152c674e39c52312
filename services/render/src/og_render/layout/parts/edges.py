"""Lines that keep a fill visible where its colour is that of what lies around it."""

from __future__ import annotations

from og_render.color.colors import Color, contrast
from og_render.color.palettes import Palette

# Below this a small shape is lost on its ground, for example a white bar on a near white card.
_SHAPE_CONTRAST_MIN = 1.3


def edge_of(fill: Color, palette: Palette, *grounds: Color) -> Color | None:
    """Give the colour of a line around a fill that the ground would swallow; None if it shows.

    `grounds` are what lies around it where that is not the card's own ground.
    """
    around = grounds or (palette.ground,)
    is_seen = min(contrast(fill, ground) for ground in around) >= _SHAPE_CONTRAST_MIN
    return None if is_seen else palette.muted
