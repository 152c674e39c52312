"""GET /api/templates: what each template draws, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlencode

from og_edge.card_path import API_PATH
from og_edge.options import CardSize, ImageFormat
from og_edge.templates import Template, TemplateField

TEMPLATES_PATH: Final = "/api/templates"
EXAMPLE_PAGE: Final = "https://example.com/"

_SIZES: Final = [
    {"name": size.value, "width": size.pixels[0], "height": size.pixels[1]} for size in CardSize
]
_FORMATS: Final = [image_format.value for image_format in ImageFormat]


def template_list(templates: Iterable[Template]) -> bytes:
    """Describe templates as JSON in UTF-8."""
    document = {"templates": [_template(template) for template in templates]}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def example_of(template: Template) -> str:
    """Give path and query of a card that shows the template with its fields' examples."""
    texts = {field.name: field.example for field in template.fields.values() if field.example}
    query = {"template": template.template_id, "url": EXAMPLE_PAGE, **texts}
    return f"{API_PATH}?{urlencode(query)}"


def _template(template: Template) -> dict[str, Any]:
    return {
        "id": template.template_id,
        "name": template.name,
        "description": template.description,
        "defaultAccentColor": template.default_accent_color,
        "fields": [_field(field) for field in template.fields.values()],
        "sizes": _SIZES,
        "formats": _FORMATS,
        "example": example_of(template),
    }


def _field(field: TemplateField) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": field.kind.value,
        "required": field.required,
        "source": field.source or None,
        "description": field.description,
        "example": field.example,
    }
