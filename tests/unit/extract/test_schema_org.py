"""schema.org's data in the three syntaxes that pages write it in, with their usual faults."""

from __future__ import annotations

import pytest

from og_extract.read.schema_org.scripts import parse_script
from tests.unit.extract.reading import day, ld, read, text

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
