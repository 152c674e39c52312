"""Whether a logo that lets its ground through shows on it."""

from __future__ import annotations

from og_render.color.colors import Color, contrast
from og_render.pictures.picture import Picture

_CONTRAST_MIN = 1.7


def is_seen(picture: Picture, ground: Color) -> bool:
    """Whether a cut-out is told from a ground: a dark logo is lost on a dark one."""
    return contrast(picture.mean_color(), ground) >= _CONTRAST_MIN
