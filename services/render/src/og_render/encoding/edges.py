"""The colours of letters' edges: few steps from ink to ground, instead of hundreds.

Colours are told apart by the upper bits of their channels, which make a key. Each key stands for
the colour in its middle, or for the exact colour of an area that fills it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from og_render.color.backgrounds import PADDING_PX

Words = NDArray[np.uint32]
Keys = NDArray[np.intp]

FINE_BITS, COARSE_BITS = 4, 3
# An edge of a letter rarely has this many equal pixels side by side; an area does.
AREA_RUN_PX = 4
# Areas whose key is another area's get a colour of their own from this many pixels.
MIN_AREA_PX = 24
# No less, or areas would not be known where they meet the ground.
EDGE_PX = AREA_RUN_PX
PALE_MAX = 8
_CHANNEL_SHIFTS = (0, 8, 16)


def snapped(words: Words, ground: Words) -> Words:
    """Give rows of RGBA with fewer colours where letters meet the ground; all else is as it was."""
    is_ground = words == ground
    is_ground[:, -PADDING_PX:] = False
    places = np.flatnonzero(_beside(is_ground) & ~is_ground)
    values = words.reshape(-1)[places]
    # As pale as the ground is no letter, but may be a photograph's sky.
    is_letter = _distances(values, ground.reshape(-1)[places]) > PALE_MAX
    places, values = places[is_letter], values[is_letter]
    keys = keys_of(values, FINE_BITS)
    simple = areas(places, values, keys, FINE_BITS)[0][keys]
    starts = area_starts(places, values)
    for offset in range(AREA_RUN_PX):
        simple[starts + offset] = values[starts + offset]
    few = words.copy()
    few.reshape(-1)[places] = simple
    return few


def _beside(is_ground: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say what is beside a run of ground; single pixels of its colour are in photographs too."""
    last = AREA_RUN_PX - 1
    runs = is_ground[:, last:].copy()
    for shift in range(last):
        runs &= is_ground[:, shift : shift - last]
    beside = np.zeros_like(is_ground)
    for shift in range(1, EDGE_PX + 1):
        beside[:, last + shift :] |= runs[:, :-shift]
        beside[:, : -last - shift] |= runs[:, shift:]
    return beside


def _distances(first: Words, second: Words) -> NDArray[np.int16]:
    """Give how far apart two colours are in the channel in which they differ most."""
    gaps = first.view(np.uint8).reshape(-1, 4).astype(np.int16) - second.view(np.uint8).reshape(
        -1, 4
    )
    largest: NDArray[np.int16] = np.abs(gaps).max(axis=1)
    return largest


def keys_of(values: Words, bits: int) -> Keys:
    """Give the upper bits of red, green and blue as one number."""
    keys = np.zeros(len(values), dtype=np.uint32)
    mask = (1 << bits) - 1
    for at, shift in enumerate(_CHANNEL_SHIFTS):
        keys |= (values >> (shift + 8 - bits) & mask) << at * bits
    return keys.astype(np.intp)


@cache
def _centers(bits: int) -> Words:
    """Give the colour in the middle of what each key stands for."""
    keys = np.arange(1 << 3 * bits, dtype=np.uint32)
    mask, half = (1 << bits) - 1, 1 << (7 - bits)
    centers = np.zeros(len(keys), dtype=np.uint32)
    for at, shift in enumerate(_CHANNEL_SHIFTS):
        centers |= ((keys >> at * bits & mask) << 8 - bits | half) << shift
    return centers


def areas(places: Keys, values: Words, keys: Keys, bits: int) -> tuple[Words, Words]:
    """Give each key's colour, exact where it fills an area, and areas that share a key."""
    starts = area_starts(places, values)
    found, found_keys = values[starts], keys[starts]
    exact = _centers(bits).copy()
    exact[found_keys] = found
    others, counts = np.unique(found[exact[found_keys] != found], return_counts=True)
    return exact, others[counts >= MIN_AREA_PX]


def area_starts(places: Keys, values: Words) -> Keys:
    """Give where runs of one colour begin that are long enough for an area."""
    last = AREA_RUN_PX - 1
    together = (values[last:] == values[:-last]) & (places[last:] - places[:-last] == last)
    return np.flatnonzero(together)
