from __future__ import annotations

import pytest

from og_render.gallery.samples import SAMPLES, Sample
from og_render.text.cleaning import MAX_READ_CHARACTERS, clean
from og_render.text.fonts import EMOJI, LATIN, TEXT_EMOJI, FontBook
from og_render.text.phrases import even_breaks, phrases
from og_render.text.prose import Kind, Prose, prose
from og_render.text.scripts import han_face, is_right_to_left


def _of_kind(kind: Kind, text: Prose) -> list[str]:
    return [it for it, its_kind in zip(text.clusters, text.kinds, strict=True) if its_kind is kind]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_every_cluster_of_every_sample_has_a_face_that_draws_it(
    book: FontBook, sample: Sample
) -> None:
    for text in sample.texts.values():
        face = han_face(sample.language_code, text)
        set_text = prose(clean(text), book, face)
        assert str(set_text) == clean(text), "no character of these texts is left out"
        for cluster, kind in zip(set_text.clusters, set_text.kinds, strict=True):
            visible = cluster.replace("\ufe0f", "").replace("\u200d", "").replace("\ufe0e", "")
            faces = [EMOJI] if kind is Kind.EMOJI else set_text.faces
            assert any(book.covers(name, visible) for name in faces), cluster


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        ("👨‍👩‍👧‍👦", ["👨‍👩‍👧‍👦"]),
        ("a🇯🇵🇧🇷b", ["🇯🇵", "🇧🇷"]),
        ("1️⃣ 1 #️⃣ #", ["1️⃣", "#️⃣"]),
        ("❤️ ♥ ☎︎ ☎️", ["❤️", "☎️"]),
        ("👍🏽 🏳️‍🌈 🏴󠁧󠁢󠁥󠁮󠁧󠁿", ["👍🏽", "🏳️‍🌈", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]),
        ("© ® ™ 80% 3 * #", []),
    ],
)
def test_emoji_are_told_from_text(book: FontBook, text: str, emoji: list[str]) -> None:
    assert _of_kind(Kind.EMOJI, prose(text, book, "sc")) == emoji


@pytest.mark.parametrize(
    ("language", "text", "face"),
    [
        ("ja", "骨", "jp"),
        ("zh", "骨", "sc"),
        ("zh-CN", "骨", "sc"),
        ("zh-TW", "骨", "tc"),
        ("zh-Hant", "骨", "tc"),
        ("zh-Hant-HK", "骨", "hk"),
        ("zh-HK", "骨", "hk"),
        ("ko", "骨", "kr"),
        ("en", "骨", "sc"),
        ("en", "骨を", "jp"),
        ("en", "骨이", "kr"),
        ("", "骨のカ", "jp"),
        ("de", "速い", "jp"),
    ],
)
def test_han_faces_follow_the_language_then_the_text(language: str, text: str, face: str) -> None:
    assert han_face(language, text) == face


def test_the_regions_face_is_asked_first(book: FontBook) -> None:
    for face in ("jp", "kr", "sc", "tc", "hk"):
        assert prose("骨", book, face).faces == (LATIN, face)


def test_quotes_beside_ideographs_are_theirs(book: FontBook) -> None:
    assert _of_kind(Kind.HAN, prose("“三个”", book, "sc")) == ["“", "”"]
    assert _of_kind(Kind.HAN, prose("“three”", book, "sc")) == []


def test_characters_without_a_face_leave_nothing_behind(book: FontBook) -> None:
    assert str(prose("a\u0378b\U000e01ffc\U0001fffe", book, "sc")) == "abc"
    assert str(prose("\u200d\ufe0f\u2060", book, "sc")) == ""
    assert str(prose("\u0378", book, "sc")) == ""


def test_a_mark_that_the_letters_face_lacks_goes_before_the_letter_does(book: FontBook) -> None:
    assert str(prose("\u1c50\u20e5", book, "sc")) == "\u1c50"


def test_text_is_made_fit_for_one_line() -> None:
    assert clean(" a\n\tb\x00c\u2028d ") == "a b c d"
    assert clean("a\u202eb\u2066c\u2069") == "abc"
    assert clean("a\ue000 b\uf8ff") == "a b"
    assert len(clean("Z" + "\u0300\u0301\u0489" * 50)) == 3
    assert clean("ཧྐྵྨླྺྼྻྂ")[:5] == "ཧྐྵྨླ"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("שלום world", "en", True),
        ("hello שלום", "he", True),
        ("2026 مرحبا", "en", True),
        ("2026", "ar", True),
        ("2026", "en", False),
        ("🎉", "fa-IR", True),
        ("iPhone 18: مراجعة", "ar", True),
        ("iPhone 18: مراجعة", "en", False),
        ("iPhone 18", "ar", False),
        ("2026", "az-Arab", True),
        ("2026", "ur-Latn", False),
        ("\u0378 unassigned", "en", False),
    ],
)
def test_direction_comes_from_the_first_letter(text: str, language: str, *, expected: bool) -> None:
    assert is_right_to_left(text, language) is expected


def test_phrases_are_the_text_and_keep_words_whole() -> None:
    text = "検索エンジンをゼロから作り直して、応答時間を80%短縮する"
    pieces = phrases(text, "jp")
    assert "".join(pieces) == text
    assert "作り直して、" in pieces
    korean = "검색 엔진을 처음부터 다시"
    assert phrases(korean, "kr") == ["검색 ", "엔진을 ", "처음부터 ", "다시"]


def test_chinese_particles_begin_no_phrase() -> None:
    assert "缩短了" in phrases("将响应时间缩短了百分之八十", "sc")


def test_breaks_make_even_lines() -> None:
    assert even_breaks([30, 30, 30, 30], 100, 2) == [2]
    assert even_breaks([10, 10, 10], 100, 1) == []
    assert even_breaks([10] * 5, 40, 4) in ([2], [3])
    assert even_breaks([90, 90], 100, 1) is None
    assert even_breaks([120], 100, 3) is None


def test_breaks_fall_where_a_reader_pauses_if_lines_stay_about_even() -> None:
    assert even_breaks([20, 20, 20, 20, 20], 70, 2, pauses={2}) == [2]
    assert even_breaks([20, 20, 20, 20, 20], 70, 2, pauses={3}) == [3]
    assert even_breaks([20] * 8, 140, 2, pauses={1}) == [4]


@pytest.mark.parametrize(
    ("face", "text", "parts"),
    [
        ("tc", "我們如何從零重建搜尋引擎", ["搜尋引擎"]),
        ("tc", "六個月效能分析的實戰報告", ["效能", "分析的", "報告"]),
        ("tc", "如何在三十分鐘內建立一個完整的網站應用程式", ["三十分鐘", "應用", "程式"]),
        ("sc", "处理器性能提升百分之五十", ["处理器性能", "百分之五十"]),
    ],
)
def test_chinese_words_stay_whole(face: str, text: str, parts: list[str]) -> None:
    pieces = phrases(text, face)
    assert "".join(pieces) == text
    assert [part for part in parts if part not in pieces] == []


def test_halves_of_characters_are_joined_or_dropped(book: FontBook) -> None:
    assert clean("a\ud83d\ude80b\ud800c\udfff") == "a🚀bc"
    assert str(prose(clean("\udc80Title\ud800"), book, "sc")) == "Title"


def test_a_huge_text_is_read_no_further_than_cards_can_show() -> None:
    assert clean(" " * 1_000_000 + "Title") == "Title"
    assert len(clean("word " * 1_000_000)) <= MAX_READ_CHARACTERS
    assert len(clean("e" + "\u0301" * 1_000_000)) == 3


def test_spaces_that_tie_stay_and_those_by_accident_go() -> None:
    assert clean("Bonjour\u00a0!") == "Bonjour\u00a0!"
    assert clean("1\u202f299,90\u00a0€") == "1\u202f299,90\u00a0€"
    assert clean("All\u00a0of\u00a0these\u00a0\u00a0words") == "All of these words"
    assert clean("à \u00a0la") == "à la"


def test_word_ends_that_a_page_marks_stay_where_the_script_has_no_spaces() -> None:
    assert clean("ភាសា\u200bខ្មែរ") == "ភាសា\u200bខ្មែរ"
    assert clean("zero\u200bwidth") == "zerowidth"


def test_what_no_face_holds_is_replaced_by_what_reads_the_same(book: FontBook) -> None:
    same = prose("\U0001ee00\U0001ee01 \U0002f800", book, "sc")
    assert str(same) == "اب 丽"
    assert same.missing == ""


def test_what_no_face_holds_is_named(book: FontBook) -> None:
    assert prose("a\u0378b\u1c50\u20e5", book, "sc").missing == "\u0378\u20e5"
    assert prose("a\u200d\ufe0fb", book, "sc").missing == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The \U00017000\U00017001 \U00017002 script", "The … script"),
        ("\U00017000", "…"),
        ("Tea \U0001d800 time", "Tea time"),
        ("\U0001d800 time", "time"),
        ("我的\U00030000字", "我的〓字"),
    ],
)
def test_a_word_that_no_face_holds_leaves_a_quiet_mark(
    book: FontBook, text: str, shown: str
) -> None:
    assert str(prose(text, book, "sc")) == shown


def test_symbols_follow_their_selectors(book: FontBook) -> None:
    colored = prose("😀\ufe0e 😀 ☎\ufe0e ☎\ufe0f", book, "sc")
    assert _of_kind(Kind.EMOJI, colored) == ["😀", "☎\ufe0f"]
    assert TEXT_EMOJI in colored.faces


def test_words_end_between_letters_where_no_spaces_are_written(book: FontBook) -> None:
    text = "เราสร้างเครื่องมือค้นหา"
    thai = prose(text, book, "sc")
    pieces = {"".join(thai.clusters[:end]) for end in thai.word_ends()}
    assert {"เรา", "เราสร้าง"} <= pieces
    assert prose("one two\u00a0! three", book, "sc").word_ends() == [3, 9]
