from __future__ import annotations

import pytest

from og_service.context import MAX_REQUEST_ID_CHARS, accepted_request_id


@pytest.mark.parametrize("value", ["a", "0b1c-2D_3", "x" * MAX_REQUEST_ID_CHARS])
def test_a_plain_request_id_is_taken(value: str) -> None:
    assert accepted_request_id(value) == value


@pytest.mark.parametrize(
    "value",
    ["", "a b", "a\nb", "a\x1b[2J", "ä", "x" * (MAX_REQUEST_ID_CHARS + 1), b"a", None, "a\n"],
)
def test_one_that_could_forge_a_log_line_is_not(value: object) -> None:
    assert accepted_request_id(value) == "-"
