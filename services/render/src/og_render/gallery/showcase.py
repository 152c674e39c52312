"""The cards that the README shows: every kind of page, both themes, several scripts and accents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from og_render.cards import Card
from og_render.color.colors import parse_color
from og_render.color.grounds import Theme
from og_render.fields import Field, FieldKind, Value
from og_render.gallery import sample_pictures
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
    values: Mapping[str, Value] | None = None,
) -> Card:
    """Give a card of the template's own examples, or of a sample's texts, with pictures."""
    sample = BY_NAME[sample_name or "plain"]
    samples = values_of(sample)
    fields = TEMPLATES[template_id].fields
    own = {it.name: _example(it) for it in fields if it.example and not sample_name}
    pictures = {it.name: samples[it.name] for it in fields if it.kind is FieldKind.IMAGE}
    texts = {it.name: samples[it.name] for it in fields if sample_name}
    return Card(
        template_id,
        theme,
        parse_color(accent) if accent else None,
        has_gradient,
        sample.language_code,
        {**pictures, **texts, **own, **(values or {})},
    )


def _example(field: Field) -> Value:
    is_day = field.kind is FieldKind.DATE
    return date.fromisoformat(field.example) if is_day else field.example


_CUP: dict[str, Value] = {
    "title": "Stoneware coffee cup, 350 ml",
    "description": "Thrown by hand and glazed twice, so that no two are alike.",
    "price": "€34.50",
    "brand": "Atelier Nord",
    "siteName": "northwind.shop",
    "productImage": sample_pictures.product_cutout(),
}

SHOWCASE = (
    _card("generic/standard", Theme.LIGHT, has_gradient=True),
    _card("article/news", Theme.DARK),
    _card("code/snippet", Theme.DARK),
    _card("product/standard", Theme.LIGHT, values=_CUP),
    _card("docs/changelog", Theme.DARK),
    _card("generic/bold", Theme.LIGHT, sample_name="arabic"),
    _card("article/editorial", Theme.LIGHT, has_gradient=True),
    _card("data/stat", Theme.DARK, "#0ea5e9", values={"title": "A year of cards, in numbers"}),
    _card("event/standard", Theme.LIGHT, sample_name="japanese"),
    _card("media/podcast", Theme.DARK),
    _card("code/repository", Theme.LIGHT, has_gradient=True),
    _card("product/sale", Theme.LIGHT, values={"title": "Arc table lamp"}),
)
