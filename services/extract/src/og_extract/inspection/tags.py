"""The tags of a page that link previews read, and where in its HTML each of them starts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Self

from selectolax.lexbor import LexborNode

from og_extract.encodings import DecodingError, decode
from og_extract.read.kinds.broken_off import whole_part
from og_extract.read.kinds.page_kind import PageKind
from og_extract.read.markup.charset import decode_by, header_charset, markup_charset
from og_extract.read.markup.document import Document, ancestors
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource

MAX_TAGS: Final = 256
MAX_VALUE_CHARS: Final = 4_096
MAX_DETAIL_CHARS: Final = 256
MAX_MARKS: Final = 20_000
"""Tags whose place is noted; half of all pages have under 3,000 of any kind."""
MAX_DEPTH: Final = 64

_PREFIXES: Final = (
    *("og:", "twitter:", "article:", "book:", "profile:", "product:", "music:", "video:"),
    *("fb:", "al:", "fediverse:", "telegram:"),
)
_NAMES: Final = frozenset(
    {
        *("description", "robots", "googlebot", "theme-color", "author", "application-name"),
        *("apple-mobile-web-app-title", "refresh", "content-language"),
    }
)
_ATTRIBUTES: Final = ("property", "name", "http-equiv")
_RELS: Final = frozenset(
    {
        *("canonical", "icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon"),
        *("image_src", "alternate"),
    }
)
_OEMBED: Final = ("application/json+oembed", "application/xml+oembed", "text/xml+oembed")
_STARTS: Final = re.compile(rb"<(?:meta|link|title)(?=[\s/>])", re.IGNORECASE)
_MARK: Final = "data-instantog-start"
"""The first of two attributes of one name counts (HTML standard, 13.2.5.33), so none of the
page's own can pass for it."""


@dataclass(frozen=True, slots=True)
class PageTag:
    """A tag as it stands; see PageTag of the contract."""

    element: str
    attribute: str
    name: str
    value: str
    detail: str
    start_byte: int
    is_in_body: bool


@dataclass(frozen=True, slots=True)
class TaggedPage:
    """What a page has for link previews; see InspectedPage of the contract."""

    tags: list[PageTag]
    html_bytes: int
    base_url: str
    language: str
    header_charset: str
    markup_charset: str
    charset: str
    kind: PageKind
    kind_reason: str

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Self:
        """Make it of what dataclasses.asdict and JSON made of it."""
        tags = [PageTag(**tag) for tag in fields.pop("tags")]
        return cls(tags=tags, kind=PageKind(fields.pop("kind")), **fields)


def read_tags(source: PageSource) -> TaggedPage | None:
    """Read a page's tags; None where the source is no HTML or not what its encoding says."""
    page = read_page(source)
    try:
        body = decode(source.body, source.content_encoding, source.max_bytes)
    except DecodingError:
        return None
    if page is None:
        return None
    html, codec = decode_by(_marked(body), source.content_type)
    document = Document(whole_part(html) if source.is_partial else html, source.url)
    root = document.tree.root
    return TaggedPage(
        tags=_tags(document),
        html_bytes=len(body),
        base_url=document.base,
        language=((root.attributes.get("lang") if root else "") or "")[:MAX_DETAIL_CHARS],
        header_charset=header_charset(source.content_type),
        markup_charset=markup_charset(body),
        charset=re.sub(r"^cp(?=125)", "windows-", codec).replace("_", "-"),
        kind=page.kind,
        kind_reason=page.kind_reason,
    )


def _marked(body: bytes) -> bytes:
    """Write into each tag where it starts: parsers tell nobody.

    All charsets but UTF-16 spell these tags as ASCII does.
    """
    return _STARTS.sub(
        lambda match: b'%b %b="%d"' % (match[0], _MARK.encode(), match.start()), body, MAX_MARKS
    )


def _tags(document: Document) -> list[PageTag]:
    nodes = [node for name in ("title", "meta", "link") for node in document.tagged(name)]
    found = [tag for node in nodes if (tag := _tag(node)) is not None]
    found.sort(key=lambda tag: tag.start_byte)  # stable, so that unknown places keep their order
    return found[:MAX_TAGS]


def _tag(node: LexborNode) -> PageTag | None:
    match node.tag:
        case "title":
            return _title(node)
        case "meta":
            return _meta(node)
        case _:
            return _link(node)


def _title(node: LexborNode) -> PageTag | None:
    if any(parent.tag == "svg" for parent in ancestors(node, 4)):
        return None
    return _made(node, "", "", node.text(), "")


def _meta(node: LexborNode) -> PageTag | None:
    for attribute in _ATTRIBUTES:
        name = _name(node, attribute)
        if name in _NAMES or name.startswith(_PREFIXES):
            content = node.attributes.get("content") or ""
            return _made(node, attribute, name, content, node.attributes.get("media") or "")
    return None


def _link(node: LexborNode) -> PageTag | None:
    rels = [rel for rel in _name(node, "rel").split() if rel in _RELS]
    kind = (node.attributes.get("type") or "").strip().lower()
    if not rels or (rels[0] == "alternate" and kind not in _OEMBED):
        return None
    detail = kind if rels[0] == "alternate" else node.attributes.get("sizes") or ""
    return _made(node, "rel", rels[0], node.attributes.get("href") or "", detail)


def _name(node: LexborNode, attribute: str) -> str:
    return (node.attributes.get(attribute) or "")[:MAX_DETAIL_CHARS].strip().lower()


def _made(node: LexborNode, attribute: str, name: str, value: str, detail: str) -> PageTag:
    mark = node.attributes.get(_MARK) or ""
    return PageTag(
        element=node.tag or "",
        attribute=attribute,
        name=name,
        value=value.strip()[:MAX_VALUE_CHARS],
        detail=detail.strip()[:MAX_DETAIL_CHARS],
        start_byte=int(mark) if mark.isascii() and mark.isdigit() else 0,
        is_in_body=any(parent.tag == "body" for parent in ancestors(node, MAX_DEPTH)),
    )
