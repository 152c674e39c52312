from __future__ import annotations

PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_SNIFFED_BYTES = 512
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<title", b"<meta", b"<!--")
_FILE_STARTS = (
    b"%PDF-",
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"PK\x03\x04",
    b"\x1f\x8b",
)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def media_type(content_type: str) -> str:
    """Return the type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def is_page_type(content_type: str) -> bool:
    """Tell whether an answer of this Content-Type may be a page; an empty one may."""
    return not media_type(content_type) or media_type(content_type) in PAGE_TYPES


def looks_like_html(body: bytes) -> bool:
    """Tell whether a body without a type begins as pages do."""
    start = body[:_SNIFFED_BYTES].removeprefix(_BYTE_ORDER_MARK).lstrip().lower()
    return start.startswith(_HTML_STARTS)


def is_no_page(body: bytes) -> bool:
    """Tell whether a body is empty or a file, whatever its type says."""
    start = body[:_SNIFFED_BYTES].lstrip()
    return not body.strip() or start.startswith(_FILE_STARTS)
