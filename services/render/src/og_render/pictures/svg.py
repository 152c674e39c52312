"""Draws an SVG with resvg, without anything that it refers to outside itself."""

from __future__ import annotations

import io
from functools import lru_cache

import resvg_py
from PIL import Image

from og_render.pictures.errors import UnreadablePictureError
from og_render.pictures.svg_cost import MAX_SVG_BYTES, work_of
from og_render.text.fonts import LATIN, FontBook

# The longer side, px: the largest of these that does not take long.
_SIDES_PX = (768, 384, 256, 128)
_COMFORTABLE_S = 0.15
# Comes after the drawing's own rules. Filters take 0.3 s each and more at any size, one dashed line
# is a million dashes: a logo without its shadow is still that logo.
_WITHOUT = ("filter", "stroke-dasharray", "marker", "marker-start", "marker-mid", "marker-end")
_STYLE_SHEET = "*{" + "".join(f"{name}:none !important;" for name in _WITHOUT) + "}"
_BYTE_ORDER_MARK = "\ufeff"


def is_svg(data: bytes) -> bool:
    """Whether data begins as a text of markup does, which no other kind of picture does."""
    return data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def draw_svg(data: bytes, time_s: float, place_px: int) -> tuple[Image.Image, float]:
    """Give an image in RGBA for a place of so many px, and what drawing it was estimated to take.

    UnreadablePictureError where it is no SVG, refers to other files, or would take longer than
    time_s.
    """
    if len(data) > MAX_SVG_BYTES:
        raise UnreadablePictureError
    text = data.decode().removeprefix(_BYTE_ORDER_MARK).lstrip()
    work = work_of(text)
    costs = {side: work.cost_s(side * side) for side in _SIDES_PX if side <= place_px}
    side = next((side for side in costs if costs[side] <= _COMFORTABLE_S), _SIDES_PX[-1])
    if costs[side] > time_s:
        raise UnreadablePictureError
    with Image.open(io.BytesIO(_rasterized(text, side)), formats=("PNG",)) as file:
        return file.convert("RGBA"), costs[side]


def _rasterized(text: str, side_px: int) -> bytes:
    try:
        # Both sides are bounds: the drawing keeps its proportions within them.
        drawn = resvg_py.svg_to_bytes(
            svg_string=text,
            skip_system_fonts=True,
            font_files=[_letters()],
            font_family=LATIN,
            serif_family=LATIN,
            sans_serif_family=LATIN,
            monospace_family=LATIN,
            style_sheet=_STYLE_SHEET,
            width=side_px,
            height=side_px,
        )
    except BaseException as error:
        # A panic of the rasteriser is no Exception, and no other class is its base.
        if isinstance(error, Exception) or type(error).__module__ == "pyo3_runtime":
            raise UnreadablePictureError from error
        raise
    return bytes(drawn)


@lru_cache(1)
def _letters() -> str:
    """Give the file of the one face that text in drawings is set in."""
    return str(FontBook().faces[LATIN].path)
