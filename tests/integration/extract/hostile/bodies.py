"""Bodies that are not what they seem: bombs, lies about length, encodings and types."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

import brotli
import zstandard

from .cases import (
    HEAD,
    KIB,
    MIB,
    NO_CONTENT,
    NO_PAGE,
    TITLE,
    UNREACHABLE,
    Case,
    body,
    case,
    head,
    say,
    say_forever,
)

BOMB_BYTES = 128 * MIB
TEN_CODINGS = ", ".join(["gzip"] * 10)


@cache
def bomb() -> bytes:
    """A page and spaces, 128 MiB of them."""
    return HEAD + b" " * BOMB_BYTES


def deflated(data: bytes) -> bytes:
    """Deflate without the zlib wrapper, as many servers do."""
    packer = zlib.compressobj(1, wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def encoded(coding: str, data: bytes) -> Case:
    """A body in some codings whose beginning is a page."""
    return case(body(data, f"content-encoding: {coding}"), TITLE)


def refused(coding: str, data: bytes) -> Case:
    """A body that cannot be decoded, or is not worth it."""
    return case(body(data, f"content-encoding: {coding}"), NO_PAGE)


def bombs() -> dict[str, Case]:
    gz, br = gzip.compress(bomb(), 1), brotli.compress(bomb(), quality=1)
    zst = zstandard.ZstdCompressor(level=1).compress(bomb())
    wide = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters.from_level(1, window_log=27)
    ).compress(bomb())
    return {
        "gzip bomb": encoded("gzip", gz),
        "x-gzip bomb": encoded("X-GZIP", gz),
        "zlib bomb": encoded("deflate", zlib.compress(bomb(), 1)),
        "deflate bomb": encoded("deflate", deflated(bomb())),
        "brotli bomb": encoded("br", br),
        "zstd bomb": encoded("zstd", zst),
        "zstd bomb with a wide window": refused("zstd", wide),
        "gzip bomb in gzip": encoded("gzip, gzip", gzip.compress(gz)),
        "brotli bomb in brotli": encoded("br, br", brotli.compress(br, quality=1)),
        "zstd bomb in zstd": encoded("zstd, zstd", zstandard.compress(zst)),
        "zstd bomb in gzip": encoded("zstd, gzip", gzip.compress(zst)),
        "brotli bomb in zstd": encoded("br,zstd", zstandard.compress(br)),
        "ten codings": refused(TEN_CODINGS, gz),
        "thousands of codings": refused(", ".join(["gzip"] * 5_000), gz),
        "unknown coding": refused("lzma", gz),
        "no gzip at all": refused("gzip", HEAD),
        "no brotli at all": refused("br", HEAD),
        "no zstd at all": refused("zstd", HEAD),
        "gzip cut": encoded("gzip", gzip.compress(HEAD + bytes(range(256)) * 99)[:-200]),
        "brotli cut": encoded("br", brotli.compress(HEAD + bytes(range(256)) * 99)[:-20]),
        "zstd cut": case(
            body(zstandard.compress(HEAD * 999)[:-20], "content-encoding: zstd"), TITLE, NO_PAGE
        ),
        "gzip of many members": encoded("gzip", gzip.compress(HEAD) * 20_000),
        "endless gzip": case(
            say_forever(head("content-encoding: gzip") + gz[: 64 * KIB], gz[64 * KIB :]), TITLE
        ),
    }


def lies() -> dict[str, Case]:
    """Lies about length and framing (RFC 9112, section 6)."""
    page = HEAD + b"x" * 100
    size = f"content-length: {len(page)}"
    chunk = f"{len(page):x}\r\n".encode() + page + b"\r\n"
    chunked = head("transfer-encoding: chunked")
    found = {
        "longer than sent": say(head("content-length: 100000") + page),
        "longer than anything": say(head(f"content-length: {10**30}") + page),
        "negative": say(head("content-length: -1") + page),
        "no number": say(head("content-length: many") + page),
        "two lengths": say(head(size, "content-length: 3") + page),
        "length and chunks": say(head(size, "transfer-encoding: chunked") + chunk + b"0\r\n\r\n"),
        "chunks cut": say(chunked + chunk),
        "chunk too short": say(chunked + b"fffff\r\n" + page),
        "chunk without size": say(chunked + b"zz\r\n" + page),
        "chunk of 2^64": say(chunked + b"ffffffffffffffff\r\n" + page),
        "chunk of -1": say(chunked + b"-1\r\n" + page),
        "chunk of many digits": say(chunked + b"0" * 100_000 + b"1\r\nx"),
        "chunk with an endless extension": say_forever(chunked + b"1;", b"x" * KIB),
        "endless trailers": say_forever(chunked + chunk + b"0\r\n", b"x: y\r\n" * 100),
        "unknown transfer coding": say(head("transfer-encoding: gzip") + page),
        "chunked twice": say(head("transfer-encoding: chunked, chunked") + chunk),
    }
    cases = {name: case(answer, TITLE, UNREACHABLE) for name, answer in found.items()}
    cases["shorter than sent"] = case(say(head("content-length: 60") + page), TITLE)
    cases["nothing"] = case(say(head("content-length: 0") + page), NO_PAGE)
    return cases


def floods() -> dict[str, Case]:
    """Bodies in pieces so small that the pieces cost more than the bytes."""
    chunked = head("transfer-encoding: chunked")
    first = f"{len(HEAD):x}\r\n".encode() + HEAD + b"\r\n"
    return {
        "chunks of a byte": case(
            say_forever(chunked + first, b"1\r\nx\r\n" * 10_000), TITLE, UNREACHABLE
        ),
        "chunks of a byte with extensions": case(
            say_forever(chunked + first, b"1;a=b\r\nx\r\n" * 10_000), TITLE, UNREACHABLE
        ),
        "a body without end": case(say_forever(head() + HEAD, b"<p>more</p>" * 5_000), TITLE),
        "a line without end": case(say_forever(head() + HEAD, b"x" * 64 * KIB), TITLE),
        "a drip": case(say_forever(head() + HEAD, b".", 0.2), TITLE),
        "a drip of nothing": case(say_forever(head(), b" ", 0.2), NO_PAGE, UNREACHABLE),
    }


def dresses() -> dict[str, Case]:
    """Types and charsets that are not those of the body."""
    page = HEAD + "Grüße".encode()
    wide = HEAD.decode()
    kind = "content-type: text/html; charset="
    return {
        "utf-16": case(body(wide.encode("utf-16-le")), TITLE),
        "utf-16 and odd": case(body(wide.encode("utf-16-be") + b"\0"), TITLE),
        "utf-16 with a mark, cut": case(body(b"\xff\xfe" + wide.encode("utf-16-le")[:-1]), TITLE),
        "utf-16 declared": case(body(page, kind + "utf-16"), TITLE),
        "utf-7 declared": case(body(page, kind + "utf-7"), TITLE),
        "no charset at all": case(body(page, kind + "x" * 20_000), TITLE),
        "charset again and again": case(body(page, kind + "charset=" * 5_000), TITLE),
        "a codec that is no charset": case(body(page + b"\xff", kind + "zlib_codec"), TITLE),
        "nul between": case(body(HEAD.replace(b"><", b">\0\0<")), TITLE),
        "nul only": case(body(bytes(MIB)), NO_PAGE, UNREACHABLE, NO_CONTENT, ""),
        "noise": case(body(bytes(range(256)) * 4_000), NO_PAGE, NO_CONTENT, ""),
        "lone surrogates": case(body(HEAD + b"\xed\xa0\x80" * 1_000), TITLE),
        "a picture as a page": case(body(b"\x89PNG\r\n\x1a\n" + HEAD), NO_PAGE),
        "a page as a picture": case(body(page, "content-type: image/png"), NO_PAGE),
        "a page of no type": case(body(page, "content-type: ;;;"), TITLE, NO_PAGE),
        "a page of a long type": case(body(page, "content-type: " + "x/" * 20_000), NO_PAGE),
    }


def all_bodies() -> dict[str, Case]:
    """List the cases by name."""
    return bombs() | lies() | floods() | dresses()
