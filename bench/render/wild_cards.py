"""Cards of every kind, no two alike: all templates, looks, sizes, scripts and pictures."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from itertools import count

from PIL import Image

from bench.render.cards import photo_once
from og_render import sample_pictures
from og_render.cards import Card, CardSize, Template
from og_render.color.colors import Color
from og_render.color.grounds import Theme
from og_render.fields import Field, FieldKind, Value
from og_render.templates import TEMPLATES

# Letters by language: first and last, as in Unicode's charts.
SCRIPTS = {
    "en": "az",
    "de": "aü",
    "ru": "ая",
    "el": "αω",
    "ar": "بي",
    "he": "את",
    "hi": "कह",
    "th": "กฮ",
    "ko": "가힣",
    "ja": "ぁん",
    "zh": "一龥",
}
_EMOJI = "🚀🎉🌍🔥💡📦🧭🎨🍋🦊🏔🎧"
_EMOJI_SHARE = 0.15
_ABSENT_SHARE = 0.2
_WORDS_MAX, _LETTERS_MAX = 14, 9
_UNSPACED = {"ja", "zh", "th"}
_PHOTO_SIZES_PX = ((1200, 800), (800, 1200), (640, 640), (1920, 1080), (300, 200))
_COLORS = 1 << 24


def wild_cards(seed: int) -> Iterator[Card]:
    """Give cards without end, equal ones for equal seeds; each template in its turn."""
    rng = random.Random(seed)
    pictures = _pictures()
    for number in count():
        template = list(TEMPLATES.values())[number % len(TEMPLATES)]
        language = rng.choice(list(SCRIPTS))
        values: dict[str, Value] = {
            field.name: _value(rng, field, language, pictures)
            for field in template.fields
            if field.is_required or rng.random() > _ABSENT_SHARE
        }
        yield _dressed(rng, template, language, {**values, "title": _title(rng, language, number)})


def _dressed(
    rng: random.Random, template: Template, language: str, values: dict[str, Value]
) -> Card:
    accent = rng.randrange(_COLORS)
    return Card(
        template.template_id,
        rng.choice(list(Theme)),
        accent=Color(accent >> 16, accent >> 8 & 255, accent & 255),
        has_gradient=rng.random() < 1 / 2,
        language_code=language,
        values=values,
        size=rng.choice(list(CardSize)),
    )


def _value(rng: random.Random, field: Field, language: str, pictures: list[bytes]) -> Value:
    if field.kind is FieldKind.IMAGE:
        return rng.choice(pictures)
    return _text(rng, language) if field.kind is FieldKind.TEXT else field.example


def _title(rng: random.Random, language: str, number: int) -> str:
    return f"{_text(rng, language)} {number}"


def _text(rng: random.Random, language: str) -> str:
    first, last = map(ord, SCRIPTS[language])
    words = [
        "".join(chr(rng.randint(first, last)) for _ in range(rng.randint(1, _LETTERS_MAX)))
        for _ in range(rng.randint(1, _WORDS_MAX))
    ]
    if rng.random() < _EMOJI_SHARE:
        words.append(rng.choice(_EMOJI))
    return ("" if language in _UNSPACED else " ").join(words)


def _pictures() -> list[bytes]:
    """Give photographs of several sizes, a cut-out, a portrait and a logo."""
    found = [sample_pictures.product_cutout(), sample_pictures.avatar(), sample_pictures.favicon()]
    with Image.open(io.BytesIO(photo_once())) as photo:
        for size in _PHOTO_SIZES_PX:
            out = io.BytesIO()
            photo.resize(size).save(out, "JPEG", quality=85)
            found.append(out.getvalue())
    return found
