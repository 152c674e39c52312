"""Pictures: handed on as they are where they begin as one and are small, and never decoded."""

from __future__ import annotations

import gzip
import struct
import zlib

import brotli

from tests.integration.extract.web import PNG

from .cases import HEAD, KIB, MIB, Case, body, case, head, say, say_bytewise, say_forever

FETCHED = "FETCHED"
FAILED = "FAILED"
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&b;&c;</svg>"""

REFERENCES = b"""<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/>
<image href="http://169.254.169.254/"/><script>alert(1)</script></svg>"""


def png_of(width_px: int, height_px: int) -> bytes:
    """Make a PNG whose header claims a size that its few bytes do not hold."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(MIB))), (b"IEND", b""))
    return PNG[:8] + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def all_pictures() -> dict[str, Case]:
    """List the cases by name."""
    kind = "content-type: image/png"
    bomb = PNG + bytes(64 * MIB)
    fetched = {
        "50,000 px each way": png_of(50_000, 50_000),
        "2^31 px each way": png_of(2**31 - 1, 2**31 - 1),
        "a lying header": png_of(1, 1) + PNG,
        "a PNG that is a page": PNG + HEAD,
        "a GIF that is a script": b"GIF89a/*" + bytes(KIB) + b"*/=1;alert(1)",
        "an ICO of 65,535 pictures": b"\0\0\1\0\xff\xff" + bytes(MIB),
        "SVG that refers to files": REFERENCES,
        "a PNG that ends early": PNG[:20],
    }
    failed = {
        "SVG with entities": body(ENTITIES, kind),
        "a gzip bomb": body(gzip.compress(bomb, 1), kind, "content-encoding: gzip"),
        "a brotli bomb": body(brotli.compress(bomb, quality=1), kind, "content-encoding: br"),
        "a bomb in a bomb": body(
            gzip.compress(gzip.compress(bomb, 1)), kind, "content-encoding: gzip, gzip"
        ),
        "no end": say_forever(head(kind) + PNG, bytes(64 * KIB)),
        "7 MiB": body(PNG + bytes(7 * MIB), kind),
        "cut": say(head(kind, "content-length: 9999") + PNG),
        "a drip": say_forever(head(kind) + PNG, b"\0", 0.2),
        "a byte at a time, then nothing": say_bytewise(head(kind) + PNG, 0.001),
        "a page": body(HEAD, kind),
        "nothing": body(b"", kind),
        "a loop": say(head("location: /again", "content-length: 0", status="302 Found")),
        "chunks of a byte": say_forever(
            head(kind, "transfer-encoding: chunked"), b"1\r\n\x89\r\n" * 10_000
        ),
    }
    found = {name: case(body(data, kind), FETCHED) for name, data in fetched.items()}
    return found | {name: case(answer, FAILED) for name, answer in failed.items()}
