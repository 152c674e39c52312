"""The OpenAPI description of what is served; requests are parsed by hand, so it is written so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from og_edge.card_path import API_PATH, EXTENSIONS, FILES_PATH
from og_edge.openapi_parts import (
    CARD_ANSWERS,
    DELETION_ANSWERS,
    HEADERS,
    SCHEMAS,
    VERIFICATION_ANSWERS,
    error_answer,
    reference,
    text_parameter,
    with_headers,
    without_bodies,
)
from og_edge.options import CardSize, ImageFormat, Mode, Theme
from og_edge.template_list import TEMPLATES_PATH
from og_edge.verification_report import VERIFICATION_PATH

DESCRIPTION: Final = (
    "Open Graph cards drawn from the page itself. Authenticate with an API key "
    "(`Authorization: Bearer …`) or, in HTML, with a site id (`site=…`)."
)
FILE_PATH: Final = f"{FILES_PATH}/{{category}}/{{name}}.{{extension}}"


@dataclass(frozen=True)
class Operation:
    """One method of one path; `details` is what OpenAPI says of it besides."""

    path: str
    method: str
    operation_id: str
    summary: str
    details: dict[str, Any]


_FLAG: Final = ["true", "false"]
_URL: Final = text_parameter("url", "The page URL to extract metadata from.", required=True)
_TEMPLATE_HELP: Final = f"Template id, e.g. `article/blog-post`; `{TEMPLATES_PATH}` lists them."
_FORMAT_HELP: Final = "How the image is encoded."
_OPTIONS: Final = [
    text_parameter("site", "Your site id (required without an API key)."),
    text_parameter("theme", "Light or dark.", enum=list(Theme), default=Theme.LIGHT.value),
    text_parameter("accentColor", "Hex colour for accents, e.g. `#16a34a`."),
    text_parameter("gradientBg", "A gradient background.", enum=_FLAG, default="false"),
    text_parameter(
        "mode",
        "How the page is read: by its own metadata, or by a language model (paid plans).",
        enum=list(Mode),
        default=Mode.STANDARD.value,
    ),
    text_parameter("refresh", "Draw anew (API key only).", enum=_FLAG, default="false"),
    text_parameter(
        "size",
        "The card's proportions: 1200x630, 1080x1080 or 1080x1350 px, each laid out anew.",
        enum=list(CardSize),
        default=CardSize.WIDE.value,
    ),
]
_OVERRIDES: Final = [
    text_parameter(name, description)
    for name, description in {
        "title": "Page title. Any other field of a template is overridden alike.",
        "description": "Page description or subtitle.",
        "siteName": "Site name shown on the image.",
        "author": "Author name (article templates).",
        "publishedAt": "Publication date (article templates).",
        "price": "Product price (product templates).",
        "rating": "Product rating (product templates).",
        "favicon": "URL of a favicon or logo image.",
        "productImage": "URL of a product image (product templates).",
    }.items()
]
_BY_QUERY: Final = [
    _URL,
    text_parameter("template", _TEMPLATE_HELP, required=True),
    text_parameter("format", _FORMAT_HELP, enum=list(ImageFormat), default=ImageFormat.PNG.value),
    *_OPTIONS,
    *_OVERRIDES,
]
_OF_A_TAG: Final = [{**it, "required": it["required"] or it["name"] == "site"} for it in _BY_QUERY]
_BY_PATH: Final = [
    text_parameter("category", "The template id up to its slash.", place="path", required=True),
    text_parameter("name", "The template id after its slash.", place="path", required=True),
    text_parameter("extension", _FORMAT_HELP, place="path", required=True, enum=list(EXTENSIONS)),
    _URL,
    *_OPTIONS,
    *_OVERRIDES,
]


def _card(path: str, parameters: list[dict[str, Any]], name: str, summary: str) -> list[Operation]:
    return [
        Operation(
            path,
            method,
            f"{method.lower()}{name}",
            summary if method == "GET" else f"{summary}: its headers",
            {
                "parameters": parameters,
                "security": [{}, {"bearer": []}],
                "responses": answers,
            },
        )
        for method, answers in (("GET", CARD_ANSWERS), ("HEAD", without_bodies(CARD_ANSWERS)))
    ]


def _listing(method: str, summary: str) -> Operation:
    listed = with_headers("Every template.", "Cache-Control", "ETag", "X-Request-Id")
    listed["content"] = {"application/json": {"schema": reference("schemas", "TemplateList")}}
    answers = {
        "200": listed,
        "304": with_headers("The list is the one you have (If-None-Match).", "ETag"),
        "500": error_answer("Something went wrong on our end."),
    }
    responses = answers if method == "GET" else without_bodies(answers)
    name = f"{method.lower()}Templates"
    return Operation(TEMPLATES_PATH, method, name, summary, {"responses": responses})


def _verification(method: str, summary: str) -> Operation:
    answers = VERIFICATION_ANSWERS
    if method == "POST":  # it looks where nobody has looked before
        answers = {status: answer for status, answer in answers.items() if status != "404"}
    details = {"parameters": _OF_A_TAG, "security": [{"bearer": []}], "responses": answers}
    return Operation(VERIFICATION_PATH, method, f"{method.lower()}Verification", summary, details)


def _deletion(path: str, parameters: list[dict[str, Any]], name: str) -> Operation:
    details = {
        "parameters": [it for it in parameters if it["name"] != "refresh"],
        "security": [{"bearer": []}],
        "responses": DELETION_ANSWERS,
    }
    return Operation(path, "DELETE", f"delete{name}", "Forget a card (scope manage)", details)


OPERATIONS: Final = [
    *_card(API_PATH, _BY_QUERY, "Card", "Generate an image for a page"),
    _deletion(API_PATH, _BY_QUERY, "Card"),
    *_card(FILE_PATH, _BY_PATH, "CardFile", "The same, for clients that want an extension"),
    _deletion(FILE_PATH, _BY_PATH, "CardFile"),
    _listing("GET", "List the templates"),
    _listing("HEAD", "List the templates: the headers"),
    _verification("GET", "Tell what the last look at a page's tags showed"),
    _verification("POST", "Look at a page's tags now"),
]
COMPONENTS: Final[dict[str, Any]] = {
    "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
    "headers": HEADERS,
    "schemas": SCHEMAS,
}
