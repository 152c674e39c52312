"""Characters that no font of ours has, told in a header."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

MAX_MISSING_GLYPHS: Final = 16
MAX_CODE_POINTS: Final = 8
"""Of one character as people see it, such as an emoji of several."""


def code_points(glyphs: Iterable[str]) -> str:
    """Name characters in ASCII, "U+1F9FF, U+A700"; one of several code points is joined by spaces.

    At most MAX_MISSING_GLYPHS of them, at most MAX_CODE_POINTS of each.
    """
    return ", ".join(
        " ".join(f"U+{ord(char):04X}" for char in glyph[:MAX_CODE_POINTS])
        for glyph in islice(filter(None, glyphs), MAX_MISSING_GLYPHS)
    )
