from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureSize:
    """Of a picture as people see it, turned as it says."""

    width_px: int
    height_px: int
