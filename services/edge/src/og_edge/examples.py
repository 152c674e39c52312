"""Pictures of the templates themselves, drawn by the running system and kept in this process."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog

from og_edge.bounded_cache import BoundedCache
from og_edge.deadline import Deadline
from og_edge.errors import ApiError, NotFoundError
from og_edge.flights import Flights
from og_edge.options import CardSize, Theme
from og_edge.query import split_query
from og_edge.templates import TemplateCatalog
from og_service.status import RemoteError

log = structlog.get_logger()

T = TypeVar("T")

EXAMPLE_ACCENTS: Final = ("#dc2626", "#ea580c", "#15803d", "#0284c7", "#7c3aed", "#475569")
"""The accent colours that examples come in besides each template's own, as "#rrggbb"."""
MAX_EXAMPLES_BYTES: Final = 64_000_000
"""All looks of two dozen templates: 84 each, of 26 kB on the average (measured, November 2026)."""
EXAMPLE_LIFE_S: Final = 3_600.0
"""How old an example may be that is served as it is: a new render service may draw another."""
DRAWN_AT_ONCE: Final = 2
"""So many examples are drawn at the same time, lest a gallery's visitors delay customers' cards."""
ANSWER_TIMEOUT_S: Final = 7.5
DRAWING_TIMEOUT_S: Final = 3.0

_ACCENTS: Final = {
    written: color for color in EXAMPLE_ACCENTS for written in (color, color.removeprefix("#"))
} | {"": ""}


@dataclass(frozen=True)
class ExampleLook:
    """One way to show a template; `accent_color` is of EXAMPLE_ACCENTS, or "" for its own."""

    template_id: str
    theme: Theme = Theme.LIGHT
    accent_color: str = ""
    gradient: bool = False
    size: CardSize = CardSize.WIDE


@dataclass(frozen=True)
class Example:
    """A picture as WebP and the digest that names its bytes.

    `drawn_at_s` is of a monotonic clock.
    """

    image: bytes
    digest: str
    drawn_at_s: float


def parse_look(template_id: str, query: bytes) -> ExampleLook:
    """Read a look from a query, named as for cards: theme, accentColor, gradientBg, size.

    Raises NotFoundError for a value that no example comes in; the set of pictures is bounded.
    """
    parameters = split_query(query)
    return ExampleLook(
        template_id,
        _chosen(parameters, "theme", {it.value: it for it in Theme}, Theme.LIGHT),
        _chosen(parameters, "accentColor", _ACCENTS, ""),
        _chosen(parameters, "gradientBg", {"true": True, "false": False}, default=False),
        _chosen(parameters, "size", {it.value: it for it in CardSize}, CardSize.WIDE),
    )


def _chosen(parameters: Mapping[str, str], name: str, known: Mapping[str, T], default: T) -> T:
    value = parameters.get(name)
    if value is None:
        return default
    if value not in known:
        raise NotFoundError(f"No example has this {name}. There are: {', '.join(known)}.")
    return known[value]


class Examples:
    """Examples as they are asked for: drawn once for all who ask, and kept while there is room."""

    def __init__(
        self,
        catalog: TemplateCatalog,
        draw: Callable[[ExampleLook, float], Awaitable[bytes]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`draw` gives the WebP of a look within so many seconds."""
        self._clock = clock
        self._catalog = catalog
        self._draw = draw
        self._kept: BoundedCache[ExampleLook, Example] = BoundedCache(MAX_EXAMPLES_BYTES)
        self._flights: Flights[Example] = Flights()
        self._places = asyncio.Semaphore(DRAWN_AT_ONCE)

    async def get(self, look: ExampleLook) -> Example:
        """Give a picture; an old one where a new one cannot be had.

        Raises NotFoundError for a template that does not exist, and ApiError, RemoteError or
        TimeoutError while none can be drawn.
        """
        kept = self._kept.get(look)
        if kept is not None and self._clock() - kept.drawn_at_s < EXAMPLE_LIFE_S:
            return kept
        if look.template_id not in await self._catalog.all():
            raise NotFoundError("No template has this id.")
        deadline = Deadline.after(ANSWER_TIMEOUT_S)
        try:
            example, _ = await self._flights.join(look, lambda: self._drawn(look), deadline)
        except (ApiError, RemoteError, TimeoutError) as error:
            if kept is None:
                raise
            log.warning("old example served", template=look.template_id, cause=str(error))
            return kept
        return example

    async def _drawn(self, look: ExampleLook) -> Example:
        async with self._places:
            image = await self._draw(look, DRAWING_TIMEOUT_S)
        example = Example(image, hashlib.sha256(image).hexdigest(), self._clock())
        self._kept.put(look, example, len(image))
        return example

    async def finish(self) -> None:
        """Wait for what is being drawn."""
        await self._flights.finish()
