from __future__ import annotations

import gzip
import subprocess
import sys
import zlib

import brotli
import pytest
import zstandard

from og_extract.fetch.encodings import DecodingError, decode

TEXT = b"the same words again and again " * 1000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


CODED = [
    ("", TEXT),
    ("identity", TEXT),
    ("gzip", gzip.compress(TEXT)),
    ("x-gzip", gzip.compress(TEXT)),
    ("GZIP", gzip.compress(TEXT)),
    ("deflate", zlib.compress(TEXT)),
    ("deflate", raw_deflate(TEXT)),
    ("br", brotli.compress(TEXT)),
    ("zstd", zstandard.compress(TEXT)),
    ("gzip, br", brotli.compress(gzip.compress(TEXT))),
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


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "compress", "gzip,gzip,gzip"])
def test_what_is_not_as_it_says_is_an_error(coding: str) -> None:
    with pytest.raises(DecodingError):
        decode(b"no such coding at all", coding, 100)


def test_a_bomb_costs_no_memory() -> None:
    bomb = brotli.compress(bytes(256 * 1024 * 1024), quality=1)
    program = (
        "import resource, sys; from og_extract.fetch.encodings import decode\n"
        "used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "decoded = decode(sys.stdin.buffer.read(), 'br', 1024 * 1024)\n"
        "print(len(decoded), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=bomb, capture_output=True, check=True, timeout=60
    )
    length, grown_kib = map(int, done.stdout.split())
    assert length == 1024 * 1024
    assert grown_kib < 64 * 1024
