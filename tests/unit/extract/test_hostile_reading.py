"""No page makes a reader fail, or work much longer than pages of its size do."""

from __future__ import annotations

import random
import time
from dataclasses import asdict

import pytest

from og_extract.extractor import Extraction
from og_extract.messages import explanation_message, page_message
from og_extract.read.choosing.page import Page
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource

from .mutants import mutant
from .traps import traps

URL = "https://www.meadow-post.com/2024/05/17/bees"
MUTANTS = 200
MAX_TEXT_CHARS = 4_000
CPU_MAX_S = 1.0
"""Of a page that is let pass as it is: all take tenths of it, where the machine has time for us."""
TIMES_ORDINARY_MAX = 30
"""As much as an ordinary page of 350 kB takes in the same moment: that is 0.05 s, and a reader is
ended after a second or two. The dearest trap takes eleven times as much, and a square thousands."""
ORDINARY = "<title>An ordinary page</title>" + "<p>Words and <b>more</b> words.</p>" * 10_000
TRAPS = traps()


def read(body: bytes, content_type: str = "text/html") -> Page | None:
    """Read a page in every way at once, and check that it is fit for an answer."""
    page, spent_s = timed(body, content_type)
    if spent_s > CPU_MAX_S:
        assert spent_s < TIMES_ORDINARY_MAX * timed(ORDINARY.encode(), "text/html")[1]
    if page is not None:
        check(page)
    return page


def timed(body: bytes, content_type: str) -> tuple[Page | None, float]:
    """Read a page, and tell how many seconds of a processor that took."""
    start = time.process_time()
    page = read_page(PageSource(URL, body, content_type, explain=True, with_digest=True))
    return page, time.process_time() - start


def check(page: Page) -> None:
    assert Page.from_json(asdict(page)) == page
    message = page_message(Extraction(page, []))
    explanation_message(page)
    for field in message.fields:
        assert len(field.text) <= MAX_TEXT_CHARS
        assert field.source
        assert "\0" not in field.text
    for url in (message.canonical_url, *(tag.url for tag in message.card_tags)):
        assert url.startswith(("http://", "https://"))


@pytest.mark.parametrize("name", TRAPS)
def test_no_text_is_looked_through_again_and_again(name: str) -> None:
    read(TRAPS[name])


def test_no_accident_makes_a_reader_fail(rng: random.Random) -> None:
    titled = 0
    for _ in range(MUTANTS):
        body = mutant(rng)
        kind = rng.choice(["text/html", "text/html; charset=utf-16", "application/xhtml+xml", ""])
        try:
            page = read(body, kind)
        except Exception:
            print(f"the page: {body!r}")  # noqa: T201 - pytest shows it where a test fails
            raise
        titled += page is not None and "title" in page.fields
    assert titled > MUTANTS / 2  # they are pages still
