from __future__ import annotations

import pytest

from bench.extract.levelling import matches


@pytest.mark.parametrize(
    ("field", "expected", "found"),
    [
        ("title", "It\u2019s \u201chere\u201d", "it's  &quot;HERE&quot;"),
        ("title", "Fish &amp; chips", "Fish & chips"),
        ("title", "Genesenen\u00ad\u00adnachweise", "Genesenennachweise"),
        ("title", "Café", "Cafe\u0301"),
        ("description", "One\n---two", "One ---two "),
        ("author", ["Ada Lovelace", "Alan Turing"], "Alan Turing, Ada Lovelace"),
        ("author", "Glen Owen And Brendan Carlin", "Glen Owen & Brendan Carlin"),
        ("author", ["Doe, PhD", "Roe, PhD"], "Roe, PhD, Doe, PhD"),
        ("publishedAt", "2020-01-28", "2020-01-28T23:59:00+01:00"),
        ("publishedAt", "2020-01-28", "2020-01-28T14:28:56.000Z"),
        ("price", "2.449", "2449.00"),
        ("price", "1,299.90", "1299.9"),
        ("price", "1.299,90", "1299.90"),
        ("price", "34,99", 34.99),
        ("price", "24990", "24990"),
        ("price", None, None),
        ("price", None, ""),
        ("currency", "$", "AUD"),
        ("currency", "€", "eur"),
        ("currency", "BRL", "BRL"),
        ("rating", 4.98, "5"),
        ("rating", 97.7, 97.7),
        ("ratingCount", 1204, "1,204"),
        ("brand", ["TP-Link"], "TP-LINK"),
        ("brand", ["Nike", "Jordan"], "Jordan"),
        ("availability", "InStock", "https://schema.org/InStock"),
        ("availability", "OutOfStock", "out of stock"),
        ("image", "https://example.com/a b.jpg", "https://EXAMPLE.com/a%20b.jpg#x"),
        ("lang", "en-US", "en_us"),
        ("language", "en-US", "en"),
    ],
)
def test_what_does_not_matter_is_levelled(field: str, expected: object, found: object) -> None:
    assert matches(field, expected, found)


@pytest.mark.parametrize(
    ("field", "expected", "found"),
    [
        ("title", "Bees", "Bees | Meadow Post"),
        ("title", "Bees", None),
        ("title", "Bees", ""),
        ("title", "A-B", "A B"),
        ("author", ["Ada Lovelace", "Alan Turing"], "Ada Lovelace"),
        ("author", "Ada Lovelace", "Ada Lovelace, Ada Lovelace"),
        ("publishedAt", "2020-01-28", "2020-01-27T23:30:00.000Z"),
        ("publishedAt", "2020-01-28", "yesterday"),
        ("price", "34.99", "35"),
        ("price", "34.99", "on request"),
        ("price", None, "12"),
        ("price", "12.3456", "123456"),
        ("currency", "€", "USD"),
        ("rating", 4.9, 4.8),
        ("rating", 4.125, 4125),
        ("ratingCount", 12, 13),
        ("brand", ["Nike"], "Puma"),
        ("availability", "InStock", "OutOfStock"),
        ("image", "https://example.com/a.jpg?w=1", "https://example.com/a.jpg?w=2"),
        ("url", "https://example.com/a", "https://example.com/b"),
        ("lang", "en-US", "en"),
        ("language", "en-US", "de"),
    ],
)
def test_what_matters_is_not(field: str, expected: object, found: object) -> None:
    assert not matches(field, expected, found)
