from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image

from og_render.pictures.decoding_cost import MAX_DECODING_S, decoding_cost_s
from og_render.pictures.opening import (
    LARGEST_PLACE_PX,
    MAX_PICTURE_BYTES,
    Picture,
    UnreadablePictureError,
    open_picture,
)
from tests.unit.render.pictures import encoded, png_of_size

SEED = 7


RED = Image.new("RGB", (40, 30), (200, 30, 30))


def rgba_at(picture: Picture, x_px: int, y_px: int) -> tuple[int, ...]:
    color = picture.image.convert("RGBA").getpixel((x_px, y_px))
    assert isinstance(color, tuple)
    return color


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "ICO", "AVIF"])
def test_every_promised_format_opens(kind: str) -> None:
    size = (32, 32) if kind == "ICO" else RED.size
    picture = open_picture(encoded(RED.resize(size), kind))
    assert picture.size == size
    red, green, _, alpha = rgba_at(picture, 10, 10)
    assert red > 150
    assert green < 80
    assert alpha == 255


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM", "TGA", "PDF"])
def test_no_other_format_opens(kind: str) -> None:
    with pytest.raises(UnreadablePictureError):
        open_picture(encoded(RED, kind))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        encoded(Image.new("RGBA", (40, 30)), "PNG"),
        b"<!doctype html><title>404</title>",
        encoded(RED, "PNG")[:60],
        encoded(RED, "JPEG")[:200],
        png_of_size(50_000, 50_000),
        png_of_size(6_000, 5_000),
        png_of_size(1, 1),
        png_of_size(0, 10),
        encoded(RED, "PNG") + b"\0" * MAX_PICTURE_BYTES,
    ],
    ids=[
        "empty",
        "empty svg",
        "clear throughout",
        "html",
        "png cut",
        "jpeg cut",
        "bomb",
        "over the bound",
        "pixel",
        "no width",
        "too many bytes",
    ],
)
def test_what_is_no_picture_within_bounds_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePictureError):
        open_picture(data)


def test_damaged_files_never_raise_anything_else() -> None:
    rng = random.Random(SEED)
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "AVIF"):
        whole = encoded(RED, kind)
        for _ in range(40):
            data = bytearray(whole)
            for _ in range(4):
                data[rng.randrange(len(data))] = rng.randrange(256)
            try:
                open_picture(bytes(data))
            except UnreadablePictureError:
                continue


def test_a_picture_that_is_also_an_archive_is_only_a_picture() -> None:
    polyglot = encoded(RED, "PNG") + b"PK\x03\x04" + b"<script>alert(1)</script>"
    assert open_picture(polyglot).size == RED.size


def test_a_photograph_on_its_side_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert open_picture(encoded(RED, "JPEG", exif=exif)).size == (30, 40)


def test_a_phones_jpeg_with_a_second_picture_behind_it_opens() -> None:
    first, second = Image.new("RGB", (64, 48), "red"), Image.new("RGB", (32, 24), "blue")
    picture = open_picture(encoded(first, "MPO", save_all=True, append_images=[second]))
    assert picture.size == (64, 48)
    assert picture.mean_color().red > 200


def test_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("#ff0000", "#0000ff")]
    for kind in ("GIF", "WEBP"):
        moving = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=90)
        red, _, blue, _ = rgba_at(open_picture(moving), 4, 4)
        assert red > 200
        assert blue < 60


def test_large_pictures_are_kept_small() -> None:
    wide, high = LARGEST_PLACE_PX
    for kind in ("JPEG", "PNG"):
        for width, height in [(3_000, 2_750), (2_500, 3_000)]:
            size = open_picture(encoded(Image.new("RGB", (width, height)), kind)).size
            assert size[0] in range(wide, 2 * wide + 1)
            assert size[1] in range(high, 2 * high + 1)


@pytest.mark.parametrize(
    ("kind", "megapixels", "megabytes", "verdict"),
    [
        ("JPEG", 24, 6.2, "opened"),
        ("PNG", 8.2, 6, "opened"),
        ("PNG", 12, 1, "refused"),
        ("WEBP", 8.2, 3, "opened"),
        ("WEBP", 8.2, 6, "refused"),
        ("AVIF", 8.2, 1, "opened"),
        ("AVIF", 24, 5.8, "refused"),
        ("GIF", 24, 1, "refused"),
    ],
)
def test_what_takes_long_to_decode_is_known_before(
    kind: str, megapixels: float, megabytes: float, verdict: str
) -> None:
    cost_s = decoding_cost_s(kind, round(megapixels * 1e6), bytes(round(megabytes * 1e6)))
    assert (cost_s <= MAX_DECODING_S) == (verdict == "opened")


def test_a_picture_that_would_take_too_long_is_refused_though_it_is_small() -> None:
    assert open_picture(encoded(Image.new("1", (4_000, 2_500)), "PNG"))
    with pytest.raises(UnreadablePictureError):
        open_picture(encoded(Image.new("1", (4_000, 3_000)), "PNG"))
    assert open_picture(encoded(Image.new("L", (4_000, 3_000)), "JPEG"))


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    whole = encoded(Image.new("L", (4_000, 3_000)), "JPEG", progressive=True)
    assert open_picture(whole)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    with pytest.raises(UnreadablePictureError):
        open_picture(whole[:-2] + last * 60 + whole[-2:])


def test_a_colour_that_stands_for_nothing_stays_clear_when_scaled() -> None:
    image = Image.new("RGB", (2_600, 1_300), (255, 0, 255))
    image.paste((0, 90, 0), (0, 0, 100, 100))
    picture = open_picture(encoded(image, "PNG", transparency=(255, 0, 255)))
    assert rgba_at(picture, 600, 300)[3] == 0


def test_palettes_greys_and_print_colours_open() -> None:
    assert open_picture(encoded(Image.new("LA", (9, 9), (9, 200)), "PNG")).size == (9, 9)
    for mode in ("P", "L", "1", "I;16"):
        assert open_picture(encoded(Image.new(mode, (9, 9)), "PNG")).size == (9, 9)
    assert open_picture(encoded(Image.new("CMYK", (9, 9)), "JPEG")).size == (9, 9)


def test_goods_on_a_plain_ground_are_told_from_photographs() -> None:
    shop = Image.new("RGB", (60, 60), "white")
    shop.paste((10, 90, 90), (20, 20, 40, 40))
    assert open_picture(encoded(shop, "PNG")).plain_edge() == (255, 255, 255)
    photo = Image.linear_gradient("L").convert("RGB")
    assert open_picture(encoded(photo, "PNG")).plain_edge() is None
    cut_out = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    cut_out.paste((10, 90, 90), (20, 20, 40, 40))
    assert open_picture(encoded(cut_out, "PNG")).is_cut_out()


def test_sixteen_bits_of_grey_are_as_light_as_they_say() -> None:
    grey = Image.fromarray(np.full((8, 8), 30_000, dtype=np.uint16))
    red, green, blue, _ = rgba_at(open_picture(encoded(grey, "PNG")), 4, 4)
    assert (red, green, blue) == (117, 117, 117)
