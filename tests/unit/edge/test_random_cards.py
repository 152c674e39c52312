"""However a card's tag is spelled it is found, and where it was tampered with it is not."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus, urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from og_edge.cards import card_digest, card_key
from og_edge.judging import Evidence, stated
from og_edge.templates import FieldKind

from .judging import BASE, SITE, TEMPLATE, asked, judged
from .samples import PAGE_URL


def with_any_choices(test: Callable[[random.Random], None]) -> Callable[[], None]:
    """Run a test with hundreds of generators, whose choices Hypothesis makes and shrinks."""
    return given(st.randoms(use_true_random=False))(settings(max_examples=600, deadline=None)(test))


@dataclass
class Card:
    """What a card is asked for with; nothing is None."""

    options: dict[str, str | None] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, str]:
        return {k: v for k, v in self.options.items() if v is not None} | self.overrides


CHOICES: Mapping[str, list[str]] = {
    "theme": ["light", "dark"],
    "gradientBg": ["false", "true"],
    "mode": ["standard", "ai"],
    "size": ["wide", "square", "tall"],
    "format": ["png", "jpeg", "webp"],
}
COLOURS = ["#16a34a", "#000000", "#00aaff"]
TEXTS = ["", "a", "b", "A", "ä & b", "50% off", "a=1&b=2", "it's+plus", "x" * 300, "日本", "#1"]
PICTURES = ["", "https://example.com/a.png?b=1&c=2", "https://example.com/b.png"]
URLS = [PAGE_URL, f"{PAGE_URL}?a=1&b=2", f"{PAGE_URL}?a=1+2", "https://www.example.com/é"]


def some_card(rng: random.Random) -> Card:
    card = Card({"url": rng.choice(URLS), "template": "article/blog-post"})
    for name, values in CHOICES.items():
        card.options[name] = rng.choice([None, *values])
    card.options["accentColor"] = rng.choice([None, *COLOURS])
    for name, it in TEMPLATE.fields.items():
        if rng.random() < 0.4:
            card.overrides[name] = rng.choice(PICTURES if it.kind is FieldKind.IMAGE else TEXTS)
    return card


def spelled(rng: random.Random, card: Card) -> str:
    """Write a card's URL in one of the many ways that mean the same."""
    parameters = {"site": SITE, **card.parameters}
    for name, values in CHOICES.items():
        if parameters.get(name) == values[0] and rng.random() < 0.5:
            del parameters[name]
        elif name not in parameters and rng.random() < 0.3:
            parameters[name] = values[0]
    if colour := parameters.get("accentColor"):
        parameters["accentColor"] = _colour(rng, colour)
    for name in card.overrides:
        if rng.random() < 0.3 and TEMPLATE.fields[name].kind is FieldKind.TEXT:
            parameters[name] = f"  {parameters[name].replace(' ', '  ')} "
    for name in ("utm_source", "cb", "price"):
        if rng.random() < 0.2:
            parameters[name] = rng.choice(TEXTS)
    if rng.random() < 0.2:
        parameters["refresh"] = "false"
    path = "/api/og" if rng.random() < 0.7 else _file(rng, parameters)
    pairs = list(parameters.items())
    rng.shuffle(pairs)
    query = "&".join(f"{name}={_encoded(rng, name, value)}" for name, value in pairs)
    return f"{BASE}{path}?{query}{rng.choice(['', '#', '#top'])}"


def _file(rng: random.Random, parameters: dict[str, str]) -> str:
    """Give the path of a file; what it says may be left out of the query."""
    extension = parameters.get("format", "png")
    path = f"/api/og/v1/{parameters['template']}.{extension}"
    if extension == "jpeg" and rng.random() < 0.5:
        path = path.replace("jpeg", "jpg")
    if rng.random() < 0.7:
        parameters.pop("template")
        parameters.pop("format", None)
    return path


def _colour(rng: random.Random, colour: str) -> str:
    digits = colour.removeprefix("#")
    if all(digits[n] == digits[n + 1] for n in (0, 2, 4)) and rng.random() < 0.5:
        digits = digits[::2]
    return rng.choice(["", "#"]) + rng.choice([digits, digits.upper()])


def _encoded(rng: random.Random, name: str, value: str) -> str:
    if name == "url":
        return quote(value, safe=rng.choice(["", ":/", ":/?="]))
    return rng.choice([quote, quote_plus])(value, safe=rng.choice(["", "/:"]))


def tampered(rng: random.Random, card: Card) -> tuple[Card, str]:
    """Change, add or take away one parameter that is drawn; give its name too."""
    changed = Card(dict(card.options), dict(card.overrides))
    name = rng.choice(["url", "accentColor", *CHOICES, *TEMPLATE.fields])
    if name == "url":
        changed.options["url"] = rng.choice([url for url in URLS if url != card.options["url"]])
    elif name == "accentColor":
        now = card.options["accentColor"]
        changed.options[name] = rng.choice([it for it in [None, *COLOURS] if it != now])
    elif name in CHOICES:
        values = CHOICES[name]
        now = card.options[name] or values[0]
        changed.options[name] = rng.choice([value for value in values if value != now])
    elif name in card.overrides and rng.random() < 0.5:
        del changed.overrides[name]
    else:
        values = PICTURES if TEMPLATE.fields[name].kind is FieldKind.IMAGE else TEXTS
        now = card.overrides.get(name)
        changed.overrides[name] = rng.choice([value for value in values if value != now])
    return changed, name


def query_of(card: Card) -> str:
    return urlencode({"site": SITE, **card.parameters})


@with_any_choices
def test_any_spelling_of_a_card_is_found_and_no_tampered_one(rng: random.Random) -> None:
    card = some_card(rng)
    tag = spelled(rng, card)
    judgement = judged(query_of(card), tag)
    assert judgement.evidence is Evidence.TAG_FOUND, (query_of(card), tag, judgement)
    other, name = tampered(rng, card)
    judgement = judged(query_of(other), tag)
    assert judgement.evidence is Evidence.TAG_DIFFERS, (query_of(other), tag)
    assert [it.parameter for it in judgement.tags[0].differs] == [name], (other, tag)


@with_any_choices
def test_digest_key_and_what_is_stated_tell_the_same_cards_apart(rng: random.Random) -> None:
    one = some_card(rng)
    other = rng.choice([one, tampered(rng, one)[0], some_card(rng)])
    first, second = (asked(query_of(card)) for card in (one, other))
    same = stated(first, TEMPLATE) == stated(second, TEMPLATE)
    assert (card_digest(first, TEMPLATE) == card_digest(second, TEMPLATE)) is same
    keys = [card_key("acct_1", request, TEMPLATE) for request in (first, second)]
    assert (keys[0] == keys[1]) is same
