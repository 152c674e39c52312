"""Rows of RGB, filtered and compressed: for cards with photographs.

A photograph's rows are written as the difference to the row above, all others as they are, since
they repeat themselves. Where a photograph is too rich for the bound, the differences inside it are
rounded to multiples of a step: every value stays within half a step of what it was, so that no
bands appear, and the rest of the card stays exact.
"""

from __future__ import annotations

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray
from PIL import Image
from zlib_ng import zlib_ng

from og_render.color.backgrounds import PADDING_PX
from og_render.encoding.bounds import MAX_DATA_BYTES
from og_render.encoding.shades import BLOCK_PX

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint32]
Mask = NDArray[np.bool_]

NO_FILTER, UP = 0, 2
# Of a photograph nearly every pixel differs from its neighbour, of text one in five.
RICH_SHARE = 0.55
# Enlarged pictures, whose pixels come in twos and threes, and text.
BUSY_SHARE = 0.1
_TRIAL_ROWS, _TRIAL_EVERY_ROWS = 16, 160
# Steps are odd, so that half of one is whole on both sides. What is noise through and through also
# shows every second row, or fewer, only.
COARSER = ((3, 1), (5, 1), (7, 1), (9, 1), (13, 1), (19, 1), (27, 1), (27, 2), (41, 3), (81, 6))
_CHANNELS, _WORD_BYTES = 3, 4
_BRIGHTEST = 255
# Noise does not get smaller by effort; all else does.
_NOISE_LEVEL, _LEVEL = 2, 6
# With little memory the codes of its letters follow the picture more closely.
_NOISE_MEMORY = 2


def compressed(words: Words) -> bytes:
    """Filter and compress rows of RGBA with a column of padding; at most MAX_DATA_BYTES."""
    colors = _packed(words)
    differing = _differing(words[:, :-PADDING_PX])
    rich = differing > RICH_SHARE * BLOCK_PX**2
    if rich.any():
        data = _noise(_filtered(colors, *_photo_rows(colors, rich)))
    else:
        data = zlib_ng.compress(_filtered(colors, 0, 0), _LEVEL)
    # What a photograph is in most cards; else what is busy; else all there is.
    for share in (RICH_SHARE, BUSY_SHARE, -1):
        if len(data) <= MAX_DATA_BYTES:
            break
        data = _coarser(colors, differing > share * BLOCK_PX**2, data)
    return data


def _coarser(colors: Bytes, rich: Mask, data: bytes) -> bytes:
    """Round rich blocks as far as needed; give data where even that is too little."""
    if not rich.any():
        return data
    top, bottom = _rows_of(rich, len(colors))
    for step, every in COARSER:
        # A step saves its logarithm in bits of every value: what cannot do is not worth a try.
        saved = _values_in(rich) * (np.log2(step) / 8 + 1 - 1 / every)
        if len(data) - saved <= MAX_DATA_BYTES or (step, every) == COARSER[-1]:
            rounded = _rounded(colors, rich, step, every)
            smaller = _noise(_filtered(rounded, top, bottom))
            if len(smaller) <= MAX_DATA_BYTES:
                return smaller
    return data


def _noise(rows: Bytes) -> bytes:
    deflate = isal_zlib.compressobj(_NOISE_LEVEL, memLevel=_NOISE_MEMORY)
    return deflate.compress(rows.data) + deflate.flush()


def _photo_rows(colors: Bytes, rich: Mask) -> tuple[int, int]:
    """Give the rows to filter: those of the photograph, or none."""
    top, bottom = _rows_of(rich, len(colors))
    return (bottom, bottom) if _is_better_unfiltered(colors[top:bottom]) else (top, bottom)


def _packed(words: Words) -> Bytes:
    """Give RGB side by side, without the padding: (height, 3 * width)."""
    height, padded = words.shape
    size = (padded - 1, height)
    image = Image.frombuffer("RGBX", size, words, "raw", "RGBX", padded * _WORD_BYTES, 1)
    return np.frombuffer(image.tobytes("raw", "RGB"), dtype=np.uint8).reshape(height, -1)


def _differing(words: Words) -> NDArray[np.uint8]:
    """Count the pixels of each block that differ from their neighbour."""
    height, width = words.shape
    rows, columns = height // BLOCK_PX, width // BLOCK_PX
    differs = np.zeros((rows * BLOCK_PX, columns * BLOCK_PX), dtype=np.bool_)
    inside = words[: rows * BLOCK_PX, : columns * BLOCK_PX]
    np.not_equal(inside[:, 1:], inside[:, :-1], out=differs[:, 1:])
    # In bytes and rows first, which adds up side by side; a block has 225 pixels.
    in_rows = differs.view(np.uint8).reshape(rows, BLOCK_PX, -1).sum(axis=1, dtype=np.uint8)
    counts: NDArray[np.uint8] = in_rows.reshape(rows, columns, -1).sum(axis=2, dtype=np.uint8)
    return counts


def _rows_of(rich: Mask, height: int) -> tuple[int, int]:
    """Give the first row of a photograph and the first after it."""
    rows = np.flatnonzero(rich.any(axis=1))
    bottom = height if rows[-1] == len(rich) - 1 else (rows[-1] + 1) * BLOCK_PX
    return max(1, int(rows[0]) * BLOCK_PX), int(bottom)


def _is_better_unfiltered(colors: Bytes) -> bool:
    """Say whether what is beside a photograph repeats itself more than the photograph wants."""
    starts = range(0, max(1, len(colors) - _TRIAL_ROWS), _TRIAL_EVERY_ROWS)
    some = np.concatenate([colors[start : start + _TRIAL_ROWS] for start in starts])
    sizes = [len(_noise(_filtered(some, top, len(some)))) for top in (len(some), 1)]
    return sizes[0] < sizes[1]


def _filtered(colors: Bytes, top: int, bottom: int) -> Bytes:
    """Put the filter before each row; UP from row top to before row bottom."""
    rows = np.empty((len(colors), 1 + colors.shape[1]), dtype=np.uint8)
    rows[:, 0] = NO_FILTER
    rows[top:bottom, 0] = UP
    rows[:, 1:] = colors
    rows[top:bottom, 1:] -= colors[max(0, top - 1) : max(0, bottom - 1)]
    return rows


def _values_in(rich: Mask) -> int:
    return int(np.count_nonzero(rich)) * BLOCK_PX**2 * _CHANNELS


def _rounded(colors: Bytes, rich: Mask, step: int, every: int) -> Bytes:
    """Round the differences to the row above to multiples of step, inside the rich blocks.

    Of them only every so-manieth row is drawn, and repeated until the next.
    """
    rounded = colors.copy()
    inside = np.repeat(rich, BLOCK_PX * _CHANNELS, axis=1)
    width = inside.shape[1]
    for block, within in enumerate(inside):
        if not within.any():
            continue
        for y in range(max(1, block * BLOCK_PX), (block + 1) * BLOCK_PX):
            above = rounded[y - 1, :width]
            near = above if y % every else _near(colors[y, :width], above, step)
            rounded[y, :width] = np.where(within, near, colors[y, :width])
    return rounded


def _near(row: Bytes, above: Bytes, step: int) -> Bytes:
    difference = row.astype(np.int16) - above
    near = above + (difference + step // 2) // step * step
    # A value beyond the range takes the step before it.
    near += step * ((near < 0).astype(np.int16) - (near > _BRIGHTEST))
    return near.astype(np.uint8)
