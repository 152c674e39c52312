from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from og_edge.errors import InternalError, NotFoundError
from og_edge.examples import (
    EXAMPLE_ACCENTS,
    MAX_EXAMPLES_BYTES,
    ExampleLook,
    Examples,
    parse_look,
)
from og_edge.kept_drawings import DRAWING_LIFE_S, DRAWN_AT_ONCE, KeptDrawings
from og_edge.options import CardSize, Theme
from og_edge.templates import Template, TemplateCatalog
from og_service.background import running

LOOK = ExampleLook("a/b")


class Hand:
    """Draws looks, as long as it is not tired."""

    def __init__(self) -> None:
        self.drawn: list[ExampleLook] = []
        self.at_once = self.at_once_max = 0
        self.is_tired = False
        self.now_s = 0.0

    async def draw(self, look: ExampleLook, _: float) -> bytes:
        if self.is_tired:
            raise InternalError
        self.at_once += 1
        self.at_once_max = max(self.at_once, self.at_once_max)
        await asyncio.sleep(0)
        self.at_once -= 1
        self.drawn.append(look)
        return f"{look} {len(self.drawn)}".encode()

    def clock(self) -> float:
        return self.now_s


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
async def examples(hand: Hand) -> AsyncIterator[Examples]:
    async def listed() -> list[Template]:
        return [Template("a/b", {})]

    catalog = TemplateCatalog(listed)
    async with running(catalog.keep_fresh):
        yield Examples(catalog, KeptDrawings(hand.draw, MAX_EXAMPLES_BYTES, hand.clock))


def test_a_look_is_named_as_a_card_is() -> None:
    query = b"theme=dark&accentColor=%23dc2626&gradientBg=true&size=tall&v=7"
    look = ExampleLook("a/b", Theme.DARK, "#dc2626", gradient=True, size=CardSize.TALL)
    assert parse_look("a/b", query) == look
    assert parse_look("a/b", query.replace(b"%23", b"")) == look
    assert parse_look("a/b", b"") == LOOK == parse_look("a/b", b"accentColor=&size=wide")


@pytest.mark.parametrize(
    "query", [b"theme=Dark", b"accentColor=%23123456", b"gradientBg=1", b"size=huge"]
)
def test_what_no_example_comes_in_is_not_found(query: bytes) -> None:
    with pytest.raises(NotFoundError, match=query.partition(b"=")[0].decode()):
        parse_look("a/b", query)


def test_the_accents_are_written_as_the_render_service_takes_them() -> None:
    for color in EXAMPLE_ACCENTS:
        assert len(color) == 7
        assert color == f"#{int(color[1:], 16):06x}"


async def test_an_example_is_drawn_once_for_all_who_ask(examples: Examples, hand: Hand) -> None:
    got = await asyncio.gather(*(examples.get(LOOK) for _ in range(20)))
    assert {it.digest for it in got} == {(await examples.get(LOOK)).digest}
    assert hand.drawn == [LOOK]


async def test_few_are_drawn_at_a_time(examples: Examples, hand: Hand) -> None:
    looks = [
        ExampleLook("a/b", theme, color, gradient=gradient)
        for theme in Theme
        for color in EXAMPLE_ACCENTS
        for gradient in (False, True)
    ]
    await asyncio.gather(*map(examples.get, looks))
    assert len(hand.drawn) == len(looks)
    assert hand.at_once_max == DRAWN_AT_ONCE


async def test_an_old_example_is_drawn_anew_and_served_on_where_that_fails(
    examples: Examples, hand: Hand
) -> None:
    first = await examples.get(LOOK)
    hand.now_s, hand.is_tired = DRAWING_LIFE_S, True
    assert await examples.get(LOOK) == first
    hand.is_tired = False
    assert (await examples.get(LOOK)).digest != first.digest
    assert len(hand.drawn) == 2


async def test_without_a_hand_to_draw_it_fails_and_is_tried_again(
    examples: Examples, hand: Hand
) -> None:
    hand.is_tired = True
    with pytest.raises(InternalError):
        await examples.get(LOOK)
    hand.is_tired = False
    assert (await examples.get(LOOK)).image


async def test_a_template_that_does_not_exist_is_not_drawn(examples: Examples, hand: Hand) -> None:
    with pytest.raises(NotFoundError):
        await examples.get(ExampleLook("a/c"))
    assert not hand.drawn
