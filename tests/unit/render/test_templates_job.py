from __future__ import annotations

import pytest

from og_render.text.fonts import FontBook
from tests.unit.render.drawn import card, pixels_of


def test_the_site_stands_in_for_the_company(book: FontBook) -> None:
    by_site = pixels_of(card("job/listing", title="Gardener", siteName="Northwind"), book)
    for values in ({"company": "Northwind"}, {"company": "Northwind", "siteName": "Northwind"}):
        assert (pixels_of(card("job/listing", title="Gardener", **values), book) == by_site).all()


@pytest.mark.parametrize("name", ["location", "salary", "type"])
def test_every_fact_is_shown_under_a_long_title(book: FontBook, name: str) -> None:
    facts = {"location": "Hamburg", "salary": "€70,000", "type": "Full-time"}
    whole = card("job/listing", title="हमने खोज इंजन को शुरू से बनाया " * 5, **facts)
    other = card("job/listing", **{**whole.values, name: "Other"})
    assert (pixels_of(other, book) != pixels_of(whole, book)).any()
