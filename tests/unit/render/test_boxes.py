from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import skia

from og_render.layout.boxes import (
    AtMost,
    Centered,
    Column,
    First,
    Fitted,
    Gap,
    Node,
    Padding,
    Row,
    Sized,
    Spacer,
    Stack,
)
from og_render.text.fonts import FontBook
from og_render.text.typesetting import Typesetter


@dataclass
class Block:
    """A box that remembers where it was painted."""

    width: float
    height: float
    at: list[tuple[float, float]] = field(default_factory=list)

    def fit(self, setter: Typesetter, width: float, height: float) -> Fitted | None:
        del setter
        if self.width > width or self.height > height:
            return None
        return Fitted(self.width, self.height, lambda _, x, y: self.at.append((x, y)))


@pytest.fixture
def canvas() -> skia.Canvas:
    return skia.Surface(8, 8).getCanvas()


def lay(book: FontBook, canvas: skia.Canvas, node: Node, *, backwards: bool = False) -> Fitted:
    setter = Typesetter(book, "en", right_to_left=backwards)
    fitted = node.fit(setter, 1_000, 500)
    assert fitted is not None
    fitted.paint(canvas, 0, 0)
    return fitted


def test_a_row_goes_from_the_start_in_either_direction(book: FontBook, canvas: skia.Canvas) -> None:
    one, two = Block(100, 40), Block(50, 20)
    fitted = lay(book, canvas, Row([one, two], gap=10))
    assert (fitted.width, fitted.height) == (160, 40)
    lay(book, canvas, Row([one, two], gap=10), backwards=True)
    assert one.at == [(0, 0), (60, 0)]
    assert two.at == [(110, 10), (0, 10)]


def test_what_is_absent_takes_its_gap_with_it(book: FontBook, canvas: skia.Canvas) -> None:
    top, bottom = Block(10, 10), Block(10, 10)
    too_high = Block(10, 900)
    lay(book, canvas, Column([None, Gap(30), top, Gap(30), too_high, None, Gap(20), bottom]))
    assert (top.at, bottom.at) == ([(0, 0)], [(0, 40)])


def test_spacers_share_what_is_left(book: FontBook, canvas: skia.Canvas) -> None:
    top, middle, bottom = Block(10, 100), Block(10, 100), Block(10, 100)
    fitted = lay(book, canvas, Column([top, Spacer(), middle, Spacer(3), bottom]))
    assert fitted.height == 500
    assert [block.at[0][1] for block in (top, middle, bottom)] == [0, 150, 400]


def test_what_comes_first_gets_its_room_first(book: FontBook, canvas: skia.Canvas) -> None:
    wanted, other = Block(10, 400), Block(10, 200)
    lay(book, canvas, Column([other, First(wanted)]))
    assert (wanted.at, other.at) == ([(0, 0)], [])


def test_padding_follows_the_direction(book: FontBook, canvas: skia.Canvas) -> None:
    block = Block(10, 10)
    fitted = lay(book, canvas, Padding(block, top=5, end=20, bottom=7, start=80))
    lay(book, canvas, Padding(block, top=5, end=20, bottom=7, start=80), backwards=True)
    assert (fitted.width, fitted.height) == (110, 22)
    assert block.at == [(80, 5), (20, 5)]


def test_a_fixed_size_starts_at_the_start(book: FontBook, canvas: skia.Canvas) -> None:
    block = Block(10, 10)
    assert lay(book, canvas, Sized(block, 60, 40)).width == 60
    lay(book, canvas, Sized(block, 60, 40), backwards=True)
    assert block.at == [(0, 0), (50, 0)]


def test_layers_share_a_space_and_may_be_centred(book: FontBook, canvas: skia.Canvas) -> None:
    back, front = Block(1_000, 500), Block(100, 100)
    lay(book, canvas, Stack([back, None, Centered(front)]))
    assert (back.at, front.at) == ([(0, 0)], [(450, 200)])


def test_nothing_in_nothing_is_nothing(book: FontBook) -> None:
    setter = Typesetter(book, "en")
    empty: list[Node] = [
        Row([None, Gap(5)]),
        Column([]),
        Padding(None, top=9),
        AtMost(None, 5),
        Sized(Row([None]), 40, 40),
        Centered(Row([None])),
    ]
    assert [node.fit(setter, 100, 100) for node in empty] == [None] * len(empty)
