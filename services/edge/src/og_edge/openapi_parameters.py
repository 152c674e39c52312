"""The parameters of the API: for the OpenAPI description, and the docs that repeat it."""

from __future__ import annotations

from typing import Any, Final

from og_edge.card_path import EXTENSIONS
from og_edge.openapi_parts import text_parameter
from og_edge.options import CardSize, ImageFormat, Mode, Theme
from og_edge.template_list import TEMPLATES_PATH

Parameters = list[dict[str, Any]]

_FLAG: Final = ["true", "false"]
_FORMAT_HELP: Final = "How the image is encoded."
_URL: Final = text_parameter(
    "url",
    "The page URL to extract metadata from.",
    "https://yoursite.com/post",
    required=True,
)
_TEMPLATE: Final = text_parameter(
    "template",
    f"Template id; `{TEMPLATES_PATH}` lists them.",
    "article/blog-post",
    required=True,
)
_FORMAT: Final = text_parameter(
    "format", _FORMAT_HELP, "webp", enum=list(ImageFormat), default=ImageFormat.PNG.value
)
_OPTIONS: Final = [
    text_parameter("site", "Your site id (required without an API key).", "site_b6bc4c3f"),
    text_parameter("theme", "Light or dark.", "dark", enum=list(Theme), default=Theme.LIGHT.value),
    text_parameter(
        "accentColor",
        "Hex colour for accents and highlights, `#` encoded as `%23` or left out. Each template "
        "has its own default.",
        "#16a34a",
    ),
    text_parameter(
        "gradientBg",
        "A gradient background derived from the accent colour.",
        "true",
        enum=_FLAG,
        default="false",
    ),
    text_parameter(
        "mode",
        "How the page is read: by its own metadata, or by a language model (paid plans).",
        "ai",
        enum=list(Mode),
        default=Mode.STANDARD.value,
    ),
    text_parameter(
        "refresh",
        "Read the page and draw anew (API key only).",
        "true",
        enum=_FLAG,
        default="false",
    ),
    text_parameter(
        "size",
        "The card's proportions: 1200x630, 1080x1080 or 1080x1350 px, each laid out anew.",
        "square",
        enum=list(CardSize),
        default=CardSize.WIDE.value,
    ),
]
OPTIONS: Final[Parameters] = [_URL, _TEMPLATE, *_OPTIONS, _FORMAT]
"""All but the overrides, as a query gives them."""
OVERRIDES: Final[Parameters] = [
    text_parameter(name, description, example)
    for name, description, example in (
        (
            "title",
            "Page title. Any other field of a template is overridden alike.",
            "My Custom Title",
        ),
        ("description", "Page description or subtitle.", "What it is about, in a line."),
        ("siteName", "Site name shown on the image.", "Your Site"),
        ("author", "Author name (article templates).", "Jane Doe"),
        ("publishedAt", "Publication date (article templates).", "2026-11-24"),
        ("price", "Product price (product templates).", "$129"),
        ("rating", "Product rating (product templates).", "4.6"),
        ("favicon", "URL of a favicon or logo image.", "https://yoursite.com/logo.png"),
        (
            "productImage",
            "URL of a product image (product templates).",
            "https://yoursite.com/lamp.jpg",
        ),
    )
]
BY_QUERY: Final[Parameters] = [*OPTIONS, *OVERRIDES]
OF_A_TAG: Final[Parameters] = [
    {**it, "required": it["required"] or it["name"] == "site"} for it in BY_QUERY
]
BY_PATH: Final[Parameters] = [
    text_parameter(
        "category", "The template id up to its slash.", "article", place="path", required=True
    ),
    text_parameter(
        "name", "The template id after its slash.", "blog-post", place="path", required=True
    ),
    text_parameter(
        "extension", _FORMAT_HELP, "png", place="path", required=True, enum=list(EXTENSIONS)
    ),
    _URL,
    *_OPTIONS,
    *OVERRIDES,
]
