"""The cards that the README shows: every kind of page, both themes, several scripts and accents."""

from __future__ import annotations

from og_render.cards import Card
from og_render.color.colors import parse_color
from og_render.color.grounds import Theme
from og_render.example import example_values
from og_render.gallery.samples import BY_NAME, values_of
from og_render.templates import TEMPLATES

SHOWCASE_COLUMNS = 3


def _card(
    template_id: str,
    theme: Theme,
    accent: str = "",
    sample_name: str = "",
    *,
    has_gradient: bool = False,
) -> Card:
    """Give a card of the template's own examples, or of a sample's texts, with pictures."""
    template, sample = TEMPLATES[template_id], BY_NAME[sample_name or "plain"]
    samples = values_of(sample)
    texts = {it.name: samples[it.name] for it in template.fields}
    return Card(
        template_id,
        theme,
        parse_color(accent) if accent else None,
        has_gradient,
        sample.language_code,
        texts if sample_name else example_values(template),
    )


SHOWCASE = (
    _card("generic/standard", Theme.LIGHT, has_gradient=True),
    _card("article/news", Theme.DARK),
    _card("code/snippet", Theme.DARK),
    _card("product/standard", Theme.LIGHT),
    _card("docs/changelog", Theme.DARK),
    _card("generic/bold", Theme.LIGHT, sample_name="arabic"),
    _card("article/editorial", Theme.LIGHT, has_gradient=True),
    _card("data/stat", Theme.DARK, "#0ea5e9"),
    _card("event/standard", Theme.LIGHT, sample_name="japanese"),
    _card("media/podcast", Theme.DARK),
    _card("code/repository", Theme.LIGHT, has_gradient=True),
    _card("product/sale", Theme.LIGHT),
)
