"""What kind of thing a URL leads to that leads to no page."""

from __future__ import annotations

from enum import Enum
from typing import Final

from og_extract.encodings import DecodingError, decode
from og_extract.fetch.image_kinds import is_image
from og_extract.read.markup.media_types import media_type

LOOKED_AT_BYTES: Final = 4_096
DECODED_FROM_BYTES: Final = 256 * 1024
"""More than a block of any coding."""


class FileKind(Enum):
    """Kinds of things that are told apart."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    PDF = "pdf"
    OTHER = "other"


_KINDS_BY_TYPE: Final = {
    "application/pdf": FileKind.PDF,
    "application/x-pdf": FileKind.PDF,
    "application/vnd.apple.mpegurl": FileKind.VIDEO,
    "application/x-mpegurl": FileKind.VIDEO,
    "application/dash+xml": FileKind.VIDEO,
    "application/ogg": FileKind.AUDIO,
}
_KINDS_BY_START: Final = (
    (b"%PDF-", FileKind.PDF),
    (b"\x1aE\xdf\xa3", FileKind.VIDEO),  # Matroska, WebM
    (b"OggS", FileKind.AUDIO),
    (b"ID3", FileKind.AUDIO),
    (b"\xff\xfb", FileKind.AUDIO),  # MP3 without tags
    (b"fLaC", FileKind.AUDIO),
)
_KINDS_BY_RIFF_FORM: Final = {b"WAVE": FileKind.AUDIO, b"AVI ": FileKind.VIDEO}
_AUDIO_BRANDS: Final = (b"M4A ", b"M4B ")


def kind_of_type(content_type: str) -> FileKind:
    """Tell the kind by a Content-Type."""
    name = media_type(content_type)
    try:
        return FileKind(name.partition("/")[0])
    except ValueError:
        return _KINDS_BY_TYPE.get(name, FileKind.OTHER)


def kind_of_body(body: bytes, content_encoding: str) -> FileKind:
    """Tell the kind by how a body begins, whatever its type says."""
    try:
        start = decode(body[:DECODED_FROM_BYTES], content_encoding, LOOKED_AT_BYTES)
    except DecodingError:
        return FileKind.OTHER
    if is_image(start):
        return FileKind.IMAGE
    if start.startswith(b"RIFF"):
        return _KINDS_BY_RIFF_FORM.get(start[8:12], FileKind.OTHER)
    if start[4:8] == b"ftyp":
        return FileKind.AUDIO if start[8:12] in _AUDIO_BRANDS else FileKind.VIDEO
    return next((kind for sign, kind in _KINDS_BY_START if start.startswith(sign)), FileKind.OTHER)
