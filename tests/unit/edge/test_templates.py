from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest

from og.render.v1 import render_pb2
from og_edge.card_request import parse_card_request
from og_edge.clients.render import read_template
from og_edge.template_list import template_list
from og_edge.templates import FieldKind, Template, TemplateField


def _message(*fields: render_pb2.TemplateField) -> render_pb2.Template:
    return render_pb2.Template(
        template_id="code/snippet",
        display_name="Snippet",
        description="A few lines of a program.",
        default_accent_color="#16a34a",
        fields=fields,
    )


def _fields(*fields: render_pb2.TemplateField) -> Sequence[TemplateField]:
    return list(read_template(_message(*fields)).fields.values())


@pytest.mark.parametrize("kind", list(FieldKind))
def test_every_kind_is_read(kind: FieldKind) -> None:
    value = render_pb2.FieldKind.Value(f"FIELD_KIND_{kind.name}")
    [field] = _fields(render_pb2.TemplateField(name="a", kind=value))
    assert field.kind is kind


def test_a_kind_of_a_newer_render_service_takes_text() -> None:
    [field] = _fields(render_pb2.TemplateField(name="chart", kind=99))  # type: ignore[arg-type]
    assert field.kind is FieldKind.TEXT


def test_a_render_service_of_before_there_were_sources_is_understood() -> None:
    title, price = render_pb2.TemplateField(name="title"), render_pb2.TemplateField(name="price")
    assert [field.source for field in _fields(title, price)] == ["title", "price"]
    title.source = "title"
    assert [field.source for field in _fields(title, price)] == ["title", ""]


def test_the_list_tells_all_of_a_template_and_its_example_can_be_asked_for() -> None:
    template = read_template(
        _message(
            render_pb2.TemplateField(
                name="title",
                kind=render_pb2.FIELD_KIND_TEXT,
                required=True,
                description="The headline.",
                source="title",
                example="50% & more",
            ),
            render_pb2.TemplateField(
                name="code", kind=render_pb2.FIELD_KIND_CODE, example="a = 1\n\tb = 日本"
            ),
            render_pb2.TemplateField(
                name="favicon", kind=render_pb2.FIELD_KIND_IMAGE, source="favicon"
            ),
        )
    )
    [told] = json.loads(template_list([template]))["templates"]
    example = urlsplit(told.pop("example"))
    assert example.path == "/api/og"
    request = parse_card_request(example.query.encode())
    assert request.template_id == "code/snippet"
    assert request.overrides == {"title": "50% & more", "code": "a = 1\n\tb = 日本"}
    assert told == {
        "id": "code/snippet",
        "name": "Snippet",
        "description": "A few lines of a program.",
        "defaultAccentColor": "#16a34a",
        "fields": [
            {
                "name": "title",
                "kind": "text",
                "required": True,
                "source": "title",
                "description": "The headline.",
                "example": "50% & more",
            },
            {
                "name": "code",
                "kind": "code",
                "required": False,
                "source": None,
                "description": "",
                "example": "a = 1\n\tb = 日本",
            },
            {
                "name": "favicon",
                "kind": "image",
                "required": False,
                "source": "favicon",
                "description": "",
                "example": "",
            },
        ],
        "sizes": [
            {"name": "wide", "width": 1200, "height": 630},
            {"name": "square", "width": 1080, "height": 1080},
            {"name": "tall", "width": 1080, "height": 1350},
        ],
        "formats": ["png", "jpeg", "webp"],
    }


def test_no_templates_are_an_empty_list() -> None:
    templates: list[Template] = []
    assert json.loads(template_list(templates)) == {"templates": []}
