"""The OpenAPI description of what is served; requests are parsed by hand, so it is written so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from og_edge.card_path import API_PATH, FILES_PATH
from og_edge.openapi_answers import (
    CARD_ANSWERS,
    DELETION_ANSWERS,
    LIST_ANSWERS,
    VERIFICATION_ANSWERS,
)
from og_edge.openapi_parameters import BY_PATH, BY_QUERY, OF_A_TAG, Parameters
from og_edge.openapi_parts import without_bodies
from og_edge.openapi_schemas import EXAMPLES, HEADERS, SCHEMAS
from og_edge.template_list import TEMPLATES_PATH
from og_edge.verification_report import VERIFICATION_PATH

DESCRIPTION: Final = (
    "Open Graph cards drawn from the page itself. Authenticate with an API key "
    "(`Authorization: Bearer …`) or, in HTML, with a site id (`site=…`)."
)
DOCUMENTATION: Final = {"url": "/docs", "description": "The documentation, for people."}
FILE_PATH: Final = f"{FILES_PATH}/{{category}}/{{name}}.{{extension}}"


@dataclass(frozen=True)
class Operation:
    """One method of one path; `details` is what OpenAPI says of it besides."""

    path: str
    method: str
    operation_id: str
    summary: str
    details: dict[str, Any]


def _card(path: str, parameters: Parameters, name: str, summary: str) -> list[Operation]:
    return [
        Operation(
            path,
            method,
            f"{method.lower()}{name}",
            summary if method == "GET" else f"{summary}: its headers",
            {
                "tags": ["Cards"],
                "parameters": parameters,
                "security": [{}, {"bearer": []}],
                "responses": answers,
            },
        )
        for method, answers in (("GET", CARD_ANSWERS), ("HEAD", without_bodies(CARD_ANSWERS)))
    ]


def _listing(method: str, summary: str) -> Operation:
    answers = LIST_ANSWERS if method == "GET" else without_bodies(LIST_ANSWERS)
    name = f"{method.lower()}Templates"
    details = {"tags": ["Templates"], "security": [{}], "responses": answers}
    return Operation(TEMPLATES_PATH, method, name, summary, details)


def _verification(method: str, summary: str) -> Operation:
    answers = VERIFICATION_ANSWERS
    if method == "POST":  # it looks where nobody has looked before
        answers = {status: answer for status, answer in answers.items() if status != "404"}
    details = {
        "tags": ["Verification"],
        "parameters": OF_A_TAG,
        "security": [{"bearer": []}],
        "responses": answers,
    }
    return Operation(VERIFICATION_PATH, method, f"{method.lower()}Verification", summary, details)


def _deletion(path: str, parameters: Parameters, name: str) -> Operation:
    details = {
        "tags": ["Cards"],
        "parameters": [it for it in parameters if it["name"] != "refresh"],
        "security": [{"bearer": []}],
        "responses": DELETION_ANSWERS,
    }
    return Operation(path, "DELETE", f"delete{name}", "Forget a card (scope manage)", details)


OPERATIONS: Final = [
    *_card(API_PATH, BY_QUERY, "Card", "Generate an image for a page"),
    _deletion(API_PATH, BY_QUERY, "Card"),
    *_card(FILE_PATH, BY_PATH, "CardFile", "The same, for clients that want an extension"),
    _deletion(FILE_PATH, BY_PATH, "CardFile"),
    _listing("GET", "List the templates"),
    _listing("HEAD", "List the templates: the headers"),
    _verification("GET", "Tell what the last look at a page's tags showed"),
    _verification("POST", "Look at a page's tags now"),
]
COMPONENTS: Final[dict[str, Any]] = {
    "securitySchemes": {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key, from Dashboard → API Keys.",
        }
    },
    "examples": EXAMPLES,
    "headers": HEADERS,
    "schemas": SCHEMAS,
}
