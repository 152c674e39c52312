"""Pieces of the OpenAPI description: parameters, headers, schemas and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from og_edge.judging import Evidence
from og_edge.options import ImageFormat
from og_edge.templates import FieldKind

_TEXT: Final = {"type": "string"}
_HELP_OF_HEADERS: Final = {
    "Accept-Ranges": "`none`: a Range is not looked at, and the whole card sent.",
    "Cache-Control": "How long the answer may be kept; errors say `no-store`.",
    "ETag": "The digest of the bytes, for If-None-Match.",
    "Retry-After": "Seconds after which to try again, where that helps.",
    "X-Cache": "`HIT` for a card that existed, else `MISS`.",
    "X-Credits-Charged": "What this answer cost.",
    "X-Credits-Remaining": "What the account has left (API key only).",
    "X-OG-AI": (
        "How a language model did: `delivered`, or `failed`, `timeout` or `rejected`, which leave "
        "the standard card; `unused` where no place is left for its words. Absent without "
        "`mode=ai`."
    ),
    "X-OG-Missing-Glyphs": (
        "Characters of the card that no font has, for example `U+1F9FF, U+A700`; they were left "
        "out or replaced. Absent where there are none."
    ),
    "X-RateLimit-Limit": "Requests a minute.",
    "X-RateLimit-Remaining": "How many of them are left.",
    "X-RateLimit-Reset": "When the window ends, in seconds since 1970.",
    "X-Request-Id": "Names this request in our logs.",
}
HEADERS: Final = {
    name: {"description": text, "schema": _TEXT} for name, text in _HELP_OF_HEADERS.items()
}
_LIMITS: Final = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_OF_EVERY_CARD: Final = (
    "Accept-Ranges",
    "Cache-Control",
    "ETag",
    "X-Cache",
    "X-Credits-Charged",
    "X-Credits-Remaining",
    "X-OG-AI",
    "X-OG-Missing-Glyphs",
    *_LIMITS,
    "X-Request-Id",
)


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_FIELD: Final = _object(
    name={**_TEXT, "description": "Also the parameter that overrides it."},
    kind={**_TEXT, "enum": [kind.value for kind in FieldKind]},
    required={"type": "boolean"},
    source={
        "type": ["string", "null"],
        "description": "The metadata of a page that fills it; null where only a request can.",
    },
    description=_TEXT,
    example={**_TEXT, "description": "A value as a query would give it; empty for pictures."},
)
_SIZE: Final = _object(name=_TEXT, width={"type": "integer"}, height={"type": "integer"})
_TEMPLATE: Final = _object(
    id=_TEXT,
    name=_TEXT,
    description=_TEXT,
    defaultAccentColor=_TEXT,
    fields=_list_of(_FIELD),
    sizes=_list_of(_SIZE),
    formats=_list_of(_TEXT),
    example={**_TEXT, "description": "Path and query of a card made of the examples."},
)
_MAYBE_TEXT: Final = {"type": ["string", "null"]}
_TAG: Final = _object(
    property={**_TEXT, "description": "For example `og:image`."},
    url=_TEXT,
    is_ours={"type": "boolean", "description": "Whether it points to this API."},
    site_matches={"type": "boolean", "description": "Whether it has the site id."},
    fault={**_MAYBE_TEXT, "description": "Why no card can be asked for by it."},
    differs=_list_of(_object(parameter=_TEXT, in_tag=_MAYBE_TEXT, in_request=_MAYBE_TEXT)),
)
_VERIFICATION: Final = _object(
    verified={
        "type": "boolean",
        "description": "Whether a tag carries the card, or any tag of the site will do.",
    },
    outcome={**_TEXT, "enum": [evidence.value for evidence in Evidence]},
    checked_at={**_TEXT, "format": "date-time"},
    page_url=_TEXT,
    final_url={**_MAYBE_TEXT, "description": "Where it was found; null where it was not."},
    canonical_url={
        **_MAYBE_TEXT,
        "description": "Where the tags were looked for instead, and which keys the card.",
    },
    tags=_list_of(_TAG),
    explanation={**_TEXT, "description": "What to change; empty where verified."},
)
SCHEMAS: Final = {
    "Error": _object(error=_object(code=_TEXT, message=_TEXT)),
    "TemplateList": _object(templates=_list_of(_TEMPLATE)),
    "Verification": _VERIFICATION,
}


def reference(room: str, name: str) -> dict[str, str]:
    """Refer to a component."""
    return {"$ref": f"#/components/{room}/{name}"}


def text_parameter(
    name: str, description: str, *, place: str = "query", required: bool = False, **schema: Any
) -> dict[str, Any]:
    """Describe a parameter that is text; schema says what more is known of it."""
    return {
        "name": name,
        "in": place,
        "required": required,
        "description": description,
        "schema": {**_TEXT, **schema},
    }


def with_headers(description: str, *names: str) -> dict[str, Any]:
    """Describe an answer that carries the headers named."""
    return {
        "description": description,
        "headers": {name: reference("headers", name) for name in names},
    }


def error_answer(description: str, *headers: str) -> dict[str, Any]:
    """Describe an error."""
    answer = with_headers(description, "Cache-Control", "Retry-After", *headers, "X-Request-Id")
    return {**answer, "content": {"application/json": {"schema": reference("schemas", "Error")}}}


def without_bodies(answers: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Describe the answers to HEAD, given those to GET."""
    return {
        status: {name: value for name, value in answer.items() if name != "content"}
        for status, answer in answers.items()
    }


CARD_ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "200": {
        **with_headers("The card, 1200x630 px unless asked otherwise.", *_OF_EVERY_CARD),
        "content": {
            image_format.media_type: {"schema": {**_TEXT, "format": "binary"}}
            for image_format in ImageFormat
        },
    },
    "304": with_headers("The card is the one you have (If-None-Match).", *_OF_EVERY_CARD),
    "400": error_answer("Invalid parameters or missing required fields.", *_LIMITS),
    "401": error_answer("Missing or invalid credentials.", *_LIMITS),
    "402": error_answer(
        "Insufficient credits, what the key or site may spend a day is spent, or a paid plan is "
        "needed.",
        *_LIMITS,
    ),
    "429": error_answer(
        "Rate limit exceeded, or the site has made its new cards of the day; see Retry-After.",
        *_LIMITS,
    ),
    "500": error_answer("Something went wrong on our end.", *_LIMITS),
}
VERIFICATION_ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "200": {
        **with_headers("What was seen.", "Cache-Control", *_LIMITS, "X-Request-Id"),
        "content": {"application/json": {"schema": reference("schemas", "Verification")}},
    },
    "400": CARD_ANSWERS["400"],
    "401": error_answer(
        "Missing or invalid credentials, a key without the scope, or no site of the account's.",
        *_LIMITS,
    ),
    "404": error_answer("The page was not looked at within 30 days.", *_LIMITS),
    "429": error_answer("Rate limit exceeded; see Retry-After.", *_LIMITS),
    "500": CARD_ANSWERS["500"],
}
DELETION_ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "204": with_headers(
        "There is no such card (any more).", "Cache-Control", *_LIMITS, "X-Request-Id"
    ),
    "400": CARD_ANSWERS["400"],
    "401": error_answer("Missing or invalid credentials, or a key without the scope.", *_LIMITS),
    "429": VERIFICATION_ANSWERS["429"],
    "500": CARD_ANSWERS["500"],
}
