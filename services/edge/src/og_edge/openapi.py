"""What the OpenAPI description says of GET /api/og, whose query is parsed by hand."""

from __future__ import annotations

from typing import Any, Final

DESCRIPTION: Final = (
    "Open Graph cards drawn from the page itself. Authenticate with an API key "
    "(`Authorization: Bearer …`) or, in HTML, with a site id (`site=…`)."
)

SECURITY_SCHEMES: Final = {"bearer": {"type": "http", "scheme": "bearer"}}


def _parameter(
    name: str, description: str, *, required: bool = False, **schema: object
) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": {"type": "string", **schema},
    }


def _error(description: str) -> dict[str, Any]:
    text = {"type": "string"}
    error = {
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": text, "message": text},
    }
    schema = {"type": "object", "required": ["error"], "properties": {"error": error}}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_OPTIONS: Final = [
    _parameter("url", "The page URL to extract metadata from.", required=True),
    _parameter("template", "Template id, e.g. `article/blog-post`.", required=True),
    _parameter("site", "Your site id (required without an API key)."),
    _parameter("theme", "Light or dark.", enum=["light", "dark"], default="light"),
    _parameter("accentColor", "Hex colour for accents, e.g. `#16a34a`."),
    _parameter("gradientBg", "A gradient background.", enum=["true", "false"], default="false"),
    _parameter("mode", "How the page is read.", enum=["standard", "ai"], default="standard"),
    _parameter("refresh", "Draw anew (API key only).", enum=["true", "false"], default="false"),
]
_OVERRIDES: Final = {
    "title": "Page title.",
    "description": "Page description or subtitle.",
    "siteName": "Site name shown on the image.",
    "author": "Author name (article templates).",
    "publishedAt": "Publication date (article templates).",
    "price": "Product price (product templates).",
    "rating": "Product rating (product templates).",
    "favicon": "URL of a favicon or logo image.",
    "productImage": "URL of a product image (product templates).",
}
CARD_OPERATION: Final[dict[str, Any]] = {
    "summary": "Generate an image for a page",
    "parameters": [*_OPTIONS, *(_parameter(*override) for override in _OVERRIDES.items())],
    "security": [{}, {"bearer": []}],
    "responses": {
        "200": {
            "description": "The card: a PNG of 1200x630 pixels.",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        },
        "304": {"description": "The card is the one you have (If-None-Match)."},
        "400": _error("Invalid parameters or missing required fields."),
        "401": _error("Missing or invalid credentials."),
        "402": _error("Insufficient credits, or a paid plan is needed."),
        "429": _error("Rate limit exceeded; see Retry-After."),
        "500": _error("Something went wrong on our end."),
    },
}
