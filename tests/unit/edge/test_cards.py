from __future__ import annotations

import random
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from og_edge.card_request import CardRequest, parse_card_request
from og_edge.cards import card_key, object_name
from og_edge.options import ImageFormat
from og_edge.templates import FieldKind, Template, TemplateField

TEMPLATES = {
    name: Template(
        name, {field: TemplateField(field, FieldKind.TEXT, required=False) for field in fields}
    )
    for name, fields in {
        "generic/standard": ("title", "description", "siteName"),
        "article/blog-post": ("title", "author", "description"),
    }.items()
}
# Few values, and such as a careless way to join them would confuse.
TEXTS = ["", "a", "b", "ab", '"', '","', "a:b", "{}", "null", "ä", "\\u00e4", "a=1&b=2"]
URLS = ["https://example.com/", "https://example.com/a", "https://example.com/?title=a"]
CASES = 4_000

Identity = tuple[object, ...]


def _one_case(rng: random.Random) -> tuple[Identity, str]:
    """Draw a request; give what it asks for, and the key of its card."""
    account = rng.choice(["acct_1", "acct_2"])
    template = rng.choice(list(TEMPLATES.values()))
    options: dict[str, str] = {"url": rng.choice(URLS), "template": template.template_id}
    wanted: list[object] = [account, options["url"], template.template_id]
    for name, values in {
        "theme": ["light", "dark"],
        "gradientBg": ["false", "true"],
        "mode": ["standard", "ai"],
        "size": ["wide", "square", "tall"],
        "format": ["png", "jpeg", "webp"],
        "accentColor": ["#16a34a", "#000000"],
    }.items():
        value = rng.choice([None, *values])
        default = None if name == "accentColor" else values[0]
        wanted.append(value or default)
        if value is not None:
            options[name] = value
    declared = {n: rng.choice(TEXTS) for n in template.fields if rng.random() < 0.4}
    other = {n: rng.choice(TEXTS) for n in ("price", "utm_source") if rng.random() < 0.5}
    wanted.append(tuple(sorted(declared.items())))
    parameters = [*options.items(), *declared.items(), *other.items()]
    rng.shuffle(parameters)
    request = parse_card_request(urlencode(parameters).encode())
    return tuple(wanted), card_key(account, request, template)


def test_two_requests_share_a_key_exactly_when_they_ask_for_the_same_card(
    rng: random.Random,
) -> None:
    key_of: dict[Identity, str] = {}
    wanted_of: dict[str, Identity] = {}
    for _ in range(CASES):
        wanted, key = _one_case(rng)
        assert key_of.setdefault(wanted, key) == key, f"{wanted} has two keys"
        assert wanted_of.setdefault(key, wanted) == wanted, f"{key} names two cards"
    assert len(key_of) > CASES / 4


def _parse(query: str) -> CardRequest:
    return parse_card_request(query.encode())


def test_a_key_does_not_depend_on_how_the_request_was_written() -> None:
    template = TEMPLATES["generic/standard"]
    address = "url=https://example.com/a&template=generic/standard"
    spellings = [
        f"{address}&title=A+b&accentColor=%230af",
        "accentColor=00AAFF&title=A%20b&template=generic%2Fstandard&url=https://EXAMPLE.com:443/a",
        "accentColor=0af&url=https://example.com/a%23top&template=generic/standard&title=+A%0A+b+",
        f"{address}&title=A+b&accentColor=0AF&theme=light&mode=standard&gradientBg=false",
        f"{address}&title=A+b&accentColor=0AF&size=wide&format=png",
        f"{address}&title=A+b&accentColor=0AF&refresh=true&site=site_1",
    ]
    assert len({card_key("acct_1", _parse(query), template) for query in spellings}) == 1


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("", "676cc5823e2a1e56acc61c29c16b253c2e09f7a8c97a6ac2fa7b8ea97df0b614"),
        (
            "theme=dark&accentColor=%2316a34a&gradientBg=true&title=+A++%0Ab%09c+&favicon=&utm=x",
            "92c547ac7b49558bc9fcc79036b0f63788ed56b1a33f99f8f096c19b650a3940",
        ),
    ],
)
def test_cards_that_were_sold_keep_their_keys(query: str, key: str) -> None:
    """These keys were made before there were sizes and formats."""
    kinds = {"title": FieldKind.TEXT, "siteName": FieldKind.TEXT, "favicon": FieldKind.IMAGE}
    fields = {name: TemplateField(name, kind, required=False) for name, kind in kinds.items()}
    request = _parse(f"url=https://example.com/a&template=generic/standard&{query}")
    assert card_key("acct_1", request, Template("generic/standard", fields)) == key


def test_a_stored_picture_has_the_extension_of_its_format() -> None:
    names = [object_name("ab12", "id", image_format) for image_format in ImageFormat]
    assert names == ["ab/ab12-id.png", "ab/ab12-id.jpeg", "ab/ab12-id.webp"]


def test_a_key_names_a_file_on_any_system() -> None:
    key = card_key("acct_1", _parse("url=https://example.com/&template=t"), Template("t", {}))
    assert len(key) == 64
    assert set(key) <= set("0123456789abcdef")


def test_an_override_counts_only_where_the_template_declares_it() -> None:
    query = "url=https://example.com/&template=t&price=9"
    with_price = Template("t", {"price": TemplateField("price", FieldKind.PRICE, required=False)})
    key: Callable[[str, Template], str] = lambda q, t: card_key("acct_1", _parse(q), t)  # noqa: E731
    assert key(query, with_price) != key(query.replace("9", "8"), with_price)
    assert key(query, Template("t", {})) == key(query.replace("9", "8"), Template("t", {}))
