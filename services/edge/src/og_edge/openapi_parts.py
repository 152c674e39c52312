"""Builders of the OpenAPI description: references, parameters, answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from og_edge.error_guide import example_body, when
from og_edge.errors import ApiError

TEXT: Final = {"type": "string"}
LIMITS: Final = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def structure(**properties: Any) -> dict[str, Any]:
    """Describe an object, all of whose properties are always there."""
    return {"type": "object", "required": list(properties), "properties": properties}


def list_of(items: dict[str, Any]) -> dict[str, Any]:
    """Describe an array."""
    return {"type": "array", "items": items}


def reference(room: str, name: str) -> dict[str, str]:
    """Refer to a component."""
    return {"$ref": f"#/components/{room}/{name}"}


def text_parameter(
    name: str,
    description: str,
    example: str,
    *,
    place: str = "query",
    required: bool = False,
    **schema: Any,
) -> dict[str, Any]:
    """Describe a parameter that is text; schema says what more is known of it."""
    return {
        "name": name,
        "in": place,
        "required": required,
        "description": description,
        "example": example,
        "schema": {**TEXT, **schema},
    }


def with_headers(description: str, *names: str) -> dict[str, Any]:
    """Describe an answer that carries the headers named."""
    return {
        "description": description,
        "headers": {name: reference("headers", name) for name in names},
    }


def json_of(schema: str, examples: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a body of JSON; examples are OpenAPI's Example objects by their names."""
    content = {"schema": reference("schemas", schema), "examples": dict(examples)}
    return {"content": {"application/json": content}}


def error_answer(
    description: str, kinds: Iterable[type[ApiError]], *headers: str
) -> dict[str, Any]:
    """Describe an error, with an example of each code it may have."""
    answer = with_headers(description, "Cache-Control", "Retry-After", *headers, "X-Request-Id")
    examples = {kind.code: {"summary": when(kind), "value": example_body(kind)} for kind in kinds}
    return {**answer, **json_of("Error", examples)}


def without_bodies(answers: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Describe the answers to HEAD, given those to GET."""
    return {
        status: {name: value for name, value in answer.items() if name != "content"}
        for status, answer in answers.items()
    }
