"""Where a language model is asked."""

from __future__ import annotations

import pytest

from og_extract.ai.endpoint import Endpoint


@pytest.mark.parametrize(
    ("base_url", "asked"),
    [
        ("https://api.example.com/v1", "https://api.example.com/v1/chat/completions"),
        ("https://api.example.com/v1/", "https://api.example.com/v1/chat/completions"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/chat/completions"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1/chat/completions"),
        ("http://models/proxy/v1", "http://models/proxy/v1/chat/completions"),
        ("https://x.example/v1beta/openai/", "https://x.example/v1beta/openai/chat/completions"),
        ("https://x.example/api/paas/v4", "https://x.example/api/paas/v4/chat/completions"),
        ("http://models/v1/chat/completions", "http://models/v1/chat/completions"),
    ],
)
def test_the_base_url_is_what_clients_of_openai_take(base_url: str, asked: str) -> None:
    assert Endpoint(base_url, "any").completions_url == asked
