"""Every look of a template: both themes, flat and with a gradient."""

from __future__ import annotations

from collections.abc import Iterator

from og_render.cards import Card, Template
from og_render.color.grounds import Theme
from og_render.gallery.samples import Sample, values_of


def looks() -> Iterator[tuple[Theme, bool]]:
    """Give every theme, flat and with a gradient."""
    for theme in Theme:
        for gradient in (False, True):
            yield theme, gradient


def sample_card(
    template: Template, theme: Theme, sample: Sample, *, has_gradient: bool = False
) -> Card:
    """Give a card with a value in every field of its template."""
    values = values_of(sample)
    return Card(
        template_id=template.template_id,
        theme=theme,
        has_gradient=has_gradient,
        language_code=sample.language_code,
        values={field.name: values.get(field.name, field.example) for field in template.fields},
    )
