"""The card that shows what a template is for: its fields' own examples."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from og_render.cards import Template
from og_render.fields import Field, FieldKind, Value


def example_values(template: Template) -> Mapping[str, Value]:
    """Give a value for every field of a template, pictures included."""
    return {field.name: _example(field) for field in template.fields}


def _example(field: Field) -> Value:
    if field.example_picture:
        return field.example_picture()
    return date.fromisoformat(field.example) if field.kind is FieldKind.DATE else field.example
