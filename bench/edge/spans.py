"""What tracing takes of the edge's own work for a card in memory: `python -m bench.edge.spans`.

Requests go through the fast path in groups, as on a busy edge, to an auth, an index and a billing
that answer at once: what is left is the edge's own processor time. Off, at ratio 0, and sampled.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any, Final, cast

import uvloop

from bench.edge.collector import traced
from og_edge.authorization import (
    Account,
    Authorization,
    Decision,
    Inquiry,
    RateLimit,
    Verification,
)
from og_edge.billing import Purchase, Receipt
from og_edge.cards import Card
from og_edge.desk import Desk
from og_edge.fast_path import FastPath
from og_edge.incoming import Head
from og_edge.reception import Arrival, EndpointSettings, Reception
from og_edge.responses import CardResponse
from og_edge.templates import FieldKind, Template, TemplateCatalog, TemplateField
from og_edge.under_way import UnderWay
from og_service import tracing
from og_service.settings import CommonSettings

GROUP: Final = 100
GROUPS: Final = 60
ROUNDS: Final = 9
BODY: Final = bytes(44_000)
QUERY: Final = b"url=https%3A%2F%2Fexample.com%2F&template=generic%2Fstandard"
HEADERS: Final = [(b"host", b"example.com"), (b"authorization", b"Bearer og_live_x")]
RATIOS: Final = (None, 0.0, 0.01, 1.0)


class Others:
    """Everybody whom the edge asks, with the one answer that there is."""

    async def authorize_all(self, inquiries: Sequence[Inquiry]) -> Sequence[Authorization]:
        """Allow all."""
        allowed = Authorization(
            Decision.ALLOWED,
            RateLimit(60, 59, 0),
            Account("acct_x", ai_allowed=False),
            Verification.NOT_NEEDED,
        )
        return [allowed] * len(inquiries)

    async def find_all(self, keys: Sequence[str]) -> Sequence[Card | None]:
        """Find all."""
        return [
            Card(key, "acct_x", "object", "d" * 64, len(BODY), "c", settled=True) for key in keys
        ]

    def at_hand(self, name: str, size_bytes: int) -> bytes | None:
        """Have all."""
        del name, size_bytes
        return BODY

    async def charge_all(self, purchases: Sequence[Purchase]) -> Sequence[Receipt | None]:
        """Take a credit of all."""
        return [Receipt(1, 1_000)] * len(purchases)

    def note_use(self, card: Card) -> None:
        """Note nothing."""


async def _fast_path() -> FastPath:
    field = TemplateField("title", FieldKind.TEXT, required=True, source="title")
    template = Template("generic/standard", {"title": field})

    async def templates() -> Sequence[Template]:
        return [template]

    catalog, others = TemplateCatalog(templates), Others()
    listing = asyncio.create_task(catalog.keep_fresh())
    await catalog.all()
    listing.cancel()
    reception = Reception(EndpointSettings(frozenset(), 0), catalog)
    desk = Desk(others, others, others, others)
    return FastPath(reception, desk, cast("Any", others), UnderWay())


async def _cpu_us(path: FastPath) -> float:
    """Give the processor time of one request, µs."""
    begun = time.process_time()
    for _ in range(GROUPS):
        over, left = asyncio.Event(), GROUP

        def answered(_: Arrival, response: CardResponse | None) -> None:
            nonlocal left
            assert response is not None  # noqa: S101 - all is at hand
            left -= 1
            if not left:
                over.set()  # noqa: B023 - of this group

        for _ in range(GROUP):
            assert path.begin(Head("GET", "/api/og", QUERY, HEADERS, "192.0.2.1"), answered)  # noqa: S101
        await over.wait()
    return (time.process_time() - begun) * 1e6 / (GROUP * GROUPS)


@contextmanager
def _exporting(settings: dict[str, str]) -> Iterator[None]:
    with tracing.exporting(CommonSettings.model_validate(settings), "edge"):
        yield


async def main() -> None:
    """Measure each, one after the other, again and again."""
    path = await _fast_path()
    await _cpu_us(path)
    found: dict[float | None, list[float]] = {ratio: [] for ratio in RATIOS}
    for _ in range(ROUNDS):
        for ratio, taken in found.items():
            async with traced(ratio) as settings:
                with _exporting(settings):
                    taken.append(await _cpu_us(path))
    base = median(found[None])
    for ratio, taken in found.items():
        name = "off" if ratio is None else f"ratio {ratio:g}"
        more = median(taken) - base
        spread = f"{min(taken):.1f} to {max(taken):.1f}"
        print(f"{name:<11} {median(taken):6.1f} µs a request ({spread}), {more:+.1f}")


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
