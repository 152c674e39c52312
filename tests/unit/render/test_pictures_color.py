from __future__ import annotations

import pytest
from PIL import Image

from og_render.pictures.opening import open_picture
from og_render.pictures.profiles import MAX_PROFILE_BYTES
from tests.unit.render.pictures import encoded, p3_profile, pixel, press_profile

SALMON = (200, 100, 100)
INK = (20, 90, 160, 30)


def shown(image: Image.Image, kind: str, profile: bytes | None) -> tuple[int, ...]:
    picture = open_picture(encoded(image, kind, icc_profile=profile))
    middle = pixel(picture.covering(20, 20), 10, 10)
    assert pixel(picture.within(20, 20), 10, 10) == pytest.approx(middle, abs=1)
    mean = picture.mean_color()
    assert (mean.red, mean.green, mean.blue) == pytest.approx(middle[:3], abs=3)
    return middle


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_colours_of_a_wide_gamut_are_shown_as_they_were_seen(kind: str) -> None:
    image = Image.new("RGB", (40, 40), SALMON)
    red, green, blue, _ = shown(image, kind, p3_profile())
    assert red == pytest.approx(213, abs=5)
    assert green == pytest.approx(95, abs=5)
    assert blue == pytest.approx(97, abs=5)
    assert open_picture(encoded(image, kind, icc_profile=p3_profile())).plain_edge() is not None


def test_cut_outs_of_a_wide_gamut_too() -> None:
    image = Image.new("RGBA", (40, 40), (*SALMON, 0))
    image.paste((*SALMON, 255), (10, 10, 30, 30))
    picture = open_picture(encoded(image, "PNG", icc_profile=p3_profile()))
    assert picture.is_cut_out()
    assert pixel(picture.within(40, 40), 20, 20) == pytest.approx((213, 95, 97, 255), abs=5)
    assert pixel(picture.within(40, 40), 2, 2) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "profile",
    [
        None,
        p3_profile(b"sRGB IEC61966-2.1"),
        b"no profile",
        p3_profile()[:200],
        p3_profile() + b"\0" * MAX_PROFILE_BYTES,
        press_profile(),
    ],
    ids=["none", "sRGB", "damaged", "cut", "too large", "of a press"],
)
def test_other_colours_are_taken_as_they_are(profile: bytes | None) -> None:
    image = Image.new("RGB", (40, 40), SALMON)
    assert shown(image, "WEBP", profile)[:3] == pytest.approx(SALMON, abs=3)


def test_print_colours_follow_their_profile() -> None:
    image = Image.new("CMYK", (40, 40), INK)
    red, green, blue, _ = shown(image, "JPEG", press_profile())
    assert max(red, green, blue) - min(red, green, blue) <= 3
    assert 190 < red < 250
    red, _, blue, _ = shown(image, "JPEG", None)
    assert red > blue + 50
