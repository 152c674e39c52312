"""Texts that try the designs: long and short ones, and the scripts of the world.

One file a language in `texts/`, with a text for every field of every template. What is the same in
all languages stands here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from og_render import sample_pictures
from og_render.fields import Price, Rating, Value

_FOLDER = Path(__file__).with_name("texts")
_NAMES = (
    "plain",
    "longest",
    "shortest",
    "arabic",
    "hebrew",
    "japanese",
    "korean",
    "chinese-simplified",
    "chinese-traditional",
    "hindi",
    "thai",
    "emoji",
)
_PRICES = ("price", "originalPrice")
_CODE = '''\
async def fetch(url: str, timeout_s: float = 3.0) -> bytes:
    """Fetch a page, at most MAX_BYTES of it."""
    async with httpx.AsyncClient(timeout=timeout_s) as client:
        response = await client.get(url)  # follows no redirect
        response.raise_for_status()
    if len(response.content) > MAX_BYTES:
        raise TooLargeError(f"{url}: over {MAX_BYTES} bytes")
    return response.content
'''


@dataclass(frozen=True)
class Sample:
    """The texts of one card in one language, by the fields they are for."""

    name: str
    language_code: str
    texts: Mapping[str, str]

    @property
    def title(self) -> str:
        """The headline."""
        return self.texts["title"]


def _sample(name: str) -> Sample:
    read = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return Sample(name, read["language"], read["values"])


SAMPLES = tuple(_sample(name) for name in _NAMES)
BY_NAME = {sample.name: sample for sample in SAMPLES}


@cache
def _common() -> Mapping[str, Value]:
    return {
        "favicon": sample_pictures.favicon(),
        "avatar": sample_pictures.avatar(),
        "image": sample_pictures.landscape(),
        "productImage": sample_pictures.product_photo(),
        "publishedAt": date(2026, 11, 23),
        "date": date(2027, 3, 12),
        "rating": Rating(4.6, rating_count=1284),
        "version": "v2.4.0",
        "code": _CODE,
        "language": "Python",
        "stars": "12400",
        "forks": "861",
        "issues": "37",
    }


def values_of(sample: Sample) -> Mapping[str, Value]:
    """Give a value for every field that any template declares."""
    texts: dict[str, Value] = dict(sample.texts)
    return {**_common(), **texts, **{name: _price(sample.texts[name]) for name in _PRICES}}


def _price(text: str) -> Price:
    """Read for example "129.00 USD"."""
    amount, currency = text.split()
    return Price(Decimal(amount), currency)
