from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from og_edge.app import create_app
from og_edge.card_request import OPTIONS
from og_edge.endpoint import CardEndpoint

# The API reference, "Metadata overrides".
OVERRIDES = {
    "title",
    "description",
    "siteName",
    "author",
    "publishedAt",
    "price",
    "rating",
    "favicon",
    "productImage",
}


def _never() -> AbstractAsyncContextManager[CardEndpoint]:
    raise NotImplementedError


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(_never).openapi()


@pytest.fixture(scope="module")
def operation(document: dict[str, Any]) -> dict[str, Any]:
    assert set(document["paths"]) == {"/api/og"}
    assert set(document["paths"]["/api/og"]) == {"get"}
    found: dict[str, Any] = document["paths"]["/api/og"]["get"]
    return found


def test_every_parameter_of_the_reference_is_described(operation: dict[str, Any]) -> None:
    parameters = {parameter["name"]: parameter for parameter in operation["parameters"]}
    assert set(parameters) == OPTIONS | OVERRIDES
    assert {name for name, it in parameters.items() if it["required"]} == {"url", "template"}


def test_every_answer_is_described(operation: dict[str, Any]) -> None:
    assert set(operation["responses"]) == {"200", "304", "400", "401", "402", "429", "500"}
    assert list(operation["responses"]["200"]["content"]) == ["image/png"]


def test_the_key_is_optional_and_said_to_be_a_bearer_token(
    document: dict[str, Any], operation: dict[str, Any]
) -> None:
    assert operation["security"] == [{}, {"bearer": []}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
