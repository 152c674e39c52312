from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

import pytest

from og_edge.card_path import API_PATH
from og_edge.card_request import CardRequest, parse_card_request
from og_edge.cards import card_digest, card_key
from og_edge.errors import ApiError, InvalidParameterError, UnknownPathError
from og_edge.templates import FieldKind, Template, TemplateField
from og_edge.wanted import QueryReader

TARGETS = frozenset({"127.0.0.1:8001"})
QUERY = b"url=https%3A%2F%2Fexample.com%2F&template=generic%2Fstandard&title=A"


def design(*fields: str) -> Template:
    declared = {name: TemplateField(name, FieldKind.TEXT, required=False) for name in fields}
    return Template("generic/standard", declared)


def test_the_same_query_is_read_once() -> None:
    reader = QueryReader(TARGETS)
    wanted = reader.read(API_PATH, QUERY)
    assert wanted.request == parse_card_request(QUERY)
    assert reader.read(API_PATH, QUERY) is wanted


def test_the_path_is_part_of_it() -> None:
    reader = QueryReader(TARGETS)
    query = b"url=https://example.com/"
    formats = [
        reader.read(f"/api/og/v1/generic/standard.{extension}", query).request.format.value
        for extension in ("png", "webp", "jpg")
    ]
    assert formats == ["png", "webp", "jpeg"]
    with pytest.raises(InvalidParameterError):
        reader.read(API_PATH, query)
    with pytest.raises(UnknownPathError):
        reader.read("/api/og/else", QUERY)


def test_a_template_that_was_listed_anew_names_the_card_anew() -> None:
    wanted = QueryReader(TARGETS).read(API_PATH, QUERY)
    for template in (design("title"), design("description"), design("title")):
        name = wanted.name(template)
        assert name.digest == card_digest(wanted.request, template)
        assert name.key("acct_1") == card_key("acct_1", wanted.request, template)
    assert wanted.name(design("title")).digest != wanted.name(design("description")).digest


def test_what_was_kept_reads_as_it_would_be_read_now(rng: random.Random) -> None:
    reader = QueryReader(TARGETS, max_bytes=60_000)  # a dozen: some are kept, most made room
    queries = [
        urlencode({"url": url, "template": "generic/standard", **options}).encode()
        for url in ("https://example.com/", "http://127.0.0.1:8001/", "nonsense")
        for options in ({}, {"title": "x" * 900}, {"theme": "dark"}, {"theme": "blue"}, {"a": ""})
    ]
    for _ in range(500):
        query = rng.choice(queries)
        kept = _outcome(partial(_read, reader, query))
        assert kept == _outcome(partial(parse_card_request, query, loopback_targets=TARGETS))


def _read(reader: QueryReader, query: bytes) -> CardRequest:
    return reader.read(API_PATH, query).request


def _outcome(read: Callable[[], CardRequest]) -> CardRequest | tuple[str, str]:
    try:
        return read()
    except ApiError as error:
        return error.code, error.message
