"""How long a page takes to read: as it says, as it prints, or reckoned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from og_extract.read.choosing.page import Field
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource
from og_extract.read.values.lengths import length_of, minutes_of

from .reading import URL, article, product, read

PARAGRAPH = f"<p>{'word ' * 119}</p>"


@pytest.mark.parametrize(
    ("html", "minutes", "source"),
    [
        ((f"<nav>{PARAGRAPH * 9}</nav><article>{PARAGRAPH * 4}</article><footer>{PARAGRAPH * 9}"
         "</footer>"), 2, "text:words"),
        (f"<article>{PARAGRAPH}</article><article>{PARAGRAPH}</article>", 1, "text:words"),
        (f"<article lang=ja><p>{'蜂は飛ぶ。' * 400}</p></article>", 3, "text:words"),
        (article(timeRequired="PT7M") + PARAGRAPH, 7, "jsonld:timeRequired"),
        (article(wordCount=1_190) + PARAGRAPH, 5, "jsonld:wordCount"),
        (('<meta name="twitter:label2" content="Geschätzte Lesezeit">'
         '<meta name="twitter:data2" content="4 Minuten">'), 4, "twitter:reading-time"),
    ],
)  # fmt: skip
def test_reading_time(html: str, minutes: int, source: str) -> None:
    assert read(html).fields["readingTime"] == Field(source, duration_s=minutes * 60)


def test_what_nobody_reads_has_no_reading_time() -> None:
    for html in (
        product(offers={"price": "20", "priceCurrency": "EUR"}) + PARAGRAPH * 4,
        "<p>Few words.</p>",
    ):
        assert "readingTime" not in read(html).fields
    assert minutes_of(length_of("")) == 0


@pytest.mark.parametrize(
    ("printed", "minutes"),
    [
        ("<p>By <b>Mara Lind</b> · <time>14 March 2026</time> · 4 min read</p>", 4),
        ("<p>14 March 2026 — 12-minute read", 12),
        ("<p><span>4</span> <span>minute</span> <span>read</span>", 4),
        ("<p>Reading time: 4 minutes", 4),
        ("<p>Lesezeit: 4 Min.", 4),
        ("<p><b>Lesezeit</b> <i>ca. 4 Minuten</i>", 4),
        ("<p>Lesedauer 4 Minuten", 4),
        ("<p>4 Minuten Lesezeit", 4),
        ("<p>Temps de lecture : 4 min", 4),
        ("<p>Lecture 4 min</p><p>4 min de lecture", 4),
        ("<p>4 min de lectura", 4),
        ("<p>Tiempo de lectura: 4 minutos", 4),
        ("<p>Tempo di lettura: 3-4 minuti", 3),
        ("<p>阅读时间 4 分钟", 4),
        ("<p>4分で読めます", 4),
        ("<p>4 мин чтения", 4),
        ("<p>Время чтения: 4 минуты", 4),
    ],
)
def test_a_printed_reading_time_comes_before_words_that_are_counted(
    printed: str, minutes: int
) -> None:
    fields = read(f"<title>Bees</title><h1>Bees</h1>{printed}</p>{PARAGRAPH * 4}").fields
    assert fields["readingTime"] == Field("text:reading-time", duration_s=minutes * 60)


@pytest.mark.parametrize(
    "printed",
    [
        "<p>Posted 4 minutes ago",
        "<p>Updated 4 min. Read on",
        "<p>He had 4 minutes to finish",
        f"{PARAGRAPH * 9}<p>Bees of the hill</p><p>3 min read",
    ],
)
def test_other_minutes_are_no_reading_time(printed: str) -> None:
    fields = read(f"<title>Bees</title><h1>Bees</h1>{printed}</p>{PARAGRAPH * 4}").fields
    assert fields["readingTime"].source == "text:words"


def test_what_is_reckoned_is_shown_by_the_reckoning() -> None:
    source = PageSource(URL, f"<title>Bees</title>{PARAGRAPH * 4}".encode(), explain=True)
    page = read_page(source)
    assert page is not None
    chosen = page.explanations["readingTime"][0]
    assert (chosen.source, chosen.reason) == ("text:words", "476 words at 238 a minute")
    page = read_page(replace(source, body=b"<!doctype html><title>Bees</title><p>Few words.</p>"))
    assert page is not None
    refused = page.explanations["readingTime"][0]
    assert (refused.value, refused.outcome) == ("2 words", "refused")
    assert "2 words at 238 a minute" in refused.reason
