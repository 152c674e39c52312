from __future__ import annotations

import zlib

import pytest
from PIL import Image

from og_render.pictures.opening import UnreadablePictureError, open_picture
from og_render.pictures.picture import Picture
from og_render.pictures.small_pictures import SmallPictures
from tests.unit.render.pictures import encoded, icon_around, pixel, png_chunk, png_of_size

FRAMES = 10_000
RED = Image.new("RGB", (8, 8), "#ff0000")


def red_part(data: bytes) -> int:
    return pixel(open_picture(data).within(8, 8), 4, 4)[0]


def animation(kind: str, frames: int) -> bytes:
    others = [Image.new("RGB", (8, 8), (0, at % 255, 255)) for at in range(frames - 1)]
    return encoded(RED, kind, save_all=True, append_images=others, duration=20)


def gif_of_endless_frames() -> bytes:
    whole = animation("GIF", 2)
    second = whole[whole.rindex(b"\x21\xf9") : -1]
    return whole[:-1] + second * FRAMES + whole[-1:]


def apng_of_endless_frames() -> bytes:
    whole = animation("PNG", 2)
    second = whole[whole.rindex(b"fcTL") - 4 : whole.index(b"IEND") - 4]
    count = png_chunk(b"acTL", FRAMES.to_bytes(4) + bytes(4))
    first = whole.index(b"acTL") - 4
    return whole[:first] + count + whole[first + len(count) :].replace(second, second * FRAMES)


@pytest.mark.parametrize(
    "data",
    [
        gif_of_endless_frames(),
        apng_of_endless_frames(),
        animation("WEBP", 500),
        animation("AVIF", 30),
    ],
    ids=["GIF", "APNG", "WebP", "AVIF"],
)
def test_endless_frames_cost_as_much_as_one(data: bytes) -> None:
    assert red_part(data) > 200


@pytest.mark.parametrize(
    "data",
    [
        icon_around(png_of_size(20_000, 20_000), 32),
        icon_around(png_of_size(4_800, 4_800), 32),
        icon_around(png_of_size(1, 1), 32)[:40],
        icon_around(encoded(RED, "JPEG"), 8),
        icon_around(icon_around(encoded(RED, "PNG"), 8), 8),
    ],
    ids=["bomb inside", "large inside", "cut", "JPEG inside", "icon inside"],
)
def test_an_icon_that_lies_about_what_is_inside_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePictureError):
        open_picture(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_a_header_that_promises_more_than_follows_costs_the_picture(kind: str) -> None:
    noise = Image.effect_noise((600, 600), 90).convert("RGB")
    whole = encoded(noise, kind)
    for share in (0.05, 0.5, 0.9):
        with pytest.raises(UnreadablePictureError):
            open_picture(whole[: int(len(whole) * share)])


def test_a_text_that_unpacks_to_gigabytes_costs_the_picture_at_most() -> None:
    whole = encoded(RED, "PNG")
    bomb = png_chunk(b"zTXt", b"Comment\0\0" + _zeros()) + png_chunk(b"iCCP", b"x\0\0" + _zeros())
    with pytest.raises(UnreadablePictureError):
        open_picture(whole[:33] + bomb + whole[33:])


def _zeros() -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()


def test_a_small_picture_opened_again_is_the_same_and_still_costs_its_time() -> None:
    data = encoded(Image.effect_mandelbrot((64, 64), (-2, -1.5, 1, 1.5), 50), "PNG")
    first, second = open_picture(data), open_picture(data)
    assert second is first
    with pytest.raises(UnreadablePictureError):
        open_picture(data, time_s=first.decoding_s / 2)


def test_small_pictures_kept_are_bounded_and_the_last_used_stay() -> None:
    kept = SmallPictures(max_bytes=3 * 100 * 100 * 4)
    pictures = {bytes([at]): Picture(Image.new("RGB", (100, 100))) for at in range(4)}
    first, second, third, fourth = pictures
    for data in (first, second, third):
        kept.keep(data, pictures[data])
    assert kept.find(first) is pictures[first]
    kept.keep(fourth, pictures[fourth])
    assert kept.find(second) is None
    assert all(kept.find(data) is pictures[data] for data in (first, third, fourth))
    kept.keep(b"large", Picture(Image.new("RGB", (1_000, 1_000))))
    assert kept.find(b"large") is None
