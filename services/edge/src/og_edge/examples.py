"""Pictures of the templates themselves, drawn by the running system and kept in this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from og_edge.errors import NotFoundError
from og_edge.kept_drawings import KeptDrawing, KeptDrawings
from og_edge.options import CardSize, Theme
from og_edge.query import split_query
from og_edge.templates import TemplateCatalog

T = TypeVar("T")

EXAMPLE_ACCENTS: Final = ("#dc2626", "#ea580c", "#15803d", "#0284c7", "#7c3aed", "#475569")
"""The accent colours that examples come in besides each template's own, as "#rrggbb"."""
MAX_EXAMPLES_BYTES: Final = 64_000_000
"""All looks of two dozen templates: 84 each, of 26 kB on the average (measured, November 2026)."""

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
    """Examples as they are asked for."""

    def __init__(self, catalog: TemplateCatalog, drawings: KeptDrawings[ExampleLook]) -> None:
        self._catalog = catalog
        self._drawings = drawings

    async def get(self, look: ExampleLook) -> KeptDrawing:
        """Give a picture as WebP.

        Raises NotFoundError for a template that does not exist, and else as KeptDrawings does.
        """
        if look.template_id not in await self._catalog.all():
            raise NotFoundError("No template has this id.")
        return await self._drawings.get(look)
