"""Cards that nobody would make on purpose, from a seed."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache

from PIL import Image

from og_render import sample_pictures
from og_render.cards import Card, CardSize, ImageFormat, Template
from og_render.color.colors import Color
from og_render.color.grounds import Theme
from og_render.fields import MAX_TEXT_CHARACTERS, FieldKind, Price, Rating, Value
from og_render.gallery.samples import SAMPLES

_LENGTHS = (1, 2, 7, 30, 120, 700, MAX_TEXT_CHARACTERS)
_LANGUAGES = ("en", "ar", "he", "ja", "ko", "zh-TW", "th", "hi", "de-CH", "tlh", "x-none")
_HARSH_COLORS = (Color(0, 0, 0), Color(255, 255, 255), Color(128, 128, 128), Color(255, 255, 0))
_WORDS = ("Python", "C++", "HTML", "Bash", "YAML", "Haskell", "Perl", "a | b", "12% | x", "")
_PROGRAM = "(){}[]<>\"'`\\/*#@$%&|;:,.=+-!?~^_ \t\nabcxyz0189"


def any_text(rng: random.Random) -> str:
    """Make a text of any kind and length."""
    make = rng.choice(_TEXTS)
    return make(rng, rng.choice(_LENGTHS))[:MAX_TEXT_CHARACTERS]


def any_card(rng: random.Random, template: Template) -> Card:
    """Make a card of a template: any values in some of its fields, in any look."""
    values = {
        field.name: _value(rng, field.kind)
        for field in template.fields
        if field.is_required or rng.random() < 0.6
    }
    return Card(
        template.template_id,
        rng.choice(list(Theme)),
        rng.choice((None, Color(*rng.randbytes(3)), rng.choice(_HARSH_COLORS))),
        rng.random() < 0.5,
        rng.choice(_LANGUAGES),
        values,
        rng.choice(list(CardSize)),
        rng.choice(list(ImageFormat)),
    )


def _value(rng: random.Random, kind: FieldKind) -> Value:
    """Make a value of a kind; any but pictures may be text instead."""
    if kind is FieldKind.IMAGE:
        return rng.choice(_pictures())
    return _TYPED.get(kind, _word)(rng) if rng.random() < 0.5 else any_text(rng)


def _day(rng: random.Random) -> Value:
    return date(rng.randint(1, 9999), rng.randint(1, 12), rng.randint(1, 28))


def _price(rng: random.Random) -> Value:
    amount = Decimal(rng.randint(-(10**23), 10**23)).scaleb(-rng.randint(0, 8))
    return Price(amount, rng.choice(("", "EUR", "JPY", "XYZ")))


def _rating(rng: random.Random) -> Value:
    return Rating(rng.uniform(0, 5), rating_count=rng.randint(0, 2**31 - 1))


def _count(rng: random.Random) -> Value:
    return str(rng.randint(0, 10**15))


def _program(rng: random.Random) -> Value:
    return "".join(rng.choices(_PROGRAM, k=rng.choice(_LENGTHS)))


def _word(rng: random.Random) -> Value:
    return rng.choice(_WORDS)


_TYPED: dict[FieldKind, Callable[[random.Random], Value]] = {
    FieldKind.DATE: _day,
    FieldKind.PRICE: _price,
    FieldKind.RATING: _rating,
    FieldKind.COUNT: _count,
    FieldKind.CODE: _program,
}


def _any_characters(rng: random.Random, length: int) -> str:
    """Any code points at all: controls, unpaired surrogates, what nobody has assigned."""
    return "".join(chr(rng.randrange(0x110000)) for _ in range(length))


def _letters(rng: random.Random, length: int) -> str:
    start = rng.choice((0x20, 0x370, 0x590, 0x600, 0x900, 0xE00, 0x1780, 0x3040, 0x4E00, 0xAC00))
    return "".join(chr(start + rng.randrange(0x60)) for _ in range(length))


def _piled_marks(rng: random.Random, length: int) -> str:
    marks = (chr(rng.randrange(0x300, 0x370)) for _ in range(length))
    return "".join(mark if rng.random() < 0.9 else rng.choice("Zalgo ") for mark in marks)


def _overrides(rng: random.Random, length: int) -> str:
    return "".join(
        rng.choice("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200fabאב12 ()")
        for _ in range(length)
    )


def _joined(rng: random.Random, length: int) -> str:
    """Emoji, and what joins, colours and encloses them, in any order."""
    parts = "👩🏽💻👨👧🏳🌈🇯🇵1#❤☎\u200d\ufe0f\ufe0e\u20e3 "
    return "".join(rng.choices(parts, k=length))


def _controls(rng: random.Random, length: int) -> str:
    return "".join(rng.choices("\0\x01\x1b\x7f\x85\r\n\t\v\u2028\u2029\ufeff\u00ad ab", k=length))


def _one_word(rng: random.Random, length: int) -> str:
    return rng.choice("Wiשกก漢—.") * length


def _salad(rng: random.Random, length: int) -> str:
    words = [word for it in rng.sample(SAMPLES, 3) for word in it.texts["title"].split()]
    return " ".join(rng.choices(words, k=1 + length // 6))


_TEXTS: tuple[Callable[[random.Random, int], str], ...] = (
    _any_characters,
    _letters,
    _piled_marks,
    _overrides,
    _joined,
    _controls,
    _one_word,
    _salad,
    _salad,
)


@cache
def _pictures() -> tuple[bytes, ...]:
    rich = Image.frombytes("RGB", (900, 700), random.Random(1).randbytes(900 * 700 * 3))
    return (
        sample_pictures.favicon(),
        sample_pictures.landscape(),
        sample_pictures.product_cutout(),
        _png(Image.new("RGBA", (1, 1), (255, 0, 0, 0))),
        _png(Image.new("RGB", (3000, 2), (255, 255, 255))),
        _png(Image.new("L", (2, 3000), 0)),
        _png(rich),
        sample_pictures.avatar()[:400],
        b"no picture at all",
        b"",
    )


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
