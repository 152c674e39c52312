"""What becomes of the values that a page offers."""

from __future__ import annotations

import json
from dataclasses import asdict

from og_extract.read.choosing.page import Page
from og_extract.read.choosing.rules import Candidate, Outcome
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource

URL = "https://www.meadow-post.com/news/bees"


def explained(html: str) -> Page:
    page = read_page(PageSource(URL, html.encode(), "text/html", explain=True))
    assert page is not None
    return page


def test_every_candidate_is_told_of_in_the_order_of_precedence() -> None:
    page = explained(
        '<title>Bees &amp; wasps | meadow-post.com</title><meta name="author" content="admin">'
        '<meta property="og:title" content="Bees">'
        '<meta property="article:author" content="Ann Lee">'
        "<h1>All of them</h1><p>Ann Lee</p>"
    )
    assert page.explanations["title"] == [
        Candidate(
            "heading",
            "All of them",
            Outcome.REFUSED,
            "neither the page's tags nor its address use its words",
        ),
        Candidate("og:title", "Bees", Outcome.CHOSEN),
        Candidate("title", "Bees & wasps", Outcome.LOST, "the site's name is taken off"),
        Candidate("h1", "All of them", Outcome.LOST),
        Candidate("title:any", "Bees & wasps", Outcome.LOST, "the site's name is taken off"),
    ]
    assert page.explanations["author"] == [
        Candidate("meta:author", "admin", Outcome.REFUSED, "names nobody"),
        Candidate("article:author", "Ann Lee", Outcome.CHOSEN),
    ]


def test_pictures_days_prices_and_addresses_are_explained_too() -> None:
    data = {"@type": "Product", "name": "Jar", "offers": {"price": "0"}}
    page = explained(
        f'<html lang="de"><script type="application/ld+json">{json.dumps(data)}</script>'
        '<meta property="product:price:amount" content="12,50">'
        '<meta property="article:published_time" content="2024-05-17">'
        '<link rel="canonical" href="https://evil.com/"><link rel="icon" href="/i.png">'
    )
    found = {
        name: (listed[0].value, listed[0].outcome) for name, listed in page.explanations.items()
    }
    assert found["price"] == ("0", Outcome.REFUSED)
    assert found["publishedAt"] == ("2024-05-17", Outcome.REFUSED)
    assert found["url"] == ("https://evil.com/", Outcome.REFUSED)
    assert found["language"] == ("de", Outcome.CHOSEN)
    assert found["favicon"] == ("https://www.meadow-post.com/i.png", Outcome.CHOSEN)
    assert "brand" not in found


def test_an_explanation_is_bounded_and_holds_the_chosen_value() -> None:
    many = "".join(
        f'<meta name="{tag}" content="www.{at}.com">'
        for tag in ("author", "byl")
        for at in range(32)
    )
    page = explained(many + f'<a rel="author">Ann Lee</a><title>{"x" * 900}</title>')
    authors = page.explanations["author"]
    assert len(authors) == 32
    assert authors[-1] == Candidate("rel:author", "Ann Lee", Outcome.CHOSEN)
    assert len(page.explanations["title"][0].value) == 500


def test_an_explanation_costs_nothing_unless_asked_for_and_survives_the_way_between_processes() -> (
    None
):
    page = explained("<title>Bees</title>")
    assert Page.from_json(json.loads(json.dumps(asdict(page)))) == page
    plain = read_page(PageSource(URL, b"<title>Bees</title>", "text/html"))
    assert plain is not None
    assert plain.explanations == {}
    assert plain.fields == page.fields


def test_what_a_source_repeats_is_listed_once() -> None:
    page = explained("<title>News of bees</title>" + '<meta name="author" content="admin">' * 3)
    assert [it.value for it in page.explanations["author"]] == ["admin"]
