"""The room that stays free around what a card says."""

from __future__ import annotations

from og_render.cards import CardSize, Content
from og_render.layout.boxes import Node, Padding

# Some sites draw a title over the lowest 8 % of a card: nothing that matters stands there.
_TOP_PX = {CardSize.WIDE: 64, CardSize.SQUARE: 84, CardSize.TALL: 96}
_SIDE_PX = {CardSize.WIDE: 80, CardSize.SQUARE: 84, CardSize.TALL: 84}
_BOTTOM_PX = {CardSize.WIDE: 60, CardSize.SQUARE: 94, CardSize.TALL: 118}


def within_margins(content: Content, node: Node) -> Padding:
    """Give a node with a card's usual margins around it."""
    side = _SIDE_PX[content.size]
    top, bottom = _TOP_PX[content.size], _BOTTOM_PX[content.size]
    return Padding(node, top=top, end=side, bottom=bottom, start=side)


def inner_width(content: Content) -> int:
    """Give the width between the margins, px."""
    return content.size.width - 2 * _SIDE_PX[content.size]
