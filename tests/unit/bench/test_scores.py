from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bench.extract.corpus import Entry, NoCorpusError, load_corpus
from bench.extract.misses import misses_text
from bench.extract.scores import Score, false_score, score


def entry(page_id: str, html: str = "", **expected: Any) -> Entry:
    return Entry(page_id, "https://www.example.com/posts/one", html.encode(), expected)


BLOGS = [
    entry("blog:1", author="Ada"),
    entry("blog:2", title="Two", author="Alan"),
    entry("blog:3", title="Three"),
]
SHOP = entry("shop:1", title="Lamp")


def test_only_what_is_expected_counts() -> None:
    values = {it.id: {"title": "Two", "author": "Ada"} for it in BLOGS}
    assert score(BLOGS, values, "title") == Score(1, 2)
    assert score(BLOGS, values, "author") == Score(1, 2)
    assert score(BLOGS, values, "logo") == Score(0, 0)


def test_language_is_lang_without_its_region() -> None:
    pages = [entry("blog:1", lang="en-US")]
    values = {"blog:1": {"lang": "en"}}
    assert score(pages, values, "lang") == Score(0, 1)
    assert score(pages, values, "language") == Score(1, 1)


def test_a_value_is_false_only_where_somebody_looked_for_the_field() -> None:
    corpus = [*BLOGS, SHOP]
    values = {it.id: {"author": "Somebody"} for it in corpus}
    assert false_score(corpus, corpus, values, "author") == Score(1, 1)


def test_misses_are_of_tuning_pages_unless_asked() -> None:
    pages = [entry(f"blog:{number}", "<title>Seen</title>", title="Else") for number in range(40)]
    tuning = misses_text(pages, "title", held_out=False)
    held_out = misses_text(pages, "title", held_out=True)
    listed = {it.id: it.id in tuning.splitlines() for it in pages}
    assert listed == {it.id: not it.is_held_out for it in pages}
    assert {it.id for it in pages if it.id in held_out.splitlines()} == {
        it.id for it in pages if it.is_held_out
    }
    assert "'Seen'" in tuning


def test_values_where_none_is_expected_are_listed_with_the_misses() -> None:
    html = '<title>Seen</title><script type="application/ld+json">{"@type": "Article", '
    html += '"headline": "Seen", "author": {"@type": "Person", "name": "Ada Lovelace"}}</script>'
    pages = [entry(f"blog:{number}", html) for number in range(6)]
    known = entry("blog:known", html, author="Ada Lovelace")
    listed = misses_text([*pages, known], "author", held_out=False)
    tuning = [it.id for it in pages if not it.is_held_out]
    assert [line for line in listed.splitlines() if line.startswith("blog:")] == tuning
    assert len(tuning) == listed.count("'Ada Lovelace' (jsonld:author)")


def test_a_corpus_is_read_from_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(b"<title>A</title>"))
    listed = [{"id": "blog:a", "url": " https://a.example/ ", "file": "a.html.gz", "expected": {}}]
    (tmp_path / "expected.json").write_text(json.dumps(listed))
    monkeypatch.setenv("OG_CORPUS", str(tmp_path))
    assert load_corpus() == [Entry("blog:a", "https://a.example/", b"<title>A</title>", {})]


@pytest.mark.parametrize("named", ["", "/nowhere"])
def test_without_a_corpus_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("OG_CORPUS", named)
    with pytest.raises(NoCorpusError, match="OG_CORPUS"):
        load_corpus()
