"""What lists pages: sitemaps and their indexes, RSS, Atom, and lines of text."""

from __future__ import annotations

import datetime as dt
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from og_urls import resolve_url

MAX_DOCUMENT_BYTES: Final = 52_428_800
"""Uncompressed, as the sitemap protocol has it (sitemaps.org, "Sitemap index files")."""
MAX_ENTRIES: Final = 50_000
"""Of one document; the same source."""
MAX_ELEMENTS: Final = 2_000_000
"""Of one document: what is no entry is kept while it is read."""
_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = zlib.MAX_WBITS | 16
_BYTE_ORDER_MARK: Final = "\ufeff"


class UnreadableListError(ValueError):
    """A document cannot be read as a list of pages; the message says why."""


@dataclass(frozen=True)
class Entry:
    """A page, or a further sitemap, and when it was last changed, if the list says so."""

    url: str
    changed: dt.datetime | None = None


@dataclass
class Listing:
    """What one document lists."""

    pages: list[Entry] = field(default_factory=list)
    sitemaps: list[Entry] = field(default_factory=list)


def read_listing(data: bytes, base_url: str) -> Listing:
    """Read a document of any of the forms, gzipped or not; relative links stand against base_url.

    Raises UnreadableListError.
    """
    data = _unzipped(data)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Listing(pages=read_lines(data))
    try:
        return _read_xml(data, base_url)
    except ParseError as error:
        raise UnreadableListError(f"it is no well-formed XML: {error}") from None
    except DefusedXmlException:
        text = "it declares XML entities, which no sitemap or feed has"
        raise UnreadableListError(text) from None
    except UnreadableListError:
        raise
    except (LookupError, ValueError):
        text = "its XML is in an encoding that is not known: use UTF-8"
        raise UnreadableListError(text) from None


def read_lines(data: bytes) -> list[Entry]:
    """Read text with one URL a line; empty lines and those that begin with # say nothing."""
    try:
        text = data.decode().removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError:
        raise UnreadableListError("it is neither XML nor text in UTF-8") from None
    lines = (line.strip() for line in text.splitlines())
    return _bounded([Entry(line) for line in lines if line and not line.startswith("#")])


def _unzipped(data: bytes) -> bytes:
    if not data.startswith(_GZIP_MAGIC):
        return data
    inflater = zlib.decompressobj(_GZIP_WINDOW)
    try:
        text = inflater.decompress(data, MAX_DOCUMENT_BYTES)
    except zlib.error as error:
        raise UnreadableListError(f"its gzip is broken: {error}") from None
    if inflater.unconsumed_tail:
        raise UnreadableListError(f"unzipped it has more than {MAX_DOCUMENT_BYTES:,} bytes")
    if not inflater.eof:
        raise UnreadableListError("its gzip ends too early")
    return text


def _read_xml(data: bytes, base_url: str) -> Listing:
    """Read element by element, none kept, so that a large sitemap takes little memory."""
    listing = Listing()
    reader: Callable[[str, Element, Listing], None] | None = None
    root: Element | None = None
    events = iterparse(io.BytesIO(data), events=("start", "end"))
    for count, (event, element) in enumerate(events):
        if count > 2 * MAX_ELEMENTS:
            raise UnreadableListError(f"it has more than {MAX_ELEMENTS:,} elements")
        name = _local_name(element)
        if root is None:
            root = element
            reader = _reader(name, base_url)
        elif event == "end" and reader is not None and name in _ENTRY_NAMES:
            reader(name, element, listing)
            element.clear()
            if len(listing.pages) + len(listing.sitemaps) > MAX_ENTRIES:
                raise _too_many()
    return listing


_ENTRY_NAMES: Final = frozenset({"url", "sitemap", "item", "entry"})


def _reader(root_name: str, base_url: str) -> Callable[[str, Element, Listing], None]:
    if root_name in {"urlset", "sitemapindex"}:
        return _read_sitemap_entry
    if root_name in {"rss", "RDF"}:
        return _read_rss_item
    if root_name == "feed":
        return lambda name, element, listing: _read_atom_entry(name, element, listing, base_url)
    raise UnreadableListError(f"it is no sitemap, RSS or Atom, but <{root_name}>")


def _read_sitemap_entry(name: str, element: Element, listing: Listing) -> None:
    if location := _text(element, "loc"):
        entries = listing.sitemaps if name == "sitemap" else listing.pages
        entries.append(Entry(location, _w3c_time(_text(element, "lastmod"))))


def _read_rss_item(name: str, element: Element, listing: Listing) -> None:
    if name != "item":
        return
    link = _text(element, "link")
    if not link:
        guid = next(_children(element, "guid"), None)
        if guid is not None and guid.get("isPermaLink", "true") == "true":
            link = (guid.text or "").strip()
    if link:
        changed = _mail_time(_text(element, "pubDate")) or _w3c_time(_text(element, "date"))
        listing.pages.append(Entry(link, changed))


def _read_atom_entry(name: str, element: Element, listing: Listing, base_url: str) -> None:
    if name != "entry":
        return
    for link in _children(element, "link"):
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            url = resolve_url(link.get("href", ""), base_url)
            changed = _text(element, "updated") or _text(element, "published")
            if url:
                listing.pages.append(Entry(url, _w3c_time(changed)))
            return


def _local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _local_name(child) == name)


def _text(element: Element, name: str) -> str:
    child = next(_children(element, name), None)
    return (child.text or "").strip() if child is not None else ""


def _w3c_time(text: str) -> dt.datetime | None:
    """Read W3C's date and time formats down to the day (w3.org/TR/NOTE-datetime)."""
    try:
        return _in_utc(dt.datetime.fromisoformat(text))
    except ValueError:
        return None


def _mail_time(text: str) -> dt.datetime | None:
    """Read RFC 822, which RSS has."""
    try:
        return _in_utc(parsedate_to_datetime(text))
    except ValueError:
        return None


def _in_utc(time: dt.datetime) -> dt.datetime | None:
    try:
        return time.replace(tzinfo=time.tzinfo or dt.UTC).astimezone(dt.UTC)
    except OverflowError:
        return None


def _bounded(entries: list[Entry]) -> list[Entry]:
    if len(entries) > MAX_ENTRIES:
        raise _too_many()
    return entries


def _too_many() -> UnreadableListError:
    return UnreadableListError(f"it lists more than {MAX_ENTRIES:,} pages; split it")
