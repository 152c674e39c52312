from __future__ import annotations

import gzip
import random
import subprocess
import sys
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from og_extract.encodings import DecodingError, decode

TEXT = b"the same words again and again " * 1000


def gzipped(data: bytes, level: int = 9) -> bytes:
    """Leave the time out: the bytes name tests, and every worker must give them the same names."""
    return gzip.compress(data, level, mtime=0)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


CODED = [
    ("", TEXT),
    ("identity", TEXT),
    ("gzip", gzipped(TEXT)),
    ("x-gzip", gzipped(TEXT)),
    ("GZIP", gzipped(TEXT)),
    ("deflate", zlib.compress(TEXT)),
    ("deflate", raw_deflate(TEXT)),
    ("br", brotli.compress(TEXT)),
    ("zstd", zstandard.compress(TEXT)),
    ("gzip", gzipped(TEXT[:999]) + gzipped(TEXT[999:])),
    ("zstd", zstandard.compress(TEXT[:999]) + zstandard.compress(TEXT[999:])),
    ("gzip, br", brotli.compress(gzipped(TEXT))),
]


@pytest.mark.parametrize(("coding", "body"), CODED)
def test_every_coding_is_undone(coding: str, body: bytes) -> None:
    assert decode(body, coding, len(TEXT) + 1) == TEXT


@pytest.mark.parametrize(("coding", "body"), CODED)
def test_no_more_is_made_than_was_asked_for(coding: str, body: bytes) -> None:
    assert decode(body, coding, 100) == TEXT[:100]


@pytest.mark.parametrize(("coding", "body"), [case for case in CODED if "," not in case[0]])
def test_a_body_that_was_cut_gives_its_start(coding: str, body: bytes) -> None:
    decoded = decode(body[:-10], coding, len(TEXT))
    assert TEXT.startswith(decoded)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzipped(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("zstd", zstandard.compress(TEXT)),
    ],
)
def test_what_follows_the_end_is_left_out(coding: str, body: bytes) -> None:
    assert decode(body + b"\0\0 and more", coding, len(TEXT) + 100) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "compress", "gzip,gzip,gzip"])
def test_what_is_not_as_it_says_is_an_error(coding: str) -> None:
    with pytest.raises(DecodingError):
        decode(b"no such coding at all", coding, 100)


@pytest.mark.parametrize(
    ("coding", "compress"), [("gzip", gzip.compress), ("zstd", zstandard.compress)]
)
def test_parts_that_hold_nothing_end(coding: str, compress: Callable[[bytes], bytes]) -> None:
    assert decode(compress(b"") * 100_000, coding, 100) == b""


def test_a_window_that_no_browser_grants_is_an_error() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=24, enable_ldm=True)
    packer = zstandard.ZstdCompressor(compression_params=parameters)
    with pytest.raises(DecodingError):
        decode(packer.compress(random.Random(1).randbytes(1 << 24)), "zstd", 100)


def bombs() -> dict[str, bytes]:
    zeros = bytes(256 * 1024 * 1024)
    return {
        "br": brotli.compress(zeros, quality=1),
        "gzip": gzipped(zeros, 1),
        "deflate": zlib.compress(zeros, 1),
        "zstd": zstandard.compress(zeros, 1),
        "gzip, zstd": zstandard.compress(gzipped(zeros, 1)),
    }


@pytest.mark.parametrize(
    ("coding", "bomb"), [pytest.param(*bomb, id=bomb[0]) for bomb in bombs().items()]
)
def test_a_bomb_costs_no_memory(coding: str, bomb: bytes) -> None:
    program = (
        "import resource, sys; from og_extract.encodings import decode\n"
        "used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "decoded = decode(sys.stdin.buffer.read(), sys.argv[1], 1024 * 1024)\n"
        "print(len(decoded), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, coding],
        input=bomb,
        capture_output=True,
        check=True,
        timeout=60,
    )
    length, grown_kib = map(int, done.stdout.split())
    assert length == 1024 * 1024
    assert grown_kib < 64 * 1024
