from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from og_render import sample_pictures
from og_render.cards import CardSize
from og_render.color.colors import Color
from og_render.color.grounds import Theme
from og_render.gallery.looks import sample_card
from og_render.gallery.samples import SAMPLES, Sample
from og_render.templates import TEMPLATES
from og_render.text.fonts import FontBook

from .drawn import card, pixels_of, share_of

ACCENT = Color(0xC0, 0x26, 0xD3)
COVER = Color(0x10, 0x50, 0x30)


def cover(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), str(COVER)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("size", CardSize)
@pytest.mark.parametrize("sides", [(600, 600), (1200, 500), (300, 900)])
def test_a_cover_is_square_whatever_the_picture(
    book: FontBook, size: CardSize, sides: tuple[int, int]
) -> None:
    given = replace(card("media/podcast", title="Finishing", image=cover(*sides)), size=size)
    pixels = pixels_of(given, book)
    shown = (pixels == (COVER.red, COVER.green, COVER.blue)).all(axis=2)
    rows, columns = np.nonzero(shown)
    assert np.ptp(rows) == pytest.approx(np.ptp(columns), abs=2)
    assert np.ptp(rows) > 360


def test_a_cover_too_small_to_be_one_is_left_out(book: FontBook) -> None:
    given = card("media/podcast", title="Finishing", show="Radio")
    tiny = replace(given, values={**given.values, "image": cover(48, 48)})
    assert (pixels_of(given, book) == pixels_of(tiny, book)).all()


def test_a_cut_out_cover_stands_whole_in_a_frame(book: FontBook) -> None:
    logo = sample_pictures.favicon()
    pixels = pixels_of(card("media/podcast", title="Finishing", image=logo), book)
    assert share_of(pixels[105:525, 60:480], Color(255, 255, 255)) > 0.4


def test_a_show_named_as_the_site_is_named_once(book: FontBook) -> None:
    site = card("media/podcast", title="Finishing", siteName="Deep Work")
    both = replace(site, values={**site.values, "show": "deep work"})
    other = replace(site, values={**site.values, "show": "Shallow Rest"})
    assert (pixels_of(both, book) == pixels_of(site, book)).all()
    assert (pixels_of(other, book) != pixels_of(site, book)).any()


def test_sound_plays_in_the_direction_of_reading(book: FontBook) -> None:
    def middle(title: str) -> float:
        pixels = pixels_of(replace(card("media/podcast", title=title), accent=ACCENT), book)
        played = (pixels == (ACCENT.red, ACCENT.green, ACCENT.blue)).all(axis=2)
        return float(np.nonzero(played)[1].mean())

    assert middle("Finishing") < 500
    assert middle("الإتمام") > 700


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_no_title_takes_the_players_room(book: FontBook, sample: Sample) -> None:
    full = sample_card(TEMPLATES["media/podcast"], Theme.LIGHT, sample)
    values = {name: value for name, value in full.values.items() if name != "image"}
    pixels = pixels_of(replace(full, accent=ACCENT, values=values), book)
    assert share_of(pixels[400:580], ACCENT) > 0.03
