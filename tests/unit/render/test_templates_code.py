"""What code/* and docs/* do that no other template does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from og_render.color.colors import TEXT_CONTRAST_MIN, contrast, parse_color
from og_render.color.grounds import Theme
from og_render.color.syntax import editor_colors
from og_render.drawing import draw
from og_render.text.fonts import FontBook
from og_render.text.highlighting import MAX_COLUMNS, MAX_LINES, Role, highlighted
from tests.unit.render.drawn import card, pixels_of

PROGRAM = 'def greet(name):\n    # politely\n    return f"Hello {name}", 42\n'


def same(book: FontBook, template_id: str, one: dict[str, str], other: dict[str, str]) -> bool:
    cards = (card(template_id, title="Title", **values) for values in (one, other))
    first, second = (draw(it, book).image for it in cards)
    return first == second


def test_indentation_is_drawn_and_common_indentation_is_not(book: FontBook) -> None:
    flat, deep = {"code": "if a:\nb"}, {"code": "if a:\n    b"}
    assert not same(book, "code/snippet", flat, deep)
    assert same(book, "code/snippet", deep, {"code": "  if a:\n      b\n"})
    assert same(book, "code/snippet", deep, {"code": "if a:\n\tb"})


def test_a_language_is_known_by_name_ending_and_in_any_case(book: FontBook) -> None:
    roles = [highlighted(["const x = 1"], name) for name in ("TypeScript", "typescript", "ts")]
    assert roles[0] == roles[1] == roles[2]
    assert roles[0][0][0].role is Role.KEYWORD
    assert {run.role for run in highlighted(["const x = 1"], "Klingon")[0]} == {Role.PLAIN}
    assert not same(book, "code/snippet", {"code": PROGRAM}, {"code": PROGRAM, "language": "py"})


def test_program_text_is_told_apart_line_by_line() -> None:
    first, second, third = highlighted(PROGRAM.rstrip().split("\n"), "Python")
    assert "".join(run.text for run in first) == "def greet(name):"
    assert second[0].text.strip() == "" or second[0].role is Role.COMMENT
    roles = {run.role for run in third}
    assert {Role.KEYWORD, Role.STRING, Role.NUMBER} <= roles


def test_what_is_read_of_program_text_is_bounded() -> None:
    lines = highlighted(["(" * 100_000] * 1_000, "C++")
    assert len(lines) == MAX_LINES
    assert all(sum(len(run.text) for run in line) <= MAX_COLUMNS for line in lines)


def test_marks_that_turn_the_order_of_letters_around_are_dropped() -> None:
    """As in CVE-2021-42574, where a comment hid program text."""
    text = highlighted(["x = 1 \u202e# \u2066 hidden\u2069"], "Python")
    assert not set("\u202e\u2066\u2069") & {it for run in text[0] for it in run.text}


def test_program_text_runs_from_left_to_right_on_a_card_in_arabic(book: FontBook) -> None:
    latin = card("code/snippet", title="Title", code="a\nb\nc")
    arabic = replace(latin, values={**latin.values, "title": "عنوان"}, language_code="ar")
    one, other = (pixels_of(it, book)[250:600, 80:400] for it in (latin, arabic))
    columns = [np.nonzero((it < 128).all(axis=2).any(axis=0))[0].tolist() for it in (one, other)]
    assert columns[0] == columns[1] != []


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("accent", ["#ffffff", "#000000", "#facc15", "#1e3a8a", "#777777"])
def test_every_colour_of_program_text_is_read_on_its_window(theme: Theme, accent: str) -> None:
    colors = editor_colors(theme, parse_color(accent))
    assert set(colors.roles) == set(Role)
    for ink in (*colors.roles.values(), colors.faint):
        assert contrast(ink, colors.window) >= TEXT_CONTRAST_MIN
    assert contrast(colors.faint, colors.bar) >= TEXT_CONTRAST_MIN


def test_a_page_without_program_text_shows_a_sketch_of_some(book: FontBook) -> None:
    assert not same(book, "code/snippet", {}, {"code": "x"})
    assert same(book, "code/snippet", {}, {"code": "\n \n"})


def test_counts_are_shortened_and_other_text_stands_as_it_is(book: FontBook) -> None:
    assert same(book, "code/repository", {"stars": "12400"}, {"stars": "12.4K"})
    assert not same(book, "code/repository", {"stars": "12400"}, {"stars": "many"})


def test_a_title_may_name_the_owner_too(book: FontBook) -> None:
    whole = card("code/repository", title="northwind/aurora")
    parts = card("code/repository", title="aurora", owner="northwind")
    assert draw(whole, book).image == draw(parts, book).image


def test_sections_become_a_breadcrumb_whatever_stands_between_them(book: FontBook) -> None:
    assert same(book, "docs/page", {"section": "Guides / Web"}, {"section": "Guides>Web"})
    assert not same(book, "docs/page", {"section": "Guides / Web"}, {"section": "Guides Web"})


def test_changes_are_listed_and_stand_for_the_description(book: FontBook) -> None:
    listed = {"bullets": "Faster\nSmaller"}
    assert same(book, "docs/changelog", listed, {"bullets": "Faster | Smaller |"})
    assert same(book, "docs/changelog", listed, {**listed, "description": "Better."})
    assert not same(book, "docs/changelog", {}, {"description": "Better."})
