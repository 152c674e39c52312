"""What is read from small pages, one habit of the web each."""

from __future__ import annotations

import json

import pytest

from og_extract.read.choosing.page import Field, Page
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource
from og_extract.read.values.prices import Price, Rating
from tests.unit.extract.reading import URL, article, ld, meta, product, read, text


@pytest.mark.parametrize(
    ("html", "title", "source"),
    [
        (meta(og__title="A") + "<title>B</title>", "A", "og:title"),
        ('<meta name="og:title" content="A"><title>B</title>', "A", "og:title"),
        (meta(twitter__title="A") + "<title>B</title>", "A", "twitter:title"),
        (ld({"@type": "Article", "headline": "A", "author": "x"}) + "<title>B</title>", "A",
         "jsonld:headline"),
        ("<title>A</title>", "A", "title"),
        ("<svg><title>Logo</title></svg><title>A</title>", "A", "title"),
        ("<h1>A</h1>", "A", "h1"),
        (meta(og__title="") + "<title>A</title>", "A", "title"),
        (meta(og__title="A &amp;amp; B"), "A & B", "og:title"),
        (meta(og__title="A  \n b\u00ad\u202e"), "A b", "og:title"),
        ("<title>Bees fly | Meadow Post</title>" + meta(og__site_name="Meadow Post"), "Bees fly",
         "title"),
        ("<title>Meadow Post: Bees fly</title>" + meta(og__site_name="Meadow Post"), "Bees fly",
         "title"),
        ("<title>Bees fly - meadow-post.com</title>", "Bees fly", "title"),
        ("<title>Bees fly - or not</title>", "Bees fly - or not", "title"),
        ("<title>Bees: a story / part 1</title>", "Bees: a story / part 1", "title"),
        ("<title>Meadow Post</title>" + meta(og__site_name="Meadow Post"), "Meadow Post",
         "title:any"),
        ("<title>Bees fly - what else?</title><h1>Bees fly</h1>", "Bees fly",
         "heading"),
        (meta(og__title="Welcome") + "<title>Bees fly home</title><h1>Bees fly</h1>", "Bees fly",
         "heading"),
        ("<title>Bees</title><h1 hidden>Bees of old</h1>", "Bees", "title"),
    ],
)  # fmt: skip
def test_title(html: str, title: str, source: str) -> None:
    assert read(html).fields["title"] == Field(source, text=title)


def test_of_a_recipe_its_own_data_speak() -> None:
    recipe = {"@type": "Recipe", "name": "Honey cake", "description": "Sweet.", "author": "Ann"}
    tags = meta(og__title="BEST honey cake EVER", og__description="Click here")
    page = read(tags + ld(recipe))
    assert (text(page, "title"), text(page, "description")) == ("Honey cake", "Sweet.")


PARAGRAPH = (
    "Bees fly from one flower to the next, and they do so all day long, as long as it lasts."
)


@pytest.mark.parametrize(
    ("html", "description"),
    [
        (meta(og__description="A", description="B"), "A"),
        ('<meta name="description" content="A">', "A"),
        (meta(og__description="&lt;p&gt;A&lt;/p&gt; b"), "A b"),
        (ld({"@type": "Article", "description": "A", "headline": "x"}), "A"),
        (f"<header><p>{PARAGRAPH} Menu.</p></header><p>Short.</p><p>{PARAGRAPH}</p>", PARAGRAPH),
        (f"<noscript><p>{PARAGRAPH} No.</p></noscript><p>{PARAGRAPH}</p>", PARAGRAPH),
        ("<p>Short.</p>", None),
    ],
)
def test_description(html: str, description: str | None) -> None:
    assert text(read(html), "description") == description


@pytest.mark.parametrize(
    ("html", "name"),
    [
        (meta(og__site_name="Meadow Post") + ld({"@type": "WebSite", "name": "B"}), "Meadow Post"),
        (ld({"@graph": [{"@type": "WebSite", "name": "Meadow Post"}]}), "Meadow Post"),
        ('<meta name="application-name" content="Meadow">', "Meadow"),
        ("<title>Bees fly | Meadow-Post</title>", "Meadow-Post"),
        ("<title>Bees fly | Other</title>", "meadow-post.com"),
    ],
)
def test_site_name(html: str, name: str) -> None:
    assert text(read(html), "siteName") == name


@pytest.mark.parametrize(
    ("html", "author"),
    [
        (article(author={"@type": "Person", "name": "Ann Lee"}), "Ann Lee"),
        (article(author=[{"name": "Ann Lee"}, {"name": "Bo Ray"}]), "Ann Lee, Bo Ray"),
        (article(author=["Ann Lee", "Ann Lee"]), "Ann Lee"),
        (ld({"@graph": [{"@type": "Article", "headline": "x", "author": {"@id": "#a"}},
                        {"@id": "#a", "@type": "Person", "name": "Ann Lee"}]}), "Ann Lee"),
        ('<meta name="author" content="by Ann Lee"><h1>Bees</h1><p>Ann Lee</p>', "Ann Lee"),
        ('<meta name="author" content="by Ann Lee"><h1>Bees</h1>', None),
        ('<meta name="author" content="admin">', None),
        ('<meta name="author" content="meadow-post.com">', None),
        (meta(article__author="https://facebook.com/ann"), None),
        (meta(article__author="@ann"), None),
        (meta(twitter__label1="Written by", twitter__data1="Ann Lee") + "<h1>Bees</h1>Ann Lee",
         "Ann Lee"),
        ('<a rel="author" href="/ann">Ann Lee</a>', "Ann Lee"),
        ('<p class="byline">By <a>Ann Lee</a> | 3 May 2020</p>', "Ann Lee"),
        ('<p class="byline">Share this</p>', None),
        (ld({"@type": "Product", "name": "Jar", "author": "Ann Lee", "offers": {}}), None),
    ],
)  # fmt: skip
def test_author(html: str, author: str | None) -> None:
    assert text(read(html), "author") == author


@pytest.mark.parametrize(
    ("html", "day"),
    [
        (article(datePublished="2024-05-17T23:30:00+02:00", dateModified="2023-01-01"),
         (2024, 5, 17)),
        (article(dateModified="2023-01-01"), None),
        (meta(article__published_time="2024-05-17"), (2024, 5, 17)),
        (meta(article__modified_time="2024-05-17"), None),
        ('<article><time datetime="2024-05-17">May</time></article>', (2024, 5, 17)),
        ('<time datetime="PT20M">20 min</time>', None),
        ("<h1>Bees</h1><p>17. Mai 2024 | Nature</p>", (2024, 5, 17)),
        (ld({"@type": "Product", "name": "x", "datePublished": "2024-05-17", "offers": {}}), None),
    ],
)  # fmt: skip
def test_published_at(html: str, day: tuple[int, int, int] | None) -> None:
    field = read(html).fields.get("publishedAt")
    assert (field and field.day) == day


def test_a_date_in_the_address() -> None:
    assert read("<p>x</p>", "https://a.com/2024/05/17/bees").fields["publishedAt"].source == (
        "url:date"
    )


@pytest.mark.parametrize(
    ("html", "price"),
    [
        (product(offers={"price": "12.50", "priceCurrency": "EUR"}), Price("12.50", "EUR")),
        (product(offers={"price": 12.5, "priceCurrency": "eur"}), Price("12.5", "EUR")),
        (product(offers=[{"lowPrice": "9", "priceCurrency": "USD"}]), Price("9", "USD")),
        (product(offers={"priceSpecification": {"price": 3, "priceCurrency": "GBP"}}),
         Price("3", "GBP")),
        (product(hasVariant=[{"offers": {"price": "7", "priceCurrency": "SEK"}}]),
         Price("7", "SEK")),
        (product(offers={"price": "0"}), None),
        (product(offers={"price": "on request"}), None),
        (meta(product__price__amount="5", product__price__currency="CHF"), Price("5", "CHF")),
        ('<div itemscope itemtype="https://schema.org/Product"><b itemprop="price">€ 1.299,90</b>'
         "</div>" + meta(og__price__amount="5"), Price("1299.90", "EUR")),
    ],
)  # fmt: skip
def test_price(html: str, price: Price | None) -> None:
    field = read(html).fields.get("price")
    assert (field and field.price) == price


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        ({"ratingValue": "4.5", "reviewCount": "1,204"}, Rating(4.5, 5, 1204)),
        ({"ratingValue": "4,5", "bestRating": 10, "ratingCount": 3}, Rating(4.5, 10, 3)),
        ({"ratingValue": 92}, Rating(92, 100, 0)),
        ({"ratingValue": 8}, Rating(8, 10, 0)),
        ({"ratingValue": 0}, None),
        ({"ratingValue": 6, "bestRating": 5}, None),
        ({}, None),
    ],
)
def test_rating(rating: dict[str, object], expected: Rating | None) -> None:
    field = read(product(aggregateRating=rating)).fields.get("rating")
    assert (field and field.rating) == expected


def test_brand_and_category() -> None:
    page = read(product(brand={"name": "Hive"}, category="Kitchen"))
    assert (text(page, "brand"), text(page, "category")) == ("Hive", "Kitchen")


@pytest.mark.parametrize(
    ("html", "canonical"),
    [
        ('<link rel="canonical" href="/bees#x">', "https://www.meadow-post.com/bees"),
        ('<link rel="canonical" href="https://meadow-post.com/b">', "https://meadow-post.com/b"),
        ('<link rel="canonical" href="https://evil.com/bees">', URL),
        (meta(og__url="/bees"), "https://www.meadow-post.com/bees"),
        (meta(og__url="/bees?utm_source=x"), URL),
        ("<p>x", URL),
    ],
)
def test_canonical_url_stays_on_the_host(html: str, canonical: str) -> None:
    assert read(html).canonical_url == canonical


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"Article","headline":"A","author":"B",}',
        '{"@type":"Article","headline":"A","description":"two\nlines"}',
        '<!-- {"@type":"Article","headline":"A","author":"B"} -->',
        '//<![CDATA[\n{"@type":"Article","headline":"A","author":"B"}\n//]]>',
        '{&quot;@type&quot;:&quot;Article&quot;,&quot;headline&quot;:&quot;A&quot;,"author":"B"}',
        '[{"@type":["Thing","Article"],"headline":"A","author":"B"}];',
        '{"@type":"https://schema.org/Article","headline":["A"],"author":"B"}',
    ],
)
def test_json_ld_is_read_with_its_usual_faults(script: str) -> None:
    page = read(f'<script type="application/ld+json">{script}</script>')
    assert page.fields["title"] == Field("jsonld:headline", text="A")


@pytest.mark.parametrize(
    "script", ["", "nonsense", "[" * 100_000, '{"a":' * 50_000, "1e999", "[[]]"]
)
def test_json_ld_that_is_none_costs_nothing_else(script: str) -> None:
    page = read(f'<title>A</title><script type="application/ld+json">{script}</script>')
    assert text(page, "title") == "A"


def test_a_neighbour_of_the_page_is_not_its_subject() -> None:
    page = read(
        "<title>Honey jar of glass</title>"
        + product(
            isRelatedTo={"@type": "Product", "name": "Spoon", "offers": {"price": 1}},
            review={"@type": "Review", "author": "Bo", "datePublished": "2020-01-01"},
            offers={"price": 5},
        )
    )
    assert page.fields["price"].price == Price("5")
    assert "author" not in page.fields


def test_values_are_bounded() -> None:
    page = read(meta(og__title="word " * 100_000, og__description="x" * 100_000))
    assert len(text(page, "title") or "") <= 4_000
    assert len(text(page, "description") or "") <= 4_000


def test_what_is_no_html_is_no_page() -> None:
    assert read_page(PageSource(URL, b"%PDF-1.7", "")) is None
    assert read_page(PageSource(URL, b"\x00nonsense", "text/html", "gzip")) is None


def test_a_page_survives_the_way_between_processes() -> None:
    from dataclasses import asdict  # noqa: PLC0415 - only here

    page = read(
        product(offers={"price": "5"}, aggregateRating={"ratingValue": 4})
        + meta(og__image="/a.png", article__published_time="2024-05-17")
    )
    assert Page.from_json(json.loads(json.dumps(asdict(page)))) == page
