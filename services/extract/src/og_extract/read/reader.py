"""From a page's bytes to what a card needs of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from og_extract.encodings import DecodingError, decode
from og_extract.read.choosing.choice import choose_page
from og_extract.read.choosing.page import Page
from og_extract.read.findings import Findings
from og_extract.read.kinds.broken_off import whole_part
from og_extract.read.kinds.looks import Looks
from og_extract.read.kinds.page_kind import judge
from og_extract.read.kinds.refresh import refresh_url
from og_extract.read.markup.charset import decode_page
from og_extract.read.markup.document import Document
from og_extract.read.markup.media_types import is_no_page, looks_like_html, media_type
from og_extract.read.reduction.digest import digest_of
from og_extract.read.source import PageSource
from og_extract.read.sources.bylines import read_bylines
from og_extract.read.sources.excerpts import read_excerpts
from og_extract.read.sources.headings import read_headings
from og_extract.read.sources.html import read_html
from og_extract.read.sources.icons import read_icons
from og_extract.read.sources.meta import read_metas
from og_extract.read.sources.pictures import read_pictures
from og_extract.read.sources.printed_dates import read_printed_dates
from og_extract.read.sources.prose import read_prose
from og_extract.read.sources.schema_org.reader import read_schema_org
from og_extract.read.sources.scripts import scripts_name
from og_extract.read.sources.shop import read_shop

MAX_SEARCHED_TAGS = 80_000
"""Half of all pages have under 3,000 tags. Of one with more than these, only the tags that say
something outright are read: to search it would take a second or more."""

MIN_TAG_CHARS = len("<p>")

_READERS: Final = (
    read_metas,
    read_schema_org,
    read_html,
    read_headings,
    read_icons,
)
# They look through all of the page, once for each thing.
_SEARCHERS: Final = (
    read_prose,
    read_bylines,
    read_printed_dates,
    read_shop,
    read_pictures,
    read_excerpts,
)


def read_page(source: PageSource) -> Page | None:
    """Read a page; None where the source is no HTML or not what its encoding says."""
    try:
        body = decode(source.body, source.content_encoding, source.max_bytes)
    except DecodingError:
        return None
    if is_no_page(body) or not (media_type(source.content_type) or looks_like_html(body)):
        return None
    html = decode_page(body, source.content_type)
    document = Document(whole_part(html) if source.is_partial else html, source.url)
    findings = Findings()
    are_few = (
        len(document.html) <= MIN_TAG_CHARS * MAX_SEARCHED_TAGS
        or document.html.count("<") <= MAX_SEARCHED_TAGS
    )
    for read in (*_READERS, *_SEARCHERS) if are_few else _READERS:
        read(document, findings)
    judgement = judge(Looks(document, findings), document.url, source.requested_url)
    page = choose_page(document, findings, explain=source.explain, offer=source.with_digest)
    return replace(
        page,
        kind=judgement.kind,
        kind_reason=judgement.reason,
        refresh_url=refresh_url(document),
        page_bytes=len(body),
        digest=digest_of(document, findings) if source.with_digest else None,
        scripts_name_sought_address=scripts_name(document, source.sought_addresses),
    )
