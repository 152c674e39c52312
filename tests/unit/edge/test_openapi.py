from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlencode

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from og_edge.app import Endpoints, create_rest
from og_edge.card_request import OPTIONS, parse_card_request
from og_edge.error_guide import GUIDE, error_kinds

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


def _never() -> AbstractAsyncContextManager[Endpoints]:
    raise NotImplementedError


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_rest(_never).openapi()


BY_QUERY = "/api/og"
BY_PATH = "/api/og/v1/{category}/{name}.{extension}"
TEMPLATES = "/api/templates"
VERIFICATION = "/api/verification"


@pytest.fixture(scope="module")
def operation(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][BY_QUERY]["get"]
    return found


def test_everything_that_clients_ask_for_is_described(document: dict[str, Any]) -> None:
    assert set(document["paths"]) == {BY_QUERY, BY_PATH, TEMPLATES, VERIFICATION}
    operations = [it for path in document["paths"].values() for it in path.items()]
    assert [method for method, _ in operations] == [
        *["get", "head", "delete"] * 2,
        *["get", "head"],
        *["get", "post"],
    ]
    assert len({it["operationId"] for _, it in operations}) == len(operations)
    assert all(it["summary"] for _, it in operations)


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()


def test_every_error_has_its_example_and_what_to_do(document: dict[str, Any]) -> None:
    assert set(GUIDE) == set(error_kinds())
    answers = [
        answer["content"]["application/json"]
        for path in document["paths"].values()
        for operation in path.values()
        for status, answer in operation["responses"].items()
        if status >= "400" and "content" in answer
    ]
    told = {code for answer in answers for code in answer["examples"]}
    assert told == {kind.code for kind in error_kinds()}


def test_every_example_is_what_its_schema_says(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            for answer in operation["responses"].values():
                content = answer.get("content", {}).get("application/json", {})
                for example in content.get("examples", {}).values():
                    name = example.get("$ref", "").rpartition("/")[2]
                    told = document["components"]["examples"][name] if name else example
                    schema = {**content["schema"], "components": document["components"]}
                    OAS31Validator(schema).validate(told["value"])
            for parameter in operation.get("parameters", []):
                OAS31Validator(parameter["schema"]).validate(parameter["example"])


def test_the_examples_of_parameters_together_can_be_asked_for(operation: dict[str, Any]) -> None:
    examples = {it["name"]: it["example"] for it in operation["parameters"]}
    request = parse_card_request(urlencode(examples).encode())
    assert request.accent_color == "#16a34a"
    assert set(request.overrides) == OVERRIDES


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            for name, value in node.items():
                if name == "$ref":
                    yield value
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    found = set(references(document))
    assert found
    for reference in found:
        _, _, room, name = reference.split("/")
        assert name in document["components"][room], reference


def test_the_path_form_names_template_and_format_in_the_path(document: dict[str, Any]) -> None:
    parameters = document["paths"][BY_PATH]["get"]["parameters"]
    in_path = {it["name"] for it in parameters if it["in"] == "path"}
    in_query = {it["name"] for it in parameters if it["in"] == "query"}
    assert in_path == {"category", "name", "extension"}
    assert in_query == (OPTIONS | OVERRIDES) - {"template", "format"}


@pytest.mark.parametrize("path", [BY_QUERY, BY_PATH, TEMPLATES])
def test_head_is_answered_as_get_but_for_the_body(document: dict[str, Any], path: str) -> None:
    get, head = (document["paths"][path][method]["responses"] for method in ("get", "head"))
    assert get.keys() == head.keys()
    for status in get:
        assert get[status]["headers"] == head[status]["headers"]
    assert "content" in get["200"]
    assert not [status for status, answer in head.items() if "content" in answer]


def test_every_parameter_of_the_reference_is_described(operation: dict[str, Any]) -> None:
    parameters = {parameter["name"]: parameter for parameter in operation["parameters"]}
    assert set(parameters) == OPTIONS | OVERRIDES
    assert {name for name, it in parameters.items() if it["required"]} == {"url", "template"}


def test_every_answer_is_described(operation: dict[str, Any]) -> None:
    assert set(operation["responses"]) == {"200", "304", "400", "401", "402", "429", "500"}
    assert list(operation["responses"]["200"]["content"]) == [
        "image/png",
        "image/jpeg",
        "image/webp",
    ]
    assert "X-OG-Missing-Glyphs" in operation["responses"]["200"]["headers"]
    assert "X-RateLimit-Reset" in operation["responses"]["429"]["headers"]


def test_the_key_is_optional_and_said_to_be_a_bearer_token(
    document: dict[str, Any], operation: dict[str, Any]
) -> None:
    assert operation["security"] == [{}, {"bearer": []}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_verification_is_asked_for_by_the_query_of_a_tag(
    document: dict[str, Any], operation: dict[str, Any], method: str
) -> None:
    verification = document["paths"][VERIFICATION][method]
    assert [it["name"] for it in verification["parameters"]] == [
        it["name"] for it in operation["parameters"]
    ]
    required = {it["name"] for it in verification["parameters"] if it["required"]}
    assert required == {"url", "template", "site"}
    assert verification["security"] == [{"bearer": []}]
    assert ("404" in verification["responses"]) is (method == "get")
