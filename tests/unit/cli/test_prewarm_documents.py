from __future__ import annotations

import datetime as dt
import gzip
import random

import pytest

from og_cli.prewarm import documents
from og_cli.prewarm.documents import Entry, UnreadableListError, read_listing
from tests.support.seeds import rng

__all__ = ["rng"]

BASE = "https://example.com/list.xml"
SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand --><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://example.com/a?x=1&amp;y=2 </loc><lastmod>2026-11-24T10:00:00+01:00</lastmod>
  <image:image><image:loc>https://example.com/picture.png</image:loc></image:image></url>
<url><lastmod>yesterday</lastmod><loc>https://example.com/b</loc></url>
<url><loc></loc></url></urlset>"""


def day(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_a_sitemap_lists_pages_and_when_they_changed() -> None:
    expected = [
        Entry("https://example.com/a?x=1&y=2", day("2026-11-24T09:00:00")),
        Entry("https://example.com/b"),
    ]
    for data in (SITEMAP, b"\xef\xbb\xbf" + SITEMAP, gzip.compress(SITEMAP)):
        listing = read_listing(data, BASE)
        assert (listing.pages, listing.sitemaps) == (expected, [])


def test_an_index_lists_sitemaps() -> None:
    listing = read_listing(
        b"<sitemapindex><sitemap><loc>https://example.com/1.xml.gz</loc>"
        b"<lastmod>2026-11</lastmod></sitemap></sitemapindex>",
        BASE,
    )
    assert [entry.url for entry in listing.sitemaps] == ["https://example.com/1.xml.gz"]
    assert listing.pages == []


def test_rss_lists_its_items() -> None:
    listing = read_listing(
        b"""<rss version="2.0"><channel><link>https://example.com/</link>
        <item><link>https://example.com/1</link><guid>urn:1</guid>
          <pubDate>Tue, 24 Nov 2026 10:00:00 +0100</pubDate></item>
        <item><guid>https://example.com/2</guid></item>
        <item><guid isPermaLink="false">3</guid></item></channel></rss>""",
        BASE,
    )
    assert listing.pages == [
        Entry("https://example.com/1", day("2026-11-24T09:00:00")),
        Entry("https://example.com/2"),
    ]


def test_atom_lists_its_entries() -> None:
    listing = read_listing(
        b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://example.com/"/>
        <entry><link rel="self" href="/no"/><link href="/1"/><updated>2026-11-24T10:00:00Z</updated>
        </entry><entry><link rel="alternate" href="https://example.com/2"/></entry></feed>""",
        BASE,
    )
    assert listing.pages == [
        Entry("https://example.com/1", day("2026-11-24T10:00:00")),
        Entry("https://example.com/2"),
    ]


def test_text_lists_a_page_a_line() -> None:
    listing = read_listing(b"https://example.com/1\r\n\n# later\nhttps://example.com/2", BASE)
    assert [entry.url for entry in listing.pages] == [
        "https://example.com/1",
        "https://example.com/2",
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<urlset><url>", "no well-formed XML"),
        (b"<html><body>Not found</body></html>", "<html>"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><urlset><url><loc>&b;</loc></url></urlset>', "entities"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><urlset>&b;</urlset>', "entities"),
        (gzip.compress(SITEMAP)[:-9], "ends too early"),
        (b"\x1f\x8bnonsense", "gzip is broken"),
        (b"\xff\xfe\x00", "neither XML nor text"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableListError, match=why):
        read_listing(data, BASE)


def test_a_bomb_is_not_unzipped() -> None:
    bomb = gzip.compress(b" " * (documents.MAX_DOCUMENT_BYTES + 1), 1)
    with pytest.raises(UnreadableListError, match="unzipped"):
        read_listing(bomb, BASE)


def test_more_pages_than_a_sitemap_may_have_are_refused() -> None:
    url = b"<url><loc>https://example.com/</loc></url>"
    data = b"<urlset>" + url * (documents.MAX_ENTRIES + 1) + b"</urlset>"
    with pytest.raises(UnreadableListError, match="50,000"):
        read_listing(data, BASE)


def test_broken_documents_raise_nothing_else(rng: random.Random) -> None:
    for _ in range(300):
        data = bytearray(SITEMAP)
        for _ in range(rng.randrange(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            read_listing(bytes(data), BASE)
        except UnreadableListError:
            continue
