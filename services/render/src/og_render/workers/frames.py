"""What the service and its workers say to each other over pipes.

A card goes to a worker as a pickle: we wrote it. An answer comes back as JSON and bytes, which
are data and nothing else: a worker reads pictures that strangers made.
"""

from __future__ import annotations

import json
import pickle
import struct
from dataclasses import dataclass

from og_render.cards import Card, Drawing
from og_render.laps import STEPS

MAX_ANSWER_BYTES = 16 * 1024 * 1024
# With which a worker ends that was refused memory.
OUT_OF_MEMORY_STATUS = 71  # EX_OSERR of sysexits.h
CARD_HEADER = struct.Struct(">I")
ANSWER_HEADER = struct.Struct(">II")


@dataclass(frozen=True)
class Ready:
    """A worker has loaded its fonts."""


@dataclass(frozen=True)
class Taken:
    """A worker has read its card and begins to draw."""


@dataclass(frozen=True)
class Failure:
    """A worker raised; for our log."""

    traceback: str


Answer = Ready | Taken | Drawing | Failure


def card_frame(card: Card) -> bytes:
    """Write a card with its length before it."""
    data = pickle.dumps(card, pickle.HIGHEST_PROTOCOL)
    return CARD_HEADER.pack(len(data)) + data


def read_card(data: bytes) -> Card:
    """Read what card_frame wrote, less the length."""
    card = pickle.loads(data)  # noqa: S301 - from our own parent process only
    assert isinstance(card, Card)  # noqa: S101 - as above
    return card


def answer_frame(answer: Answer) -> bytes:
    """Write an answer with its lengths before it."""
    body = answer.image if isinstance(answer, Drawing) else b""
    match answer:
        case Ready():
            told: dict[str, object] = {"ready": True}
        case Taken():
            told = {"taken": True}
        case Drawing():
            told = {
                "failed_images": list(answer.failed_images),
                "missing_glyphs": list(answer.missing_glyphs),
                "steps_s": answer.steps_s,
            }
        case Failure():
            told = {"traceback": answer.traceback}
    head = json.dumps(told).encode()
    return ANSWER_HEADER.pack(len(head), len(body)) + head + body


def read_answer(head: bytes, body: bytes) -> Answer:
    """Read what answer_frame wrote; ValueError for anything else."""
    told = json.loads(head)
    if "ready" in told:
        return Ready()
    if "taken" in told:
        return Taken()
    if "traceback" in told:
        return Failure(str(told["traceback"]))
    failed, missing = (
        tuple(str(item) for item in told[key]) for key in ("failed_images", "missing_glyphs")
    )
    steps_s = {step: float(told["steps_s"][step]) for step in STEPS}
    return Drawing(body, failed, missing, steps_s)
