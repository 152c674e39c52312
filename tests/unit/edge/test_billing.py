from __future__ import annotations

import pytest

from og_edge.billing import MAX_REFERENCE_CHARS, reference_to


def test_a_statement_names_the_template_and_the_page() -> None:
    said = reference_to("article/blog-post", "https://example.com/post")
    assert said == "article/blog-post https://example.com/post"


@pytest.mark.parametrize("chars", [MAX_REFERENCE_CHARS, MAX_REFERENCE_CHARS + 1, 16_000])
def test_a_long_page_is_cut_visibly(chars: int) -> None:
    whole = "data/stat https://example.com/".ljust(chars, "x")
    template_id, _, page_url = whole.partition(" ")
    said = reference_to(template_id, page_url)
    assert len(said) == MAX_REFERENCE_CHARS
    assert said.endswith("…" if chars > MAX_REFERENCE_CHARS else "x")
    assert whole.startswith(said.rstrip("…"))


def test_what_would_speak_to_a_terminal_is_left_out() -> None:
    assert reference_to("data/stat", "https://e.example/\x1b[31m\n\x7f") == (
        "data/stat https://e.example/[31m"
    )
