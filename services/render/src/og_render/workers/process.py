"""One worker process: reads cards from its standard input and answers on its standard output."""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from og_render.cards import Card, Drawing
from og_render.color.grounds import Theme
from og_render.drawing import draw, open_pictures
from og_render.text.fonts import FontBook
from og_render.workers import frames

# Private memory of a worker; drawing takes about 150 MB, a picture of MAX_PICTURE_PIXELS 200 MB.
MAX_WORKER_MEMORY_BYTES = 1024 * 1024 * 1024
# For all pictures of a card. What is in time by its header takes less; this ends what
# lied there, and leaves time to draw the card without it.
MAX_PICTURES_CPU_S = 1.2
_WARM_UP_TITLES = ("Instant OG 2026", "日本語", "مرحبا", "👋🏽")


def main() -> None:
    """Draw until the input ends, as it does when the service has gone."""
    # Signals to the whole group are the service's to answer: it drains first, then ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (MAX_WORKER_MEMORY_BYTES, MAX_WORKER_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints must not stand between our frames.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    book = FontBook()
    _warm_up(book)
    # What is loaded by now stays: no use in going through it whenever cards leave something behind.
    gc.freeze()
    _send(answers, frames.Ready())
    while (card := _receive(sys.stdin.buffer)) is not None:
        _send(answers, frames.Taken())
        _send(answers, _answer(card, book))


@contextmanager
def _processor_time(limit_s: float) -> Iterator[None]:
    """End the process, even inside a decoder, when the block takes more than limit_s.

    The service reads the cause from the exit status.
    """
    signal.setitimer(signal.ITIMER_PROF, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _warm_up(book: FontBook) -> None:
    for title in _WARM_UP_TITLES:
        draw(Card("generic/standard", Theme.LIGHT, values={"title": title}), book)


def _receive(cards: BinaryIO) -> Card | None:
    header = cards.read(frames.CARD_HEADER.size)
    if len(header) < frames.CARD_HEADER.size:
        return None
    (length,) = frames.CARD_HEADER.unpack(header)
    return frames.read_card(cards.read(length))


def _send(answers: BinaryIO, answer: frames.Answer) -> None:
    answers.write(frames.answer_frame(answer))
    answers.flush()


def _answer(card: Card, book: FontBook) -> Drawing | frames.Failure:
    try:
        with _processor_time(MAX_PICTURES_CPU_S):
            opened = open_pictures(card)
        return draw(card, book, opened)
    except MemoryError:
        # What is left of the heap is not to be trusted.
        os._exit(frames.OUT_OF_MEMORY_STATUS)
    except Exception:  # noqa: BLE001 - the service logs it and answers INTERNAL
        return frames.Failure(traceback.format_exc())


if __name__ == "__main__":
    main()
