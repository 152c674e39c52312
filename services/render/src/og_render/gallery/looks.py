"""What the gallery and the golden pictures show of every template."""

from __future__ import annotations

from dataclasses import dataclass, replace

from og_render.cards import Card, CardSize, Template
from og_render.color.grounds import Theme
from og_render.gallery.samples import BY_NAME, Sample, values_of


@dataclass(frozen=True)
class Look:
    """One way to see a template: a sample, what it stands on and its proportions."""

    name: str
    sample: Sample
    has_gradient: bool = False
    size: CardSize = CardSize.WIDE
    has_title_only: bool = False

    def card(self, template: Template, theme: Theme) -> Card:
        """Give the card."""
        card = sample_card(template, theme, self.sample, has_gradient=self.has_gradient)
        kept = {field.name for field in template.fields if field.is_required}
        values = {name: value for name, value in card.values.items() if name in kept}
        return replace(card, size=self.size, values=values if self.has_title_only else card.values)


# One golden picture each, for every template and theme.
GOLDEN_LOOKS = (
    Look("plain", BY_NAME["plain"]),
    Look("gradient", BY_NAME["plain"], has_gradient=True),
    *(
        Look(name, BY_NAME[name])
        for name in (
            "longest",
            "shortest",
            "arabic",
            "japanese",
            "hindi",
            "thai",
            "hebrew",
            "emoji",
        )
    ),
)
LOOKS = (
    *GOLDEN_LOOKS,
    *(
        Look(name, BY_NAME[name])
        for name in ("korean", "chinese-simplified", "chinese-traditional")
    ),
    Look("title only", BY_NAME["plain"], has_title_only=True),
    Look("square", BY_NAME["plain"], size=CardSize.SQUARE),
    Look("square, longest", BY_NAME["longest"], size=CardSize.SQUARE),
    Look("tall, gradient", BY_NAME["plain"], has_gradient=True, size=CardSize.TALL),
    Look("tall, arabic", BY_NAME["arabic"], size=CardSize.TALL),
)


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
