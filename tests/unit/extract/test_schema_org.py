"""schema.org's data in the three syntaxes that pages write it in, with their usual faults."""

from __future__ import annotations

import pytest

from og_extract.read.sources.schema_org.scripts import parse_script
from og_extract.read.values.prices import Price, Rating
from tests.unit.extract.reading import article, day, ld, read, text

MICRODATA = """
<article itemscope itemtype="http://schema.org/BlogPosting">
  <h2 itemprop="headline">Bees fly</h2><img itemprop="image" src="data:," data-src="/bees.png">
  <p itemprop="author" itemscope itemtype="http://schema.org/Person">
    by <b itemprop="name">Ann Lee</b> of <b itemprop="jobTitle">nature</b></p>
  <time itemprop="datePublished" datetime="2024-05-17">Friday</time>
  <div itemprop="comment" itemscope itemtype="http://schema.org/Comment">
    <b itemprop="author">Bo Ray</b> <time itemprop="datePublished">2020-01-01</time></div>
</article>"""


@pytest.mark.parametrize(
    "html",
    [
        MICRODATA,
        MICRODATA.replace("itemscope itemtype", "typeof").replace("itemprop", "property"),
        MICRODATA.replace("itemscope itemtype", "typeof")
        .replace('itemprop="', 'property="schema:')
        .replace("http://schema.org/", "schema:"),
    ],
    ids=["microdata", "rdfa", "rdfa with prefixes"],
)  # fmt: skip
def test_marked_up_text_is_read_like_json_ld(html: str) -> None:
    page = read(html)
    assert text(page, "title") == "Bees fly"
    assert text(page, "author") == "Ann Lee"
    assert day(page) == (2024, 5, 17)
    assert page.image_candidates["image"] == ["https://www.meadow-post.com/bees.png"]


def test_properties_outside_any_item_are_read_too() -> None:
    page = read('<title>x</title><b itemprop="author">Ann Lee</b><i itemprop="datePublished">'
                "2024-05-17</i>")  # fmt: skip
    assert (text(page, "author"), day(page)) == ("Ann Lee", (2024, 5, 17))


def test_open_graph_in_a_page_with_rdfa_stays_open_graph() -> None:
    page = read('<html typeof="WebPage"><meta property="og:title" content="Bees"><p>x</p>')
    assert page.fields["title"].source == "og:title"


@pytest.mark.parametrize(
    ("script", "values"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('{"a": 1,}', [{"a": 1}]),
        ('{"a": "x\ty\n"}', [{"a": "x\ty\n"}]),
        ('{"a": 1} {"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": 1}; console.log(1)', [{"a": 1}]),
        ('/* x */ {"a": 1 /* y */}', [{"a": 1}]),
        ('{\n// x\n"a": 1}', [{"a": 1}]),
        (r'{"a": "it\'s"}', [{"a": "it's"}]),
        (r'{"a": "\u12"}', [{"a": "12"}]),
        ('{"a": "x"\n"b": "y"}', [{"a": "x", "b": "y"}]),
        ('<![CDATA[{"a": 1}]]>', [{"a": 1}]),
        ("\ufeff[1]", [[1]]),
        ("{&quot;a&quot;: 1}", [{"a": 1}]),
        ('{"a": ', []),
        ("", []),
    ],
)
def test_a_script_is_repaired_where_it_can_be(script: str, values: list[object]) -> None:
    assert parse_script(script) == values


def test_types_count_in_any_case_and_with_any_address() -> None:
    for kind in ("product", "http://schema.org/Product", "schema:Product", ["Thing", "Product"]):
        page = read(ld({"@type": kind, "name": "Jar", "offers": {"price": 5}}))
        assert "price" in page.fields, kind


@pytest.mark.parametrize("around", ["WebPage", "Blog", "ItemPage"])
def test_an_item_around_the_page_hides_nothing(around: str) -> None:
    page = read(
        f'<body itemscope itemtype="http://schema.org/{around}"><title>Honey cake</title>'
        '<div itemscope itemtype="http://schema.org/Recipe"><h1 itemprop="name">Honey cake</h1>'
        '<p itemprop="description">Soft and brown.</p><b itemprop="author">Ann Lee</b>'
        '<div itemprop="aggregateRating" itemscope itemtype="http://schema.org/AggregateRating">'
        '<b itemprop="ratingvalue">4,5</b><b itemprop="RatingCount">12</b></div></div>'
    )
    assert text(page, "description") == "Soft and brown."
    assert text(page, "author") == "Ann Lee"
    assert page.fields["rating"].rating == Rating(4.5, 5, 12)


def test_an_author_that_no_reader_sees_is_a_tag_like_others() -> None:
    hidden = '<p itemprop="author" itemscope><meta itemprop="name" content="Ann Lee"></p>'
    post = (
        '<article itemscope itemtype="http://schema.org/Article">'
        f'<h1 itemprop="headline">Bees</h1>{hidden}'
    )
    assert text(read(f"<title>Bees</title>{post}</article>"), "author") is None
    assert text(read(f"<title>Bees</title>{post}by Ann Lee</article>"), "author") == "Ann Lee"


def test_a_place_that_the_page_is_about_is_not_its_site() -> None:
    place = {"@type": "LocalBusiness", "name": "Bar Bee"}
    page = read("<title>Bar Bee</title><h1>Bar Bee</h1>" + ld(place))
    assert (text(page, "title"), text(page, "siteName")) == ("Bar Bee", "meadow-post.com")


def test_the_vocabulary_before_schema_org_is_read_as_schema_org() -> None:
    page = read(
        '<title>Jar</title><div itemscope itemtype="http://data-vocabulary.org/Product">'
        '<h1 itemprop="name">Jar</h1><i itemprop="brand">Hive</i>'
        '<p itemprop="review" itemscope itemtype="http://data-vocabulary.org/Review-aggregate">'
        '<i itemprop="rating" itemscope itemtype="http://data-vocabulary.org/Rating">'
        '<b itemprop="average">8</b> of <b itemprop="best">10</b></i>'
        '<b itemprop="votes">3</b></p>'
        '<p itemprop="offerDetails" itemscope itemtype="http://data-vocabulary.org/Offer">'
        '<b itemprop="price">9.90</b><i itemprop="currency">GBP</i></p></div>'
    )
    assert page.fields["rating"].rating == Rating(8, 10, 3)
    assert page.fields["price"].price == Price("9.90", "GBP")


def test_a_rating_of_nothing_is_of_the_page_where_it_is_alone() -> None:
    rating = {"@type": "AggregateRating", "ratingValue": 4, "ratingCount": 2}
    thing = article(headline="Bees")
    assert read(thing + ld(rating)).fields["rating"].rating == Rating(4, 5, 2)
    assert "rating" not in read(thing + ld([rating, rating])).fields


@pytest.mark.parametrize(
    ("number", "amount"),
    [
        ("19.989999999999998", "19.99"),
        ("19.990000000000002", "19.99"),
        ("12.990", "12.99"),
        ("129.0", "129.0"),
        ("1.5e3", "1500.0"),
        ("1e-7", None),
        ("1e22", None),
        ("1e999", None),
    ],
)
def test_fractions_are_what_their_programs_meant(number: str, amount: str | None) -> None:
    script = (
        '{"@type": "Product", "name": "Jar", "offers": {"price": NUMBER, "priceCurrency": "EUR"}}'
    )
    page = read(f'<script type="application/ld+json">{script.replace("NUMBER", number)}</script>')
    price = page.fields["price"].price if "price" in page.fields else None
    assert (price and price.amount) == amount


@pytest.mark.parametrize(
    ("count", "expected"),
    [("1.234", 1234), ("12.0", 12), (12.0, 12), ("1,234 reviews", 1234), ("12.345.678", 12345678)],
)
def test_nobody_counts_ratings_in_fractions(count: object, expected: int) -> None:
    rating = {"ratingValue": 4.5, "ratingCount": count}
    page = read(ld({"@type": "Product", "name": "Jar", "aggregateRating": rating}))
    found = page.fields["rating"].rating
    assert found is not None
    assert found.count == expected
