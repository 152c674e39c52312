"""Components of the OpenAPI description: headers and the bodies that are JSON."""

from __future__ import annotations

from typing import Any, Final

from og_edge.card_path import API_PATH
from og_edge.judging import Evidence
from og_edge.openapi_parts import TEXT, list_of, structure
from og_edge.templates import FieldKind

_HEADERS: Final[dict[str, tuple[str, str]]] = {
    "Accept-Ranges": ("`none`: a Range is not looked at, and the whole card sent.", "none"),
    "Cache-Control": (
        "How long the answer may be kept; errors say `no-store`.",
        "public, max-age=86400",
    ),
    "ETag": (
        "The digest of the bytes, for If-None-Match.",
        '"03ac674216f3e15c761ee1a5e255f067953623c8b388b4459e13f978d7c846f4"',
    ),
    "Retry-After": ("Seconds after which to try again, where that helps.", "12"),
    "X-Cache": ("`HIT` for a card that existed, else `MISS`; absent with X-Fallback.", "HIT"),
    "X-Credits-Charged": ("What this answer cost.", "1"),
    "X-Credits-Remaining": ("What the account has left (API key only).", "1989"),
    "X-Fallback": (
        (
            "The code of the error in whose place another card is sent, free and for 60 seconds, "
            "to sites that chose so. Absent from the card that was asked for."
        ),
        "page_unreachable",
    ),
    "X-OG-AI": (
        (
            "How a language model did: `delivered`, or `failed`, `timeout` or `rejected`, which "
            "leave the standard card; `unused` where no place is left for its words. Absent "
            "without `mode=ai`."
        ),
        "delivered",
    ),
    "X-OG-Missing-Glyphs": (
        (
            "Characters of the card that no font has; they were left out or replaced. Absent "
            "where there are none."
        ),
        "U+1F9FF, U+A700",
    ),
    "X-RateLimit-Limit": ("Requests a minute.", "120"),
    "X-RateLimit-Remaining": ("How many of them are left.", "119"),
    "X-RateLimit-Reset": ("When the window ends, in seconds since 1970.", "1795687200"),
    "X-Request-Id": ("Names this request in our logs.", "0b5ff7a4-3d0c-4c3a-9b1e-5a3f1d2c8e90"),
}
HEADERS: Final = {
    name: {"description": text, "schema": TEXT, "example": example}
    for name, (text, example) in _HEADERS.items()
}

_MAYBE_TEXT: Final = {"type": ["string", "null"]}
_FIELD: Final = structure(
    name={**TEXT, "description": "Also the parameter that overrides it."},
    kind={**TEXT, "enum": [kind.value for kind in FieldKind]},
    required={"type": "boolean"},
    source={
        **_MAYBE_TEXT,
        "description": "The metadata of a page that fills it; null where only a request can.",
    },
    description=TEXT,
    example={**TEXT, "description": "A value as a query would give it; empty for pictures."},
)
_SIZE: Final = structure(name=TEXT, width={"type": "integer"}, height={"type": "integer"})
_TEMPLATE: Final = structure(
    id=TEXT,
    name=TEXT,
    description=TEXT,
    defaultAccentColor=TEXT,
    fields=list_of(_FIELD),
    sizes=list_of(_SIZE),
    formats=list_of(TEXT),
    example={**TEXT, "description": "Path and query of a card made of the examples."},
)
_TAG: Final = structure(
    property={**TEXT, "description": "For example `og:image`."},
    url=TEXT,
    is_ours={"type": "boolean", "description": "Whether it points to this API."},
    site_matches={"type": "boolean", "description": "Whether it has the site id."},
    fault={**_MAYBE_TEXT, "description": "Why no card can be asked for by it."},
    differs=list_of(structure(parameter=TEXT, in_tag=_MAYBE_TEXT, in_request=_MAYBE_TEXT)),
)
_VERIFICATION: Final = structure(
    verified={
        "type": "boolean",
        "description": "Whether a tag carries the card, or any tag of the site will do.",
    },
    outcome={**TEXT, "enum": [evidence.value for evidence in Evidence]},
    checked_at={**TEXT, "format": "date-time"},
    page_url=TEXT,
    final_url={**_MAYBE_TEXT, "description": "Where it was found; null where it was not."},
    canonical_url={
        **_MAYBE_TEXT,
        "description": "Where the tags were looked for instead, and which keys the card.",
    },
    tags=list_of(_TAG),
    explanation={**TEXT, "description": "What to change; empty where verified."},
)
SCHEMAS: Final = {
    "Error": structure(error=structure(code=TEXT, message=TEXT)),
    "TemplateList": structure(templates=list_of(_TEMPLATE)),
    "Verification": _VERIFICATION,
}

_TEMPLATES: Final[dict[str, Any]] = {
    "templates": [
        {
            "id": "generic/standard",
            "name": "Standard",
            "description": "A large headline under an accent bar, for any page.",
            "defaultAccentColor": "#2563eb",
            "fields": [
                {
                    "name": "title",
                    "kind": "text",
                    "required": True,
                    "source": "title",
                    "description": "The headline.",
                    "example": "Designing calm software for busy people",
                }
            ],
            "sizes": [{"name": "wide", "width": 1200, "height": 630}],
            "formats": ["png", "jpeg", "webp"],
            "example": f"{API_PATH}?template=generic%2Fstandard&url=https%3A%2F%2Fexample.com%2F",
        }
    ]
}
_VERIFIED: Final[dict[str, Any]] = {
    "verified": False,
    "outcome": Evidence.TAG_DIFFERS.value,
    "checked_at": "2026-11-25T21:20:09+00:00",
    "page_url": "https://yoursite.com/post",
    "final_url": "https://yoursite.com/post",
    "canonical_url": None,
    "tags": [
        {
            "property": "og:image",
            "url": "https://instantog.com/api/og?site=site_b6bc4c3f&template=generic/standard"
            "&url=https://yoursite.com/post&theme=dark",
            "is_ours": True,
            "site_matches": True,
            "fault": None,
            "differs": [{"parameter": "theme", "in_tag": "dark", "in_request": "light"}],
        }
    ],
    "explanation": "The page's og:image tag has this site id, but is for another card; what "
    "differs: theme. Ask for the card that the tag names, or put this one into the tag.",
}
EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "Templates": {"summary": "One of them", "value": _TEMPLATES},
    "Verification": {"summary": "A tag of another card", "value": _VERIFIED},
}
"""Apart from the operations, of which FastAPI drops what is null."""
