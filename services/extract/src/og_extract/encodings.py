"""Content codings (RFC 9110, section 8.4.1), decoded to a bound.

What a few kilobytes decode to may be gigabytes; no decoder here makes more than was asked for.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import brotli
import zstandard

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
MAX_CODINGS = 2
MAX_GZIP_MEMBERS = 64  # RFC 1952 allows any number; each may be empty
ZSTD_WINDOW_MAX_BYTES = 8 * 1024 * 1024  # RFC 9659
GZIP_WINDOW_BITS = zlib.MAX_WBITS | 16
GZIP_START = b"\x1f\x8b"


class DecodingError(ValueError):
    """A body is not what its Content-Encoding says, or that is unknown."""


def decode(body: bytes, content_encoding: str, max_bytes: int) -> bytes:
    """Decode a body, perhaps cut, to at most max_bytes; the rest is left undecoded."""
    codings = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
    if len(codings) > MAX_CODINGS:
        raise DecodingError("too many codings")
    for name in reversed(codings):
        decoder = _DECODERS.get(name)
        if decoder is None:
            raise DecodingError(f"unknown coding {name!r}")
        try:
            body = decoder(body, max_bytes)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise DecodingError(f"{name}: {error}") from None
    return body[:max_bytes]


def _identity(body: bytes, max_bytes: int) -> bytes:
    return body[:max_bytes]


def _gzip(body: bytes, max_bytes: int) -> bytes:
    decoded = bytearray()
    for _ in range(MAX_GZIP_MEMBERS):
        decoder = zlib.decompressobj(GZIP_WINDOW_BITS)
        decoded += decoder.decompress(body, max_bytes - len(decoded))
        body = decoder.unused_data
        if len(decoded) == max_bytes or not body.startswith(GZIP_START):
            break
    return bytes(decoded)


def _deflate(body: bytes, max_bytes: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, max_bytes)
    except zlib.error:  # many servers send it without the zlib wrapper
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, max_bytes)


def _brotli(body: bytes, max_bytes: int) -> bytes:
    decoder = brotli.Decompressor()
    decoded = bytearray(decoder.process(body, output_buffer_limit=max_bytes))
    while len(decoded) < max_bytes and not decoder.can_accept_more_data():
        decoded += decoder.process(b"", output_buffer_limit=max_bytes - len(decoded))
    return bytes(decoded)


def _zstd(body: bytes, max_bytes: int) -> bytes:
    decoder = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_MAX_BYTES)
    decoded = bytearray()
    with decoder.stream_reader(io.BytesIO(body), read_across_frames=True) as reader:
        try:
            while part := reader.read1(max_bytes - len(decoded)):
                decoded += part
        except zstandard.ZstdError:
            if not decoded:  # else something follows the last frame
                raise
    return bytes(decoded)


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "identity": _identity,
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
