from __future__ import annotations

import pytest

from og_edge.incoming import MAX_KNOWN_DIGESTS, Head


def head(*if_none_match: str) -> Head:
    headers = [(b"if-none-match", value.encode()) for value in if_none_match]
    return Head("GET", "/api/og", b"", headers, "")


@pytest.mark.parametrize(
    ("values", "known"),
    [
        ([], set()),
        (['"a"'], {"a"}),
        (['W/"a" , "b"', '"c"'], {"a", "b", "c"}),
        (["*"], {"*"}),
        (['"a",,'], {"a"}),
    ],
)
def test_tags_are_read_from_all_headers(values: list[str], known: set[str]) -> None:
    assert head(*values).known_digests(exists=True) == known
    assert head(*values).known_digests(exists=False) == known - {"*"}


def test_of_many_tags_the_first_are_read() -> None:
    tags = [f'"{number}"' for number in range(10_000)]
    first = {str(number) for number in range(MAX_KNOWN_DIGESTS)}
    assert head(",".join(tags)).known_digests(exists=True) == first
