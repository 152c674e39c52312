"""Finding a model's answer takes no longer than reading it."""

from __future__ import annotations

import time

import pytest

from og_extract.ai.answer import MAX_CONTENT_CHARS, read_answer
from og_extract.ai.outcome import AiError

GENEROUS_S = 1.0


@pytest.mark.parametrize("piece", ["<think>", "<think><reasoning>", "{", '{"title":', '{"a":1}'])
def test_no_answer_takes_the_square_of_its_length(piece: str) -> None:
    content = piece * (MAX_CONTENT_CHARS // len(piece))
    began_s = time.process_time()
    with pytest.raises(AiError):
        read_answer({"choices": [{"message": {"content": content}}]})
    assert time.process_time() - began_s < GENEROUS_S
