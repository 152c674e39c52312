"""What language a page is in."""

from __future__ import annotations

import re
from random import Random

import pytest

from tests.unit.extract.reading import article, meta, read

MAX_LANGUAGE_CHARS = 35  # RFC 5646, section 4.4.1
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
TONGUES = ["en", "EN", "zh", "und", "x", "i", "\u0440\u0443", "\u0130s", "english", ""]
SUBTAGS = [
    "US",
    "001",
    "Hans",
    "\u0660\u0660\u0661",
    "\uff10\uff10\uff11",
    "\u017fE",
    "a" * 40,
    " ",
    "\n",
    ".",
]


def random_language(rng: Random) -> str:
    subtags = rng.choices(SUBTAGS, k=rng.randint(0, 3))
    return rng.choice(TONGUES) + "".join(rng.choice(["-", "-", "_", ""]) + tag for tag in subtags)


def test_a_language_is_a_tag_or_nothing(rng: Random) -> None:
    for _ in range(500):
        first, second = random_language(rng), random_language(rng)
        language = read(f'<html lang="{first}">' + meta(og__locale=second)).language
        assert language == "" or LANGUAGE_TAG.fullmatch(language), (first, second)
        assert len(language) <= MAX_LANGUAGE_CHARS


def test_digits_of_other_scripts_are_no_region() -> None:
    assert read('<html lang="en-\u0660\u0660\u0661">').language == "en"
    assert read('<html lang="es_419">').language == "es-419"


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ('<html lang="de">', "de"),
        ('<html lang="DE-at">', "de-AT"),
        ('<html lang="zh-hans-cn">', "zh-Hans-CN"),
        ('<html lang="{{lang}}">' + meta(og__locale="fr_FR"), "fr-FR"),
        (article(inLanguage="nl"), "nl"),
        ('<meta http-equiv="Content-Language" content="DA">', "da"),
        ("<p>x", ""),
    ],
)
def test_language(html: str, language: str) -> None:
    assert read(html).language == language
