from __future__ import annotations

import pytest

from og_edge.overrides import overrides_drawn, shaped
from og_edge.templates import FieldKind, TemplateField
from tests.unit.edge.samples import card_request, template


@pytest.mark.parametrize(
    "kind", [kind for kind in FieldKind if kind not in {FieldKind.CODE, FieldKind.LIST}]
)
def test_white_space_is_folded(kind: FieldKind) -> None:
    assert shaped("  many \r\n\t spaces  ", kind) == "many spaces"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("if a:\r\n\tb()\r\n", "if a:\n\tb()"),
        ("    indented\n\n    twice  ", "    indented\n\n    twice  "),
        ("\n\na\rb\n", "a\nb"),
        ("a\\nb", "a\\nb"),
        (" \n\t\n ", ""),
    ],
)
def test_program_text_keeps_its_lines_and_indentation(text: str, kept: str) -> None:
    assert shaped(text, FieldKind.CODE) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("one\r\n two\t2 \n\n three", "one\ntwo 2\nthree"),
        ("one | two", "one | two"),
        (" \n ", ""),
    ],
)
def test_a_list_keeps_its_lines(text: str, kept: str) -> None:
    assert shaped(text, FieldKind.LIST) == kept


def test_only_what_the_template_declares_is_drawn_each_as_its_kind_demands() -> None:
    code = TemplateField("code", FieldKind.CODE, required=False)
    request = card_request(title=" A \n title ", code="a\n  b", utm_source="x", description="")
    assert overrides_drawn(request, template(code)) == {
        "code": "a\n  b",
        "description": "",
        "title": "A title",
    }


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://user:secret@example.com/a@b.png", "https://example.com/a@b.png"),
        ("http://se@cret:x@example.com:81?q=a@b", "http://example.com:81?q=a@b"),
        ("//user:secret@example.com/i.png", "//example.com/i.png"),
        ("https:\\\\user:secret@example.com", "https:\\\\example.com"),
        ("https:user:secret@example.com/", "https:example.com/"),
        ("user:secret@example.com", "user:example.com"),
        ("https://example.com/~user@home.png", "https://example.com/~user@home.png"),
    ],
)
def test_a_pictures_url_keeps_no_password(url: str, kept: str) -> None:
    assert shaped(url, FieldKind.IMAGE) == kept
