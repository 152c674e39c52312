"""Who wrote a page, as it shows that, and who did not."""

from __future__ import annotations

import pytest

from og_extract.read.choosing.page import Field
from tests.unit.extract.reading import article, ld, meta, product, read, text

HEAD = "<title>News of bees</title><h1>News of bees</h1>"


@pytest.mark.parametrize(
    ("html", "author"),
    [
        ("<p>By Ann Lee</p>", "Ann Lee"),
        ("<p>Von Ann Lee und Bo von Ray</p>", "Ann Lee und Bo von Ray"),
        ("<p>von <a href='/x'>Bee4711</a></p>", "Bee4711"),
        ("<p>von <a href='/x'>Annie</a></p>", "Annie"),
        ("<p>Autor: Ann Lee, 3. Mai 2020</p>", "Ann Lee"),
        ("<p>Text: <b>Ann Lee</b></p>", "Ann Lee"),
        ("<p>By Ann Lee, Senior Editor</p>", "Ann Lee"),
        ("<p>By Ann Lee @annlee</p>", "Ann Lee"),
        ("<p>Posted by Ann Lee on May 3, 2020</p>", "Ann Lee"),
        ("<p>Par Ann Lee</p>", "Ann Lee"),
        ("<p>作者\uff1a李安</p>", "李安"),
        ("<p><a href='/authors/ann-lee'>Ann Lee</a></p>", "Ann Lee"),
        ("<p class='author'>Redaktion</p>", "Redaktion"),
        ("<p class='post-author'>bee_4711</p>", "bee_4711"),
        ("<a rel='author'>Ann Lee</a> <a rel='author'>Bo Ray</a>", "Ann Lee, Bo Ray"),
        ("<p>" + "The end. " * 400 + "</p><p>Autorin: Ann Lee</p>", "Ann Lee"),
        ("<p>By Ann Lee, SKY.com Staff Writer</p>", "Ann Lee"),
        ("<p>By Ann Lee, Associated Press</p>", "Ann Lee"),
        ("<p>By Ann Lee, Meadow Post</p>" + meta(og__site_name="Meadow Post"), "Ann Lee"),
        ("<p>By Ann Lee Bloomberg</p>", "Ann Lee"),
        ("<p>Par <b>Ann Lee</b>, <b>Bo Ray</b> Envoyés spéciaux à Lyon</p>", "Ann Lee, Bo Ray"),
        ("<i>-</i>" * 14 + "<p>Par <b>Ann Lee</b>, <b>Bo Ray</b></p>", "Ann Lee, Bo Ray"),
        ("<p>By <a>ANN LEE</a> &amp; <a>BO RAY</a> | 3 May 2020</p>", "ANN LEE, BO RAY"),
        ("<b class='postauthor'>beeFan</b>", "beeFan"),
        # What is not a name.
        ("<p>By Ann Lee</p><a rel='author'>Google+</a>", "Ann Lee"),
        ("<p class='byline'>Staff Reports</p>", None),
        ("<a href='/user/meadow'>YouTube</a>", None),
        ("<table><tr><th>Written by</th><td>Ann Lee</table>", None),
        ("<table><tr><th>Author</th><th>Message</th></table>", None),
        ("<p>" + "The end. " * 400 + "</p><label>Posted by <b>Member:</b></label>", None),
        ("<p>By clicking here you agree</p>", None),
        ("<p>Von Berlin nach Hamburg</p>", None),
        ("<p>By Photo Agency</p>", None),
        ("<p class='author'>All posts</p>", None),
        ("<p class='author'>About The Author</p>", None),
        ("<p class='author' hidden>Ann Lee</p>", None),
        # Others than who wrote the page.
        ("<aside><p class='author'>Ann Lee</p></aside>", None),
        ("<div class='comments'><p class='author'>Ann Lee</p></div>", None),
        ("<figure><b class='author'>Ann Lee</b></figure>", None),
        ("<div class='related-posts'><a rel='x' class='byline'>Ann Lee</a></div>", None),
    ],
)
def test_a_byline_is_read_where_no_tag_tells(html: str, author: str | None) -> None:
    assert text(read(HEAD + html), "author") == author


@pytest.mark.parametrize(
    ("tags", "author"),
    [
        ('<meta name="author" content="Ann Lee">', None),  # whoever made the site
        ('<meta name="author" content="Ann Lee"><p class="byline">Ann Lee</p>', "Ann Lee"),
        ('<meta name="author" content="Meadow GmbH"><p class="byline">Meadow GmbH</p>', None),
        ('<meta name="author" content="null">', None),
        (2 * '<meta name="citation_author" content="Ann Lee">', "Ann Lee"),
        ('<meta name="dc.creator" content="Ann"><meta name="dc.creator" content="Bo"><h1>x</h1>Ann',
         "Ann, Bo"),
        (meta(twitter__label1="Verfasst von", twitter__data1="Ann Lee") + HEAD + "<p>Ann Lee",
         "Ann Lee"),
        (article(author={"@type": "Organization", "name": "Meadow-Post"}), None),
        (article(author={"@type": "Organization", "name": "dpa"}), "dpa"),
        (article(author="Meadow-Post Redaktion"), None),
        (meta(og__site_name="Gazette Meadow-Post") + article(author="Gazette Meadow-Post"), None),
        (article(author={"givenName": "Ann", "familyName": "Lee"}), "Ann Lee"),
        (article(author={"@list": [{"name": "Ann Lee"}, {"name": "Bo Ray"}]}), "Ann Lee, Bo Ray"),
    ],
)  # fmt: skip
def test_a_tag_counts_for_what_it_is_worth(tags: str, author: str | None) -> None:
    assert text(read(HEAD + tags), "author") == author


def test_a_recipe_may_be_by_its_site() -> None:
    recipe = {"@type": "Recipe", "name": "Cake", "author": {"@type": "Organization",
                                                            "name": "Meadow-Post"}}  # fmt: skip
    assert text(read(ld(recipe)), "author") == "Meadow-Post"


def test_neither_products_nor_front_pages_have_an_author_or_a_day() -> None:
    byline = "<h1>Jar</h1><p>By Ann Lee</p><p>3 May 2020</p>"
    for page in (
        read(product(offers={"price": 5}) + byline),
        read(article(author="Ann Lee", datePublished="2020-05-03"), "https://a.com/"),
        read(article(author="Ann Lee", datePublished="2020-05-03"), "https://a.com/de/index.html"),
    ):
        assert not {"author", "publishedAt"} & page.fields.keys()


def test_where_a_name_was_found_is_told() -> None:
    assert read(HEAD + "<p>By Ann Lee</p>").fields["author"] == Field("text:by", text="Ann Lee")
