"""Flat designs as pictures of at most 256 colours: a third of the bytes to compress.

What differs from the ground is a small part of a card. Its colours are told apart by four bits a
channel, sixteen steps from a letter's ink to its ground, or by three where those are too many; what
fills areas keeps its exact colour. Small pictures, whose shades lie closer together, get the
colours that are left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from og_render.color.backgrounds import Background
from og_render.encoding.edges import COARSE_BITS, FINE_BITS, Keys, Words, areas, keys_of
from og_render.encoding.shades import BLOCK_PX, shades

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

MAX_COLORS = 256
# Neighbours that differ within one key are shades. Letters have some; this many in a block are a
# picture, and so many on a card, or so many keys, a photograph, which does not do with few colours.
MIN_SHADES_A_BLOCK = BLOCK_PX**2 // 6
MIN_SHADES, MAX_SHADES = 1_200, 30_000
MIN_SHADE_COLORS = 40
# Of every so-manieth pixel; letters have some sixty, emoji three times as many.
KEY_SAMPLE_STEP, MAX_SAMPLED_KEYS = 64, 350
# What is neither ground nor panel and fills more of the card is a picture, however smooth.
MAX_PICTURE_SHARE = 0.16
# A colour of this share of the card is a panel; told from pixels so far apart.
PANEL_SHARE, PANEL_SAMPLE_STEP = 0.04, 9
# Where even coarse keys are too many, so many areas stay exact; all else is blended.
MAX_AREA_COLORS = 48


@dataclass(frozen=True)
class Indexed:
    """Rows of indices, as wide as those of the background, and colours (n, 3), RGB."""

    indices: Bytes
    colors: Bytes


def indexed(words: Words, ground: Background, *, has_pictures: bool) -> Indexed | None:
    """Give rows of RGBA that were drawn on a ground as indices; None where there is a photograph.

    Without pictures there is none, however many colours emoji may have.
    """
    left = words != ground.words
    indices = ground.indices.copy()
    panels = _panels(words, left)
    for number, panel in enumerate(panels, start=len(ground.colors)):
        # Not what lies on the ground: it may have this colour too, and so may its padding.
        inside = left & (words == panel)
        np.copyto(indices, number, where=inside)
        left ^= inside
    places = np.flatnonzero(left)
    if has_pictures and len(places) > MAX_PICTURE_SHARE * words.size:
        return None
    values = words.reshape(-1)[places]
    keys = keys_of(values, FINE_BITS)
    shades_at = np.flatnonzero(
        (keys[1:] == keys[:-1]) & (values[1:] != values[:-1]) & (places[1:] - places[:-1] == 1)
    )
    sampled = len(np.unique(keys[::KEY_SAMPLE_STEP]))
    if has_pictures and (len(shades_at) > MAX_SHADES or sampled > MAX_SAMPLED_KEYS):
        return None
    found = _Found(np.concatenate([ground.colors, _channels(panels)]), places, values)
    found.add_all(_small_pictures(places, shades_at, words.shape[1]))
    indices.reshape(-1)[places] = found.drawn
    return Indexed(indices, found.colors)


def _panels(words: Words, left: Mask) -> Words:
    """Give the colours that fill much of the card; they need no closer look."""
    sample = (slice(None, None, PANEL_SAMPLE_STEP),) * 2
    values, counts = np.unique(words[sample][left[sample]], return_counts=True)
    panels: Words = values[counts >= PANEL_SHARE * left[sample].size]
    return panels


class _Found:
    """The colours found so far, and the indices of the pixels that are drawn in them."""

    def __init__(self, colors: Bytes, places: Keys, values: Words) -> None:
        self.colors = colors
        self.drawn = np.empty(len(places), dtype=np.uint8)
        self._places, self._values = places, values

    def add_all(self, shaded: Mask | None) -> None:
        """Add edges and areas as finely as there is room for, then what is shaded."""
        plain, spare = (slice(None), 0) if shaded is None else (~shaded, MIN_SHADE_COLORS)
        for bits in (FINE_BITS, COARSE_BITS):
            if self._add_plain(plain, bits, spare):
                break
        else:
            shaded = self._add_areas()
        if shaded is not None:
            self._add_shades(shaded)

    def _add_plain(self, plain: Mask | slice, bits: int, spare: int) -> bool:
        values = self._values[plain]
        keys = keys_of(values, bits)
        present = np.zeros(1 << 3 * bits, dtype=np.bool_)
        present[keys] = True
        chosen = np.flatnonzero(present)
        exact, twins = areas(self._places[plain], values, keys, bits)
        first = len(self.colors)
        if first + len(chosen) + len(twins) + spare > MAX_COLORS:
            return False
        index_of = np.zeros(len(present), dtype=np.uint8)
        index_of[chosen] = np.arange(first, first + len(chosen))
        drawn = index_of[keys]
        for number, twin in enumerate(twins, start=first + len(chosen)):
            drawn[values == twin] = number
        self.drawn[plain] = drawn
        self._append(_channels(np.concatenate([exact[chosen], twins])))
        return True

    def _add_areas(self) -> Mask:
        """Add the largest areas only; give the pixels that are left."""
        left = np.ones(len(self._values), dtype=np.bool_)
        keys = keys_of(self._values, COARSE_BITS)
        exact, _ = areas(self._places, self._values, keys, COARSE_BITS)
        inside = exact[keys] == self._values
        found, counts = np.unique(self._values[inside], return_counts=True)
        largest = found[np.argsort(-counts, kind="stable")[:MAX_AREA_COLORS]]
        for number, area in enumerate(largest, start=len(self.colors)):
            same = self._values == area
            self.drawn[same] = number
            left &= ~same
        self._append(_channels(largest))
        return left

    def _add_shades(self, shaded: Mask) -> None:
        first = len(self.colors)
        colors, numbers = shades(self._values[shaded], MAX_COLORS - first)
        self.drawn[shaded] = numbers + first
        self._append(colors)

    def _append(self, colors: Bytes) -> None:
        self.colors = np.concatenate([self.colors, colors])


def _small_pictures(places: Keys, shades_at: Keys, width: int) -> Mask | None:
    """Say which pixels are in blocks with many shades; None where there are none to speak of."""
    if len(shades_at) < MIN_SHADES:
        return None
    y, x = np.divmod(places, width)
    blocks = y // BLOCK_PX * width + x // BLOCK_PX
    rich = np.bincount(blocks[shades_at], minlength=blocks.max() + 1) >= MIN_SHADES_A_BLOCK
    inside: Mask = rich[blocks]
    return inside if inside.any() else None


def _channels(words: Words) -> Bytes:
    return words.astype("<u4").view(np.uint8).reshape(-1, 4)[:, :3]
