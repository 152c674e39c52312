"""Recipes and products in the shapes that the most used plug-ins and shop systems give them."""

from __future__ import annotations

from typing import Any

import pytest

from og_extract.read.values.prices import Price, Rating
from tests.unit.extract.reading import day, ld, meta, read, text

SITE = "https://www.meadow-post.com/"
HEAD = "<title>Honey Cake - Meadow Post</title><h1>Honey Cake</h1>" + meta(
    og__title="Honey Cake - Meadow Post",
    og__site_name="Meadow Post",
    og__description="The best cake there is!",
    og__image="/card.jpg",
    og__type="article",
)
RECIPE = {
    "@type": "Recipe",
    "name": "Honey Cake",
    "description": "Soft and brown.",
    "image": [f"{SITE}cake-1x1.jpg", f"{SITE}cake.jpg"],
    "datePublished": "2024-03-02T08:00:00+00:00",
    "aggregateRating": {"@type": "AggregateRating", "ratingValue": "4,5", "ratingCount": "10"},
}
POST = {
    "@type": "Article",
    "@id": f"{SITE}#article",
    "headline": "Honey Cake",
    "author": {"@id": f"{SITE}#ann"},
    "datePublished": "2024-03-02",
    "publisher": {"@id": f"{SITE}#us"},
}
ANN = {"@type": "Person", "@id": f"{SITE}#ann", "name": "Ann Lee"}
US = {"@type": "Organization", "@id": f"{SITE}#us", "name": "Meadow Post"}


def recipe(**more: Any) -> str:
    return HEAD + ld(RECIPE | more)


@pytest.mark.parametrize(
    ("html", "author"),
    [
        (recipe(author="Ann Lee"), "Ann Lee"),
        (recipe(author=["Ann Lee", {"@type": "Person", "name": "Bo Ray"}]), "Ann Lee, Bo Ray"),
        (recipe(author={"@type": "Thing", "name": "Ann Lee"}), "Ann Lee"),
        (recipe(author=[{"@type": "Organization", "name": "Meadow Post"}]), "Meadow Post"),
        (recipe(**{"@type": ["NewsArticle", "Recipe"]}, author=[US]), "Meadow Post"),
        (recipe(author={"@id": f"{SITE}#ann"}) + ld({"@graph": [ANN]}), "Ann Lee"),
        (HEAD + ld({"@graph": [POST, US, ANN, RECIPE | {"author": ANN}]}), "Ann Lee"),
    ],
)
def test_a_recipe_speaks_of_itself(html: str, author: str) -> None:
    page = read(html)
    assert (text(page, "title"), text(page, "author")) == ("Honey Cake", author)
    assert text(page, "description") == "Soft and brown."
    assert day(page) == (2024, 3, 2)
    assert page.fields["rating"].rating == Rating(4.5, 5, 10)
    assert page.image_candidates["image"][0] == f"{SITE}cake-1x1.jpg"


@pytest.mark.parametrize(
    "others",
    [
        ld({"@type": "Recipe", "name": "Icing", "description": "Sweet.", "image": "/icing.jpg"}),
        ld({"@type": "HowTo", "name": "How to bake", "step": [{"@type": "HowToStep"}]}),
        ld({"@type": "ItemList", "itemListElement": [{"item": RECIPE | {"name": "Nut Cake"}}]}),
    ],
    ids=["a recipe within", "steps", "more recipes"],
)
def test_of_several_the_one_that_the_page_is_called_after_counts(others: str) -> None:
    page = read(HEAD + others + ld(RECIPE))
    assert text(page, "title") == "Honey Cake"
    assert text(page, "description") == "Soft and brown."


def test_the_picture_of_a_recipe_within_a_post_is_the_posts() -> None:
    page = read(recipe(isPartOf={"@id": f"{SITE}#article"}))
    assert page.image_candidates["image"][0] == f"{SITE}card.jpg"


def test_who_wrote_a_recipe_the_post_around_it_may_tell() -> None:
    page = read(HEAD + ld({"@graph": [POST, ANN, RECIPE | {"datePublished": None}]}))
    assert (text(page, "author"), day(page)) == ("Ann Lee", (2024, 3, 2))


def test_of_several_dishes_none_is_the_page_where_it_is_called_otherwise() -> None:
    head = "<title>Two cakes for Sunday</title><h1>Two cakes for Sunday</h1>"
    page = read(head + ld([RECIPE, RECIPE | {"name": "Nut Bread"}]))
    assert text(page, "title") == "Two cakes for Sunday"


def test_a_count_of_zero_leaves_it_to_the_other() -> None:
    page = read(recipe(aggregateRating={"ratingValue": 4, "ratingCount": 0, "reviewCount": 7}))
    assert page.fields["rating"].rating == Rating(4, 5, 7)


PRODUCT = {"@type": "Product", "name": "Honey Jar", "sku": "7"}
IN_STOCK = {"price": "12.00", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}
SOLD_OUT = {"price": "9.00", "priceCurrency": "EUR", "availability": "https://schema.org/SoldOut"}
LIST_PRICE = {"price": "15.00", "priceCurrency": "EUR", "priceType": "http://schema.org/ListPrice"}
OFFER_IN_HTML = """
<div itemscope itemtype="http://schema.org/Product"><h2 itemprop="name">Honey Jar</h2>
<i itemprop="sku">7</i>
<div itemscope itemtype="http://schema.org/Offer"><meta itemprop="price" content="12.00">
<meta itemprop="priceCurrency" content="EUR"><link itemprop="availability" href="InStock"></div>
</div>"""


@pytest.mark.parametrize(
    "html",
    [
        ld(PRODUCT | {"offers": [SOLD_OUT, IN_STOCK]}),
        ld(PRODUCT | {"@type": "ProductGroup", "hasVariant": [
            {"@type": "Product", "offers": SOLD_OUT}, {"@type": "Product", "offers": IN_STOCK}]}),
        ld({"@graph": [PRODUCT | {"offers": {"@id": "#o"}}, IN_STOCK | {"@id": "#o"}]}),
        ld(PRODUCT | {"offers": {"@type": "AggregateOffer", "lowPrice": "12.00",
                                 "priceCurrency": "EUR", "offers": [IN_STOCK, SOLD_OUT]}}),
        ld(PRODUCT | {"offers": [{"availability": "instock", "priceSpecification": [
            LIST_PRICE, {"price": "12.00", "priceCurrency": "EUR"}]}]}),
        ld(IN_STOCK | {"@type": "Offer", "itemOffered": PRODUCT}),
        ld({"@type": "ItemPage", "mainEntity": PRODUCT | {"offers": IN_STOCK}}),
        OFFER_IN_HTML,
    ],
    ids=["list", "variants", "reference", "aggregate", "specification", "of an offer", "page",
         "beside its offer"],
)  # fmt: skip
def test_the_offer_is_one_that_can_be_had(html: str) -> None:
    page = read("<title>Honey Jar</title><h1>Honey Jar</h1>" + html)
    assert page.fields["price"].price == Price("12.00", "EUR")
    assert text(page, "availability") == "InStock"


@pytest.mark.parametrize(
    ("availability", "stock"),
    [
        ("http://schema.org/OutOfStock", "OutOfStock"),
        ("out-of-stock", "OutOfStock"),
        ("Ausverkauft", "OutOfStock"),
        ({"@id": "https://schema.org/PreOrder"}, "PreOrder"),
        ({"@type": "ItemAvailability", "name": "in_stock"}, "InStock"),
        (["https://schema.org/instock"], "InStock"),
    ],
)
def test_stock_is_told_in_many_ways(availability: object, stock: str) -> None:
    offer = {"price": "9", "priceCurrency": "EUR", "availability": availability}
    page = read("<title>Honey Jar</title>" + ld(PRODUCT | {"offers": offer}))
    assert (text(page, "availability"), page.fields["availability"].source) == (
        stock,
        "jsonld:availability",
    )
