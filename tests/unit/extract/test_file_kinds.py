from __future__ import annotations

import gzip

import pytest

from og_extract.fetch.file_kinds import FileKind, kind_of_body, kind_of_type


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("image/png", FileKind.IMAGE),
        ("Image/SVG+XML; charset=utf-8", FileKind.IMAGE),
        ("video/mp4", FileKind.VIDEO),
        ("application/vnd.apple.mpegurl", FileKind.VIDEO),
        ("audio/mpeg", FileKind.AUDIO),
        ("application/pdf", FileKind.PDF),
        ("application/json", FileKind.OTHER),
        ("text/plain", FileKind.OTHER),
        ("nonsense", FileKind.OTHER),
    ],
)
def test_a_type_names_a_kind(content_type: str, kind: FileKind) -> None:
    assert kind_of_type(content_type) == kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", FileKind.IMAGE),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", FileKind.IMAGE),
        (b"RIFF\0\0\0\0WEBP", FileKind.IMAGE),
        (b"RIFF\0\0\0\0WAVE", FileKind.AUDIO),
        (b"RIFF\0\0\0\0AVI ", FileKind.VIDEO),
        (b"\0\0\0\x20ftypisom", FileKind.VIDEO),
        (b"\0\0\0\x20ftypM4A ", FileKind.AUDIO),
        (b"\0\0\0\x20ftypavif", FileKind.IMAGE),
        (b"\x1aE\xdf\xa3", FileKind.VIDEO),
        (b"ID3\x04", FileKind.AUDIO),
        (b"%PDF-1.7", FileKind.PDF),
        (b"PK\x03\x04", FileKind.OTHER),
        (b"", FileKind.OTHER),
    ],
)
def test_a_body_shows_its_kind(body: bytes, kind: FileKind) -> None:
    assert kind_of_body(body, "") == kind
    assert kind_of_body(gzip.compress(body), "gzip") == kind


def test_a_body_that_is_not_as_it_says_is_something() -> None:
    assert kind_of_body(b"%PDF-1.7", "gzip") == FileKind.OTHER
