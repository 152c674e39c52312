from __future__ import annotations

import pytest

from og_edge.card_path import options_in_path


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/api/og", {}),
        ("/api/og/v1/generic/standard.png", {"template": "generic/standard", "format": "png"}),
        ("/api/og/v1/article/blog-post.jpg", {"template": "article/blog-post", "format": "jpeg"}),
        ("/api/og/v1/article/blog-post.jpeg", {"template": "article/blog-post", "format": "jpeg"}),
        ("/api/og/v1/data/stat.webp", {"template": "data/stat", "format": "webp"}),
        ("/api/og/v1/data/v1.2.png", {"template": "data/v1.2", "format": "png"}),
    ],
)
def test_a_path_of_a_card_names_template_and_format(path: str, options: dict[str, str]) -> None:
    assert options_in_path(path) == options


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/api/og/",
        "/api/ogre",
        "/api/og/v1",
        "/api/og/v1/",
        "/api/og/v1/generic/standard",
        "/api/og/v1/generic/standard.",
        "/api/og/v1/generic/standard.gif",
        "/api/og/v1/generic/standard.png/",
        "/api/og/v1/generic/standard.png\n",
        "/api/og/v1/generic.png",
        "/api/og/v1/generic/.png",
        "/api/og/v1//standard.png",
        "/api/og/v1/a/b/c.png",
        "/api/og/v2/generic/standard.png",
        "/api/og/generic/standard.png",
    ],
)
def test_no_card_is_at_any_other_path(path: str) -> None:
    assert options_in_path(path) is None
