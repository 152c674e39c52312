# ruff: noqa: RUF001 - letters of several scripts
from __future__ import annotations

import math
import random
from itertools import accumulate

import numpy as np
import pytest
import skia

from og_render.color.colors import BLACK
from og_render.gallery.samples import SAMPLES, Sample
from og_render.text.fitting import TextBlock
from og_render.text.fonts import FontBook
from og_render.text.phrases import phrases
from og_render.text.prose import ELLIPSIS
from og_render.text.scripts import han_face, is_right_to_left
from og_render.text.styles import Step, TypeStyle
from og_render.text.typesetting import MAX_REPORTED_GLYPHS, Typesetter

HEADLINE = TypeStyle((Step(80, 2), Step(60, 3)), BLACK, 700, 1.1, -0.03, is_balanced=True)
ONE_LINE = TypeStyle((Step(30),), BLACK)
ROOM = (1_000.0, 300.0)
SEED = 99


def set_in(
    book: FontBook,
    text: str,
    style: TypeStyle = HEADLINE,
    language: str = "en",
    room: tuple[float, float] = ROOM,
) -> TextBlock:
    setter = Typesetter(book, language, right_to_left=is_right_to_left(text, language))
    block = setter.block(text, style, *room)
    assert block is not None
    return block


def ink_box(block: TextBlock, margin: int = 60) -> tuple[int, int, int, int]:
    """Give left, top, right, bottom of what is painted, from the block's upper left corner."""
    width, height = math.ceil(block.width) + 2 * margin, math.ceil(block.height) + 2 * margin
    surface = skia.Surface(width, height)
    block.paint(surface.getCanvas(), margin, margin)
    rows, columns = np.nonzero(surface.toarray()[..., 3])
    return (
        int(columns.min()) - margin,
        int(rows.min()) - margin,
        int(columns.max()) + 1 - margin,
        int(rows.max()) + 1 - margin,
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_text_stays_in_its_box(book: FontBook, sample: Sample) -> None:
    block = set_in(book, sample.title, language=sample.language_code)
    left, top, right, bottom = ink_box(block)
    slack = block.size_px * 0.12
    assert left >= -slack
    assert right <= block.width + slack
    assert top >= -slack
    assert bottom <= block.height + slack
    assert block.width <= ROOM[0]
    assert block.height <= ROOM[1]


@pytest.mark.parametrize(
    "text", ["The mean x̄", "Èdè Yorùbá: ẹ̀kọ́", "Hello Z̀", "Ударе́ние сло́ва а́", "Joined\u200d"]
)
def test_a_mark_at_the_end_takes_no_line_of_its_own(book: FontBook, text: str) -> None:
    block = set_in(book, text)
    _, _, _, bottom = ink_box(block, margin=200)
    assert block.lines == 1
    assert bottom <= block.height + block.size_px * 0.25  # dots below hang a little


def test_sizes_step_down_as_titles_grow(book: FontBook) -> None:
    text = "several words that make a title longer and longer until it has to be cut"
    words = text.split()
    blocks = [set_in(book, " ".join(words[:count])) for count in range(1, len(words))]
    sizes = [block.size_px for block in blocks]
    assert sizes == sorted(sizes, reverse=True)
    assert set(sizes) == {80, 60}


def test_a_title_that_fits_is_whole_and_one_that_does_not_ends_in_an_ellipsis(
    book: FontBook,
) -> None:
    short = set_in(book, "A short title")
    assert (short.text, short.is_truncated, short.lines) == ("A short title", False, 1)
    long = set_in(book, "An endless headline about nothing at all " * 9)
    assert long.is_truncated
    assert long.lines == 3
    assert long.text.endswith(ELLIPSIS)


def test_a_cut_falls_between_words(book: FontBook) -> None:
    text = "Considerations regarding comprehensive documentation, everywhere; " * 6
    kept = set_in(book, text).text.removesuffix(ELLIPSIS)
    assert text.startswith(kept)
    assert not text[len(kept)].isalnum()
    assert kept[-1].isalnum()


def test_a_cut_leaves_no_word_alone_after_a_pause(book: FontBook) -> None:
    style = TypeStyle((Step(30),), BLACK)
    text = "Latency without touching the database, the cache or the client code"
    cuts = {set_in(book, text, style, room=(width, 50)).text for width in range(460, 900, 4)}
    assert "Latency without touching the database…" in cuts
    assert "Latency without touching the database, the…" not in cuts
    assert "Latency without touching the database, the cache…" in cuts
    counted = {
        set_in(book, "About 1,000 and more ways", style, room=(width, 50)).text
        for width in range(140, 240, 4)
    }
    assert "About 1,000…" in counted


def test_a_cut_never_splits_what_a_reader_takes_for_one_character(book: FontBook) -> None:
    family, flag = "👨‍👩‍👧‍👦", "🇯🇵"
    kept = set_in(book, (family + flag) * 40).text.removesuffix(ELLIPSIS)
    assert kept.replace(family, "").replace(flag, "") == ""


def test_lines_come_out_even(book: FontBook) -> None:
    text = "A headline that leaves a single word alone"
    ragged = set_in(book, text, TypeStyle((Step(80, 3),), BLACK, 700))
    even = set_in(book, text, TypeStyle((Step(80, 3),), BLACK, 700, is_balanced=True))
    assert even.lines == ragged.lines == 2
    assert even.width < ragged.width


def test_right_to_left_lines_end_at_the_right(book: FontBook) -> None:
    text = "כותרת ארוכה מאוד שנשברת לשתי שורות כדי לבדוק יישור"
    block = set_in(book, text, TypeStyle((Step(60, 3),), BLACK, 700), "he")
    surface = skia.Surface(math.ceil(block.width), math.ceil(block.height))
    block.paint(surface.getCanvas(), 0, 0)
    ink = surface.toarray()[..., 3] > 0
    for line in np.array_split(ink, block.lines):
        assert np.nonzero(line.any(axis=0))[0].max() >= block.width - 12


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A headline that runs on and on, and then stops short", "en"),
        ("כותרת ארוכה מאוד שנשברת לשתי שורות כדי לבדוק יישור", "he"),
    ],
)
def test_centred_lines_have_equal_room_on_both_sides(
    book: FontBook, text: str, language: str
) -> None:
    block = set_in(book, text, TypeStyle((Step(80, 3),), BLACK, 700, is_centered=True), language)
    assert block.lines > 1
    surface = skia.Surface(math.ceil(block.width), math.ceil(block.height))
    block.paint(surface.getCanvas(), 0, 0)
    ink = surface.toarray()[..., 3] > 0
    for line in np.array_split(ink, block.lines):
        columns = np.nonzero(line.any(axis=0))[0]
        assert columns.min() == pytest.approx(block.width - columns.max(), abs=16)


def test_a_word_wider_than_its_box_takes_a_smaller_size(book: FontBook) -> None:
    block = set_in(book, "Donaudampfschifffahrtsgesell", room=(1_000, 300))
    assert block.size_px == 60
    assert block.lines == 1


@pytest.mark.parametrize("width", range(200, 400, 7))
def test_no_word_is_broken_that_a_smaller_size_would_keep_whole(book: FontBook, width: int) -> None:
    style = TypeStyle((Step(84, 3), Step(68, 3), Step(40, 3)), BLACK, 700, 1.1, -0.03)
    assert set_in(book, "tomorrow", style, room=(width, 400)).lines == 1


def test_a_short_line_is_cut_to_its_width(book: FontBook) -> None:
    block = set_in(book, "Alexandra Montgomery-Featherstonehaugh", ONE_LINE, room=(240, 50))
    assert block.is_truncated
    assert block.lines == 1
    assert ink_box(block)[2] <= 240


def test_nothing_is_set_where_no_line_fits(book: FontBook) -> None:
    setter = Typesetter(book, "en")
    assert setter.block("Title", HEADLINE, 1_000, 30) is None
    assert setter.block("Title", HEADLINE, 10, 300) is None
    assert setter.block("   ", HEADLINE, 1_000, 300) is None


def test_what_may_not_be_cut_is_left_out_instead(book: FontBook) -> None:
    whole = TypeStyle((Step(30),), BLACK, may_be_cut=False)
    assert Typesetter(book, "en").block("(1,284,999)", whole, 60, 60) is None


def test_korean_breaks_between_words(book: FontBook) -> None:
    text = "검색 엔진을 처음부터 다시 만들어 응답 시간을 줄인 이야기"
    block = set_in(book, text, TypeStyle((Step(80, 3),), BLACK, 700), "ko")
    for line in block.text.split("\n"):
        assert line.strip() in text
        assert all(word in text.split() for word in line.split())
    assert block.lines > 1


def test_any_text_at_all_can_be_set(book: FontBook) -> None:
    rng = random.Random(SEED)
    setter = Typesetter(book, "en")
    for _ in range(25):
        text = "".join(chr(rng.randrange(1, 0xD7FF)) for _ in range(rng.randrange(1, 60)))
        block = setter.block(text, HEADLINE, *ROOM)
        assert block is None or (block.width <= ROOM[0] and block.height <= ROOM[1]), (SEED, text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("검색 엔진을 처음부터 다시 만들어 응답 시간을 줄인 이야기와 그 뒷이야기", "ko"),
        ("検索エンジンをゼロから作り直して、応答時間を短縮するまでの全記録と、その後のこと", "ja"),
        ("我們如何從零重建搜尋引擎，將回應時間縮短了百分之八十，以及後來發生的事情", "zh-TW"),
    ],
)
def test_lines_of_a_cut_text_end_between_phrases_too(
    book: FontBook, text: str, language: str
) -> None:
    block = set_in(book, text, TypeStyle((Step(80, 2),), BLACK, 700), language)
    assert block.is_truncated
    assert block.lines == 2
    ends = set(accumulate(map(len, phrases(text, han_face(language, text)))))
    first, second = block.text.removesuffix(ELLIPSIS).split("\n")
    assert len(first) in ends
    assert {len(first + second), len(first + second) + 1} & ends  # a mark at the end is dropped


def test_what_no_font_holds_is_named_once_and_in_order(book: FontBook) -> None:
    setter = Typesetter(book, "en")
    setter.block("One \U00017001 two \U00017000\U00017001", HEADLINE, *ROOM)
    setter.block("\U00017002 three \U00017000", ONE_LINE, *ROOM)
    assert setter.missing_glyphs == ("\U00017001", "\U00017000", "\U00017002")
    setter.block("".join(map(chr, range(0x17010, 0x17060))), HEADLINE, *ROOM)
    assert len(setter.missing_glyphs) == MAX_REPORTED_GLYPHS
    assert Typesetter(book, "en").missing_glyphs == ()


def test_a_headline_is_bold_in_scripts_whose_face_has_one_weight(book: FontBook) -> None:
    def ink(weight: int) -> float:
        block = set_in(book, "བོད་སྐད", TypeStyle((Step(80),), BLACK, weight), "bo")
        surface = skia.Surface(math.ceil(block.width), math.ceil(block.height))
        block.paint(surface.getCanvas(), 0, 0)
        return float(surface.toarray()[..., 3].mean())

    assert ink(700) > 1.1 * ink(400)


def test_hostile_texts_are_set_like_others(book: FontBook) -> None:
    for text in (
        "word " * 500_000,
        "x" * 2_000_000,
        "\u202e\u2066" * 5_000 + "Title",
        "Z" + "\u0300\u0489" * 500_000,
        "\ud800Title\udfff",
        "".join(map(chr, range(0x20, 0x4000))),
        "👨‍👩‍👧‍👦" * 100_000,
        "ก" * 100_000,
    ):
        block = set_in(book, text)
        assert block.width <= ROOM[0]
        assert block.height <= ROOM[1]


def test_a_text_that_is_not_read_to_its_end_says_so(book: FontBook) -> None:
    small = TypeStyle((Step(12, 80),), BLACK)
    block = set_in(book, "several words " * 200, small, room=(1_000, 1_200))
    assert block.text.endswith((f"several words{ELLIPSIS}", f"several{ELLIPSIS}"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("မြန်မာဘာသာစကားသည်မြန်မာနိုင်ငံ၏ရုံးသုံးဘာသာစကားဖြစ်သည်", "my"),
        ("ភាសាខ្មែរជាភាសាផ្លូវការរបស់ប្រទេសកម្ពុជាដែលមានប្រជាជនច្រើន", "km"),
        ("เราสร้างเครื่องมือค้นหาใหม่ทั้งหมดและลดเวลาตอบสนองลงได้", "th"),
    ],
)
def test_lines_of_scripts_that_reach_far_do_not_touch(
    book: FontBook, text: str, language: str
) -> None:
    block = set_in(book, text, TypeStyle((Step(60, 3),), BLACK, 700, 1.1), language, (700, 400))
    assert block.lines > 1
    surface = skia.Surface(math.ceil(block.width), math.ceil(block.height))
    block.paint(surface.getCanvas(), 0, 0)
    ink = (surface.toarray()[..., 3] > 0).any(axis=1)
    gaps = np.count_nonzero(ink[:-1] & ~ink[1:])
    assert gaps >= block.lines - 1
