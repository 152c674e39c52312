"""Reader of what shops show without saying it in data. It runs only where data are silent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Final

from selectolax.lexbor import LexborNode

from og_extract.read.findings import Findings, RawPrice
from og_extract.read.markup.document import (
    Document,
    ancestors,
    hides_itself,
    is_visible,
    names_of,
    visible_text,
)
from og_extract.read.markup.text import letters_of
from og_extract.read.markup.words import BRAND_LABEL, BUY, CURRENCY, SOLD_OUT
from og_extract.read.precedence import PRICE
from og_extract.read.sources.headings import find_headline
from og_extract.read.sources.subjects import SHOP_SIGNS, Subject, declared_subject, subject_of

MAX_PRICES = 48
MAX_LABELS = 4
MAX_PRICE_CHARS = 64
MAX_PARTS = 64
"""Of a price; what has more of them holds more than a price."""
MAX_BRAND_CHARS = 60
MAX_BUTTONS = 200
MAX_LEVELS_UP = 12
"""Wrappers of whole pages are called by anything."""
MAX_BUTTON_CHARS = 80
MAX_STOCK_CHARS = 120

_PRICES: Final = ", ".join(
    f"[{attribute}*={word} i]"
    for word in ("price", "preis", "prix", "precio", "preco", "prezzo", "cena")
    for attribute in ("class", "id")
)
# What a buyer does not pay: former prices, prices by weight, costs of delivery, rates.
_OTHER_PRICE = re.compile(
    r"\bold|-old|was|list-?price|strike|regular|rrp|uvp|msrp|crossed|before|original|per-?unit"
    r"|unit-?price|basis|shipping|versand|deliver|sav(?:e|ing)|discount|instal|monthly|filter"
    r"|range|slider|cart|basket|total|compare",
    re.IGNORECASE,
)
# Of a headline: "$110 million".
_GREAT = re.compile(r"\d\s*(?:mill?i|bill?i|mio|mrd|mln|млн|млрд)", re.IGNORECASE)
_AMOUNT_ALONE = re.compile(r"\d[\d., ]*[.,]\d\d")
_PRICE_IN_SCRIPT = re.compile(
    r"""rice\\?["']\s*:\s*\\?["']?(\d{1,7}(?:\.\d{1,2})?)\\?["']?\s*[,}]"""
)
# Fixed starts are found fast: these are the ends of "price" and of "brand", "productBrand", ...
_BRAND_IN_SCRIPT = re.compile(
    r"""rand(?:_?[Nn]ame)?\\?["']\s*:\s*(?:\{[^{}]{0,80}?name\\?["']\s*:\s*)?"""
    r"""\\?["']([^"'\\<>{}]{2,40})"""
)
_FORMER_TAGS: Final = frozenset({"del", "s", "strike"})
_OTHER_PRODUCTS = re.compile(
    r"related|recommend|similar|upsell|cross-?sell|carousel|slider|also|recent|sponsored|bundle"
    r"|accessor|zubeh|minicart|mini-cart|footer|navigation|comparison|teaser",
    re.IGNORECASE,
)
_CART: Final = (
    ":is("
    + ", ".join(
        f"[{attribute}*={word} i]"
        for word in ("cart", "basket", "bag", "trolley")
        for attribute in ("id", "class", "name")
    )
    + ")"
)
_TO_CART = re.compile(r"add[-_]?to[-_]?(?:cart|basket|bag|trolley)", re.IGNORECASE)
_CART_FORM: Final = 'form[action*="/cart/add" i] [type=submit]'
_BUTTONS: Final = ":is(button, input[type=submit i], a[class*=btn i], a[class*=button i])"
_STOCK: Final = ":is([class*=stock i], [id*=stock i], [class*=availab i], [id*=availab i])"
_BRANDS: Final = (
    ":is([id*=byline i], [class*=brand i], [id*=brand i], [class*=manufacturer i],"
    " [class*=vendor i],"
    ' a[href*="/brand/" i], a[href*="/brands/" i], a[href*="/marca/" i], a[href*="/marken/" i])'
)
_STORE = re.compile(
    r"^(?:visit the (?P<a>.+) store|visitez la boutique (?P<b>.+)|besuche den (?P<c>.+)-store"
    r"|visita lo store di (?P<d>.+)|visita la tienda de (?P<e>.+)"
    r"|(?:brand|marke|marque|marca|merk)\s*:\s*(?P<f>.+))$",
    re.IGNORECASE,
)


def read_shop(document: Document, findings: Findings) -> None:
    """Note the price by the headline, whether there is a button to buy, stock and brand.

    Where the page says that it is about something else, nothing is looked for; where it does not
    say what it is about, price and stock tell whether it is a product.
    """
    for source, read in _READERS.items():
        subject = declared_subject if source in SHOP_SIGNS else subject_of
        findings.later((source,), partial(_read_of_products, read, subject, document, findings))


def _read_of_products(
    read: Callable[[Document, Findings], None],
    subject_of: Callable[[str, Findings], Subject],
    document: Document,
    findings: Findings,
) -> None:
    subject = subject_of(document.url, findings)
    if subject is Subject.PRODUCT or (subject is Subject.OTHER and subject_of is declared_subject):
        read(document, findings)


def _read_prices(document: Document, findings: Findings) -> None:
    """Note prices that name a currency, then amounts alone, then those in attributes."""
    alone: list[str] = []
    for node in _after_headline(document, _PRICES, MAX_PRICES):
        if not is_visible(node) or _is_other(node):
            continue
        parts = node.css("del, s, strike, [class], [id]")[:MAX_PARTS]
        former = [part for part in parts if _is_former(part)]
        text = " ".join(visible_text(node, without=former).split())
        if len(text) > MAX_PRICE_CHARS or not any(map(str.isdecimal, text)):
            continue
        if CURRENCY.search(text) and not _GREAT.search(text):
            findings.add("html:price", RawPrice(text))
        elif _AMOUNT_ALONE.fullmatch(text):
            alone.append(text)
    given = _after_headline(document, "[data-price]", MAX_PRICES) if not alone else ()
    alone += [node.attributes.get("data-price") or "" for node in given if not _is_other(node)]
    findings.add_all("html:price", (RawPrice(text) for text in alone if text.strip()))


def _read_script_prices(document: Document, findings: Findings) -> None:
    """Note the price that scripts have, where all of them have the same."""
    prices = {found[1] for found in _PRICE_IN_SCRIPT.finditer(document.html)}
    if len(prices) == 1:
        findings.add("script:price", RawPrice(prices.pop()))


def _read_script_brands(document: Document, findings: Findings) -> None:
    """Note the brand that scripts have, where it is also in the title and the only such."""
    title = letters_of(document.title)
    brands = {found[1] for found in _BRAND_IN_SCRIPT.finditer(document.html)}
    named = {letters: brand for brand in brands if (letters := letters_of(brand)) in title}
    if len(named) == 1:
        findings.add_all("script:brand", named.values())


def _read_offer(_document: Document, findings: Findings) -> None:
    """Note that what is shown with a price, and not as sold out, can be had."""
    if any(findings.of(source) for source in (*PRICE, "html:price")):
        findings.add("html:offer", "InStock")


def _is_former(node: LexborNode) -> bool:
    """Tell what a buyer does not pay."""
    return node.tag in _FORMER_TAGS or _OTHER_PRICE.search(names_of(node)) is not None


def _is_other(node: LexborNode) -> bool:
    """Tell former prices and those of other products."""
    if _is_former(node):
        return True
    near = ancestors(node, MAX_LEVELS_UP)
    parents = [parent for parent in near if parent.tag not in {"body", "html"}]
    return any(
        parent.tag in _FORMER_TAGS or _OTHER_PRODUCTS.search(names_of(parent)) for parent in parents
    )


def _after_headline(document: Document, selector: str, max_count: int) -> Iterator[LexborNode]:
    """Give the nodes that follow the headline, in the order of the page."""
    headline = find_headline(document)
    if headline is None:
        return
    is_after, count = False, 0
    for node in document.tree.css(f":is({headline.tag}, {selector})"):
        if is_after and count < max_count:
            count += 1
            yield node
        is_after = is_after or node.mem_id == headline.mem_id


def _read_cart(document: Document, findings: Findings) -> None:
    """Note that there is a button to buy what the page is about."""
    named = filter(_is_named_cart, document.tree.css(_CART))
    forms = document.tree.css(_CART_FORM)
    buttons = document.tree.css(_BUTTONS)[:MAX_BUTTONS]
    for node in (*islice(named, MAX_PRICES), *forms[:MAX_PRICES], *filter(_says_buy, buttons)):
        is_off = hides_itself(node) or "disabled" in node.attributes
        if not is_off and not _is_in_list(node):
            findings.add("html:cart", "InStock")
            return


def _is_named_cart(node: LexborNode) -> bool:
    names = f"{names_of(node)} {node.attributes.get('name') or ''}"
    return _TO_CART.search(names) is not None


def _says_buy(node: LexborNode) -> bool:
    text = node.attributes.get("value") or node.text(deep=True)
    return len(text) <= MAX_BUTTON_CHARS and BUY.search(text) is not None


def _is_in_list(node: LexborNode) -> bool:
    return any(
        _OTHER_PRODUCTS.search(names_of(parent)) for parent in ancestors(node, MAX_LEVELS_UP)
    )


def _read_stock(document: Document, findings: Findings) -> None:
    for node in _after_headline(document, _STOCK, MAX_PRICES):
        if not is_visible(node) or _is_in_list(node):
            continue
        text = " ".join(visible_text(node).split())
        if text and len(text) <= MAX_STOCK_CHARS and SOLD_OUT.search(text):
            findings.add("html:stock", "OutOfStock")
            return


def _read_brand(document: Document, findings: Findings) -> None:
    """Note what stands beside a label, and what is marked up as brand and begins the title."""
    for found in islice(BRAND_LABEL.finditer(document.html), MAX_LABELS):
        findings.add("html:brand", found[1])
    title = letters_of(document.title)
    for node in document.tree.css(_BRANDS)[:MAX_PRICES]:
        picture = node.css_first("img[alt]")
        text = " ".join(visible_text(node).split()) or (
            (picture.attributes.get("alt") or "") if picture is not None else ""
        )
        store = _STORE.match(text) if len(text) <= 2 * MAX_BRAND_CHARS else None
        if store:
            findings.add("html:brand", next(filter(None, store.groups()), ""))
        elif 1 < len(letters_of(text)) <= MAX_BRAND_CHARS and title.startswith(letters_of(text)):
            findings.add("html:brand", text)


_READERS: Final = {
    "html:price": _read_prices,
    "html:cart": _read_cart,
    "html:stock": _read_stock,
    "html:brand": _read_brand,
    "html:offer": _read_offer,
    "script:price": _read_script_prices,
    "script:brand": _read_script_brands,
}
