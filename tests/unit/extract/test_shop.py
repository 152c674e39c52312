"""What shops tell in data, and what they only show."""

from __future__ import annotations

from typing import Any

import pytest

from og_extract.read.choosing.page import Field
from og_extract.read.values.prices import Price
from tests.unit.extract.reading import article, ld, meta, product, read, text

HEAD = "<title>Honey jar of glass</title><h1>Honey jar of glass</h1>"


def price(html: str, url: str = "https://www.meadow-shop.com/p/jar") -> Price | None:
    field = read(html, url).fields.get("price")
    return field.price if field else None


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p class="price">€ 12,50</p>', Price("12.50", "EUR")),
        ('<p class="price"><del>€ 20</del> <ins>€ 12,50</ins></p>', Price("12.50", "EUR")),
        ('<b class="old-price">€ 20</b><b class="price">€ 12,50</b>', Price("12.50", "EUR")),
        (
            '<p class="price"><b class="list-strike">€ 20</b> <b>€ 12,50</b></p>',
            Price("12.50", "EUR"),
        ),
        ('<s><b class="price">€ 20</b></s><b id="preis">€ 12,50</b>', Price("12.50", "EUR")),
        ('<p class="price"><b>$</b>1,299<sup>.90</sup></p>', Price("1299.90", "USD")),
        ('<p class="price">12,50</p>' + meta(og__price__currency="EUR"), Price("12.50", "EUR")),
        ('<p data-price="12.50">', Price("12.50")),
        # Of other things.
        ('<div class="related"><p class="price">€ 9</p></div>', None),
        ('<p class="shipping-price">€ 9</p>', None),
        ('<p class="price">on request</p>', None),
        ('<p class="price">12 pieces</p>', None),
        ('<p class="price">a $110 million jar</p>', None),
        ('<b class="price">$ 1</b><b class="price">$ 2</b><b class="price">$ 3</b>', None),
        (
            '<b class="price">$ 1</b><b class="price">$ 2</b><button>Add to cart</button>',
            Price("1", "USD"),
        ),
        ('<p class="price">€ 9</p>' + article(headline="Honey jar of glass", author="x"), None),
    ],
)
def test_a_price_that_is_only_shown_stands_by_the_headline(
    html: str, expected: Price | None
) -> None:
    assert price(HEAD + html) == expected


def test_a_price_before_the_headline_is_of_the_basket() -> None:
    assert price('<p class="price">€ 9</p>' + HEAD) is None


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ({"price": "34.990000", "priceCurrency": "EUR"}, Price("34.990000", "EUR")),
        ({"price": "12.990", "priceCurrency": "CLP"}, Price("12990", "CLP")),
        ({"price": "12.990", "priceCurrency": "KWD"}, Price("12.990", "KWD")),
        ({"offers": [{"price": 5, "priceCurrency": "EUR"}]}, Price("5", "EUR")),
        ({"lowprice": {"sales": {"value": 7, "currency": "ARS"}}}, Price("7", "ARS")),
        ({"priceSpecification": [
            {"priceType": "https://schema.org/ListPrice", "price": 9, "priceCurrency": "EUR"},
            {"price": 7, "priceCurrency": "EUR"}]}, Price("7", "EUR")),
        ({"price": "R$ 1.759,99"}, Price("1759.99", "BRL")),
    ],
)  # fmt: skip
def test_offers_are_read_as_shops_write_them(offers: dict[str, Any], expected: Price) -> None:
    assert price(product(offers=offers)) == expected


def test_a_sign_that_currencies_share_means_that_of_the_country() -> None:
    tag = meta(product__price__amount="$5")
    assert price(tag, "https://a.com/p") == Price("5", "USD")
    assert price(tag, "https://a.ca/p") == Price("5", "CAD")
    assert price('<html lang="es-AR">' + tag, "https://a.com/p") == Price("5", "ARS")
    assert price(tag, "https://a.de/p") == Price("5", "USD")
    assert price(meta(product__price__amount="5 kr"), "https://a.no/p") == Price("5", "NOK")


def test_a_price_without_a_currency_has_the_one_that_tags_name() -> None:
    tags = product(offers={"price": 5}) + meta(product__price__currency="CHF")
    assert price(tags) == Price("5", "CHF")


@pytest.mark.parametrize(
    ("offer", "url", "currency"),
    [
        ('<meta itemprop="pricecurrency" content="EUR"><b itemprop="Price">9</b>', "", "EUR"),
        ('<meta itemprop="priceCurrency" content="UAN"><b itemprop="price">9</b> грн', "", "UAH"),
        ('<meta itemprop="priceCurrency" content="???"><b itemprop="price">9</b>', "", ""),
        ('<b itemprop="price">9</b>', "https://www.laden.de/p/jar", "EUR"),
    ],
)
def test_a_currency_is_what_is_said_else_shown_else_the_countrys(
    offer: str, url: str, currency: str
) -> None:
    html = (
        '<div itemscope itemtype="http://schema.org/Product"><b itemprop="name">Jar</b>'
        f'<p itemprop="offers" itemscope itemtype="http://schema.org/Offer">{offer}</p></div>'
    )
    found = price(html, url) if url else price(html)
    assert found == Price("9", currency)


def test_digits_of_other_scripts_are_digits() -> None:
    shown = "\u0663\u0664\u066b\u0665\u0660 SAR"
    assert price(meta(product__price__amount=shown)) == Price("34.50", "SAR")


STOCKS = [{"availability": "OutOfStock"}, {"availability": "http://schema.org/InStock/"}]
SOLD_OUT = '<p class="stock">Leider ausverkauft</p><button>In den Warenkorb</button>'


@pytest.mark.parametrize(
    ("html", "stock", "source"),
    [
        (product(offers={"price": 5, "availability": "https://schema.org/InStock"}), "InStock",
         "jsonld:availability"),
        (product(offers=STOCKS), "InStock", "jsonld:availability"),
        (product(offers={"availability": "schema:Soldout"}) , "SoldOut", "jsonld:availability"),
        (meta(product__availability="oos", product__price__amount="5"), "OutOfStock",
         "product:availability"),
        (HEAD + '<b class="price">€ 5</b><button>In den Warenkorb</button>', "InStock",
         "html:cart"),
        (HEAD + '<b class="price">€ 5</b><button class="add-to-cart">Go</button>', "InStock",
         "html:cart"),
        (HEAD + '<b class="price">€ 5</b>' + SOLD_OUT, "OutOfStock", "html:stock"),
        (HEAD + '<b class="price">€ 5</b>', "InStock", "html:offer"),
        (HEAD + "<button>Add to cart</button>", None, None),
    ],
)  # fmt: skip
def test_whether_a_product_can_be_had(html: str, stock: str | None, source: str | None) -> None:
    field = read(html).fields.get("availability")
    assert (field and (field.text, field.source)) == (stock and (stock, source))


ITEM = '<div itemscope itemtype="https://schema.org/Product"><b itemprop="price">5</b>'
PRICE = '<b class="price">€ 5</b>'


@pytest.mark.parametrize(
    ("html", "brand"),
    [
        (HEAD + PRICE + "<table><tr><th>Brand:</th><td>Hive</td></tr></table>", "Hive"),
        (HEAD + PRICE + "<dl><dt>Marke</dt><dd>Hive</dd></dl>", "Hive"),
        (HEAD + PRICE + "<li><b>Marque :</b> Hive</li>", "Hive"),
        ("<title>Hive jar</title><h1>Hive jar</h1>" + PRICE + '<a class="brand">Hive</a>', "Hive"),
        (HEAD + PRICE + '<a class="brand">Other</a>', None),
        (HEAD + PRICE + '<a id="bylineInfo">Visit the Hive Store</a>', "Hive"),
        ("<title>Hive jar</title><h1>Hive jar</h1>" + PRICE + '<script>{"brand":"Hive"}</script>',
         "Hive"),
        (ITEM + '<p itemprop="brand">More by <a href="/h">Hive</a></p>', "Hive"),
        (ITEM + '<meta itemprop="brand" itemscope content="Hive">', "Hive"),
        (product(offers={"price": 5}, brand="$brand"), None),
    ],
)  # fmt: skip
def test_brand(html: str, brand: str | None) -> None:
    assert text(read(html), "brand") == brand


def test_an_article_on_a_product_is_an_article() -> None:
    page = read(
        meta(og__type="article", og__title="We tried the jar")
        + ld({"@type": "Product", "name": "Jar", "offers": {"price": 5}})
        + ld({"@type": "Article", "headline": "We tried the jar", "author": "Ann Lee"})
    )
    assert page.fields["author"] == Field("jsonld:author", text="Ann Lee")
    assert "price" not in page.fields


def test_what_is_called_otherwise_than_the_page_is_beside_its_subject() -> None:
    jar = {"@type": "Product", "name": "Honey jar of glass", "offers": {"price": 5}}
    spoon = {"@type": "Product", "name": "Spoon", "sku": "1", "mpn": "2", "offers": {"price": 1}}
    assert price("<title>Honey jar of glass</title>" + ld([spoon, jar])) == Price("5")


@pytest.mark.parametrize(
    "flood",
    [">Brand" + " " * 1_000_000, ">Autor:" + " " * 1_000_000, ">Datum <b>" * 100_000,
     "<i>Brand - <b><b><b><b>" * 40_000, 'brand":{' * 200_000, "publish" * 200_000],
)  # fmt: skip
@pytest.mark.timeout(60)
def test_labels_before_nothing_are_passed_over(flood: str) -> None:
    assert text(read(HEAD + flood), "title") == "Honey jar of glass"
