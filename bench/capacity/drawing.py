"""Every template on one worker: processor time of a card, and its bytes."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bench.capacity.figures import MS, Drawn
from bench.processes import PROC
from bench.render.cards import photo_once
from bench.render.clocks import cpu_s
from og_render.cards import Card, Template
from og_render.color.grounds import Theme
from og_render.gallery.looks import Look
from og_render.gallery.samples import BY_NAME
from og_render.templates import TEMPLATES
from og_render.workers.worker import Worker
from og_service.progress import Progress

WARM_UP_CARDS = 8
PHOTOGRAPHS = frozenset({"image", "productImage"})
"""Fields that pages fill with photographs, whose pixels are what makes a card heavy."""
LOOKS: Sequence[Look] = [
    Look(name, BY_NAME[name], has_gradient=has_gradient)
    for name in ("plain", "longest", "shortest")
    for has_gradient in (False, True)
]


async def measure_drawing(cards_a_template: int) -> list[Drawn]:
    """Draw so many cards of every template, no two alike, one after the other."""
    worker = await Worker.start()
    try:
        with Progress("templates", len(TEMPLATES)) as progress:
            found = []
            for template in TEMPLATES.values():
                found.append(await _measure(worker, template, cards_a_template))
                progress.advance()
            return found
    finally:
        worker.kill()
        await worker.ended()


async def _measure(worker: Worker, template: Template, count: int) -> Drawn:
    cards = cards_of(template)
    for card in itertools.islice(cards, WARM_UP_CARDS):
        await worker.draw(card)
    process = PROC / str(worker.process_id)
    before_s = cpu_s(process)
    sizes = [len((await worker.draw(card)).image) for card in itertools.islice(cards, count)]
    took_s = cpu_s(process) - before_s
    mean_bytes = round(statistics.fmean(sizes))
    return Drawn(template.template_id, count, took_s * MS / count, mean_bytes, max(sizes))


def cards_of(template: Template) -> Iterator[Card]:
    """Give cards of a template without end: long and short texts, light and dark, with gradients.

    Titles differ, so that nothing drawn before is of use.
    """
    dressed = itertools.cycle(itertools.product(LOOKS, Theme))
    for number, (look, theme) in enumerate(dressed):
        card = look.card(template, theme)
        values = {
            name: photo_once() if name in PHOTOGRAPHS and isinstance(value, bytes) else value
            for name, value in card.values.items()
        }
        yield replace(card, values={**values, "title": f"{look.sample.title} {number}"})
