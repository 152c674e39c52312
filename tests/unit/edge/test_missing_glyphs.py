from __future__ import annotations

import pytest

from og_edge.missing_glyphs import MAX_CODE_POINTS, MAX_MISSING_GLYPHS, code_points


@pytest.mark.parametrize(
    ("glyphs", "header"),
    [
        ([], ""),
        ([""], ""),
        (["\U0001f9ff", "\ua700"], "U+1F9FF, U+A700"),
        (["A"], "U+0041"),
        (["\U0001f468\u200d\U0001f469"], "U+1F468 U+200D U+1F469"),
        (["\r\n"], "U+000D U+000A"),
    ],
)
def test_characters_are_named_in_ascii(glyphs: list[str], header: str) -> None:
    assert code_points(glyphs) == header


def test_however_many_are_missing_the_header_is_short() -> None:
    told = code_points(["\U0010ffff" * 1_000] * 1_000)
    assert told.count(",") == MAX_MISSING_GLYPHS - 1
    assert told.count("U+") == MAX_MISSING_GLYPHS * MAX_CODE_POINTS
