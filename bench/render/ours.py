"""Our engine as a process of the bench: what a worker of the service does with a card.

With `--opened`, pictures are opened before the clock runs, as if they had been kept.
"""

from __future__ import annotations

import sys
import time

from bench.render.cards import Spec, card_of
from bench.render.protocol import serve
from og_render.cards import Card
from og_render.drawing import Opened, draw, open_pictures
from og_render.text.fonts import FontBook


def main() -> None:
    """Draw the cards that come in."""
    book = FontBook()
    opens_before = "--opened" in sys.argv

    def prepare(spec: Spec) -> tuple[Card, Opened | None]:
        card = card_of(spec)
        return card, open_pictures(card) if opens_before else None

    def picture(prepared: tuple[Card, Opened | None]) -> bytes:
        card, opened = prepared
        return draw(card, book, opened or open_pictures(card)).image

    serve(prepare, picture, time.process_time)


if __name__ == "__main__":
    main()
